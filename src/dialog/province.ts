/** What a text says of provinces: as the reply to the question for one, beside other facts, and as the reply to a question
 *  that names one (您的身份证是广东的吗). Used by answer.ts. */
import type { Reading } from './answer.ts';
import type { Ask } from './dialog.ts';
import type { Place, Places } from './places.ts';
import { clausesOf, NOTHING, only } from './reading.ts';
import { canSound } from './wholes.ts';

export interface Provinces {
  /** The provinces that are named and not denied. `anyCity`: see `Places.find`. */
  said(prepared: string, anyCity: boolean): ReadonlySet<string>;
  /** The reply to the question for the province, prepared, without punctuation, and without polite words. */
  answer(prepared: string, bare: string, stripped: string): Reading;
  /** The reply to a yes-or-no question that names the province `here`: here is a yes, elsewhere and 不是广东的 are a no. */
  local(ask: Ask, prepared: string, here: string): Reading | undefined;
}

/** @param denies whether a text that ends before a place denies the place.
 *  @param registered stands in a clause that says where somebody is registered. */
export function createProvinces(
  places: readonly Place[],
  atlas: Places,
  denies: (before: string) => boolean,
  registered: RegExp,
): Provinces {
  const names = new Map(places.map(({ name, province }) => [name, province] as const));

  return { said, answer, local };

  function said(prepared: string, anyCity: boolean): ReadonlySet<string> {
    const found = atlas.find(prepared, anyCity).filter(({ start }) => !denies(prepared.slice(0, start)));
    return new Set(found.map(({ province }) => province));
  }

  function answer(prepared: string, bare: string, stripped: string): Reading {
    const whole = names.get(stripped);
    if (whole !== undefined) return { kind: 'option', value: whole, exact: bare === stripped };
    const provinces = said(prepared, true);
    const firm = provinces.size > 1 ? registeredIn(prepared) : [];
    if (firm.length === 1) return only(firm, false);
    if (provinces.size > 0) return only([...provinces], false);
    if (atlas.find(prepared, true).length > 0) return { kind: 'denied' };
    const heard = canSound(stripped) ? atlas.bySound(stripped) : [];
    return heard.length > 0 ? only(heard, false) : NOTHING;
  }

  /** Where several provinces are named, those of which it is said that the firm is registered there: 我是湖南的，公司注册在深圳. */
  function registeredIn(prepared: string): readonly string[] {
    const clauses = clausesOf(prepared).filter(({ text }) => registered.test(text));
    return [...new Set(clauses.flatMap(({ text }) => [...said(text, true)]))];
  }

  function local(ask: Ask, prepared: string, here: string): Reading | undefined {
    const [yes, no] = ask.options;
    const [first, ...others] = said(prepared, true);
    if (!yes || !no || others.length > 0) return undefined;
    if (first !== undefined) return { kind: 'option', value: (first === here ? yes : no).id, exact: false };
    const isDenied = atlas.find(prepared, true).some(({ province }) => province === here);
    return isDenied ? { kind: 'option', value: no.id, exact: false } : undefined;
  }
}
