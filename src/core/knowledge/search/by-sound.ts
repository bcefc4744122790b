/** Hears a text as it sounds: 背案 and beian are 备案, because the phrasings know 备案. It knows no word of its own: the
 *  pairs of characters that stand in phrasings decide. */
import { lazily } from '../../lazy.ts';
import { toPinyin } from '../../text/sounds.ts';
import { isUnit } from './ngrams.ts';

/** Characters of one sound that are tried, those that stand in most classes first. */
const TRIED = 16;
/** A pair is known when so many classes have it. */
const KNOWN_FROM = 2;
/** Longer texts are told, not typed by sound. */
const LONGEST_TEXT = 80;
/** A pair of merchants' words is as well known as one that so many classes have. */
const THEIRS = 8;
/** What a pair costs that no phrasing has; a character that stays as it was written is preferred a little. */
const STRANGE = -4;
const AS_WRITTEN = 0.5;

/** A place of a text: what may stand there. */
interface Place {
  readonly options: readonly string[];
  /** As it is written, where that is one of the options. */
  readonly written?: string;
  /** The Latin word that it is a syllable of. */
  readonly word?: Word;
}

/** A way to an option: how well known its pairs are, and where it came from. */
interface Step {
  readonly option: string | undefined;
  readonly score: number;
  readonly from: Step | undefined;
}

const START: Step = { option: undefined, score: 0, from: undefined };

interface Word {
  readonly letters: string;
}

const HAN = /\p{Script=Han}/u;

/** @param ngrams of all phrasings. @param spread in how many classes an n-gram stands. @param merchantsWords what phrasings
 *  say otherwise: 公司, where they have 企业.
 *  @returns a function of a text (as `reword` gives it) that gives it as it sounds, or the same text. */
export function createHearing(
  ngrams: readonly string[],
  spread: (ngram: string) => number,
  merchantsWords: readonly string[],
): (text: string) => string {
  const bySound = lazily(() => charactersBySound(ngrams, spread, merchantsWords));
  const theirPairs = new Set(merchantsWords.flatMap((word) => pairsIn(word)));
  const pair = (before: string, after: string) =>
    spread(`${before} ${after}`) + (theirPairs.has(before + after) ? THEIRS : 0);

  return (text) => {
    if (text.length > LONGEST_TEXT) return text;
    const places = placesIn(text);
    if (places.every(({ options, word }) => word === undefined && options.length < 2)) return text;
    return written(places, bestPath(places));
  };

  function placesIn(text: string): readonly Place[] {
    const units = text.match(/[a-z]+|[0-9]+|\p{Script=Han}|[^a-z0-9 ]/gu) ?? [];
    return units.flatMap((unit, i): readonly Place[] => {
      if (/^[a-z]/.test(unit)) return latin(unit);
      if (!HAN.test(unit) || isAtHome(units[i - 1], unit, units[i + 1]))
        return [{ options: [unit], written: unit }];
      const alike = bySound().get(toPinyin(unit)) ?? [];
      return [{ options: [...new Set([unit, ...alike])], written: unit }];
    });
  }

  /** Whether a character stands in a pair with a neighbour that phrasings know, or alone. */
  function isAtHome(before: string | undefined, unit: string, after: string | undefined): boolean {
    const neighbours = [before, after].filter((other) => other !== undefined && HAN.test(other));
    return (
      neighbours.length === 0 ||
      (before !== undefined && pair(before, unit) >= KNOWN_FROM) ||
      (after !== undefined && pair(unit, after) >= KNOWN_FROM)
    );
  }

  function latin(letters: string): readonly Place[] {
    const word: Word = { letters };
    const syllables = syllablesIn(letters);
    return syllables
      ? syllables.map((sound) => ({ options: bySound().get(sound) ?? [], word }))
      : [{ options: [letters] }];
  }

  /** Letters as the fewest syllables; `undefined` when it is none. */
  function syllablesIn(letters: string): readonly string[] | undefined {
    const sounds = bySound();
    const best: (readonly string[] | undefined)[] = [[]];
    for (let end = 1; end <= letters.length; end++) {
      for (let start = Math.max(0, end - LONGEST); start < end; start++) {
        const before = best[start];
        const sound = letters.slice(start, end);
        if (!before || !sounds.has(sound)) continue;
        const now = best[end];
        if (!now || before.length + 1 < now.length) best[end] = [...before, sound];
      }
    }
    return best[letters.length];
  }

  /** For each place the option that makes the pairs of the text the best known (Viterbi). */
  function bestPath(places: readonly Place[]): readonly string[] {
    const steps: Step[][] = [];
    for (const { options, written } of places) {
      const before = steps.at(-1);
      steps.push(
        options.map((option) => {
          const liking = option === written ? AS_WRITTEN : 0;
          const reached = (before ?? [START]).map((from) => from.score + worth(from.option, option));
          const best = Math.max(...reached);
          return { option, score: best + liking, from: before?.[reached.indexOf(best)] };
        }),
      );
    }
    const last = steps.at(-1) ?? [];
    const path: string[] = [];
    let at = last.reduce<Step | undefined>(
      (a, b) => (a === undefined || b.score > a.score ? b : a),
      undefined,
    );
    for (; at?.option !== undefined; at = at.from) path.push(at.option);
    return path.reverse();
  }

  function worth(before: string | undefined, after: string): number {
    const known = pair(before ?? '', after);
    if (known > 0) return Math.log(1 + known);
    return before === undefined ? 0 : STRANGE;
  }

  /** What is better known than what was written; a Latin word is taken as a whole or not at all. */
  function written(places: readonly Place[], path: readonly string[]): string {
    const isKnown = (i: number) => isPair(path[i - 1], path[i]) || isPair(path[i], path[i + 1]);
    const unheard = new Set(places.flatMap(({ word }, i) => (word && !isKnown(i) ? [word] : [])));
    return path
      .map((option, i) => {
        const { word, written: original } = places[i] ?? {};
        if (word === undefined || !unheard.has(word)) return isKnown(i) ? option : (original ?? option);
        return places[i - 1]?.word === word ? '' : ` ${word.letters} `;
      })
      .join('')
      .trim();
  }

  function isPair(a: string | undefined, b: string | undefined): boolean {
    return a !== undefined && b !== undefined && pair(a, b) >= KNOWN_FROM;
  }
}

function charactersBySound(
  ngrams: readonly string[],
  spread: (ngram: string) => number,
  merchantsWords: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const sounds = new Map<string, string[]>();
  const learnt = ngrams.filter((ngram) => isUnit(ngram) && HAN.test(ngram));
  const theirs = [...new Set(merchantsWords.join(''))].filter((character) => HAN.test(character));
  for (const character of [...theirs, ...learnt.sort((a, b) => spread(b) - spread(a))]) {
    const sound = toPinyin(character);
    const alike = sounds.get(sound) ?? [];
    if (alike.length < TRIED && !alike.includes(character)) sounds.set(sound, [...alike, character]);
  }
  return sounds;
}

function pairsIn(word: string): readonly string[] {
  const characters = [...word];
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`);
}

/** Letters of the longest syllable (zhuang). */
const LONGEST = 6;
