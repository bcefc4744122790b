/** Words that sound alike, and typos. */
import { pinyin } from 'pinyin-pro';

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
