/** Free text → the best answer, up to three guesses, what it is instead (a subject out of scope), or nothing: retrieval.ts ranks, the
 *  thresholds decide. Method and figures: docs/understanding.md. */
import type { When } from '../../facts.ts';
import { formsOf, type TextForms } from '../../text/forms.ts';
import { normalise, withoutPunctuation, wordsApart } from '../../text/normalise.ts';
import { anyOf } from '../../text/regexp.ts';
import type { Confidence } from '../derive.ts';
import { buildIndex, createRetrieval, type Index, type Ranking } from './retrieval.ts';

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

/** What we do not answer (content/out-of-scope.yaml), so that it is not mistaken for what we do. */
export interface OutOfScope {
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
  | { readonly kind: 'out-of-scope'; readonly subject: OutOfScope; readonly share: number }
  | { readonly kind: 'unknown' };

export interface Faq {
  find(said: TextForms): Found;
  /** One result for each question of a message with several (at most three), else the result of the whole. */
  findEach(said: TextForms): readonly Found[];
  /** The nearest entries, best first, subjects out of scope left out. */
  nearest(said: TextForms, count: number): readonly FaqEntry[];
  byId(id: string): FaqEntry | undefined;
  /** The nearest target and its chance, whatever the thresholds say. */
  verdict(said: TextForms): Verdict | undefined;
  /** The entry of which the text is a phrasing to the letter. */
  exact(said: TextForms): FaqEntry | undefined;
  /** Whether a text is such a phrasing, or one of what we do not answer. */
  knows(said: TextForms): boolean;
}

/** The nearest target with what decides, for tuning. */
export interface Verdict {
  readonly target: FaqEntry | OutOfScope;
  readonly signals: readonly number[];
  /** 0–1: the chance that the target is what was meant. */
  readonly chance: number;
}

/** What is known of all phrasings, as plain data: building it takes about a second, so it may be kept beside the content. */
export interface FaqIndex {
  /** The phrasings of each entry, then of each subject out of scope, as they are compared. */
  readonly phrasings: readonly (readonly string[])[];
  readonly index: Index;
}

interface Sources {
  readonly entries: readonly FaqEntry[];
  readonly outOfScope: readonly OutOfScope[];
  readonly lexicon: Lexicon;
}

/** Learns all phrasings. The same content gives the same data. */
export function buildFaqIndex({ entries, outOfScope, lexicon }: Sources): FaqIndex {
  const reword = createReword(lexicon);
  const phrasings = [...entries, ...outOfScope].map((target) =>
    phrasingsOf(target).map((text) => reword(formsOf(text).apart)),
  );
  return { phrasings, index: buildIndex(phrasings) };
}

/** @param parts `learnt` is what `buildFaqIndex` made of the same entries, subjects out of scope and lexicon; built here when absent. */
export function createFaq(parts: Sources & { thresholds: Thresholds; learnt?: FaqIndex }): Faq {
  const { entries, outOfScope, thresholds, lexicon } = parts;
  const { phrasings, index } = parts.learnt ?? buildFaqIndex(parts);
  const reword = createReword(lexicon);
  const targets: readonly (FaqEntry | OutOfScope)[] = [...entries, ...outOfScope];
  const retrieval = createRetrieval(index);
  const exact = new Map(
    phrasings.flatMap((texts, classIndex) => texts.map((text) => [closed(text), classIndex] as const)),
  );
  const ids = new Map(entries.map((entry) => [entry.id, entry]));
  const codes = new Map([...exact].filter(([text]) => WHOLE_CODE.test(text)));

  return { find, findEach, nearest, verdict, byId: (id) => ids.get(id), exact: exactly, knows };

  function find({ apart }: TextForms): Found {
    return findQuery(reword(apart));
  }

  /** @param query a text as `reword` gives it. */
  function findQuery(query: string): Found {
    const classIndex = exact.get(closed(query));
    const same = classIndex === undefined ? undefined : targets[classIndex];
    if (same)
      return isEntry(same)
        ? { kind: 'answer', entry: same, share: 1 }
        : { kind: 'out-of-scope', subject: same, share: 1 };
    const coded = entriesOfCodes(query);
    const [named] = coded;
    if (named)
      return coded.length === 1
        ? { kind: 'answer', entry: named, share: 1 }
        : { kind: 'suggest', entries: coded.slice(0, thresholds.suggestions), share: 1 };
    // Code, addresses and other languages share Latin words with phrasings, and nothing else.
    if (!/\p{Script=Han}/u.test(query)) return { kind: 'unknown' };
    const ranking = retrieval.rank(query);
    const first = verdictOf(ranking, query);
    if (!first || first.chance < thresholds.suggest) return { kind: 'unknown' };
    const owned = ranking.ranked.filter(({ classIndex: at }) => at < entries.length);
    const guesses = owned.flatMap(({ classIndex: at }) => entries[at] ?? []);
    const [guess] = owned;
    // A real question that is turned away costs more than three guesses too many.
    if (!isEntry(first.target) && (first.chance >= TURNED_AWAY || guesses.length === 0))
      return { kind: 'out-of-scope', subject: first.target, share: first.chance };
    // What is most like something foreign, and shares hardly a word with ours, is no question of ours.
    if (!isEntry(first.target) && ranking.covered(guess?.classIndex ?? 0) < SHARED)
      return { kind: 'unknown' };
    if (isEntry(first.target) && first.chance >= thresholds.direct)
      return { kind: 'answer', entry: first.target, share: first.chance };
    return { kind: 'suggest', entries: guesses.slice(0, thresholds.suggestions), share: first.chance };
  }

  /** The entries of the error codes that stand in a text, wherever: errcode: 86369. */
  function entriesOfCodes(query: string): readonly FaqEntry[] {
    const classIndexes = new Set((query.match(CODES) ?? []).flatMap((code) => codes.get(code) ?? []));
    return [...classIndexes].flatMap((classIndex) => entries[classIndex] ?? []);
  }

  function verdict({ apart }: TextForms): Verdict | undefined {
    const query = reword(apart);
    return verdictOf(retrieval.rank(query), query);
  }

  function verdictOf(ranking: Ranking, query: string): Verdict | undefined {
    const [first] = ranking.ranked;
    const target = first && targets[first.classIndex];
    if (!target) return undefined;
    const signals = signalsOf(ranking, query.length, entries.length);
    return { target, signals, chance: chanceOf(signals, thresholds.weights) };
  }

  function exactly({ apart }: TextForms): FaqEntry | undefined {
    const classIndex = exact.get(closed(reword(apart)));
    const target = classIndex === undefined ? undefined : targets[classIndex];
    return target && isEntry(target) ? target : undefined;
  }

  function knows({ apart }: TextForms): boolean {
    return exact.has(reword(apart));
  }

  function findEach(said: TextForms): readonly Found[] {
    const whole = find(said);
    const known = new Map<string, Found>();
    const findAll = (pieces: readonly string[]) => distinct(pieces.map((piece) => foundIn(piece, known)));
    const sentences = findAll(piecesOf(said.plain, /[?？。！!；;\n]|还有|另外|以及/u));
    const parts = findAll(piecesOf(said.plain, /[?？。！!；;\n,，]|还有|另外|以及/u));
    const each = [parts, sentences].find((found) => found.filter(isAnswer).length > 1);
    if (each) return each.filter(isAnswer).slice(0, 3);
    return sentences.some(isAnswer) && sentences.length > 1 ? sentences.slice(0, 2) : [whole];
  }

  /** Sentences and their parts are often the same. */
  function foundIn(piece: string, known: Map<string, Found>): Found {
    const found = known.get(piece) ?? findQuery(reword(wordsApart(piece)));
    known.set(piece, found);
    return found;
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

  function nearest({ apart }: TextForms, count: number): readonly FaqEntry[] {
    return retrieval
      .rank(reword(apart))
      .ranked.flatMap(({ classIndex }) => targets[classIndex] ?? [])
      .filter(isEntry)
      .slice(0, count);
  }
}

/** @param plain a text as `canonical` gives it. */
function piecesOf(plain: string, border: RegExp): readonly string[] {
  const pieces = plain
    .split(border)
    .map((piece) => piece.trim())
    .filter((piece) => withoutPunctuation(piece).length >= 4);
  return pieces.length > 1 ? pieces : [];
}

function isAnswer(found: Found): found is Extract<Found, { kind: 'answer' }> {
  return found.kind === 'answer';
}

/** What speaks for and against the first class: how far it is ahead of all others, how much speaks for it, how much of the text
 *  its phrasings hold and how much more than the second's, how much was said, how much of it was never heard, and what
 *  speaks for what is out of scope (the classes from `outOfScopeFrom` on). */
function signalsOf(ranking: Ranking, length: number, outOfScopeFrom: number): readonly number[] {
  const [first, second] = ranking.ranked;
  if (!first) return [];
  const covered = ranking.covered(first.classIndex);
  // Subjects out of scope speak against an entry, not against each other.
  const against =
    first.classIndex < outOfScopeFrom
      ? ranking.ranked.filter(({ classIndex }) => classIndex >= outOfScopeFrom)
      : [];
  const outOfScope = against.reduce((sum, { chance }) => sum + chance, 0);
  return [
    1,
    Math.log((first.chance + FLOOR) / (1 - first.chance + FLOOR)),
    first.score,
    covered,
    covered - (second ? ranking.covered(second.classIndex) : 0),
    Math.log(length + 1),
    ranking.familiar,
    outOfScope,
  ];
}

/** An error code of the platform: phrasings of nothing but such a number are found inside other texts as well. */
const WHOLE_CODE = /^[1-9][0-9]{4,6}$/;
const CODES = /(?<![0-9])[1-9][0-9]{4,6}(?![0-9])/g;

/** The chance from which something is taken for what we do not answer. */
const TURNED_AWAY = 0.5;
/** The share of a text, by weight, that the phrasings of a guess must hold where something foreign is more like it. */
const SHARED = 0.2;

/** Keeps certainty finite. */
const FLOOR = 1e-4;

/** The names of the signals, in the order of the weights. */
export const SIGNALS: readonly string[] = [
  'bias',
  'odds',
  'score',
  'covered',
  'covered ahead',
  'length',
  'familiar',
  'out of scope',
];

/** The logistic of the weighted signals. */
function chanceOf(signals: readonly number[], weights: readonly number[]): number {
  return 1 / (1 + Math.exp(-signals.reduce((sum, signal, i) => sum + signal * (weights[i] ?? 0), 0)));
}

/** @returns a function of a text's `apart`. Latin wordings are found with and without the spaces that someone may have typed between their words. */
function createReword({ replace }: Lexicon): (text: string) => string {
  const table = new Map(
    replace.flatMap(([from, to]) =>
      [apartOf(from), normalise(from)].map((word) => [word, apartOf(to)] as const),
    ),
  );
  if (table.size === 0) return (apart) => apart;
  const any = new RegExp(anyOf([...table.keys()]), 'gu');
  return (apart) => apart.replace(any, (found) => table.get(found) ?? found);
}

function apartOf(text: string): string {
  return formsOf(text).apart;
}

/** Without the spaces between Latin words: for comparing to the letter. */
function closed(text: string): string {
  return text.replaceAll(' ', '');
}

function phrasingsOf(target: FaqEntry | OutOfScope): readonly string[] {
  return isEntry(target) ? [target.question, ...target.also] : target.phrases;
}

function isEntry(target: FaqEntry | OutOfScope): target is FaqEntry {
  return 'answer' in target;
}
