/** What speaks for a text's nearest classes, for editors: `npm run ask` and the playground's panel. */
import { SIGNALS } from './confidence.ts';
import type { Ranking } from './retrieval.ts';
import { isEntry, isWish, type Target, type Thresholds, type Verdict } from './targets.ts';

/** Why a text is answered, guessed at or not understood. */
export interface Weighed {
  /** The text as it is compared. */
  readonly compared: string;
  readonly exact: boolean;
  /** 0–1: the chance that the first class is meant. */
  readonly chance: number;
  /** What each signal adds to the logarithm of the odds, the strongest first. */
  readonly signals: readonly { readonly name: string; readonly adds: number }[];
  /** The nearest classes; `share` 0–1 of what speaks for any of them. */
  readonly nearest: readonly { readonly id: string; readonly title: string; readonly share: number }[];
}

const SHOWN = 4;

/** Tells how a ranking was judged. */
export function weighed(
  compared: string,
  exact: Target | undefined,
  { ranked }: Ranking,
  verdict: Verdict | undefined,
  targets: readonly Target[],
  { weights }: Thresholds,
): Weighed {
  const signals = (verdict?.signals ?? []).map((signal, i) => ({
    name: SIGNALS[i] ?? '',
    adds: signal * (weights[i] ?? 0),
  }));
  const nearest = ranked.slice(0, SHOWN).flatMap(({ classIndex, chance }) => {
    const target = targets[classIndex];
    return target ? [{ id: target.id, title: titleOf(target), share: chance }] : [];
  });
  return {
    compared,
    exact: exact !== undefined,
    chance: exact ? 1 : (verdict?.chance ?? 0),
    signals: signals.sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds)),
    nearest: exact
      ? [{ id: exact.id, title: titleOf(exact), share: 1 }, ...nearest.filter(({ id }) => id !== exact.id)]
      : nearest,
  };
}

function titleOf(target: Target): string {
  if (isEntry(target)) return target.question;
  if (!isWish(target)) return target.topic;
  return 'opens' in target.does ? target.does.opens : target.does.command;
}
