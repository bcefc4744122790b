/** What is found in a text that somebody pastes: the reasons of a rejection, the rules that a proposed name or remark
 *  breaks. Each finding says how it is recognised, for whom it counts and what to do (content/findings/*.yaml). The text
 *  itself is never kept: an answer holds the ids of what was found. Used by answer.ts (through the reader) and say. */
import { clausesOf, type Facts, type When } from '../facts.ts';
import { CLEAN, type Finds, joined, type Pasted, type TextFinder } from '../pasted.ts';
import { bare as lettersOf, normalise, shorten, shortenTo } from '../text.ts';
import type { Confidence } from './derive.ts';
import { buildIndex, createRetrieval } from './retrieval.ts';

/** What a whole text can be: digits or Latin letters only, a place and nothing else, the address of a website. */
export const SHAPES = ['digits', 'latin', 'place', 'domain'] as const;
export type Shape = (typeof SHAPES)[number];

/** How a finding is recognised; one of these suffices. Lengths are counted after polite words around are taken off. */
export interface Trait {
  /** One of these stands in a sentence of the text; `(a|b)` is a or b, `…` a few characters in between. */
  readonly says?: readonly string[] | undefined;
  /** None of these stands in it. */
  readonly lacks?: readonly string[] | undefined;
  readonly is?: readonly Shape[] | undefined;
  /** Width: a Chinese character counts 2, as the platform counts names. */
  readonly 'width-below'?: number | undefined;
  readonly 'width-above'?: number | undefined;
  readonly 'characters-below'?: number | undefined;
  readonly 'characters-above'?: number | undefined;
}

export interface Finding {
  readonly id: string;
  /** A few words, as a merchant reads them. */
  readonly name: string;
  /** Other ways in which it is written: to the letter it is found, near it is guessed. The name is one. */
  readonly also: readonly string[];
  readonly trait: Trait;
  /** For whom it counts; a fact that is not known excludes nobody. */
  readonly when?: When;
  /** What to do, first line first. */
  readonly say: readonly string[];
  /** Papers that are made anew where they stand on the merchant's list (content/documents.yaml). */
  readonly papers: readonly string[];
  /** Papers that are needed now, also where the list does not have them: of each row one, the first that is on the list,
   *  else the first. */
  readonly adds: readonly (readonly string[])[];
  readonly source: readonly string[];
  readonly confidence: Confidence;
  readonly checked: string;
  readonly rules: readonly string[];
}

export interface FindingsSpec {
  readonly finds: Pasted;
  readonly findings: readonly Finding[];
  /** Where finding nothing is a result: how that is called and what is said. Its id is `CLEAN`. */
  readonly clean?: { readonly name: string; readonly say: readonly string[] };
  /** Polite words around what is meant: 我想叫 …, … 可以吗. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Whoever begins so talks to us and pastes nothing: 我是个体户. */
  readonly notWith: readonly string[];
  /** With one of these a text that no question asked for is talk about oneself, and nothing pasted: 我的地址不详细. */
  readonly toldWith: readonly string[];
  /** Characters of the longest text that is read as such. */
  readonly longest: number;
}

/** Findings shown at most. */
const MOST = 3;
export interface Findings extends TextFinder {
  readonly spec: FindingsSpec;
  /** The same for a text that no question asked for: only what is surely pasted, and nothing where finding nothing is a
   *  result (every text could be a name). `expected`: their own words count as well. */
  readUnasked(text: string, expected: boolean): Finds;
  byId(id: string): Finding | undefined;
}

/** Whether a finding counts for somebody of whom only this much is known: what is not known excludes nobody. */
export function counts({ when }: Finding, facts: Facts): boolean {
  const possible = (fact: string, wanted: string | readonly string[]) => {
    const value = facts[fact];
    return value === undefined || (typeof wanted === 'string' ? wanted === value : wanted.includes(value));
  };
  return clausesOf(when).some((clause) =>
    Object.entries(clause).every(([fact, wanted]) => possible(fact, wanted)),
  );
}

/** A guess: of what is said this part stands in the finding's phrasings, with this chance among all findings; texts of
 *  fewer characters are none. Chosen on test/rejections/development.yaml. */
const PERHAPS = { covered: 0.28, chance: 0.2, characters: 5 };
/** `…` in a pattern stands for at most so many characters. */
const GAP = 8;
/** Characters of a text that are read: as many as a message of the channel can hold. */
const READ_AT_MOST = 700;
/** Codes, phone and identity numbers, masked ones too: they say nothing and stand in between. */
const CODE = /[0-9*]{6,}x?/gu;
/** Between sentences, and before the items of a numbered list (1. （2） 【…】): no pattern reaches across. */
const SENTENCE_END = /[。.!?;\n【]|[(（]?(?<![0-9])[0-9]{1,2}[.、)）](?![0-9])/gu;

/** Prepares all patterns, once per handbook. @param places names of provinces and cities. */
export function createFindings(spec: FindingsSpec, places: readonly string[]): Findings {
  const known = new Map(spec.findings.map((finding) => [finding.id, finding]));
  const names = new Set(places);
  const tests = spec.findings.map(({ id, trait }) => ({ id, test: testOf(trait, names) }));
  const before = wordsAt(spec.before, '^[\\s\\p{P}]*', '[\\s\\p{P}]*');
  const after = wordsAt(spec.after, '[\\s\\p{P}]*', '[\\s\\p{P}]*$');
  const notWith = wordsAt(spec.notWith, '^[\\s\\p{P}]*', '');
  const toldWith = wordsAt(spec.toldWith, '', '');
  const retrieval =
    spec.clean || spec.findings.length === 0
      ? undefined
      : createRetrieval(buildIndex(spec.findings.map(({ name, also }) => [name, ...also].map(normalise))));
  const wordings = new Map(
    spec.findings.flatMap(({ id, name, also }) =>
      [name, ...also].map((one) => [normalise(one), id] as const),
    ),
  );
  return { spec, mayBeClean: spec.clean !== undefined, read, readUnasked, byId: (id) => known.get(id) };

  function read(pasted: string): Finds {
    const whole = shortenTo(pasted, READ_AT_MOST).trim();
    if (whole === '' || whole.length > spec.longest || notWith?.test(whole)) return { kind: 'nothing' };
    const text = bare(whole);
    const letters = lettersOf(text);
    if (letters === '') return { kind: 'nothing' };
    const found = foundIn(text, letters);
    const written = wordings.get(letters);
    if (found.length === 0 && written !== undefined) found.push(written);
    if (spec.clean) return { kind: 'found', value: found.length > 0 ? joined(found) : CLEAN, bare: text };
    if (found.length > 0) return { kind: 'found', value: joined(found.slice(0, MOST)), bare: text };
    const ids = near(letters).slice(0, MOST);
    return ids.length > 0 ? { kind: 'perhaps', ids } : { kind: 'nothing' };
  }

  function near(letters: string): readonly string[] {
    const ranking = letters.length < PERHAPS.characters ? undefined : retrieval?.rank(letters);
    if (!ranking) return [];
    const isNear = (owner: number, chance: number) =>
      chance >= PERHAPS.chance && ranking.covered(owner) >= PERHAPS.covered;
    return ranking.ranked.flatMap(({ owner, chance }) =>
      isNear(owner, chance) ? (spec.findings[owner]?.id ?? []) : [],
    );
  }

  function readUnasked(text: string, expected: boolean): Finds {
    const isTold = toldWith?.test(shortenTo(text, READ_AT_MOST)) === true;
    if (spec.clean || (isTold && !expected)) return { kind: 'nothing' };
    const reading = read(text);
    return reading.kind === 'found' ? reading : { kind: 'nothing' };
  }

  /** The ids of what shows, by where it shows first. Where every rule that is broken counts (names), all of them; in what
   *  is pasted, the longer words decide: 授权书模糊 is no photo of an ID card. */
  function foundIn(text: string, letters: string): string[] {
    const sentences = text
      .split(SENTENCE_END)
      .map((sentence) => lettersOf(sentence.replace(CODE, '')))
      .join('\n');
    const shown = tests.flatMap(({ id, test }) =>
      test(text, letters, sentences).map((span) => ({ id, ...span })),
    );
    const standing = spec.clean
      ? shown
      : shown.filter(
          (one) =>
            !shown.some(
              (other) =>
                other.id !== one.id &&
                other.start <= one.start &&
                one.end <= other.end &&
                other.end - other.start > one.end - one.start,
            ),
        );
    return [...new Set(standing.sort((a, b) => a.start - b.start).map(({ id }) => id))];
  }

  /** Without the polite words around it, and the quotation marks. */
  function bare(whole: string): string {
    let text = whole;
    for (;;) {
      const less = text
        .replace(before ?? '', '')
        .replace(after ?? '', '')
        .replace(/^[\s「『"'“”‘’《<【(]+|[\s」』"'“”‘’》>】).。!！]+$/gu, '');
      if (less === text || less === '') return text;
      text = less;
    }
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
}

type Test = (text: string, letters: string, sentences: string) => readonly Span[];

/** Where a trait shows; the whole text for traits of the whole. */
function testOf(trait: Trait, names: ReadonlySet<string>): Test {
  const says = (trait.says ?? []).map((written) => patternOf([written]));
  const any = trait.says && patternOf(trait.says);
  const lacks = trait.lacks && patternOf(trait.lacks);
  return (text, letters, sentences) => {
    const said = any?.test(sentences) ? says.flatMap((pattern) => spansOf(pattern, sentences)) : [];
    if (said.length > 0) return said;
    const whole = [{ start: 0, end: sentences.length }];
    if (lacks && !lacks.test(sentences)) return whole;
    if (trait.is?.some((shape) => isOf(shape, text, letters, names))) return whole;
    const width = widthOf(text);
    const characters = [...text].length;
    const outside =
      width < (trait['width-below'] ?? 0) ||
      width > (trait['width-above'] ?? Number.POSITIVE_INFINITY) ||
      characters < (trait['characters-below'] ?? 0) ||
      characters > (trait['characters-above'] ?? Number.POSITIVE_INFINITY);
    return outside ? whole : [];
  };
}

function spansOf(pattern: RegExp, sentences: string): readonly Span[] {
  return [...sentences.matchAll(new RegExp(pattern, 'gu'))].map(({ index, 0: said }) => ({
    start: index,
    end: index + said.length,
  }));
}

function isOf(shape: Shape, text: string, letters: string, places: ReadonlySet<string>): boolean {
  switch (shape) {
    case 'digits':
      return /^[0-9]+$/.test(letters);
    case 'latin':
      return /^[a-z0-9]*[a-z][a-z0-9]*$/.test(letters);
    case 'domain':
      return /(?:^|[^a-z0-9])(?:www\.|[a-z0-9-]+\.(?:com|cn|net|org|top|xyz|vip|shop|cc|io|info|site)\b)/.test(
        text,
      );
    case 'place':
      return places.has(letters) || places.has(letters.replace(/[省市县区镇乡]$/u, ''));
  }
}

/** A Chinese character counts 2, a letter or digit 1. */
function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (character.charCodeAt(0) < 0x80 ? 1 : 2), 0);
}

function patternOf(written: readonly string[]): RegExp {
  const sources = written.map((one) =>
    one
      .replace(/[^()|…]+/gu, normalise)
      .replaceAll('(', '(?:')
      .replaceAll('…', `.{0,${GAP}}?`),
  );
  return new RegExp(sources.join('|'), 'u');
}

function wordsAt(words: readonly string[], start: string, end: string): RegExp | undefined {
  if (words.length === 0) return undefined;
  const sources = [...words].map(shorten).sort((a, b) => b.length - a.length);
  return new RegExp(`${start}(?:${sources.map(escapeForRegExp).join('|')})${end}`, 'u');
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
