/** Finds which class of phrasings a text belongs to, without a network: the learnt weights of its runs (learning.ts) rank
 *  the classes. The index is plain data, built once by `buildIndex`, and may be kept; `createRetrieval` reads it. Called by
 *  faq.ts. Measured in docs/understanding.md. */

import { isUnit, runsOf } from './ngrams.ts';
import { learn, partOf, placeOf, type Seen, type Weights } from './training.ts';

/** All that ranking needs, as plain data. */
export interface Index {
  readonly classes: number;
  /** Every run that a phrasing has; its place is its number. */
  readonly runs: readonly string[];
  readonly weights: Weights;
  readonly seen: Seen;
}

/** A class that the runs of a text speak for. */
export interface Ranked {
  /** Index of the class. */
  readonly owner: number;
  /** What the runs say for it, in all; above 0. */
  readonly score: number;
  /** 0–1: the chance that it is meant, if it is one of all these classes. */
  readonly chance: number;
}

export interface Ranking {
  /** The nearest classes, best first, at most twelve. */
  readonly ranked: readonly Ranked[];
  /** 0–1: the part of the text's units that stand in any phrasing. */
  readonly familiar: number;
  /** 0–1: the part of the text, telling runs counting more, that stands in any phrasing of this class. Holds until the next
   *  text is ranked. */
  covered(owner: number): number;
}

export interface Retrieval {
  /** `text` is prepared as the phrasings were. */
  rank(text: string): Ranking;
}

const KEPT = 12;
/** A class that is this far behind the best has no chance worth counting. */
const REACH = 8;

interface Scored {
  readonly owner: number;
  readonly score: number;
}

const NONE: Scored = { owner: 0, score: 0 };

/** Learns an index. The same phrasings give the same index.
 *  @param classes the phrasings of each class, prepared (normalised, reworded). */
export function buildIndex(classes: readonly (readonly string[])[]): Index {
  const numbers = new Map<string, number>();
  const seenBy: number[][] = [];
  const samples = classes.flatMap((phrasings, owner) =>
    phrasings.map((text) => ({ owner, runs: runsOf(text).map((run) => numberOf(run, owner)) })),
  );
  const starts = new Int32Array(seenBy.length + 1);
  for (const [run, owners] of seenBy.entries()) starts[run + 1] = (starts[run] ?? 0) + owners.length;
  const seen: Seen = { starts, owners: Int32Array.from(seenBy.flat()) };
  const rarity = (run: number) => rarityOf(seenBy[run]?.length ?? 0, classes.length);
  return {
    classes: classes.length,
    runs: [...numbers.keys()],
    weights: learn(samples, classes.length, seen, rarity),
    seen,
  };

  function numberOf(run: string, owner: number): number {
    const number = numbers.get(run) ?? numbers.size;
    numbers.set(run, number);
    const owners = seenBy[number];
    if (!owners) seenBy[number] = [owner];
    else if (owners.at(-1) !== owner) owners.push(owner);
    return number;
  }
}

/** Reads an index. Keeps room for one text, so that ranking allocates next to nothing. */
export function createRetrieval({ classes, runs, weights, seen }: Index): Retrieval {
  const numbers = new Map(runs.map((run, number) => [run, number]));
  const unknown = rarityOf(0, classes);
  const scores = new Float64Array(classes);

  return { rank };

  function rank(text: string): Ranking {
    const found = runsOf(text);
    const part = partOf(found.length);
    const known: number[] = [];
    let units = 0;
    let strange = 0;
    scores.fill(0);
    for (const run of found) {
      const number = numbers.get(run);
      if (number !== undefined) {
        known.push(number);
        add(number, part);
      }
      if (!isUnit(run)) continue;
      units += 1;
      if (number === undefined) strange += 1;
    }
    const { best, odds } = bestOf();
    const most = best[0]?.score ?? 0;
    return {
      ranked: best.map(({ owner, score }) => ({ owner, score, chance: Math.exp(score - most) / odds })),
      familiar: units === 0 ? 0 : 1 - strange / units,
      covered: (owner) => coveredBy(owner, known, found.length),
    };
  }

  function add(run: number, part: number): void {
    const { starts, owners, values } = weights;
    const end = starts[run + 1] ?? 0;
    for (let i = starts[run] ?? 0; i < end; i++) {
      const owner = owners[i] ?? 0;
      scores[owner] = (scores[owner] ?? 0) + part * (values[i] ?? 0);
    }
  }

  /** The best classes, best first, and the odds of all classes against the first. */
  function bestOf(): { readonly best: readonly Scored[]; readonly odds: number } {
    const best: Scored[] = [];
    let least = 0;
    for (let owner = 0; owner < classes; owner++) {
      const score = scores[owner] ?? 0;
      if (score <= least) continue;
      if (best.length === KEPT) best.pop();
      let at = best.length;
      for (; at > 0 && (best[at - 1]?.score ?? 0) < score; at--) best[at] = best[at - 1] ?? NONE;
      best[at] = { owner, score };
      if (best.length === KEPT) least = best[KEPT - 1]?.score ?? 0;
    }
    const most = best[0]?.score ?? 0;
    let odds = 0;
    for (let owner = 0; owner < classes; owner++) {
      const behind = most - (scores[owner] ?? 0);
      if (behind < REACH) odds += Math.exp(-behind);
    }
    return { best, odds };
  }

  function coveredBy(owner: number, known: readonly number[], count: number): number {
    let covered = 0;
    let all = (count - known.length) * unknown;
    for (const run of known) {
      const from = seen.starts[run] ?? 0;
      const to = seen.starts[run + 1] ?? 0;
      const telling = rarityOf(to - from, classes);
      all += telling;
      const at = placeOf(seen.owners, from, to, owner);
      if (at < to && seen.owners[at] === owner) covered += telling;
    }
    return all === 0 ? 0 : covered / all;
  }
}

/** How telling a run is: the fewer classes have it, the more. */
function rarityOf(seenBy: number, classes: number): number {
  return Math.log(1 + (classes - seenBy + 0.5) / (seenBy + 0.5));
}
