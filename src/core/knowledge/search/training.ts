/** Learns from phrasings how much a run speaks for or against a class: starts from each class's mean phrasing and corrects
 *  it where classes are confused (multinomial logistic regression, trained by small steps). The same phrasings always give
 *  the same weights. Used by retrieval.ts when an index is built. */

/** One phrasing as the numbers of its runs. */
export interface Sample {
  readonly runs: readonly number[];
  readonly owner: number;
}

/** Weights by run: those of run `r` stand from `starts[r]` to before `starts[r + 1]`. */
export interface Weights {
  readonly starts: Int32Array;
  readonly owners: Int32Array;
  readonly values: Float32Array;
}

/** Rounds through all phrasings. */
const ROUNDS = 6;
const STEP = 8;
/** Share of a phrasing's runs that a step does not see, so that no single run decides. */
const UNSEEN = 0.4;
/** A class's mean phrasing has this length: how sure one is before anything is learnt. */
const SHARPNESS = 20;
/** Flattens how often a run stands in a class, so that a class of many phrasings does not drown its rare runs. */
const FLATTEN = 0.7;
/** Smaller corrections are made whole or not at all, by lot: the mean is the same and most of the work is saved. */
const WORTHWHILE = 0.03;
/** Weights below it change nothing that can be measured, and are most of all. */
const KEPT_FROM = 0.7;
/** Classes that are this far behind the first rival (e to that power in chance) are not compared while learning. */
const BEHIND = 8;
/** Learning grows with phrasings × classes: above so many classes the means alone must do. */
const LEARNT_UP_TO = 1_000;

/** Which classes have run `r` in a phrasing: `owners` from `starts[r]` to before `starts[r + 1]`, ascending. */
export interface Seen {
  readonly starts: Int32Array;
  readonly owners: Int32Array;
}

/** @param rarity how telling each run is. */
export function learn(
  samples: readonly Sample[],
  classes: number,
  seen: Seen,
  rarity: (run: number) => number,
): Weights {
  const means = meansOf(samples, classes, seen, rarity);
  if (classes > LEARNT_UP_TO) return strongest(means);
  const table = spread(means, classes);
  descend(table, withoutLoners(samples, seen.starts.length - 1), classes, means);
  return gathered(table, classes);
}

/** What a run weighs in a text of so many runs. */
export function partOf(count: number): number {
  return 1 / Math.sqrt(Math.max(1, count));
}

/** Each class's mean phrasing, flattened, rare runs counting more, scaled to `SHARPNESS`. */
function meansOf(
  samples: readonly Sample[],
  classes: number,
  { starts, owners }: Seen,
  rarity: (run: number) => number,
): Weights {
  const values = new Float32Array(owners.length);
  const sizes = new Float64Array(classes);
  for (const { owner } of samples) sizes[owner] = (sizes[owner] ?? 0) + 1;
  for (const { runs, owner } of samples) {
    const part = partOf(runs.length) / (sizes[owner] ?? 1);
    for (const run of runs) {
      const at = placeOf(owners, starts[run] ?? 0, starts[run + 1] ?? 0, owner);
      values[at] = (values[at] ?? 0) + part;
    }
  }
  const squares = new Float64Array(classes);
  for (let run = 0; run + 1 < starts.length; run++) {
    const telling = rarity(run);
    for (let at = starts[run] ?? 0; at < (starts[run + 1] ?? 0); at++) {
      const weight = (values[at] ?? 0) ** FLATTEN * telling;
      const owner = owners[at] ?? 0;
      values[at] = weight;
      squares[owner] = (squares[owner] ?? 0) + weight * weight;
    }
  }
  for (const [at, owner] of owners.entries())
    values[at] = (SHARPNESS * (values[at] ?? 0)) / (Math.sqrt(squares[owner] ?? 1) || 1);
  return { starts, owners, values };
}

/** Where `owner` stands in this ascending part of `owners`, or would stand. */
export function placeOf(owners: Int32Array, from: number, to: number, owner: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((owners[middle] ?? 0) < owner) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Samples with the runs that another phrasing has too: what stands in one phrasing only would be learnt by heart. */
function withoutLoners(samples: readonly Sample[], runs: number): readonly Sample[] {
  const times = new Int32Array(runs);
  for (const sample of samples) for (const run of sample.runs) times[run] = (times[run] ?? 0) + 1;
  return samples.map(({ owner, runs: all }) => ({ owner, runs: all.filter((run) => (times[run] ?? 0) > 1) }));
}

/** Goes down the slope of the error, phrasing by phrasing, in shorter and shorter steps. */
function descend(table: Float32Array, samples: readonly Sample[], classes: number, means: Weights): void {
  const lot = createLot();
  const order = Int32Array.from(samples.keys());
  const rivals = samples.map((sample) => rivalsOf(means, sample, classes));
  const scores = new Float64Array(classes);
  const seen = new Int32Array(Math.max(0, ...samples.map(({ runs }) => runs.length)));
  for (let round = 0; round < ROUNDS; round++) {
    shuffle(order, lot);
    const step = STEP * (1 - round / ROUNDS);
    for (const at of order) {
      const sample = samples[at];
      const owners = rivals[at];
      if (!sample || !owners) continue;
      let count = 0;
      for (const run of sample.runs) if (lot() >= UNSEEN) seen[count++] = run * classes;
      const part = partOf(sample.runs.length) / Math.sqrt(1 - UNSEEN);
      const rows = seen.subarray(0, count);
      toChances(table, rows, owners, part, scores);
      for (let i = 0; i < owners.length; i++) {
        const owner = owners[i] ?? 0;
        const error = worthwhile((scores[i] ?? 0) - (owner === sample.owner ? 1 : 0), lot);
        if (error !== 0) move(table, rows, owner, -step * part * error);
      }
    }
  }
}

/** The classes that a phrasing might be taken for before anything is learnt, its own among them: all confusion is here. */
function rivalsOf({ starts, owners, values }: Weights, { runs, owner }: Sample, classes: number): Int32Array {
  const scores = new Float32Array(classes);
  let most = 0;
  for (const run of runs) {
    for (let at = starts[run] ?? 0; at < (starts[run + 1] ?? 0); at++) {
      const rival = owners[at] ?? 0;
      const score = (scores[rival] ?? 0) + (values[at] ?? 0);
      scores[rival] = score;
      if (score > most && rival !== owner) most = score;
    }
  }
  const least = most - BEHIND / partOf(runs.length);
  return Int32Array.from(scores.keys()).filter((rival) => rival === owner || (scores[rival] ?? 0) > least);
}

/** Writes into `scores` the chance of each of these classes for the rows that were seen. */
function toChances(
  table: Float32Array,
  rows: Int32Array,
  owners: Int32Array,
  part: number,
  scores: Float64Array,
): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < owners.length; i++) {
    const owner = owners[i] ?? 0;
    let score = 0;
    for (let j = 0; j < rows.length; j++) score += table[(rows[j] ?? 0) + owner] ?? 0;
    scores[i] = score;
    if (score > most) most = score;
  }
  let sum = 0;
  for (let i = 0; i < owners.length; i++) {
    const below = ((scores[i] ?? 0) - most) * part;
    const odds = below < -12 ? 0 : Math.exp(below);
    scores[i] = odds;
    sum += odds;
  }
  for (let i = 0; i < owners.length; i++) scores[i] = (scores[i] ?? 0) / sum;
}

/** Small errors are corrected whole or not at all. */
function worthwhile(error: number, lot: () => number): number {
  const size = Math.abs(error);
  if (size >= WORTHWHILE) return error;
  return size > 1e-5 && lot() * WORTHWHILE < size ? Math.sign(error) * WORTHWHILE : 0;
}

function move(table: Float32Array, rows: Int32Array, owner: number, by: number): void {
  for (let i = 0; i < rows.length; i++) {
    const cell = (rows[i] ?? 0) + owner;
    table[cell] = (table[cell] ?? 0) + by;
  }
}

/** Numbers from 0 to 1 that look drawn and are always the same. */
function createLot(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 4_294_967_296;
  };
}

function shuffle(order: Int32Array, lot: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(lot() * (i + 1));
    const held = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = held;
  }
}

function spread({ starts, owners, values }: Weights, classes: number): Float32Array {
  const table = new Float32Array((starts.length - 1) * classes);
  for (let run = 0; run + 1 < starts.length; run++) {
    for (let at = starts[run] ?? 0; at < (starts[run + 1] ?? 0); at++)
      table[run * classes + (owners[at] ?? 0)] = values[at] ?? 0;
  }
  return table;
}

/** The table's weights that are kept. */
function gathered(table: Float32Array, classes: number): Weights {
  const starts = new Int32Array(table.length / classes + 1);
  const owners: number[] = [];
  const values: number[] = [];
  for (let run = 0; run + 1 < starts.length; run++) {
    for (let owner = 0; owner < classes; owner++) {
      const weight = table[run * classes + owner] ?? 0;
      if (weight < KEPT_FROM && weight > -KEPT_FROM) continue;
      owners.push(owner);
      values.push(weight);
    }
    starts[run + 1] = owners.length;
  }
  return { starts, owners: Int32Array.from(owners), values: Float32Array.from(values) };
}

/** The same for weights that stand without gaps. */
function strongest(means: Weights): Weights {
  const starts = new Int32Array(means.starts.length);
  const owners: number[] = [];
  const values: number[] = [];
  for (let run = 0; run + 1 < starts.length; run++) {
    for (let at = means.starts[run] ?? 0; at < (means.starts[run + 1] ?? 0); at++) {
      const weight = means.values[at] ?? 0;
      if (weight < KEPT_FROM) continue;
      owners.push(means.owners[at] ?? 0);
      values.push(weight);
    }
    starts[run + 1] = owners.length;
  }
  return { starts, owners: Int32Array.from(owners), values: Float32Array.from(values) };
}
