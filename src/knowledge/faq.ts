/** Free text → the best answer, up to three guesses, what it is instead (a decoy), or nothing: retrieval.ts ranks, the
 *  thresholds decide. Built once per handbook. Method and figures: docs/understanding.md. */
import type { When } from '../facts.ts';
import { normalise, shorten } from '../text.ts';
import type { Confidence } from './derive.ts';
import { createRetrieval, type Ranked } from './retrieval.ts';

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

/** When to answer, when to guess (content/understanding.yaml: 直接回答阈值, 推荐阈值, 推荐条数). */
export interface Thresholds {
  /** Chance (0–1) that the first entry is the right one, from which it is answered. */
  readonly direct: number;
  /** Chance from which entries are suggested. */
  readonly suggest: number;
  readonly suggestions: number;
  /** Weights of the signals (see `signalsOf`), fitted on the development set by `npm run tune`. */
  readonly weights: readonly number[];
}

export interface Lexicon {
  /** `[as merchants say, as we say]`, applied to queries and phrasings alike. */
  readonly replace: readonly (readonly [string, string])[];
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
  nearest(text: string, count: number): readonly FaqEntry[];
  byId(id: string): FaqEntry | undefined;
  /** The nearest target and its chance, whatever the thresholds say. */
  verdict(text: string): Verdict | undefined;
  /** The entry of which the text is a phrasing to the letter. */
  exact(text: string): FaqEntry | undefined;
}

/** The nearest target with what decides, for tuning. */
export interface Verdict {
  readonly target: FaqEntry | Decoy;
  readonly signals: readonly number[];
  /** 0–1: the chance that the target is what was meant. */
  readonly chance: number;
}

/** Builds the indexes of all phrasings, once per handbook. */
export function createFaq(parts: {
  entries: readonly FaqEntry[];
  decoys: readonly Decoy[];
  lexicon: Lexicon;
  thresholds: Thresholds;
}): Faq {
  const { entries, decoys, thresholds } = parts;
  const reword = createReword(parts.lexicon);
  const targets: readonly (FaqEntry | Decoy)[] = [...entries, ...decoys];
  const phrasings = targets.map((target) => phrasingsOf(target).map(reword));
  const retrieval = createRetrieval(phrasings);
  const exact = new Map(phrasings.flatMap((texts, owner) => texts.map((text) => [text, owner] as const)));
  const ids = new Map(entries.map((entry) => [entry.id, entry]));

  return { find, findEach, nearest, verdict, byId: (id) => ids.get(id), exact: exactly };

  function find(text: string): Found {
    const query = reword(text);
    const owner = exact.get(query);
    const same = owner === undefined ? undefined : targets[owner];
    if (same)
      return isEntry(same)
        ? { kind: 'answer', entry: same, share: 1 }
        : { kind: 'decoy', decoy: same, share: 1 };
    const ranked = retrieval.rank(query);
    const first = verdictOf(ranked, query);
    // Code, addresses and other languages share Latin words with phrasings, and nothing else.
    if (!/\p{Script=Han}/u.test(query)) return { kind: 'unknown' };
    if (!first || first.chance < thresholds.suggest) return { kind: 'unknown' };
    if (!isEntry(first.target)) return { kind: 'decoy', decoy: first.target, share: first.chance };
    if (first.chance >= thresholds.direct)
      return { kind: 'answer', entry: first.target, share: first.chance };
    const guesses = ranked.flatMap(({ owner: at }) => targets[at] ?? []).filter(isEntry);
    return { kind: 'suggest', entries: guesses.slice(0, thresholds.suggestions), share: first.chance };
  }

  function verdict(text: string): Verdict | undefined {
    const query = reword(text);
    return verdictOf(retrieval.rank(query), query);
  }

  function verdictOf([first, second]: readonly Ranked[], query: string): Verdict | undefined {
    const target = first && targets[first.owner];
    if (!first || !target) return undefined;
    const signals = signalsOf(first, second, query.length);
    return { target, signals, chance: chanceOf(signals, thresholds.weights) };
  }

  function exactly(text: string): FaqEntry | undefined {
    const owner = exact.get(reword(text));
    const target = owner === undefined ? undefined : targets[owner];
    return target && isEntry(target) ? target : undefined;
  }

  function findEach(text: string): readonly Found[] {
    const whole = find(text);
    const sentences = piecesOf(text, /[?？。！!；;\n]|还有|另外|以及/u).map(find);
    const parts = piecesOf(text, /[?？。！!；;\n,，]|还有|另外|以及/u).map(find);
    const each = [parts, sentences].map(distinct).find((found) => found.filter(isAnswer).length > 1);
    if (each) return each.filter(isAnswer).slice(0, 3);
    const some = distinct(sentences);
    return some.some(isAnswer) && some.length > 1 ? some.slice(0, 2) : [whole];
  }

  /** Answers to different questions, and what is unsure beside them; what was not understood is left out. */
  function distinct(found: readonly Found[]): readonly Found[] {
    const seen = new Set<string>();
    return found.filter((one) => {
      if (one.kind !== 'answer' && one.kind !== 'suggest') return false;
      const id = one.kind === 'answer' ? one.entry.id : (one.entries[0]?.id ?? '');
      return !seen.has(id) && seen.add(id);
    });
  }

  function nearest(text: string, count: number): readonly FaqEntry[] {
    return retrieval
      .rank(reword(text))
      .flatMap(({ owner }) => targets[owner] ?? [])
      .filter(isEntry)
      .slice(0, count);
  }
}

function piecesOf(text: string, border: RegExp): readonly string[] {
  const pieces = shorten(text)
    .split(border)
    .map((piece) => piece.trim())
    .filter((piece) => normalise(piece).length >= 4);
  return pieces.length > 1 ? pieces : [];
}

function isAnswer(found: Found): found is Extract<Found, { kind: 'answer' }> {
  return found.kind === 'answer';
}

/** What speaks for and against the first: how near it is by both measures, how far the second is behind, whether both
 *  measures agree, how much was said. */
function signalsOf(first: Ranked, second: Ranked | undefined, length: number): readonly number[] {
  const lead = second ? 1 - second.score / first.score : 1;
  const ahead = second ? first.cosine - second.cosine : first.cosine;
  return [
    1,
    first.cosine,
    first.share,
    lead,
    ahead,
    Math.log(length + 1),
    first.cosine * lead,
    first.nearness,
  ];
}

/** The names of the signals, in the order of the weights. */
export const SIGNALS: readonly string[] = [
  'bias',
  'cosine',
  'share',
  'lead',
  'ahead',
  'length',
  'cosine × lead',
  'nearness',
];

/** The logistic of the weighted signals. */
function chanceOf(signals: readonly number[], weights: readonly number[]): number {
  return 1 / (1 + Math.exp(-signals.reduce((sum, signal, i) => sum + signal * (weights[i] ?? 0), 0)));
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
