/** What a reply is read as, and the small steps on the way: clauses, which matches count beside the open question, and what
 *  several options come to. */
import type { Ask } from '../dialog.ts';
import type { Match } from './wordings.ts';

export type Reading =
  /** `exact`: a number or an option's own wording to the letter, so it is an answer even where it looks like a question. */
  | { readonly kind: 'option'; readonly value: string; readonly exact: boolean }
  | { readonly kind: 'several'; readonly values: readonly string[] }
  | { readonly kind: 'denied' }
  | { readonly kind: 'nothing' };

/** A fact said in a sentence; more than one value means that the sentence names two. */
export interface Mention {
  readonly fact: string;
  readonly values: readonly string[];
}

export const NOTHING: Reading = { kind: 'nothing' };

/** The clauses of a text and where they stand. @param clauses the text as `clausesIn` gives it. */
export function clausesOf(
  clauses: string,
): readonly { readonly text: string; readonly start: number; readonly end: number }[] {
  return [...clauses.matchAll(/[^ ,、]+/gu)].map(({ 0: text, index: start }) => ({
    text,
    start,
    end: start + text.length,
  }));
}

/** How many characters go as one word after another is taken off an end of the text: 0, then more and more. */
export function cutPoints(
  text: string,
  next: (rest: string) => string | undefined,
  fromBehind = false,
): readonly number[] {
  const all = [0];
  for (let gone = 0; ; all.push(gone)) {
    const word = next(fromBehind ? text.slice(0, text.length - gone) : text.slice(gone));
    if (word === undefined || word.length === 0 || gone + word.length >= text.length) return all;
    gone += word.length;
  }
}

/** The length of the clause, or clauses, in which this piece stands. */
export function clauseAround(text: string, start: number, end: number): number {
  let from = start;
  let to = end;
  while (from > 0 && !/[ ,、]/u.test(text[from - 1] ?? '')) from--;
  while (to < text.length && !/[ ,、]/u.test(text[to] ?? '')) to++;
  return to - from;
}

/** What answers the open question is not heard as another fact as well. */
export function preferOpenQuestion(open: Ask | undefined, matches: readonly Match[]): readonly Match[] {
  if (!open) return matches;
  const mine = matches.filter(({ wording }) => wording.fact === open.fact);
  return matches.filter(
    ({ wording, start, end }) =>
      wording.fact === open.fact ||
      !mine.some((match) =>
        wording.distinctive
          ? match.start === start && match.end === end
          : match.start < end && start < match.end,
      ),
  );
}

/** The options that all sets share; all options where they share none. */
export function intersect(sets: readonly (readonly string[])[]): readonly string[] {
  const all = [...new Set(sets.flat())];
  const common = all.filter((option) => sets.every((set) => set.includes(option)));
  return common.length > 0 ? common : all;
}

/** Adds the options to those of the fact. */
export function addTo(found: Map<string, Set<string>>, fact: string, options: readonly string[]): void {
  const values = found.get(fact) ?? new Set();
  for (const option of options) values.add(option);
  found.set(fact, values);
}

/** What these options come to: nothing, one of them, or the question which. */
export function toReading(options: readonly string[], exact: boolean): Reading {
  const [first, ...others] = new Set(options);
  if (first === undefined) return NOTHING;
  return others.length === 0
    ? { kind: 'option', value: first, exact }
    : { kind: 'several', values: [first, ...others] };
}

/** What only sounds or looks like a wording counts where one option fits. */
export function ifSingle(options: readonly string[] = []): Reading | undefined {
  const reading = toReading(options, false);
  return reading.kind === 'option' ? reading : undefined;
}
