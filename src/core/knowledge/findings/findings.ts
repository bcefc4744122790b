/** Finds things in a text that somebody pastes: the reasons of a rejection, the rules that a proposed name or remark
 *  breaks. Each finding says how it is recognised, for whom it counts and what to do (content/findings/*.yaml). The
 *  text itself is never kept: an answer holds the ids of what was found. */

import type { Finds, TextFinder } from '../../dialog/reading/text-finder.ts';
import { clausesOf, type Facts, type When } from '../../facts.ts';
import { lazily } from '../../lazy.ts';
import { CLEAN, joined, type Pasted, unreadNumber } from '../../pasted.ts';
import type { TextForms } from '../../text/forms.ts';
import {
  canonicalUpTo,
  withoutPunctuation as lettersOf,
  normalise,
  READ_AT_MOST as USUALLY_READ,
} from '../../text/normalise.ts';
import type { Confidence } from '../derive.ts';
import { buildIndex, createRetrieval } from '../search/retrieval.ts';
import { createListed } from './listed.ts';
import { createTraits, type Trait } from './traits.ts';
import { wordsAt } from './words-at.ts';

export interface Finding {
  readonly id: string;
  /** A few words, as a merchant reads them. */
  readonly name: string;
  /** Other ways in which it is written: to the letter it is found, near it is guessed. The name is one. */
  readonly also: readonly string[];
  /** It is recognised by one of these. */
  readonly traits: readonly Trait[];
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
  /** A message of nothing but these talks to us as well: 好的谢谢. */
  readonly not: readonly string[];
  /** What follows one of these, up to the next comma or full stop, is not said: 不涉及新闻、出版. */
  readonly denials: readonly string[];
  /** With one of these a text that no question asked for is talk about oneself, and nothing pasted: 我的地址不详细. */
  readonly toldWith: readonly string[];
  /** A line that begins so stands around a list of reasons, and is none. */
  readonly around: readonly string[];
  /** What begins so behind a comma asks for something, and is no reason of its own. */
  readonly remedies: readonly string[];
  /** Characters of the longest text that is read as such. */
  readonly longest: number;
  /** Characters from which a text is read as such where nobody has asked for it; absent: never, but after a result. */
  readonly unasked?: number | undefined;
  /** Said below a result: that another one may be sent. */
  readonly again?: readonly string[];
}

/** Guesses offered at most. */
const GUESSES = 3;
export interface Findings extends TextFinder {
  readonly spec: FindingsSpec;
  /** The same for a text that no question asked for: only what is surely pasted, and nothing where finding nothing is a
   *  result (every text could be a name). `expected`: their own words count as well. */
  readUnasked(said: TextForms, expected: boolean): Finds;
  byId(id: string): Finding | undefined;
  /** The items of a pasted list, by which what was not recognised is numbered; fewer than two: it is no list. */
  itemsIn(text: string): readonly string[];
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

/** Characters of what is talk by its first word; a remark may begin so as well. */
const TALK_AT_MOST = 24;
/** A guess: of what is said this part stands in the finding's phrasings, with this chance among all findings; texts of
 *  fewer characters are none. Chosen on test/knowledge/findings/rejections-development.yaml. */
const PERHAPS = { covered: 0.3, chance: 0.2, characters: 5 };
/** Characters of a text that are read: as many as a message of the channel can hold. */
const READ_AT_MOST = 700;
/** Codes, phone and identity numbers, masked ones too: they say nothing and stand in between. */
const CODE = /[0-9*]{6,}x?/gu;
/** Between sentences, and before the items of a numbered list (1. （2） 【…】): no pattern reaches across. */
const SENTENCE_END = /[。.!?;\n【]|[(（]?(?<![0-9])[0-9]{1,2}[.、)）](?![0-9])/gu;

/** Prepares all patterns, once per handbook. @param places names of provinces and cities. */
export function createFindings(spec: FindingsSpec, places: readonly string[]): Findings {
  const known = new Map(spec.findings.map((finding) => [finding.id, finding]));
  const isAt = createTraits(places);
  const tests = spec.findings.map(({ id, traits }) => ({ id, tests: traits.map(isAt) }));
  const before = wordsAt(spec.before, '^[\\s\\p{P}]*', '[\\s\\p{P}]*');
  const after = wordsAt(spec.after, '[\\s\\p{P}]*', '[\\s\\p{P}]*$');
  const notWith = wordsAt(spec.notWith, '^[\\s\\p{P}]*', '');
  const not = wordsAt(spec.not.map(normalise), '^', '$', '+');
  const denied = wordsAt(spec.denials, '', '[^,.;!?。\\n]*');
  const toldWith = wordsAt(spec.toldWith, '', '');
  const wordings = new Map(
    spec.findings.flatMap(({ id, name, also }) =>
      [name, ...also].map((one) => [normalise(one), id] as const),
    ),
  );
  const listed = createListed(spec, {
    shownIn: (text) => foundIn(text, lettersOf(text)),
    writtenAs: (text) => wordings.get(lettersOf(text)),
  });
  // Learning takes longer than a turn, and is wanted only where nothing is sure.
  const retrieval = lazily(() =>
    createRetrieval(buildIndex(spec.findings.map(({ name, also }) => [name, ...also].map(normalise)))),
  );
  return {
    spec,
    mayBeClean: spec.clean !== undefined,
    read: (said) => readWith(wholeOf(said), near),
    readUnasked,
    byId: (id) => known.get(id),
    itemsIn: (text) => listed.itemsIn(canonicalUpTo(text, READ_AT_MOST)),
  };

  function readWith(whole: string, guesses: (letters: string) => readonly string[]): Finds {
    if (whole === '' || whole.length > spec.longest || not?.test(lettersOf(whole)))
      return { kind: 'nothing' };
    const { text, quoted } = barely(whole);
    if (!quoted && isTalk(whole)) return { kind: 'nothing' };
    const letters = lettersOf(text);
    if (letters === '') return { kind: 'nothing' };
    const things = { bare: text, quoted };
    const items = spec.clean ? [] : listed.itemsIn(text);
    if (items.length > 1) {
      const ids = listed.foundIn(items);
      if (ids.some((id) => unreadNumber(id) === undefined))
        return { kind: 'found', value: joined(ids), ...things };
    }
    const found = foundIn(text, letters);
    if (spec.clean) return { kind: 'found', value: found.length > 0 ? joined(found) : CLEAN, ...things };
    const written = wordings.get(letters);
    if (found.length === 0 && written !== undefined) found.push(written);
    if (found.length > 0) return { kind: 'found', value: joined(found), ...things };
    const ids = guesses(letters).slice(0, GUESSES);
    return ids.length > 0 ? { kind: 'perhaps', ids } : { kind: 'nothing' };
  }

  /** 我是个体户. But 我想叫老王火锅 names something, and a remark may begin with 我们是. */
  function isTalk(whole: string): boolean {
    if (notWith?.test(whole) !== true) return false;
    return !spec.clean || (whole.length <= TALK_AT_MOST && before?.test(whole) !== true);
  }

  function near(letters: string): readonly string[] {
    if (letters.length < PERHAPS.characters) return [];
    const ranking = retrieval().rank(letters);
    const isNear = (classIndex: number, chance: number) =>
      chance >= PERHAPS.chance && ranking.covered(classIndex) >= PERHAPS.covered;
    return ranking.ranked.flatMap(({ classIndex, chance }) =>
      isNear(classIndex, chance) ? (spec.findings[classIndex]?.id ?? []) : [],
    );
  }

  function readUnasked(said: TextForms, expected: boolean): Finds {
    if (spec.clean) return { kind: 'nothing' };
    const whole = wholeOf(said);
    // 说我诱导分享 repeats what the platform says.
    const isTold = toldWith?.test(barely(whole).text) === true;
    return isTold && !expected ? { kind: 'nothing' } : readWith(whole, () => []);
  }

  /** The ids of what shows, by where it shows first. Where every rule that is broken counts (names), all of them; in what
   *  is pasted, the longer words decide: 授权书模糊 is no photo of an ID card. */
  function foundIn(text: string, letters: string): string[] {
    const looked = { text, letters, said: saidIn(text, letters, spec.finds, denied) };
    const shown = tests.flatMap((each) =>
      each.tests.flatMap((test) => test(looked).map((span) => ({ id: each.id, ...span }))),
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
  function barely(whole: string): { text: string; quoted: boolean } {
    let text = whole;
    let quoted = false;
    for (;;) {
      const inside = QUOTED.exec(text)?.[1];
      quoted ||= inside !== undefined;
      const less = (inside ?? text.replace(before ?? '', '').replace(after ?? '', '')).trim();
      // A name ends without a full stop; a longer text ends with one, and it counts.
      const least = spec.finds === 'name' ? less.replace(/[.。!,、]+$/u, '') : less;
      if (least === text || normalise(least) === '') return { text, quoted };
      text = least;
    }
  }
}

/** The letters of each sentence, without what is denied. A name is no sentence: all of it counts. */
function saidIn(text: string, letters: string, finds: Pasted, denied: RegExp | undefined): string {
  if (finds === 'name') return letters;
  return (denied ? text.replace(new RegExp(denied, 'gu'), '') : text)
    .split(SENTENCE_END)
    .map((sentence) => lettersOf(sentence.replace(CODE, '')))
    .join('\n');
}

/** More of a text is read than its forms hold. */
function wholeOf({ text, plain }: TextForms): string {
  return (plain.length < USUALLY_READ ? plain : canonicalUpTo(text, READ_AT_MOST)).trim();
}

/** Quotation marks around all of it, and nothing of their kind inside. */
const QUOTED = /^[「『"“”《]([^「」『』"“”《》]+)[」』"“”》][。.!]?$/u;
