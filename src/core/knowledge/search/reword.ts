/** A text in the words in which phrasings are compared, and without the courtesies around it. */
import { formsOf } from '../../text/forms.ts';
import { normalise } from '../../text/normalise.ts';
import { anyOf } from '../../text/regexp.ts';

export interface Lexicon {
  /** `[as merchants say, as we say]`, applied to queries and phrasings alike. */
  readonly replace: readonly (readonly [string, string])[];
  /** Words of English sentences that carry no meaning here: the, does. */
  readonly idle?: readonly string[];
}

/** @returns a function of a text's `apart`. Latin wordings are found with and without the spaces that someone may have
 *  typed between their words. */
export function createReword({ replace, idle = [] }: Lexicon): (text: string) => string {
  const table = new Map(
    replace.flatMap(([from, to]) =>
      [formsOf(from).apart, normalise(from)].map((word) => [word, formsOf(to).apart] as const),
    ),
  );
  if (table.size === 0) return (apart) => apart;
  // A Latin word counts only as a whole word: `file` is no part of `profile`.
  const latin = anyOf([...table.keys()].filter((word) => /^[a-z ]+$/.test(word)));
  const others = anyOf([...table.keys()].filter((word) => !/^[a-z ]+$/.test(word)));
  const dropped = new Set(idle);
  const withoutIdle = (text: string) =>
    text.replace(/[a-z]+/g, (word) => (dropped.has(word) ? '' : word)).trim();
  const any = new RegExp(
    [latin && `(?<![a-z])(?:${latin})(?![a-z])`, others].filter((source) => source !== '').join('|'),
    'gu',
  );
  return (apart) => {
    const words = apart.replace(any, (found) => table.get(found) ?? found);
    return HAN.test(words) && !HAN.test(apart) ? withoutIdle(words) : words;
  };
}

const HAN = /\p{Script=Han}/u;

/** @param before,after courtesies: 请问, 发我一下. @returns a function that takes them off both ends of a text, as many as
 *  there are; a text of nothing else stays as it is. */
export function createBare(before: readonly string[], after: readonly string[]): (text: string) => string {
  if (before.length + after.length === 0) return (text) => text;
  const start = new RegExp(`^(?:${anyOf(before)})+`, 'u');
  const end = new RegExp(`(?:${anyOf(after)})+$`, 'u');
  return (text) => text.replace(start, '').replace(end, '') || text;
}

/** Without the spaces between Latin words: for comparing to the letter. */
export function closed(text: string): string {
  return text.replaceAll(' ', '');
}
