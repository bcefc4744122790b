/** A text → the n-grams by which texts are compared: single units, pairs of neighbours, and what it begins and ends
 *  with. A unit is a character, a Latin word or a number. */

/** The distinct n-grams of a text, in no order that means anything. Spaces only keep Latin words apart. */
export function ngramsOf(text: string): readonly string[] {
  const units = text.match(/[a-z]+|[0-9]+|[^a-z0-9 ]/gu) ?? [];
  const ngrams = new Set<string>();
  let before = '';
  for (const unit of units) {
    ngrams.add(unit);
    ngrams.add(`${before} ${unit}`);
    before = unit;
  }
  if (before !== '') ngrams.add(`${before} `);
  return [...ngrams];
}

/** Whether an n-gram is a single unit; all others hold a space. */
export function isUnit(ngram: string): boolean {
  return !ngram.includes(' ');
}
