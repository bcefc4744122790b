/** What is found in a text that somebody pastes: the reasons of a rejection, the rules that a proposed name or remark
 *  breaks. Each finding says how it is recognised, for whom it counts and what to do (content/findings/*.yaml). The text
 *  itself is never kept: an answer holds the ids of what was found. Used by answer.ts (through the reader) and say. */
import { clausesOf, type Facts, type When } from '../facts.ts';
import { CLEAN, type Finds, joined, type Pasted, type TextFinder } from '../pasted.ts';
import { normalise, shorten } from '../text.ts';
import type { Confidence } from './derive.ts';
import { buildIndex, createRetrieval } from './retrieval.ts';

/** What a whole text can be: digits or Latin letters only, a place and nothing else, the address of a website. */
export const SHAPES = ['digits', 'latin', 'place', 'domain'] as const;
export type Shape = (typeof SHAPES)[number];

/** How a finding is recognised; one of these suffices. Lengths are counted after polite words around are taken off. */
export interface Trait {
  /** One of these stands in the text; `(a|b)` is a or b, `…` a few characters in between. */
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
  /** Other ways in which it is written, for guesses; the name is one. */
  readonly also: readonly string[];
  readonly trait: Trait;
  /** For whom it counts; a fact that is not known excludes nobody. */
  readonly when?: When;
  /** What to do, first line first. */
  readonly say: readonly string[];
  /** Papers that are made anew where they stand on the merchant's list (content/documents.yaml). */
  readonly papers: readonly string[];
  /** Papers that are needed now, also where the list does not have them. */
  readonly adds: readonly string[];
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
  /** Characters of the longest text that is read as such. */
  readonly longest: number;
}

/** Findings shown at most. */
const MOST = 3;
export interface Findings extends TextFinder {
  readonly spec: FindingsSpec;
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

/** Of what is said, at least this part must stand in a finding's phrasings for a guess. */
const PERHAPS = 0.35;
/** `…` in a pattern stands for at most so many characters. */
const GAP = 8;

/** Prepares all patterns, once per handbook. @param places names of provinces and cities. */
export function createFindings(spec: FindingsSpec, places: readonly string[]): Findings {
  const known = new Map(spec.findings.map((finding) => [finding.id, finding]));
  const tests = spec.findings.map(({ id, trait }) => ({ id, ...testsOf(trait, places) }));
  const before = wordsAt(spec.before, '^[\\s\\p{P}]*', '[\\s\\p{P}]*');
  const after = wordsAt(spec.after, '[\\s\\p{P}]*', '[\\s\\p{P}]*$');
  const notWith = wordsAt(spec.notWith, '^[\\s\\p{P}]*', '');
  const retrieval =
    spec.clean || spec.findings.length === 0
      ? undefined
      : createRetrieval(buildIndex(spec.findings.map(({ name, also }) => [name, ...also].map(normalise))));
  return { spec, mayBeClean: spec.clean !== undefined, read, byId: (id) => known.get(id) };

  function read(pasted: string): Finds {
    const whole = shorten(pasted).trim();
    if (whole === '' || whole.length > spec.longest || notWith?.test(whole)) return { kind: 'nothing' };
    const text = bare(whole);
    const letters = normalise(text);
    if (letters === '') return { kind: 'nothing' };
    const found = tests
      .flatMap(({ id, at }) => {
        const place = at(text, letters);
        return place === undefined ? [] : [{ id, place }];
      })
      .sort((a, b) => a.place - b.place)
      .map(({ id }) => id);
    if (spec.clean) return { kind: 'found', value: found.length > 0 ? joined(found) : CLEAN, bare: text };
    if (found.length > 0) return { kind: 'found', value: joined(found.slice(0, MOST)), bare: text };
    const ranking = retrieval?.rank(letters);
    const near = ranking?.ranked.filter(({ owner }) => ranking.covered(owner) >= PERHAPS) ?? [];
    const ids = near.slice(0, MOST).flatMap(({ owner }) => spec.findings[owner]?.id ?? []);
    return ids.length > 0 ? { kind: 'perhaps', ids } : { kind: 'nothing' };
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

/** Where in the text a trait shows; 0 for those of the whole text. */
function testsOf(trait: Trait, places: readonly string[]) {
  const says = trait.says && patternOf(trait.says);
  const lacks = trait.lacks && patternOf(trait.lacks);
  const names = new Set(places);
  const at = (text: string, letters: string): number | undefined => {
    const said = says?.exec(letters);
    if (said) return said.index;
    if (lacks && !lacks.test(letters)) return 0;
    if (trait.is?.some((shape) => isOf(shape, text, letters, names))) return 0;
    const width = widthOf(text);
    const characters = [...text].length;
    const outside =
      width < (trait['width-below'] ?? 0) ||
      width > (trait['width-above'] ?? Number.POSITIVE_INFINITY) ||
      characters < (trait['characters-below'] ?? 0) ||
      characters > (trait['characters-above'] ?? Number.POSITIVE_INFINITY);
    return outside ? 0 : undefined;
  };
  return { at };
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
