/** Words of people in regular expressions. */

/** The text as the source of a regular expression that matches it to the letter. */
export function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The longer words first, so that the whole word is found and not a shorter one that it begins with. */
export function longestFirst(words: readonly string[]): readonly string[] {
  return [...words].sort((a, b) => b.length - a.length);
}

/** The source of a regular expression for any of the words, longer ones first. */
export function anyOf(words: readonly string[]): string {
  return longestFirst(words).map(escapeForRegExp).join('|');
}
