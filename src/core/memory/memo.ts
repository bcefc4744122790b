/** The one way in which results of pure functions are remembered: by a key, the most lately used of them. */
import { LRUCache } from 'lru-cache';

/** Results remembered at most, where nothing else is said. */
const MOST = 1_000;

/** A function that remembers its results. It must be pure, and nobody may write to what it gives.
 *  @param keyOf tells everything apart that gives another result; `undefined`: this call is not remembered. */
export function memoize<A extends readonly unknown[], T>(
  make: (...args: A) => T,
  keyOf: (...args: A) => string | undefined,
  most = MOST,
): (...args: A) => T {
  const results = new LRUCache<string, { readonly value: T }>({ max: most });
  return (...args) => {
    const key = keyOf(...args);
    if (key === undefined) return make(...args);
    const known = results.get(key);
    if (known !== undefined) return known.value;
    const value = make(...args);
    results.set(ownCopy(key), { value });
    return value;
  };
}

/** The same for a function of one object, for as long as the object lives. */
export function memoizeByObject<K extends object, T>(make: (key: K) => T): (key: K) => T {
  const results = new WeakMap<K, { readonly value: T }>();
  return (key) => {
    const known = results.get(key);
    if (known !== undefined) return known.value;
    const value = make(key);
    results.set(key, { value });
    return value;
  };
}

/** Longer texts hardly come again, word for word. */
const LONGEST = 20;
/** Texts that may be somebody's own number are not remembered, not even in memory. */
const OWN_NUMBER = /[0-9０-９]{5}/u;

/** The key of a text, and of the name of what else decides; `undefined` for texts that are not remembered. No other name
 *  and text have the same key. */
export function textKey(text: string, name = ''): string | undefined {
  if (text.length > LONGEST || OWN_NUMBER.test(text)) return undefined;
  return `${name.length} ${name}${text}`;
}

/** The same characters in memory of their own: V8 keeps a whole message alive for as long as a part that was cut from it. */
function ownCopy(text: string): string {
  return text.split('').join('');
}
