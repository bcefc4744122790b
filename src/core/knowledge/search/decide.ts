/** A ranking and how sure its first class is → what is answered, guessed or turned away. */
import type { Ranking } from './retrieval.ts';
import {
  type FaqEntry,
  type Found,
  foundTarget,
  isEntry,
  isOutOfScope,
  type Thresholds,
  type Verdict,
} from './targets.ts';

/** The chance from which something is taken for what we do not answer. */
const TURNED_AWAY = 0.5;
/** The share of a text, by weight, that the phrasings of a guess must hold where something foreign is more like it. */
const SHARED = 0.2;
/** A text that names nothing of ours is guessed at from this chance. */
const UNNAMED = 0.45;

/** @param entries the first classes of the ranking. @param first the nearest target; `undefined` when nothing is near.
 *  @param namesOurs whether the text names what we are about: else guesses are guesses at nonsense. */
export function decide(
  ranking: Ranking,
  first: Verdict | undefined,
  entries: readonly FaqEntry[],
  thresholds: Thresholds,
  namesOurs: boolean,
): Found {
  if (!first || first.chance < thresholds.suggest) return { kind: 'unknown' };
  const { target, chance } = first;
  const owned = ranking.ranked.filter(({ classIndex }) => classIndex < entries.length);
  const guesses = owned.flatMap(({ classIndex }) => entries[classIndex] ?? []);
  if (isOutOfScope(target)) {
    // A real question that is turned away costs more than three guesses too many.
    if (chance >= (guesses.length === 0 ? UNNAMED : TURNED_AWAY)) return foundTarget(target, chance);
    if (guesses.length === 0) return { kind: 'unknown' };
    // What is most like something foreign, and shares hardly a word with ours, is no question of ours.
    if (ranking.covered(owned[0]?.classIndex ?? 0) < SHARED) return { kind: 'unknown' };
  } else if (chance >= thresholds.direct) return foundTarget(target, chance);
  if (!namesOurs && chance < UNNAMED) return { kind: 'unknown' };
  if (chance >= thresholds.tentative && namesOurs && !isOutOfScope(target)) {
    if (!isEntry(target)) return foundTarget(target, chance);
    const others = guesses.filter((entry) => entry !== target).slice(0, thresholds.suggestions - 1);
    return { kind: 'tentative', entry: target, others, share: chance };
  }
  return guesses.length === 0
    ? { kind: 'unknown' }
    : { kind: 'suggest', entries: guesses.slice(0, thresholds.suggestions), share: chance };
}
