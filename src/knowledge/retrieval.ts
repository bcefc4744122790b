/** Finds which class of phrasings a text belongs to, without a network or a trained model: BM25 over characters and pairs
 *  (the two nearest phrasings of a class count) blended with the cosine to the class's mean phrasing over the same runs. Both from inverted indexes, built in one pass. Measured in docs/understanding.md. */

/** A class that shares something with the text. */
export interface Ranked {
  /** Index of the class. */
  readonly owner: number;
  /** 0–1: the blend by which classes are ranked; 1 means first in both. */
  readonly score: number;
  /** 0–1: cosine to the class's mean phrasing. */
  readonly cosine: number;
  /** 0–1: share of the best BM25 score that this text could get. */
  readonly share: number;
  /** 0–1: its BM25 score ÷ the best one of all classes. */
  readonly nearness: number;
}

export interface Retrieval {
  /** The nearest classes, best first, at most twelve. `text` is prepared as the phrasings were. */
  rank(text: string): readonly Ranked[];
}

const K1 = 1.2;
const B = 0.4;
const CHARACTER = 0.35;
/** How much the second nearest phrasing counts beside the first. */
const SECOND = 0.5;
/** Part of the cosine in the blend. */
const BLEND = 0.4;
/** Flattens how often a run stands in a class, so that a class of many phrasings does not drown its rare words. */
const FLATTEN = 0.7;
const RUN_WEIGHTS = [0, 0.5, 1];
const KEPT = 12;

interface Postings {
  readonly where: Int32Array;
  readonly weight: Float32Array;
}

/** @param classes the phrasings of each class, prepared (normalised, reworded). */
export function createRetrieval(classes: readonly (readonly string[])[]): Retrieval {
  const docs = classes.flatMap((phrasings, owner) =>
    phrasings.map((text) => ({ owner, runs: runsOf(text) })),
  );
  const owners = Int32Array.from(docs, ({ owner }) => owner);
  const idf = rarity(docs, classes.length);
  const unseen = Math.log(1 + classes.length);
  const average = docs.reduce((sum, { runs }) => sum + runs.length, 0) / Math.max(1, docs.length);
  const byDoc = indexDocs();
  const byClass = indexClasses();
  const docScore = new Float32Array(docs.length);
  const hits = new Int32Array(docs.length);
  const first = new Float32Array(classes.length);
  const second = new Float32Array(classes.length);
  const cosine = new Float32Array(classes.length);

  return { rank };

  function rank(text: string): readonly Ranked[] {
    const runs = runsOf(text);
    const length = runs.length;
    let touched = 0;
    let possible = 0;
    let norm = 0;
    for (const [run, times] of countOf(runs)) {
      const size = sizeOf(run);
      const rare = idf.get(run) ?? unseen;
      const weight = (1 + Math.log(times)) * (RUN_WEIGHTS[size] ?? 0) * rare;
      norm += weight * weight;
      const means = byClass.get(run);
      if (means) addScaled(cosine, means, weight);
      possible += bm25Weight(size) * rare * saturation(times, length);
      const postings = byDoc.get(run);
      if (!postings) continue;
      const { where, weight: impact } = postings;
      for (let i = 0; i < where.length; i++) {
        const doc = where[i] ?? 0;
        if (docScore[doc] === 0) hits[touched++] = doc;
        docScore[doc] = (docScore[doc] ?? 0) + (impact[i] ?? 0);
      }
    }
    for (let i = 0; i < touched; i++) {
      const doc = hits[i] ?? 0;
      const owner = owners[doc] ?? 0;
      const score = docScore[doc] ?? 0;
      docScore[doc] = 0;
      if (score > (first[owner] ?? 0)) {
        second[owner] = first[owner] ?? 0;
        first[owner] = score;
      } else if (score > (second[owner] ?? 0)) second[owner] = score;
    }
    const best = bestOf(Math.sqrt(norm) || 1, possible);
    first.fill(0);
    second.fill(0);
    cosine.fill(0);
    return best;
  }

  /** The best classes by the blend of both measures, each as a part of its own best. */
  function bestOf(scale: number, possible: number): readonly Ranked[] {
    let topCosine = 1e-9;
    let topBm25 = 1e-9;
    for (let owner = 0; owner < classes.length; owner++) {
      topCosine = Math.max(topCosine, cosine[owner] ?? 0);
      topBm25 = Math.max(topBm25, bm25Of(owner));
    }
    const best: { owner: number; score: number }[] = [];
    let worst = 0;
    for (let owner = 0; owner < classes.length; owner++) {
      const score = (BLEND * (cosine[owner] ?? 0)) / topCosine + ((1 - BLEND) * bm25Of(owner)) / topBm25;
      if (score <= worst) continue;
      best.push({ owner, score });
      best.sort((a, b) => b.score - a.score || a.owner - b.owner);
      if (best.length > KEPT) best.pop();
      if (best.length === KEPT) worst = best.at(-1)?.score ?? 0;
    }
    return best.map(({ owner, score }) => ({
      owner,
      score,
      cosine: (cosine[owner] ?? 0) / scale,
      share: possible === 0 ? 0 : Math.min(1, (first[owner] ?? 0) / possible),
      nearness: bm25Of(owner) / topBm25,
    }));
  }

  function bm25Of(owner: number): number {
    return ((first[owner] ?? 0) + SECOND * (second[owner] ?? 0)) / (1 + SECOND);
  }

  function indexDocs(): ReadonlyMap<string, Postings> {
    const raw = new Map<string, { where: number[]; weight: number[] }>();
    for (const [doc, { runs }] of docs.entries()) {
      const length = runs.length;
      for (const [run, times] of countOf(runs)) {
        const size = sizeOf(run);
        post(raw, run, doc, bm25Weight(size) * (idf.get(run) ?? 0) * saturation(times, length));
      }
    }
    return packed(raw);
  }

  function indexClasses(): ReadonlyMap<string, Postings> {
    const raw = new Map<string, { where: number[]; weight: number[] }>();
    const means = classes.map(() => new Map<string, number>());
    for (const { owner, runs } of docs) {
      const vector = [...countOf(runs)].map(
        ([run, times]) =>
          [run, (1 + Math.log(times)) * (RUN_WEIGHTS[sizeOf(run)] ?? 0) * (idf.get(run) ?? 0)] as const,
      );
      const norm = Math.hypot(...vector.map(([, weight]) => weight)) || 1;
      const mean = means[owner];
      for (const [run, weight] of vector) mean?.set(run, (mean.get(run) ?? 0) + weight / norm);
    }
    for (const [owner, mean] of means.entries()) {
      const count = classes[owner]?.length ?? 1;
      const flat = [...mean].map(([run, weight]) => [run, (weight / count) ** FLATTEN] as const);
      const norm = Math.hypot(...flat.map(([, weight]) => weight)) || 1;
      for (const [run, weight] of flat) post(raw, run, owner, weight / norm);
    }
    return packed(raw);
  }

  function saturation(times: number, length: number): number {
    return (times * (K1 + 1)) / (times + K1 * (1 - B + (B * length) / average));
  }
}

/** Runs of one and two units, where a unit is a character or a whole Latin word or number. The first character of
 *  a run says how many units it has. */
function runsOf(text: string): readonly string[] {
  const units = text.match(/[a-z]+|[0-9]+|[^a-z0-9]/gu) ?? [];
  const runs: string[] = [];
  for (const [i, unit] of units.entries()) {
    runs.push(`1${unit}`);
    const next = units[i + 1];
    if (next !== undefined) runs.push(`2${unit}\u0001${next}`);
  }
  return runs;
}

function sizeOf(run: string): number {
  return run.charCodeAt(0) - 48;
}

function bm25Weight(size: number): number {
  return size === 1 ? CHARACTER : 1;
}

function countOf(runs: readonly string[]): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (const run of runs) counted.set(run, (counted.get(run) ?? 0) + 1);
  return counted;
}

/** How telling a run is: the fewer classes have it, the more. */
function rarity(
  docs: readonly { owner: number; runs: readonly string[] }[],
  classes: number,
): ReadonlyMap<string, number> {
  const seen = new Map<string, Set<number>>();
  for (const { owner, runs } of docs) {
    for (const run of runs) seen.set(run, (seen.get(run) ?? new Set<number>()).add(owner));
  }
  return new Map(
    [...seen].map(
      ([run, who]) => [run, Math.log(1 + (classes - who.size + 0.5) / (who.size + 0.5))] as const,
    ),
  );
}

function post(
  raw: Map<string, { where: number[]; weight: number[] }>,
  run: string,
  where: number,
  weight: number,
): void {
  const entry = raw.get(run) ?? { where: [], weight: [] };
  entry.where.push(where);
  entry.weight.push(weight);
  raw.set(run, entry);
}

function packed(
  raw: ReadonlyMap<string, { where: number[]; weight: number[] }>,
): ReadonlyMap<string, Postings> {
  return new Map(
    [...raw].map(
      ([run, { where, weight }]) =>
        [run, { where: Int32Array.from(where), weight: Float32Array.from(weight) }] as const,
    ),
  );
}

function addScaled(sums: Float32Array, { where, weight }: Postings, scale: number): void {
  for (let i = 0; i < where.length; i++) {
    const at = where[i] ?? 0;
    sums[at] = (sums[at] ?? 0) + scale * (weight[i] ?? 0);
  }
}
