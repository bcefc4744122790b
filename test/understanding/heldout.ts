/** The phrasings themselves as questions: each is asked of an engine that has learnt the others but a fifth, and each subject out of scope of
 *  one that has learnt no phrasing of that subject out of scope, as a foreign subject that nobody foresaw. Far more cases than the development
 *  set, but of the hands that wrote the phrasings. Used by the commands. */

import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { createFaq, type Faq } from '../../src/core/knowledge/search/faq.ts';
import type { FaqEntry, OutOfScope, Verdict } from '../../src/core/knowledge/search/targets.ts';
import { formsOf } from '../../src/core/text/forms.ts';

export interface HeldOut {
  readonly text: string;
  /** The entry that it is a phrasing of; `undefined` for what should not be answered. */
  readonly want: string | undefined;
  readonly verdict: Verdict;
  /** Ids of the three nearest entries. */
  readonly nearest: readonly string[];
}

const ROUNDS = 5;

/** All phrasings of the entries, each held out once. */
export function heldOutPhrasings(handbook: Handbook): readonly HeldOut[] {
  return rounds().flatMap((round) => {
    const kept = <T>(texts: readonly T[]) => texts.filter((_, i) => i % ROUNDS !== round);
    const faq = learnt(
      handbook,
      handbook.faqEntries.map((entry) => {
        const [question, ...also] = kept([entry.question, ...entry.also]);
        return { ...entry, question: question ?? entry.question, also };
      }),
      handbook.outOfScope.map((subject) => ({ ...subject, phrases: kept(subject.phrases) })),
    );
    return handbook.faqEntries.flatMap(({ id, question, also }) =>
      [question, ...also].flatMap((text, i) => (i % ROUNDS === round ? asked(faq, text, id) : [])),
    );
  });
}

/** All phrasings of what is out of scope, the whole subject out of scope being unknown. */
export function leftOutOfScope(handbook: Handbook): readonly HeldOut[] {
  return rounds().flatMap((round) => {
    const faq = learnt(
      handbook,
      handbook.faqEntries,
      handbook.outOfScope.filter((_, i) => i % ROUNDS !== round),
    );
    return handbook.outOfScope
      .filter((_, i) => i % ROUNDS === round)
      .flatMap(({ phrases }) => phrases.flatMap((text) => asked(faq, text, undefined)));
  });
}

function rounds(): readonly number[] {
  return Array.from({ length: ROUNDS }, (_, i) => i);
}

function learnt(
  { lexicon, thresholds, wishes, searchWords }: Handbook,
  entries: readonly FaqEntry[],
  outOfScope: readonly OutOfScope[],
): Faq {
  return createFaq({
    entries,
    wishes,
    outOfScope,
    lexicon,
    thresholds,
    words: searchWords,
  });
}

function asked(faq: Faq, text: string, want: string | undefined): readonly HeldOut[] {
  const verdict = faq.verdict(formsOf(text));
  return verdict ? [{ text, want, verdict, nearest: faq.nearest(formsOf(text), 3).map(({ id }) => id) }] : [];
}

/** All phrasings of the wishes, each asked of an engine that has learnt the others but a fifth: the shares that are heard as the
 *  wish, and as another one or as a question. */
export function heldOutWishes(handbook: Handbook): { readonly right: number; readonly wrong: number } {
  const heard = rounds().flatMap((round) => {
    const wishes = handbook.wishes.map((wish) => ({
      ...wish,
      phrases: wish.phrases.filter((_, i) => i % ROUNDS !== round),
    }));
    const faq = learnt({ ...handbook, wishes }, handbook.faqEntries, handbook.outOfScope);
    return handbook.wishes.flatMap(({ id, phrases }) =>
      phrases
        .filter((_, i) => i % ROUNDS === round)
        .map((text) => {
          const found = faq.find(formsOf(text));
          if (found.kind === 'wish') return found.wish.id === id ? 'right' : 'wrong';
          return found.kind === 'answer' ? 'wrong' : 'other';
        }),
    );
  });
  const share = (kind: string) => heard.filter((one) => one === kind).length / heard.length;
  return { right: share('right'), wrong: share('wrong') };
}
