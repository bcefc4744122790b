/** A ranking and how sure its first class is → what is answered, guessed or turned away. */
import type { Ranking } from './retrieval.ts';
import {
  type FaqEntry,
  type Found,
  foundTarget,
  isOutOfScope,
  isWish,
  type Target,
  type Thresholds,
  type Verdict,
  type Wish,
} from './targets.ts';

/** The chance from which something is taken for what we do not answer. */
const TURNED_AWAY = 0.5;
/** The share of a text, by weight, that the phrasings of a guess must hold where something foreign is more like it. */
const SHARED = 0.2;
/** A text that names nothing of ours is guessed at from this chance. */
const UNNAMED = 0.45;

/** Letters of the shortest word, and of the shortest text that says more than a word. */
const LETTERS_OF_A_WORD = 2;
const LETTERS_THAT_SAY_MORE = 3;
/** Where nothing of ours is named, an answer must be so much surer. */
const STRANGER = 0.1;
/** A wish is heard from this chance, from the second where a question is asked: opening a dialog too much is undone with a
 *  word. */
const WISHED = 0.45;
const WISHED_ASKING = 0.6;
/** From this chance it is offered, where nothing of ours is named. */
const WISH_OFFERED = 0.25;
/** Where nothing is asked, a wish among the first so many is meant, if it is not far behind the first. */
const NEAR = 3;
const NOT_FAR = 0.6;

/** What a text says of itself. */
export interface TextSigns {
  /** It names what we are about: else guesses are guesses at nonsense. */
  readonly namesOurs: boolean;
  /** It has a word that asks. */
  readonly asks: boolean;
  readonly letters: number;
}

/** @param targets of the classes of the ranking, `entries` first. @param first the nearest one; `undefined` when nothing is
 *  near. */
export function decide(
  ranking: Ranking,
  first: Verdict | undefined,
  targets: readonly Target[],
  entries: readonly FaqEntry[],
  thresholds: Thresholds,
  { namesOurs, asks, letters }: TextSigns,
): Found {
  // 打 may be anything at all, 短信 anything about it.
  if (!first || first.chance < thresholds.suggest || letters < LETTERS_OF_A_WORD) return { kind: 'unknown' };
  const { target, chance } = first;
  const owned = ranking.ranked.filter(({ classIndex }) => classIndex < entries.length);
  const guesses = owned.flatMap(({ classIndex }) => entries[classIndex] ?? []);
  const wish = isOutOfScope(target) ? undefined : nearWish(ranking, targets);
  const suggested = suggestion(guesses.slice(0, thresholds.suggestions), wish, chance);
  if (isOutOfScope(target)) {
    // A real question that is turned away costs more than three guesses too many.
    if (chance >= (guesses.length === 0 ? UNNAMED : TURNED_AWAY)) return foundTarget(target, chance);
    if (guesses.length === 0) return { kind: 'unknown' };
    // What is most like something foreign, and shares hardly a word with ours, is no question of ours.
    if (ranking.covered(owned[0]?.classIndex ?? 0) < SHARED) return { kind: 'unknown' };
  } else if (chance >= thresholds.direct + (namesOurs ? 0 : STRANGER)) return foundTarget(target, chance);
  if (letters < LETTERS_THAT_SAY_MORE && !isOutOfScope(target)) return suggested;
  if (isWish(target) && chance >= (asks ? WISHED_ASKING : WISHED)) return foundTarget(target, chance);
  if (wish && !asks && namesOurs && chance >= thresholds.tentative) return foundTarget(wish, chance);
  if (!namesOurs && chance < UNNAMED)
    return isWish(target) && chance >= WISH_OFFERED ? suggestion([], target, chance) : { kind: 'unknown' };
  if (chance >= thresholds.tentative && namesOurs && !isOutOfScope(target)) {
    if (isWish(target)) return asks ? suggested : foundTarget(target, chance);
    const others = guesses.filter((entry) => entry !== target).slice(0, thresholds.suggestions - 1);
    return { kind: 'tentative', entry: target, others, share: chance };
  }
  return suggested;
}

function suggestion(entries: readonly FaqEntry[], wish: Wish | undefined, share: number): Found {
  if (entries.length === 0 && !wish) return { kind: 'unknown' };
  return { kind: 'suggest', entries, ...(wish && { wish }), share };
}

function nearWish({ ranked }: Ranking, targets: readonly Target[]): Wish | undefined {
  const least = (ranked[0]?.score ?? 0) * NOT_FAR;
  return ranked
    .slice(0, NEAR)
    .flatMap(({ classIndex, score }) => (score >= least ? (targets[classIndex] ?? []) : []))
    .find(isWish);
}
