/** Free text → the best answer, up to three guesses, what it is instead (a decoy), or nothing. BM25 over characters and
 *  pairs of characters with an inverted index; built once per handbook. Method and figures: docs/understanding.md. */
import type { When } from '../facts.ts';
import { normalise, shorten } from '../text.ts';
import type { Confidence } from './derive.ts';

/** One question with its answer (content/faq/*.yaml). */
export interface FaqEntry {
  readonly id: string;
  readonly question: string;
  /** Other ways to ask it (相似问). */
  readonly also: readonly string[];
  readonly answer: readonly string[];
  /** Other answers for merchants whose facts are known; the first that matches wins. */
  readonly variants: readonly { readonly when: When; readonly answer: readonly string[] }[];
  readonly source: readonly string[];
  readonly confidence: Confidence;
  readonly checked: string;
  readonly rules: readonly string[];
  /** Neighbours: ids of questions that are often meant instead. */
  readonly see: readonly string[];
  /** The question is about one's own papers: it takes this fact and opens the dialog. */
  readonly takes?: { readonly dialog: string; readonly facts: Readonly<Record<string, string>> };
}

/** What we do not answer (content/decoys.yaml), so that it is not mistaken for what we do. */
export interface Decoy {
  readonly id: string;
  readonly topic: string;
  readonly phrases: readonly string[];
  /** What is said; without it, that we do not know. */
  readonly reply?: readonly string[];
}

/** When to answer, when to guess (content/understanding.yaml: 直接回答阈值, 推荐阈值, 推荐条数 …). */
export interface Thresholds {
  /** Share of the best possible score from which the first entry is answered. */
  readonly direct: number;
  /** Share from which entries are suggested. */
  readonly suggest: number;
  readonly suggestions: number;
  /** Second ÷ first at most so much for a direct answer. */
  readonly lead: number;
  /** Pairs of characters that must match at least. */
  readonly pairs: number;
}

export interface Lexicon {
  /** `[as merchants say, as we say]`, applied to queries and phrasings alike. */
  readonly replace: readonly (readonly [string, string])[];
}

export interface Scored<T> {
  readonly entry: T;
  /** 0–1: share of the best score that this query could get. */
  readonly share: number;
}

export type Found =
  | { readonly kind: 'answer'; readonly entry: FaqEntry; readonly share: number }
  | { readonly kind: 'suggest'; readonly entries: readonly FaqEntry[]; readonly share: number }
  | { readonly kind: 'decoy'; readonly decoy: Decoy; readonly share: number }
  | { readonly kind: 'unknown' };

export interface Faq {
  find(text: string): Found;
  /** One result for each question of a message with several (at most three), else the result of the whole. */
  findEach(text: string): readonly Found[];
  /** The nearest entries, best first, decoys left out. */
  nearest(text: string, count: number): readonly Scored<FaqEntry>[];
  byId(id: string): FaqEntry | undefined;
  /** The entry of which the text is a phrasing to the letter. */
  exact(text: string): FaqEntry | undefined;
}

const K1 = 1.2;
const B = 0.4;
const CHARACTER_WEIGHT = 0.35;

interface Posting {
  readonly docs: Int32Array;
  readonly impact: Float32Array;
  readonly idf: number;
}

export function createFaq(parts: {
  entries: readonly FaqEntry[];
  decoys: readonly Decoy[];
  lexicon: Lexicon;
  thresholds: Thresholds;
}): Faq {
  const { entries, decoys, thresholds } = parts;
  const reword = createReword(parts.lexicon);
  const targets: readonly (FaqEntry | Decoy)[] = [...entries, ...decoys];
  const docs = targets.flatMap((target, owner) =>
    phrasingsOf(target).map((text) => ({ owner, terms: termsOf(reword(text)) })),
  );
  const owners = Int32Array.from(docs, ({ owner }) => owner);
  const exact = new Map(
    targets.flatMap((target, owner) => phrasingsOf(target).map((text) => [reword(text), owner] as const)),
  );
  const ids = new Map(entries.map((entry) => [entry.id, entry]));
  const average = docs.reduce((sum, { terms }) => sum + terms.length, 0) / Math.max(1, docs.length);
  const index = buildIndex();
  const scores = new Float32Array(docs.length);
  const best = new Float32Array(targets.length);

  return { find, findEach, nearest, byId: (id) => ids.get(id), exact: exactly };

  function find(text: string): Found {
    const query = reword(text);
    const owner = exact.get(query);
    const same = owner === undefined ? undefined : targets[owner];
    if (same)
      return isEntry(same)
        ? { kind: 'answer', entry: same, share: 1 }
        : { kind: 'decoy', decoy: same, share: 1 };
    const terms = termsOf(query);
    const ranked = rank(terms);
    const [first, second] = ranked;
    if (!first || first.share < thresholds.suggest || first.pairs < thresholds.pairs)
      return { kind: 'unknown' };
    if (!isEntry(first.entry)) return { kind: 'decoy', decoy: first.entry, share: first.share };
    const clear = !second || second.score <= first.score * thresholds.lead;
    if (first.share >= thresholds.direct && clear)
      return { kind: 'answer', entry: first.entry, share: first.share };
    const guesses = ranked
      .filter(({ share }) => share >= thresholds.suggest * 0.8)
      .map(({ entry }) => entry)
      .filter(isEntry)
      .slice(0, thresholds.suggestions);
    return { kind: 'suggest', entries: guesses, share: first.share };
  }

  function exactly(text: string): FaqEntry | undefined {
    const owner = exact.get(reword(text));
    const target = owner === undefined ? undefined : targets[owner];
    return target && isEntry(target) ? target : undefined;
  }

  function findEach(text: string): readonly Found[] {
    const pieces = shorten(text)
      .split(/[?？。！!；;\n]|还有|另外|以及/u)
      .map((piece) => piece.trim())
      .filter((piece) => normalise(piece).length >= 4);
    if (pieces.length < 2) return [find(text)];
    const each = new Map<string, Found>();
    for (const piece of pieces) {
      const found = find(piece);
      if (found.kind === 'answer') each.set(found.entry.id, found);
    }
    const whole = find(text);
    if (each.size === 0) return [whole];
    return [...each.values()].slice(0, 3);
  }

  function nearest(text: string, count: number): readonly Scored<FaqEntry>[] {
    return rank(termsOf(reword(text)))
      .flatMap(({ entry, share }) => (isEntry(entry) ? [{ entry, share }] : []))
      .slice(0, count);
  }

  function rank(
    terms: readonly string[],
  ): { entry: FaqEntry | Decoy; score: number; share: number; pairs: number }[] {
    const touched: number[] = [];
    let possible = 0;
    const counted = countTerms(terms);
    for (const [term, times] of counted) {
      const posting = index.get(term);
      const idf = posting?.idf ?? Math.log(1 + targets.length);
      possible += weightOf(term) * idf * saturation(times, terms.length);
      if (!posting) continue;
      for (let i = 0; i < posting.docs.length; i++) {
        const doc = posting.docs[i] ?? 0;
        if (scores[doc] === 0) touched.push(doc);
        scores[doc] = (scores[doc] ?? 0) + (posting.impact[i] ?? 0);
      }
    }
    const bestDoc = new Map<number, number>();
    for (const doc of touched) {
      const owner = owners[doc] ?? 0;
      const score = scores[doc] ?? 0;
      scores[doc] = 0;
      if (score > (best[owner] ?? 0)) {
        best[owner] = score;
        bestDoc.set(owner, doc);
      }
    }
    const ranked = [...bestDoc].map(([owner, doc]) => ({ owner, doc, score: best[owner] ?? 0 }));
    for (const { owner } of ranked) best[owner] = 0;
    ranked.sort((a, b) => b.score - a.score || a.owner - b.owner);
    return ranked.slice(0, 12).flatMap(({ owner, doc, score }) => {
      const entry = targets[owner];
      const matched = new Set(docs[doc]?.terms);
      const pairs = [...counted.keys()].filter((term) => isPair(term) && matched.has(term)).length;
      return entry
        ? [{ entry, score, share: possible === 0 ? 0 : Math.min(1, score / possible), pairs }]
        : [];
    });
  }

  function buildIndex(): ReadonlyMap<string, Posting> {
    const raw = new Map<string, { docs: number[]; times: number[]; owners: Set<number> }>();
    for (const [doc, { owner, terms }] of docs.entries()) {
      for (const [term, times] of countTerms(terms)) {
        const entry = raw.get(term) ?? { docs: [], times: [], owners: new Set<number>() };
        entry.docs.push(doc);
        entry.times.push(times);
        entry.owners.add(owner);
        raw.set(term, entry);
      }
    }
    return new Map(
      [...raw].map(([term, { docs: where, times, owners: who }]) => {
        const idf = Math.log(1 + (targets.length - who.size + 0.5) / (who.size + 0.5));
        const impact = where.map(
          (doc, i) => weightOf(term) * idf * saturation(times[i] ?? 1, docs[doc]?.terms.length ?? 1),
        );
        return [term, { docs: Int32Array.from(where), impact: Float32Array.from(impact), idf }] as const;
      }),
    );
  }

  function saturation(times: number, length: number): number {
    return (times * (K1 + 1)) / (times + K1 * (1 - B + (B * length) / average));
  }
}

/** Characters and pairs of them; runs of Latin letters and digits count as one character. */
function termsOf(text: string): readonly string[] {
  const units = text.match(/[a-z]+|[0-9]+|[^a-z0-9]/gu) ?? [];
  return [...units, ...units.slice(1).map((unit, i) => `${units[i]}${PAIR}${unit}`)];
}

const PAIR = '\u0001';

function isPair(term: string): boolean {
  return term.includes(PAIR);
}

function weightOf(term: string): number {
  return isPair(term) ? 1 : CHARACTER_WEIGHT;
}

function countTerms(terms: readonly string[]): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (const term of terms) counted.set(term, (counted.get(term) ?? 0) + 1);
  return counted;
}

function createReword({ replace }: Lexicon): (text: string) => string {
  const table = new Map(replace.map(([from, to]) => [normalise(from), normalise(to)] as const));
  if (table.size === 0) return normalise;
  const any = new RegExp(
    [...table.keys()]
      .sort((a, b) => b.length - a.length)
      .map(escapeForRegExp)
      .join('|'),
    'gu',
  );
  return (text) => normalise(text).replace(any, (found) => table.get(found) ?? found);
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function phrasingsOf(target: FaqEntry | Decoy): readonly string[] {
  return isEntry(target) ? [target.question, ...target.also] : target.phrases;
}

function isEntry(target: FaqEntry | Decoy): target is FaqEntry {
  return 'answer' in target;
}
