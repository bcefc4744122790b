/** Words where they may stand, as one pattern. */
import { canonical } from '../../text/normalise.ts';
import { anyOf } from '../../text/regexp.ts';

/** Matches one of the words between what may stand before and behind it; `undefined` for no words.
 *  @param start, end, times parts of a regular expression. */
export function wordsAt(
  words: readonly string[],
  start: string,
  end: string,
  times = '',
): RegExp | undefined {
  if (words.length === 0) return undefined;
  return new RegExp(`${start}(?:${anyOf(words.map(canonical))})${times}${end}`, 'u');
}
