/** Chinese as people type it → one comparable form. Everything that compares words (options, commands, FAQ) goes through
 *  here, so that full-width, Traditional, emoji digits and punctuation never decide whether someone is understood. */
import { Converter } from 'opencc-js/t2cn';

/** Longer messages are understood by their beginning; nobody describes a filing in more words. */
export const READ_AT_MOST = 400;

const toSimplified = Converter({ from: 't', to: 'cn' });
const KEYCAP = /([0-9#*])\uFE0F?\u20E3/gu;
const BARE_SPACE = / (?![a-z0-9])|(?<![a-z0-9]) /gu;
const NOISE = /[\p{P}\p{S}\p{Z}\p{C}\p{M}]+/gu;

/** Half-width, lower-case, Simplified; spaces, punctuation, emoji and control characters dropped; the first 400
 *  characters only. May be empty. */
export function normalise(text: string): string {
  return withoutPunctuation(canonical(text));
}

/** A canonical text without spaces, punctuation, emoji and control characters. */
export function withoutPunctuation(plain: string): string {
  return plain.replace(NOISE, '');
}

/** The same, but a space stays where it keeps two Latin words or numbers apart. */
export function wordsApart(plain: string): string {
  return plain.replace(NOISE, ' ').replace(BARE_SPACE, '');
}

/** Like `normalise`, but punctuation stays: needed where a question mark or a comma carries meaning. */
export function canonical(text: string): string {
  return canonicalUpTo(text, READ_AT_MOST);
}

/** The same for texts of which more is read, or less. */
export function canonicalUpTo(text: string, atMost: number): string {
  const wide = beginning(text, atMost).replace(KEYCAP, '$1').normalize('NFKC').toLowerCase();
  // One character may stand for eighteen; without a second cut such a message costs forty times as much as others.
  const simple = beginning(wide, atMost);
  return /[\u3400-\u9fff]/.test(simple) ? toSimplified(simple) : simple;
}

function beginning(text: string, atMost: number): string {
  return (text.length > atMost ? text.slice(0, atMost) : text).toWellFormed();
}

/** Bytes of UTF-8. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
