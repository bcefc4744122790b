/** Values that are made when they are first wanted: what is costly and seldom needed. Such a value depends on nothing but
 *  what it is made from, so it is no memory of calls and never stale. */

/** The value, made at the first call. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
