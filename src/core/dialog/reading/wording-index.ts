/** What the readers of several dialogs have in common, made once: the places of the country, and the wordings of questions
 *  that more than one dialog asks. Used by answer.ts. */
import type { Ask } from '../dialog.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { createPlaces, type Place, type PlacePatterns, type Places } from './places.ts';
import { type Wording, wordingsOf } from './wordings.ts';

export interface Shared {
  readonly atlas: Places;
  /** Everything that is written for the options of a question. */
  wordings(ask: Ask): readonly Wording[];
  wholes(ask: Ask): Lookup;
}

const PLACES: PlacePatterns = {
  notAPlace:
    /^(?:菜|火锅|烧烤|烤|小吃|米粉|粉|肠粉|面馆|面条|拉面|牛肉|羊肉|鸡|鸭|鱼|特产|口味|风味|风情|味|料理|大盘|饭|茶|酒|凉皮|[东西南北中]?(?:路|街|大道|大街))/u,
  beforeCity: /(?:在|是|到|位于|来自|我们|我|住|开在|地)$/u,
  // The name of a firm begins with the place where it is registered: 武汉某某贸易有限公司.
  behindCity:
    /^(?:\p{Script=Han}{2,14}(?:有限公司|有限责任公司|股份公司|合作社)|市|县|区|的|人|这边|那边|这里|本地|当地|公司|有限|个体|企业|注册|户口|分公司|开|做|工业园|高新区|经开区)/u,
  around: {
    before: /(?:位于|来自|注册在|开在|在)$/u,
    behind: /^(?:这边|那边|这里|那里|本地|当地|地区)?的?/u,
  },
};

/** Questions about one fact with the same options (the very same list) have the same wordings. */
export function createWordingIndex(places: readonly Place[]): Shared {
  const known = new Map<
    Ask['options'],
    { readonly fact: string; readonly wordings: readonly Wording[]; readonly wholes: Lookup }
  >();

  function of(ask: Ask) {
    const before = known.get(ask.options);
    if (before?.fact === ask.fact) return before;
    const wordings = wordingsOf(ask);
    const made = { fact: ask.fact, wordings, wholes: createLookup(wordings) };
    known.set(ask.options, made);
    return made;
  }

  return {
    atlas: createPlaces(places, PLACES),
    wordings: (ask) => of(ask).wordings,
    wholes: (ask) => of(ask).wholes,
  };
}
