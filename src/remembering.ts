/** What a short text means by itself, kept for when it comes again: most of what merchants send is a tap, a number or one
 *  of the same few hundred words. Used around whatever reads texts (src/handbook/remembered.ts). */

/** Longer texts hardly come again, word for word. */
const LONGEST = 20;
/** Texts that may be a number of somebody's own are not kept, not even here. */
const OWN_NUMBER = /[0-9０-９]{5}/u;
/** So many texts are kept, or up to twice as many. What they mean takes some hundred bytes each. */
const KEPT = 500;

/** The same function, which must be pure; nobody may write to what it gives. The results for the short texts of late are
 *  kept, in memory only, and without who said them. @param nameOf tells what else is given apart, where anything is. */
export function remembering<A extends readonly unknown[], T>(
  read: (text: string, ...rest: A) => T,
  nameOf?: (...rest: A) => string,
): (text: string, ...rest: A) => T {
  let fresh = new Map<string, { readonly meant: T }>();
  let old = new Map<string, { readonly meant: T }>();

  return (text, ...rest) => {
    if (text.length > LONGEST) return read(text, ...rest);
    const key = nameOf === undefined ? text : keyOf(nameOf(...rest), text);
    const known = fresh.get(key);
    if (known !== undefined) return known.meant;
    const earlier = old.get(key);
    if (earlier === undefined && OWN_NUMBER.test(text)) return read(text, ...rest);
    const result = earlier ?? { meant: read(text, ...rest) };
    if (fresh.size >= KEPT) [fresh, old] = [new Map(), fresh];
    fresh.set(key, result);
    return result.meant;
  };
}

/** No other name and text have the same. */
function keyOf(name: string, text: string): string {
  return `${name.length} ${name}${text}`;
}
