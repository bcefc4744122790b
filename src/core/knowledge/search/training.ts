/** Learns from phrasings how much an n-gram speaks for or against a class: multinomial logistic regression by small
 *  steps, from each class's mean phrasing. The same phrasings always give the same weights. */

/** One phrasing as the numbers of its n-grams. */
export interface Sample {
  readonly ngrams: readonly number[];
  readonly classIndex: number;
  /** Of the text: what is drawn for it does not depend on the others, so that an edit elsewhere changes little. */
  readonly seed: number;
}

/** Weights by n-gram: those of n-gram `r` stand from `starts[r]` to before `starts[r + 1]`. */
export interface Weights {
  readonly starts: Int32Array;
  readonly classIndexes: Int32Array;
  readonly values: Float32Array;
}

/** Rounds through all phrasings. */
const ROUNDS = 10;
const LEARNING_RATE = 8;
/** Share of a phrasing's n-grams that a step does not see, so that no single one decides. */
const DROPOUT = 0.4;
/** A class's mean phrasing has this length: how sure one is before anything is learnt. */
const SHARPNESS = 20;
/** Flattens how often an n-gram stands in a class, so that a class of many phrasings does not drown its rare ones. */
const FLATTEN = 0.7;
/** Gradients below this are applied at random, scaled up: same expectation, less work. */
const WORTHWHILE = 0.03;
/** Smaller weights change nothing that can be measured, and are the majority. */
const KEPT_FROM = 0.7;
/** Classes that are this far behind the first rival (e to that power in chance) are not compared while learning. */
const BEHIND = 6;
/** Learning grows with phrasings × classes: above so many classes the means alone must do. */
const LEARNT_UP_TO = 1_000;

/** Which classes have n-gram `r` in a phrasing: `classIndexes` from `starts[r]` to before `starts[r + 1]`, ascending. */
export interface Seen {
  readonly starts: Int32Array;
  readonly classIndexes: Int32Array;
}

/** @param idf how telling each n-gram is. */
export function learn(
  samples: readonly Sample[],
  classes: number,
  seen: Seen,
  idf: (ngram: number) => number,
): Weights {
  const means = meansOf(samples, classes, seen, idf);
  if (classes > LEARNT_UP_TO) return strongest(means);
  const table = toDense(means, classes);
  descend(table, withoutLoners(samples, seen.starts.length - 1), classes, means);
  return toSparse(table, classes);
}

/** What an n-gram weighs in a text of so many. */
export function partOf(count: number): number {
  return 1 / Math.sqrt(Math.max(1, count));
}

/** Each class's mean phrasing, flattened, rare n-grams counting more, scaled to `SHARPNESS`. */
function meansOf(
  samples: readonly Sample[],
  classes: number,
  { starts, classIndexes }: Seen,
  idf: (ngram: number) => number,
): Weights {
  const values = new Float32Array(classIndexes.length);
  const sizes = new Float64Array(classes);
  for (const { classIndex } of samples) sizes[classIndex] = (sizes[classIndex] ?? 0) + 1;
  for (const { ngrams, classIndex } of samples) {
    const part = partOf(ngrams.length) / (sizes[classIndex] ?? 1);
    for (const ngram of ngrams) {
      const at = lowerBound(classIndexes, starts[ngram] ?? 0, starts[ngram + 1] ?? 0, classIndex);
      values[at] = (values[at] ?? 0) + part;
    }
  }
  const squares = new Float64Array(classes);
  for (let ngram = 0; ngram + 1 < starts.length; ngram++) {
    const telling = idf(ngram);
    for (let at = starts[ngram] ?? 0; at < (starts[ngram + 1] ?? 0); at++) {
      const weight = (values[at] ?? 0) ** FLATTEN * telling;
      const classIndex = classIndexes[at] ?? 0;
      values[at] = weight;
      squares[classIndex] = (squares[classIndex] ?? 0) + weight * weight;
    }
  }
  for (const [at, classIndex] of classIndexes.entries())
    values[at] = (SHARPNESS * (values[at] ?? 0)) / (Math.sqrt(squares[classIndex] ?? 1) || 1);
  return { starts, classIndexes, values };
}

/** Where `classIndex` stands in this ascending part of `classIndexes`, or would stand. */
export function lowerBound(classIndexes: Int32Array, from: number, to: number, classIndex: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((classIndexes[middle] ?? 0) < classIndex) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Samples with the n-grams that another phrasing has too: what stands in one phrasing only would be learnt by heart. */
function withoutLoners(samples: readonly Sample[], ngrams: number): readonly Sample[] {
  const times = new Int32Array(ngrams);
  for (const sample of samples) for (const ngram of sample.ngrams) times[ngram] = (times[ngram] ?? 0) + 1;
  return samples.map(({ ngrams: all, ...sample }) => ({
    ...sample,
    ngrams: all.filter((ngram) => (times[ngram] ?? 0) > 1),
  }));
}

/** Gradient descent, phrasing by phrasing, with a shrinking step. */
function descend(table: Float32Array, samples: readonly Sample[], classes: number, means: Weights): void {
  const order = Int32Array.from(samples.keys());
  const rivals = samples.map((sample) => rivalsOf(means, sample, classes));
  const scores = new Float64Array(classes);
  const seen = new Int32Array(Math.max(0, ...samples.map(({ ngrams }) => ngrams.length)));
  for (let round = 0; round < ROUNDS; round++) {
    const drawn = samples.map(({ seed }) => scrambled(seed, round));
    order.sort((a, b) => (drawn[a] ?? 0) - (drawn[b] ?? 0));
    const step = LEARNING_RATE * (1 - round / ROUNDS);
    for (const at of order) {
      const sample = samples[at];
      const classIndexes = rivals[at];
      if (!sample || !classIndexes) continue;
      const random = randomFrom(drawn[at] ?? 0);
      let count = 0;
      for (const ngram of sample.ngrams) if (random() >= DROPOUT) seen[count++] = ngram * classes;
      const part = partOf(sample.ngrams.length) / Math.sqrt(1 - DROPOUT);
      const rows = seen.subarray(0, count);
      toChances(table, rows, classIndexes, part, scores);
      for (let i = 0; i < classIndexes.length; i++) {
        const classIndex = classIndexes[i] ?? 0;
        const error = worthwhile((scores[i] ?? 0) - (classIndex === sample.classIndex ? 1 : 0), random);
        if (error !== 0) move(table, rows, classIndex, -step * part * error);
      }
    }
  }
}

/** The classes that a phrasing might be taken for before anything is learnt, its own among them: all confusion is here. */
function rivalsOf(
  { starts, classIndexes, values }: Weights,
  { ngrams, classIndex }: Sample,
  classes: number,
): Int32Array {
  const scores = new Float32Array(classes);
  let most = 0;
  for (const ngram of ngrams) {
    for (let at = starts[ngram] ?? 0; at < (starts[ngram + 1] ?? 0); at++) {
      const rival = classIndexes[at] ?? 0;
      const score = (scores[rival] ?? 0) + (values[at] ?? 0);
      scores[rival] = score;
      if (score > most && rival !== classIndex) most = score;
    }
  }
  const least = most - BEHIND / partOf(ngrams.length);
  return Int32Array.from(scores.keys()).filter(
    (rival) => rival === classIndex || (scores[rival] ?? 0) > least,
  );
}

/** Writes into `scores` the chance of each of these classes for the rows that were seen. */
function toChances(
  table: Float32Array,
  rows: Int32Array,
  classIndexes: Int32Array,
  part: number,
  scores: Float64Array,
): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < classIndexes.length; i++) {
    const classIndex = classIndexes[i] ?? 0;
    let score = 0;
    for (let j = 0; j < rows.length; j++) score += table[(rows[j] ?? 0) + classIndex] ?? 0;
    scores[i] = score;
    if (score > most) most = score;
  }
  let sum = 0;
  for (let i = 0; i < classIndexes.length; i++) {
    const below = ((scores[i] ?? 0) - most) * part;
    const odds = below < -12 ? 0 : Math.exp(below);
    scores[i] = odds;
    sum += odds;
  }
  for (let i = 0; i < classIndexes.length; i++) scores[i] = (scores[i] ?? 0) / sum;
}

/** Small errors are corrected whole or not at all. */
function worthwhile(error: number, random: () => number): number {
  const size = Math.abs(error);
  if (size >= WORTHWHILE) return error;
  return size > 1e-5 && random() * WORTHWHILE < size ? Math.sign(error) * WORTHWHILE : 0;
}

function move(table: Float32Array, rows: Int32Array, classIndex: number, by: number): void {
  for (let i = 0; i < rows.length; i++) {
    const cell = (rows[i] ?? 0) + classIndex;
    table[cell] = (table[cell] ?? 0) + by;
  }
}

/** Pseudo-random numbers from 0 to 1, always the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 4_294_967_296;
  };
}

/** Another number for each round of each seed (the finaliser of MurmurHash3). */
function scrambled(seed: number, round: number): number {
  let hash = (seed + Math.imul(round + 1, 0x9e3779b1)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number that tells a text (FNV-1a over its UTF-16 units). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function toDense({ starts, classIndexes, values }: Weights, classes: number): Float32Array {
  const table = new Float32Array((starts.length - 1) * classes);
  for (let ngram = 0; ngram + 1 < starts.length; ngram++) {
    for (let at = starts[ngram] ?? 0; at < (starts[ngram + 1] ?? 0); at++)
      table[ngram * classes + (classIndexes[at] ?? 0)] = values[at] ?? 0;
  }
  return table;
}

/** The table's weights that are kept. */
function toSparse(table: Float32Array, classes: number): Weights {
  const starts = new Int32Array(table.length / classes + 1);
  const classIndexes: number[] = [];
  const values: number[] = [];
  for (let ngram = 0; ngram + 1 < starts.length; ngram++) {
    for (let classIndex = 0; classIndex < classes; classIndex++) {
      const weight = table[ngram * classes + classIndex] ?? 0;
      if (weight < KEPT_FROM && weight > -KEPT_FROM) continue;
      classIndexes.push(classIndex);
      values.push(weight);
    }
    starts[ngram + 1] = classIndexes.length;
  }
  return { starts, classIndexes: Int32Array.from(classIndexes), values: Float32Array.from(values) };
}

/** The same for weights that stand without gaps. */
function strongest(means: Weights): Weights {
  const starts = new Int32Array(means.starts.length);
  const classIndexes: number[] = [];
  const values: number[] = [];
  for (let ngram = 0; ngram + 1 < starts.length; ngram++) {
    for (let at = means.starts[ngram] ?? 0; at < (means.starts[ngram + 1] ?? 0); at++) {
      const weight = means.values[at] ?? 0;
      if (weight < KEPT_FROM) continue;
      classIndexes.push(means.classIndexes[at] ?? 0);
      values.push(weight);
    }
    starts[ngram + 1] = classIndexes.length;
  }
  return { starts, classIndexes: Int32Array.from(classIndexes), values: Float32Array.from(values) };
}
