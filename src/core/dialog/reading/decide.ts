/** What was heard in a text, as the answer to a question or as all facts that it says. */
import type { Ask } from '../dialog.ts';
import type { Heard } from './listen.ts';
import { impliedBy } from './lookup.ts';
import type { Provinces } from './province.ts';
import { addTo, intersect, type Mention, NOTHING, type Reading, toReading } from './reading.ts';

export interface Decider {
  /** What is said decides, by phrases and words alike; else what all words fit that fit several options. */
  answer(ask: Ask, heard: Heard): Reading;
  /** All facts that the text says by itself. @param clauses the text. @param open the open question. */
  mentions(heard: Heard, clauses: string, open: Ask | undefined): readonly Mention[];
  /** The province `here` where a yes-or-no question names it: 您的身份证是广东的吗. */
  namedIn(ask: Ask, here: string | undefined): string | undefined;
}

/** What must hold for each question to be asked at all, where that is one answer. */
export function implicationsOf(asks: readonly Ask[]) {
  return asks.flatMap((ask) => impliedBy(ask) ?? []);
}

/** Decides for the questions of one dialog. */
export function createDecider(asks: readonly Ask[], provinces: Provinces): Decider {
  const implications = implicationsOf(asks);
  const placeAsk = asks.find((ask) => ask.reads === 'province');
  return { answer, mentions, namedIn };

  function answer(ask: Ask, { said, weakly, either, denied }: Heard): Reading {
    const strong = new Map([...said].map(([fact, values]) => [fact, new Set(values)] as const));
    imply(strong);
    const values = [...(strong.get(ask.fact) ?? []), ...(weakly.get(ask.fact) ?? [])];
    if (values.length > 0) return toReading(values, false);
    const sets = either.get(ask.fact);
    if (sets) return toReading(intersect(sets), false);
    return denied.has(ask.fact) ? { kind: 'denied' } : NOTHING;
  }

  function mentions(
    { said, weakly, either }: Heard,
    clauses: string,
    open: Ask | undefined,
  ): readonly Mention[] {
    const found = new Map([...said].map(([fact, values]) => [fact, new Set(values)] as const));
    for (const [fact, values] of weakly) if (!found.has(fact)) found.set(fact, new Set(values));
    for (const [fact, sets] of either) {
      const common = intersect(sets);
      const isSure = common.length === 1 || fact === open?.fact;
      if (!found.has(fact) && isSure) found.set(fact, new Set(common));
    }
    if (placeAsk) {
      const named = provinces.said(clauses, placeAsk === open);
      if (named.size > 0) found.set(placeAsk.fact, new Set(named));
      const [here] = named.size === 1 ? named : [];
      for (const ask of asks) {
        const card = provinces.fromCard(ask, clauses, namedIn(ask, here));
        if (card !== undefined) found.set(ask.fact, new Set([card]));
      }
    }
    imply(found);
    return [...found].map(([fact, values]) => ({ fact, values: [...values] }));
  }

  /** What must hold for a question to be asked at all is said along with its answer (基金会 → 社会组织). */
  function imply(found: Map<string, Set<string>>): void {
    const direct = new Set(found.keys());
    for (const { fact, from, value } of implications)
      if (direct.has(from) && !direct.has(fact)) addTo(found, fact, [value]);
  }

  function namedIn(ask: Ask, here: string | undefined): string | undefined {
    const isNamed = here !== undefined && (ask.say.includes(`{${placeAsk?.fact}}`) || ask.say.includes(here));
    return isNamed ? here : undefined;
  }
}
