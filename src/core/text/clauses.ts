/** A text as the clauses in which answers are looked for, and Cantonese words as Mandarin ones. */

/** Cantonese, 木有, and 自已 for 自己, as they are typed; before anything else is read. */
const CANTONESE: readonly (readonly [RegExp, string])[] = [
  [/唔/gu, '不'],
  [/冇|木有/gu, '没有'],
  [/係|(?<=[不就都我])系(?!统)/gu, '是'],
  [/仲(?=[未没系係])/gu, '还'],
  [/哋/gu, '们'],
  [/嘅/gu, '的'],
  [/嚟/gu, '来'],
  [/咗/gu, '了'],
  [/佢/gu, '他'],
  [/自已/gu, '自己'],
];
/** 三个人 are no 个人. */
const HEADCOUNT = /(?<=(?<!同)[一二两俩三仨四五六七八九十几每0-9][来多几]?)个(?=人)/gu;

/** Cantonese words as Mandarin ones; everything else, and a text without them, as it is. */
export function inMandarin(text: string): string {
  return /[唔冇係哋嘅嚟咗佢]|仲[未没系係]|木有|自已/u.test(text)
    ? CANTONESE.reduce((rest, [pattern, meaning]) => rest.replace(pattern, meaning), text)
    : text;
}

/** Punctuation as `,` (but 、), spaces as one ` `, none beside Latin words, none at the ends.
 *  @param plain the text as `canonical` gives it. */
export function clausesIn(plain: string): string {
  return plain
    .replace(HEADCOUNT, '')
    .replace(/[\p{P}\p{S}\p{Z}\p{C}\p{M}]+/gu, (run) =>
      run === '、' ? run : /[\p{P}\p{S}]/u.test(run) ? ',' : ' ',
    )
    .replace(/(?<=[a-z0-9]) (?=\p{Script=Han})|(?<=\p{Script=Han}) (?=[a-z0-9])/gu, '')
    .replace(/^[ ,、]+|[ ,、]+$/gu, '');
}
