/** A prepared text → the runs by which texts are compared: single units, pairs of neighbours, and what it begins and ends
 *  with. A unit is a character, a Latin word or a number. Used by retrieval.ts and learning.ts. */

/** The distinct runs of a text, in no order that means anything. Spaces only keep Latin words apart. */
export function runsOf(text: string): readonly string[] {
  const units = text.match(/[a-z]+|[0-9]+|[^a-z0-9 ]/gu) ?? [];
  const runs = new Set<string>();
  let before = '';
  for (const unit of units) {
    runs.add(unit);
    runs.add(`${before} ${unit}`);
    before = unit;
  }
  if (before !== '') runs.add(`${before} `);
  return [...runs];
}

/** Whether a run is a single unit; all others hold a space. */
export function isUnit(run: string): boolean {
  return !run.includes(' ');
}
