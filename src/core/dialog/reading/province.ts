/** What a text says about provinces: as the reply to the question for one, beside other facts, and as the reply to a
 *  question that names one (您的身份证是广东的吗). */

import type { Ask } from '../dialog.ts';
import { canSound } from './lookup.ts';
import type { Place, Places } from './places.ts';
import { clausesOf, NOTHING, type Reading, toReading } from './reading.ts';

export interface Provinces {
  /** The provinces that are named and not denied. `anyCity`: see `Places.find`. */
  said(prepared: string, anyCity: boolean): ReadonlySet<string>;
  /** The reply to the question for the province, prepared, without punctuation, and without polite words. */
  answer(prepared: string, bare: string, stripped: string): Reading;
  /** The reply to a yes-or-no question that names the province `here`: here is a yes, elsewhere and 不是广东的 are a no. */
  local(ask: Ask, prepared: string, here: string): Reading | undefined;
  /** The option of such a question that follows from what is said of an ID card: 安徽身份证，人在上海 is a no to 上海. */
  fromCard(ask: Ask, prepared: string, here: string | undefined): string | undefined;
}

/** Stands in a clause that says where a firm is registered. */
const REGISTERED = /注册|执照|登记|住所/u;
/** Stands in a clause that says where somebody's ID card is from. */
const ID_CARD = /身份证|户口|户籍|老家|籍贯/u;

/** @param denies whether a text that ends before a place denies the place. */
export function createProvinces(
  places: readonly Place[],
  atlas: Places,
  denies: (before: string) => boolean,
): Provinces {
  const names = new Map(places.map(({ name, province }) => [name, province] as const));

  return { said: placed, answer, local, fromCard };

  /** In 身份证是安徽的，人在上海 the province is 上海. */
  function placed(prepared: string, anyCity: boolean): ReadonlySet<string> {
    const all = said(prepared, anyCity);
    if (all.size < 2) return all;
    const elsewhere = saidIn(prepared, anyCity, (clause) => !ID_CARD.test(clause));
    return elsewhere.size > 0 ? elsewhere : all;
  }

  function saidIn(prepared: string, anyCity: boolean, is: (clause: string) => boolean): ReadonlySet<string> {
    const clauses = clausesOf(prepared).filter(({ text }) => is(text));
    return new Set(clauses.flatMap(({ text }) => [...said(text, anyCity)]));
  }

  function said(prepared: string, anyCity: boolean): ReadonlySet<string> {
    const found = atlas.find(prepared, anyCity).filter(({ start }) => !denies(prepared.slice(0, start)));
    return new Set(found.map(({ province }) => province));
  }

  function answer(prepared: string, bare: string, stripped: string): Reading {
    const whole = names.get(stripped);
    if (whole !== undefined) return { kind: 'option', value: whole, exact: bare === stripped };
    const provinces = placed(prepared, true);
    const firm = saidIn(prepared, true, (clause) => REGISTERED.test(clause));
    // Where several are named, the one where the firm is registered: 我是湖南的，公司注册在深圳.
    if (provinces.size > 1 && firm.size === 1) return toReading([...firm], false);
    if (provinces.size > 0) return toReading([...provinces], false);
    if (atlas.find(prepared, true).length > 0) return { kind: 'denied' };
    const heard = canSound(stripped) ? atlas.bySound(stripped) : [];
    return heard.length > 0 ? toReading(heard, false) : NOTHING;
  }

  function fromCard({ options: [yes, no] }: Ask, prepared: string, here: string | undefined) {
    const [card, ...others] = saidIn(prepared, true, (clause) => ID_CARD.test(clause));
    if (here === undefined || card === undefined || others.length > 0) return undefined;
    return (card === here ? yes : no)?.id;
  }

  function local(ask: Ask, prepared: string, here: string): Reading | undefined {
    const [yes, no] = ask.options;
    const [first, ...others] = said(prepared, true);
    if (others.length > 0) {
      const value = fromCard(ask, prepared, here);
      return value === undefined ? undefined : { kind: 'option', value, exact: false };
    }
    if (!yes || !no) return undefined;
    if (first !== undefined) return { kind: 'option', value: (first === here ? yes : no).id, exact: false };
    const isDenied = atlas.find(prepared, true).some(({ province }) => province === here);
    return isDenied ? { kind: 'option', value: no.id, exact: false } : undefined;
  }
}
