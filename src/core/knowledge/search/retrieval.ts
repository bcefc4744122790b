/** Finds which class of phrasings a text belongs to, without a network: the learnt weights of its n-grams rank the classes.
 *  The index is plain data, built once by `buildIndex`, and may be kept; `createRetrieval` reads it. Measured in
 *  docs/understanding.md. */

import { isUnit, ngramsOf } from './ngrams.ts';
import { learn, lowerBound, partOf, type Seen, seedOf, type Weights } from './training.ts';

/** All that ranking needs, as plain data. */
export interface Index {
  readonly classes: number;
  /** Every n-gram that a phrasing has; its place is its number. */
  readonly ngrams: readonly string[];
  readonly weights: Weights;
  readonly seen: Seen;
}

/** A class that the n-grams of a text speak for. */
export interface Ranked {
  /** Index of the class. */
  readonly classIndex: number;
  /** What the n-grams say for it, in all; above 0. */
  readonly score: number;
  /** 0–1: the chance that it is meant, if it is one of all these classes. */
  readonly chance: number;
}

export interface Ranking {
  /** The nearest classes, best first, at most twelve. */
  readonly ranked: readonly Ranked[];
  /** 0–1: the part of the text's units that stand in any phrasing. */
  readonly familiar: number;
  /** 0–1: the part of the text, telling n-grams counting more, that stands in any phrasing of this class. */
  covered(classIndex: number): number;
}

export interface Retrieval {
  /** `text` is prepared as the phrasings were. */
  rank(text: string): Ranking;
  /** In how many classes an n-gram stands. */
  spread(ngram: string): number;
}

const KEPT = 12;
/** A class that is this far behind the best has no chance worth counting. */
const REACH = 8;

interface Scored {
  readonly classIndex: number;
  readonly score: number;
}

const NONE: Scored = { classIndex: 0, score: 0 };

/** Learns an index. The same phrasings give the same index.
 *  @param classes the phrasings of each class, prepared (normalised, reworded). */
export function buildIndex(classes: readonly (readonly string[])[]): Index {
  const numbers = new Map<string, number>();
  const seenBy: number[][] = [];
  const samples = classes.flatMap((phrasings, classIndex) =>
    phrasings.map((text) => ({
      classIndex,
      seed: seedOf(text),
      ngrams: ngramsOf(text).map((ngram) => numberOf(ngram, classIndex)),
    })),
  );
  const starts = new Int32Array(seenBy.length + 1);
  for (const [ngram, classIndexes] of seenBy.entries())
    starts[ngram + 1] = (starts[ngram] ?? 0) + classIndexes.length;
  const seen: Seen = { starts, classIndexes: Int32Array.from(seenBy.flat()) };
  const idf = (ngram: number) => idfOf(seenBy[ngram]?.length ?? 0, classes.length);
  return {
    classes: classes.length,
    ngrams: [...numbers.keys()],
    weights: learn(samples, classes.length, seen, idf),
    seen,
  };

  function numberOf(ngram: string, classIndex: number): number {
    const number = numbers.get(ngram) ?? numbers.size;
    numbers.set(ngram, number);
    const classIndexes = seenBy[number];
    if (!classIndexes) seenBy[number] = [classIndex];
    else if (classIndexes.at(-1) !== classIndex) classIndexes.push(classIndex);
    return number;
  }
}

/** Reads an index. Keeps room for one text, so that ranking allocates next to nothing. */
export function createRetrieval({ classes, ngrams, weights, seen }: Index): Retrieval {
  const numbers = new Map(ngrams.map((ngram, number) => [ngram, number]));
  const unknown = idfOf(0, classes);
  const scores = new Float64Array(classes);

  return { rank, spread };

  function spread(ngram: string): number {
    const number = numbers.get(ngram);
    return number === undefined ? 0 : (seen.starts[number + 1] ?? 0) - (seen.starts[number] ?? 0);
  }

  function rank(text: string): Ranking {
    const found = ngramsOf(text);
    const part = partOf(found.length);
    const known: number[] = [];
    let units = 0;
    let strange = 0;
    scores.fill(0);
    for (const ngram of found) {
      const number = numbers.get(ngram);
      if (number !== undefined) {
        known.push(number);
        add(number, part);
      }
      if (!isUnit(ngram)) continue;
      units += 1;
      if (number === undefined) strange += 1;
    }
    const { best, odds } = bestOf();
    const most = best[0]?.score ?? 0;
    return {
      ranked: best.map(({ classIndex, score }) => ({
        classIndex,
        score,
        chance: Math.exp(score - most) / odds,
      })),
      familiar: units === 0 ? 0 : 1 - strange / units,
      covered: (classIndex) => coveredBy(classIndex, known, found.length),
    };
  }

  function add(ngram: number, part: number): void {
    const { starts, classIndexes, values } = weights;
    const end = starts[ngram + 1] ?? 0;
    for (let i = starts[ngram] ?? 0; i < end; i++) {
      const classIndex = classIndexes[i] ?? 0;
      scores[classIndex] = (scores[classIndex] ?? 0) + part * (values[i] ?? 0);
    }
  }

  /** The best classes, best first, and the odds of all classes against the first. */
  function bestOf(): { readonly best: readonly Scored[]; readonly odds: number } {
    const best: Scored[] = [];
    let least = 0;
    for (let classIndex = 0; classIndex < classes; classIndex++) {
      const score = scores[classIndex] ?? 0;
      if (score <= least) continue;
      if (best.length === KEPT) best.pop();
      let at = best.length;
      for (; at > 0 && (best[at - 1]?.score ?? 0) < score; at--) best[at] = best[at - 1] ?? NONE;
      best[at] = { classIndex, score };
      if (best.length === KEPT) least = best[KEPT - 1]?.score ?? 0;
    }
    const most = best[0]?.score ?? 0;
    let odds = 0;
    for (let classIndex = 0; classIndex < classes; classIndex++) {
      const behind = most - (scores[classIndex] ?? 0);
      if (behind < REACH) odds += Math.exp(-behind);
    }
    return { best, odds };
  }

  function coveredBy(classIndex: number, known: readonly number[], count: number): number {
    let covered = 0;
    let all = (count - known.length) * unknown;
    for (const ngram of known) {
      const from = seen.starts[ngram] ?? 0;
      const to = seen.starts[ngram + 1] ?? 0;
      const telling = idfOf(to - from, classes);
      all += telling;
      const at = lowerBound(seen.classIndexes, from, to, classIndex);
      if (at < to && seen.classIndexes[at] === classIndex) covered += telling;
    }
    return all === 0 ? 0 : covered / all;
  }
}

/** The inverse document frequency: how telling an n-gram is: the fewer classes have it, the more. */
function idfOf(seenBy: number, classes: number): number {
  return Math.log(1 + (classes - seenBy + 0.5) / (seenBy + 0.5));
}
