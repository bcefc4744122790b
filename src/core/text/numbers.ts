/** Numbers as people type them. */
import { normalise } from './normalise.ts';

/** The number that a whole message stands for: `2 ２ ② 2️⃣ 二 贰 第二个 选2 B 2.` → 2; anything else → undefined. */
export function wholeNumber(text: string): number | undefined {
  return numberIn(normalise(text));
}

/** The same for a text that is normalised already. */
export function numberIn(letters: string): number | undefined {
  const found =
    /^(?:选择?|我选|第|no|答案?是?|选项)?([0-9]{1,2}|[一二三四五六七八九十两壹贰叁肆伍陆柒捌玖拾幺]{1,2}|[a-h])(?:个|项|条|种|号|吧|了)?$/u.exec(
      letters,
    )?.[1];
  if (found === undefined) return undefined;
  if (/^[0-9]+$/.test(found)) return Number(found);
  if (/^[a-h]$/.test(found)) return found.charCodeAt(0) - 96;
  return chineseNumber(found);
}

/** 前一个, 后者: the first or the second of two; `undefined` for anything else. @param letters as `normalise` gives it. */
export function whichOfTwo(letters: string): 1 | 2 | undefined {
  if (/^[选是]?(?:前者|(?:前|前面|上面)那?一?个)[吧的]?$/u.test(letters)) return 1;
  return /^[选是]?(?:后者|(?:后|后面|下面)那?一?个)[吧的]?$/u.test(letters) ? 2 : undefined;
}

/** 第2页, 翻到第二页: the number of a page. @param letters as `normalise` gives it. */
export function pageNumber(letters: string): number | undefined {
  return numberIn(PAGE.exec(letters)?.[1] ?? '');
}

/** 第8条, 第八项是什么意思, 8怎么弄: a number with what is said behind it. @param letters as `normalise` gives it. */
export function numberWithRest(
  letters: string,
): { readonly number: number; readonly rest: string; readonly isItem: boolean } | undefined {
  const item = ITEM.exec(letters);
  const [, spoken = '', rest = ''] = item ?? BARE.exec(letters) ?? [];
  const number = numberIn(spoken);
  return number === undefined ? undefined : { number, rest, isItem: item !== null };
}

const NUMERAL = '[0-9]{1,2}|[一二三四五六七八九十两]{1,3}';
const PAGE = new RegExp(`^(?:看|翻到|回到|到|去|跳到|我要看)?第?(${NUMERAL})页(?:呢|吧|看看)?$`, 'u');
/** Words of a list, which options have not. */
const ITEM = new RegExp(
  `^(?:清单|列表|材料|看|请问|那)?(?:的|里|里的|上的)?第?(${NUMERAL})(?:项|条|样|份|个材料|号材料)(.{0,14})$`,
  'u',
);
const BARE = new RegExp(`^(${NUMERAL})(.{1,12})$`, 'u');

/** Whether what looks like an identity or phone number stands in a text. @param letters the text as `normalise` gives it. */
export function holdsIdentityNumber(letters: string): boolean {
  return /(?<!\d)(?:\d{17}[\dx]|1[3-9]\d{9})(?!\d)/u.test(letters);
}

/** The text with identity numbers made unreadable; phone numbers stay, by which a person may call back. */
export function maskIdentityNumbers(text: string): string {
  return text.replace(/(?<!\d)\d{17}[\dXx](?!\d)/gu, (number) => `${number.slice(0, 3)}***************`);
}

/** The number of a mini-program in what stands behind a command, normalised: `2 2号 到2号 第二个小程序` → 2. */
export function programNumber(words: string): number | undefined {
  const found = /^[到至回成]?(.*?)(?:的?小程序)?$/u.exec(words)?.[1];
  return found === undefined ? undefined : wholeNumber(found);
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
