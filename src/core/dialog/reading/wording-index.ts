/** The wordings of all dialogs, made once and shared by their readers: places of the country, and questions that more than
 *  one dialog asks. */
import { type Ask, asksOf, type Dialog } from '../dialog.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { createPlaces, type Place, type PlacePatterns, type Places } from './places.ts';
import { type Wording, wordingsOf } from './wordings.ts';

export interface WordingIndex {
  readonly atlas: Places;
  /** Everything that is written for the options of a question. @throws Error for one of another handbook (a defect) */
  wordings(ask: Ask): readonly Wording[];
  /** Whole replies to the question. @throws Error likewise */
  lookup(ask: Ask): Lookup;
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

/** Indexes the questions of all dialogs. Questions about one fact with the very same list of options share their wordings. */
export function createWordingIndex(dialogs: Iterable<Dialog>, places: readonly Place[]): WordingIndex {
  interface Entry {
    readonly fact: string;
    readonly wordings: readonly Wording[];
    readonly lookup: Lookup;
  }
  const byOptions = new Map<Ask['options'], Entry>();
  const byAsk = new Map<Ask, Entry>();
  for (const ask of [...dialogs].flatMap(asksOf)) {
    const before = byOptions.get(ask.options);
    const entry = before?.fact === ask.fact ? before : entryOf(ask);
    byOptions.set(ask.options, entry);
    byAsk.set(ask, entry);
  }

  return {
    atlas: createPlaces(places, PLACES),
    wordings: (ask) => entryFor(ask).wordings,
    lookup: (ask) => entryFor(ask).lookup,
  };

  function entryOf(ask: Ask): Entry {
    const wordings = wordingsOf(ask);
    return { fact: ask.fact, wordings, lookup: createLookup(wordings) };
  }

  function entryFor(ask: Ask): Entry {
    const entry = byAsk.get(ask);
    if (!entry) throw new Error(`the question for ${ask.fact} is not in the index`);
    return entry;
  }
}
