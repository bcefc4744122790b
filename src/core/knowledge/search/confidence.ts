/** How sure the first class of a ranking is: signals, and the chance that a logistic of them gives. */
import type { Ranking } from './retrieval.ts';

/** Keeps certainty finite. */
const FLOOR = 1e-4;

/** The names of the signals, in the order of the weights. */
export const SIGNALS: readonly string[] = [
  'bias',
  'odds',
  'score',
  'covered',
  'covered ahead',
  'length',
  'familiar',
  'out of scope',
  'names ours',
];

/** What speaks for and against the first class: how far it is ahead of all others, how much speaks for it, how much of the
 *  text its phrasings hold and how much more than the second's, how much was said, how much of it was never heard, what
 *  speaks for what is out of scope (the classes from `outOfScopeFrom` on), and whether the text names what we are about. */
export function signalsOf(
  ranking: Ranking,
  length: number,
  outOfScopeFrom: number,
  namesOurs: boolean,
): readonly number[] {
  const [first, second] = ranking.ranked;
  if (!first) return [];
  const covered = ranking.covered(first.classIndex);
  // Subjects out of scope speak against an entry, not against each other.
  const against =
    first.classIndex < outOfScopeFrom
      ? ranking.ranked.filter(({ classIndex }) => classIndex >= outOfScopeFrom)
      : [];
  const outOfScope = against.reduce((sum, { chance }) => sum + chance, 0);
  return [
    1,
    Math.log((first.chance + FLOOR) / (1 - first.chance + FLOOR)),
    first.score,
    covered,
    covered - (second ? ranking.covered(second.classIndex) : 0),
    Math.log(length + 1),
    ranking.familiar,
    outOfScope,
    namesOurs ? 1 : 0,
  ];
}

/** The logistic of the weighted signals, 0–1. */
export function chanceOf(signals: readonly number[], weights: readonly number[]): number {
  return 1 / (1 + Math.exp(-signals.reduce((sum, signal, i) => sum + signal * (weights[i] ?? 0), 0)));
}
