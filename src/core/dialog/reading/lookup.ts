/** Looks up whole replies and whole clauses: which options they are a wording of, by the letter, by sound, or up to a
 *  typo. */
import { lazily } from '../../lazy.ts';
import { expressionOf } from '../../text/pattern.ts';
import { isTypoOf, toPinyin } from '../../text/sounds.ts';
import type { Ask } from '../dialog.ts';
import type { Wording } from './wordings.ts';

export interface Lookup {
  /** The options that the reply is a wording of; `undefined` when it is none. */
  meant(bare: string): readonly string[] | undefined;
  /** The options of a wording that sounds like the reply; also for a reply in pinyin. */
  bySound(bare: string): readonly string[];
  /** The options of a wording that differs from the reply by a typo. */
  byTypo(bare: string): readonly string[];
}

/** Longer replies are no pinyin of a wording, and no typo. */
const LETTERS_AT_MOST = 24;
const HAN_AT_MOST = 8;
const SLIP_AT_LEAST = 3;

/** @param wordings those of one question. */
export function createLookup(wordings: readonly Wording[]): Lookup {
  const texts = new Map<string, readonly string[]>();
  const sounding: { readonly text: string; readonly options: readonly string[] }[] = [];
  const patterns: { whole: RegExp; options: readonly string[] }[] = [];
  for (const { text, parts, options, distinctive, pattern } of wordings) {
    if (pattern) {
      patterns.push({ whole: new RegExp(`^(?:${expressionOf(pattern, 0)})$`, 'u'), options });
      continue;
    }
    addOptions(texts, text, options);
    // What is recognised in sentences is written in too many forms to be a word that someone misspells.
    if (distinctive || parts.length > 1 || text.length < 2 || text.length > HAN_AT_MOST) continue;
    sounding.push({ text, options });
  }

  // Most replies are never compared by sound, and preparing it takes longer than all the rest.
  const sounds = lazily(() => soundsOf(sounding));

  return { meant, bySound, byTypo };

  function meant(bare: string): readonly string[] | undefined {
    const all = [
      ...(texts.get(bare) ?? []),
      ...patterns.flatMap(({ whole, options }) => (whole.test(bare) ? options : [])),
    ];
    return all.length > 0 ? [...new Set(all)] : undefined;
  }

  function bySound(bare: string): readonly string[] {
    return canSound(bare) ? (sounds().get(soundOf(bare)) ?? []) : [];
  }

  function byTypo(bare: string): readonly string[] {
    if (bare.length < SLIP_AT_LEAST || bare.length > LETTERS_AT_MOST) return [];
    const all = new Set<string>();
    for (const [text, options] of texts) {
      if (text.length < SLIP_AT_LEAST || Math.abs(text.length - bare.length) > 1) continue;
      if (isTypoOf(text, bare)) for (const option of options) all.add(option);
    }
    return [...all];
  }
}

function soundsOf(
  wordings: readonly { readonly text: string; readonly options: readonly string[] }[],
): ReadonlyMap<string, readonly string[]> {
  const sounds = new Map<string, readonly string[]>();
  for (const { text, options } of wordings) addOptions(sounds, soundOf(text), options);
  return sounds;
}

/** Whether a reply is short enough to be a word in pinyin, or with wrong characters of the same sound. */
export function canSound(bare: string): boolean {
  return bare.length >= 2 && bare.length <= (/[^a-z]/.test(bare) ? HAN_AT_MOST : LETTERS_AT_MOST);
}

/** Pinyin in which what many speakers do not tell apart is the same: zh and z, ang and an, n and l, hu and fu. */
function soundOf(text: string): string {
  return toPinyin(text)
    .replace(/([zcs])h/g, '$1')
    .replace(/([aei]n)g/g, '$1')
    .replace(/n(?=[aeiouv])/g, 'l')
    .replace(/hu(?![aeio])/g, 'fu');
}

/** Wordings that belong to one option of one question only, so that a bare word says which fact it is. Whatever says what
 *  somebody is (the first question and what refines it); else phrases only, since 员工 and 不清楚 answer the open question
 *  or nothing. What only some are asked is never said by a bare word: 香港 may be a place. */
export function uniqueWordings(
  wordings: ReadonlyMap<Ask, readonly Wording[]>,
): ReadonlyMap<string, { fact: string; option: string }> {
  const [first] = wordings.keys();
  const meant = new Map<string, { fact: string; option: string } | undefined>();
  for (const [ask, all] of wordings) {
    if (ask.reads !== 'choice') continue;
    const isIdentity = [ask.fact, impliedBy(ask)?.fact].includes(first?.fact);
    for (const { text, options, distinctive, pattern } of all) {
      if (pattern) continue;
      const [option = '', ...others] = options;
      const before = meant.get(text);
      const same = before?.fact === ask.fact && before.option === option;
      const speaks = isIdentity || distinctive;
      const clear = others.length === 0 && ask.askWhen === undefined && speaks && (same || !meant.has(text));
      meant.set(text, clear || same ? { fact: ask.fact, option } : undefined);
    }
  }
  return new Map([...meant].flatMap(([text, fact]) => (fact ? [[text, fact] as const] : [])));
}

/** What must hold for a question to be asked at all, where that is one answer: it is said along with this one's answer. */
export function impliedBy(ask: Ask): { from: string; fact: string; value: string } | undefined {
  if (ask.when === undefined || Array.isArray(ask.when)) return undefined;
  const [[fact, value] = [], ...others] = Object.entries(ask.when);
  return fact !== undefined && typeof value === 'string' && others.length === 0
    ? { from: ask.fact, fact, value }
    : undefined;
}

function addOptions(to: Map<string, readonly string[]>, key: string, options: readonly string[]): void {
  const before = to.get(key);
  if (!before) to.set(key, options);
  else if (options.some((option) => !before.includes(option)))
    to.set(key, [...new Set([...before, ...options])]);
}
