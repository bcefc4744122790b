/** Chinese as people type it → one comparable form. Everything that compares words (options, commands, FAQ) goes through
 *  here, so that full-width, Traditional, emoji digits and punctuation never decide whether someone is understood. */
import { Converter } from 'opencc-js/t2cn';
import { pinyin } from 'pinyin-pro';
import { createPassing } from './remembering.ts';

/** Longer messages are understood by their beginning; nobody describes a filing in more words. */
const READ_AT_MOST = 400;

const toSimplified = Converter({ from: 't', to: 'cn' });
const KEYCAP = /([0-9#*])\uFE0F?\u20E3/gu;
const BARE_SPACE = / (?![a-z0-9])|(?<![a-z0-9]) /gu;
const NOISE = /[\p{P}\p{S}\p{Z}\p{C}\p{M}]+/gu;

/** Half-width, lower-case, Simplified; spaces, punctuation, emoji and control characters dropped; the first 400
 *  characters only. May be empty. */
export function normalise(text: string): string {
  return bare(shorten(text));
}

/** What was shortened, without spaces, punctuation, emoji and control characters. */
export function bare(shortened: string): string {
  return shortened.replace(NOISE, '');
}

/** Like `normalise`, but a space stays where it keeps two Latin words or numbers apart. */
export function normaliseApart(text: string): string {
  return shorten(text).replace(NOISE, ' ').replace(BARE_SPACE, '');
}

/** Like `normalise`, but punctuation stays: needed where a question mark or a comma carries meaning. */
export function shorten(text: string): string {
  if (text.length > READ_AT_MOST) return shortenTo(text, READ_AT_MOST);
  return passing.get(text) ?? passing.keep(text, shortenTo(text, READ_AT_MOST));
}

/** A message and its sentences are looked at in a dozen places, one after another. */
const passing = createPassing<string>();

/** The same for texts of which more is read, or less. */
export function shortenTo(text: string, atMost: number): string {
  const wide = beginning(text, atMost).replace(KEYCAP, '$1').normalize('NFKC').toLowerCase();
  // One character may stand for eighteen; without a second cut such a message costs forty times as much as others.
  const simple = beginning(wide, atMost);
  return /[\u3400-\u9fff]/.test(simple) ? toSimplified(simple) : simple;
}

function beginning(text: string, atMost: number): string {
  return (text.length > atMost ? text.slice(0, atMost) : text).toWellFormed();
}

/** A message in the forms in which it is compared. */
export interface Typed {
  /** As `shorten` gives it. */
  readonly plain: string;
  /** As `normalise` gives it. */
  readonly letters: string;
  /** As `wholeNumber` gives it. */
  readonly number: number | undefined;
}

/** All forms at once. */
export function typed(text: string): Typed {
  const plain = shorten(text);
  const letters = bare(plain);
  return { plain, letters, number: numberIn(letters) };
}

/** The number that a whole message stands for: `2 ２ ② 2️⃣ 二 贰 第二个 选2 B 2.` → 2; anything else → undefined. */
export function wholeNumber(text: string): number | undefined {
  return numberIn(normalise(text));
}

function numberIn(letters: string): number | undefined {
  const found =
    /^(?:选择?|我选|第|no|答案?是?|选项)?([0-9]{1,2}|[一二三四五六七八九十两壹贰叁肆伍陆柒捌玖拾幺]{1,2}|[a-h])(?:个|项|条|种|号|吧|了)?$/u.exec(
      letters,
    )?.[1];
  if (found === undefined) return undefined;
  if (/^[0-9]+$/.test(found)) return Number(found);
  if (/^[a-h]$/.test(found)) return found.charCodeAt(0) - 96;
  return chineseNumber(found);
}

/** Whether what looks like an identity or phone number stands in a text. @param letters the text as `normalise` gives it. */
export function holdsIdentityNumber(letters: string): boolean {
  return /(?<!\d)(?:\d{17}[\dx]|1[3-9]\d{9})(?!\d)/u.test(letters);
}

/** The number of a mini-program in what stands behind a command, normalised: `2 2号 到2号 第二个小程序` → 2. */
export function programNumber(words: string): number | undefined {
  const found = /^[到至回成]?(.*?)(?:的?小程序)?$/u.exec(words)?.[1];
  return found === undefined ? undefined : wholeNumber(found);
}

/** Toneless pinyin of Chinese characters, letters kept, without spaces: 个体户 → `getihu`. */
export function toPinyin(text: string): string {
  return pinyin(text, { toneType: 'none', type: 'array', v: true })
    .join('')
    .replace(/\s+/g, '')
    .toLowerCase();
}

/** Whether one is the other with one character too many, too few or two in the wrong order. An exchanged character is no
 *  typo: 公办 and 民办 differ by one; nor is a missing 不. (Wrong characters of the same sound: `toPinyin`.) */
export function isTypoOf(a: string, b: string): boolean {
  if (a.length === b.length) {
    const at = [...a].findIndex((character, i) => character !== b[i]);
    return at >= 0 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
  }
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (long.length - short.length !== 1) return false;
  let i = 0;
  while (i < short.length && short[i] === long[i]) i++;
  return !/[不没非无未别]/u.test(long[i] ?? '') && short.slice(i) === long.slice(i + 1);
}

/** Bytes of UTF-8. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

const DIGITS = new Map(
  [...'一二三四五六七八九十']
    .map((digit, i) => [digit, i + 1] as const)
    .concat([
      ['两', 2],
      ['幺', 1],
      ...[...'壹贰叁肆伍陆柒捌玖拾'].map((digit, i) => [digit, i + 1] as const),
    ]),
);

function chineseNumber(text: string): number | undefined {
  const [first = '', second] = [...text];
  const a = DIGITS.get(first);
  if (second === undefined) return a;
  const b = DIGITS.get(second);
  if (a === undefined || b === undefined) return undefined;
  if (a === 10) return b < 10 ? 10 + b : undefined;
  return b === 10 ? a * 10 : undefined;
}
