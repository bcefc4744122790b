/** A text that is a list, as its items. */
import { withoutPunctuation } from './normalise.ts';

/** The items of a text: behind numbers, or else a line each. Fewer than two: it is no list.
 *  @param isAround tells of a line that it stands around a list (a greeting, a heading). */
export function itemsIn(text: string, isAround: (line: string) => boolean): readonly string[] {
  const numbered = text.split(NUMBER).slice(1);
  const items = numbered.length > 1 ? numbered : text.split('\n').filter((line) => !isAround(line.trim()));
  return items.map((item) => item.trim()).filter((item) => withoutPunctuation(item).length >= LEAST);
}

/** 1. 2、 （3） ④ 第五条： before an item. */
const NUMBER =
  /(?:(?<![0-9.])(?:[(（]?[0-9]{1,2}[.、)）:：](?![0-9])|[①-⑳])|第[一二三四五六七八九十0-9]{1,3}[条点][,，:：、]?|(?<![\p{Script=Han}])[一二三四五六七八九十]{1,2}[、.])\s*/gu;
/** Letters of the shortest item. */
const LEAST = 3;
