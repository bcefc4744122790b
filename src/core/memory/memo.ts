/** Results of pure functions, kept for when the same is asked again: most of what merchants send is a tap, a number or one
 *  of the same few hundred words, and most of them stand where others stood. Used by src/handbook/remembered.ts and, for
 *  the keys of persons, by assemble.ts. */

/** Results by what they were made of; the latest are kept, between `most` and twice as many. */
export interface Recent<T> {
  get(key: string): { readonly is: T } | undefined;
  keep(key: string, is: T): T;
}

/** Two generations: what is used stays, what is not goes with the second change of them. The key is kept as a copy: V8 keeps
 *  the whole message alive for as long as a part that was cut from it. */
export function createLru<T>(most = 500): Recent<T> {
  interface Kept {
    readonly key: string;
    readonly is: T;
  }
  let fresh = new Map<string, Kept>();
  let old = new Map<string, Kept>();

  function keep(kept: Kept): Kept {
    if (fresh.size >= most) [fresh, old] = [new Map(), fresh];
    fresh.set(kept.key, kept);
    return kept;
  }

  return {
    get(key) {
      const known = fresh.get(key);
      if (known !== undefined) return known;
      const earlier = old.get(key);
      return earlier && keep(earlier);
    },
    keep: (key, is) => keep({ key: ownCopy(key), is }).is,
  };
}

/** Longer texts hardly come again, word for word. */
const LONGEST = 20;
/** Texts that may be a number of somebody's own are not kept, not even here. */
const OWN_NUMBER = /[0-9０-９]{5}/u;

/** A function of a text, which must be pure; nobody may write to what it gives. The results for the short texts of late are
 *  kept, in memory only, and without who said them. @param nameOf tells what else is given apart, where anything is. */
export function memoize<A extends readonly unknown[], T>(
  read: (text: string, ...rest: A) => T,
  nameOf?: (...rest: A) => string,
): (text: string, ...rest: A) => T {
  const recent = createLru<T>();
  return (text, ...rest) => {
    if (text.length > LONGEST) return read(text, ...rest);
    const key = nameOf === undefined ? text : keyOf(nameOf(...rest), text);
    const known = recent.get(key);
    if (known !== undefined) return known.is;
    if (OWN_NUMBER.test(text)) return read(text, ...rest);
    // What is read may consist of parts of the text.
    return recent.keep(key, read(ownCopy(text), ...rest));
  };
}

/** The same characters in memory of their own. */
function ownCopy(text: string): string {
  return text.split('').join('');
}

/** No other name and text have the same. */
function keyOf(name: string, text: string): string {
  return `${name.length} ${name}${text}`;
}

/** A function of an object, made once for each: of what a handbook holds, which lives as long as the handbook. */
export function memoizeByObject<K extends object, T>(make: (key: K) => T): (key: K) => T {
  const made = new WeakMap<K, { readonly is: T }>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known.is;
    const is = make(key);
    made.set(key, { is });
    return is;
  };
}

/** A few results by name, for as long as one message is understood: a turn is one piece of synchronous work, and what it
 *  leaves here is gone right after it. So they may hold texts of any length. */
export interface Passing<T> {
  get(key: string): T | undefined;
  keep(key: string, is: T): T;
}

/** @param most results kept at once; further ones are not. */
export function createPassing<T>(most = 8): Passing<T> {
  const keys: string[] = [];
  const results: T[] = [];

  function forget(): void {
    keys.length = 0;
    results.length = 0;
  }

  return {
    get(key) {
      const at = keys.indexOf(key);
      return at === -1 ? undefined : results[at];
    },
    keep(key, is) {
      if (keys.length >= most) return is;
      if (keys.length === 0) queueMicrotask(forget);
      keys.push(key);
      results.push(is);
      return is;
    },
  };
}
