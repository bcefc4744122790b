/** Whether a trait holds for a text, and where in it. */
import { expressionOf, parsePattern } from '../../text/pattern.ts';
import { anyOf } from '../../text/regexp.ts';

/** What a whole text can be: digits or Latin letters only, places and nothing else, the address of a website. */
export const SHAPES = ['digits', 'latin', 'place', 'domain'] as const;

export type Shape = (typeof SHAPES)[number];

/** What can stand in a text: a place, a Latin letter, a character that is neither letter nor digit nor bracket, a blank
 *  that was not filled in (【…】, xx). */
export const PARTS = ['place', 'latin', 'symbol', 'blank'] as const;

export type Part = (typeof PARTS)[number];

/** How a finding is recognised: everything that is named here holds of the text. Lengths are counted after polite words
 *  around are taken off. */
export interface Trait {
  /** One of these stands in a sentence of the text; `(a|b)` is a or b, `…` a few characters in between; 「…店」 is the whole
   *  text. */
  readonly says?: readonly string[] | undefined;
  /** None of these stands in it. */
  readonly lacks?: readonly string[] | undefined;
  /** The whole text is one of these. */
  readonly is?: readonly Shape[] | undefined;
  /** One of these stands in it. */
  readonly has?: readonly Part[] | undefined;
  /** Width: a Chinese character counts 2, as the platform counts names. */
  readonly 'width-below'?: number | undefined;
  readonly 'width-above'?: number | undefined;
  readonly 'characters-below'?: number | undefined;
  readonly 'characters-above'?: number | undefined;
  /** Chinese characters alone. */
  readonly 'chinese-below'?: number | undefined;
}

/** A text in the three forms in which it is looked at. */
export interface Looked {
  /** Half-width and lower-case, with its punctuation. */
  readonly text: string;
  /** Letters and digits only. */
  readonly letters: string;
  /** The letters of what is said, sentence by sentence: without what is denied. */
  readonly said: string;
}

/** A part of what is said. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the trait shows: all of what is said where it is true of the whole text. Empty: it does not hold. */
export type TraitTest = (looked: Looked) => readonly Span[];

/** `…` in a pattern stands for at most so many characters. */
const GAP_AT_MOST = 8;
const DOMAIN = /(?:^|[^a-z0-9])(?:www\.|[a-z0-9-]+\.(?:com|cn|net|org|top|xyz|vip|shop|cc|io|info|site)\b)/;
const BLANK = /【[^】]*】|\[[^\]]*\]|_{2,}|[×✕]{2,}|(?<![a-z])x{2,}(?![a-z])/u;
/** Brackets are a platform's exception: 「(内部学院)」 is asked for by a bureau. */
const SYMBOL = /[^\p{L}\p{N}()]/u;

/** Prepares patterns. @param places names of provinces and cities, normalised. */
export function createTraits(places: readonly string[]): (trait: Trait) => TraitTest {
  const names = anyOf([...new Set(places.filter((place) => [...place].length > 1))]) || '(?!)';
  const onePlace = new RegExp(names, 'u');
  const onlyPlaces = new RegExp(`^(?:(?:${names})(?:[省市县区州盟旗镇乡]|地区)?)+$`, 'u');

  return (trait) => {
    const any = trait.says && patternOf(trait.says);
    const says = (trait.says ?? []).map((written) => patternOf([written]));
    const lacks = trait.lacks && patternOf(trait.lacks);
    const isMeasured = LENGTHS.some((name) => trait[name] !== undefined);
    return ({ text, letters, said }) => {
      if (any && !any.test(said)) return [];
      if (lacks?.test(letters)) return [];
      if (trait.is && !trait.is.some((shape) => isOf(shape, text, letters))) return [];
      if (trait.has && !trait.has.some((part) => hasA(part, text, letters))) return [];
      if (isMeasured && !hasLength(trait, text)) return [];
      return any ? says.flatMap((pattern) => spansOf(pattern, said)) : [{ start: 0, end: said.length }];
    };
  };

  function isOf(shape: Shape, text: string, letters: string): boolean {
    switch (shape) {
      case 'digits':
        return /^[0-9]+$/.test(letters);
      case 'latin':
        return /^[a-z0-9]*[a-z][a-z0-9]*$/.test(letters);
      case 'domain':
        return DOMAIN.test(text);
      case 'place':
        return onlyPlaces.test(letters);
    }
  }

  function hasA(part: Part, text: string, letters: string): boolean {
    switch (part) {
      case 'place':
        return onePlace.test(letters);
      case 'latin':
        return /[a-z]/.test(letters);
      case 'symbol':
        return SYMBOL.test(text);
      case 'blank':
        return BLANK.test(text);
    }
  }
}

function spansOf(pattern: RegExp, said: string): readonly Span[] {
  return [...said.matchAll(new RegExp(pattern, 'gu'))].map(({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
  }));
}

const LENGTHS = [
  'width-below',
  'width-above',
  'characters-below',
  'characters-above',
  'chinese-below',
] as const satisfies readonly (keyof Trait)[];

function hasLength(trait: Trait, text: string): boolean {
  const characters = [...text];
  const width = characters.reduce((sum, character) => sum + (character.charCodeAt(0) < 0x80 ? 1 : 2), 0);
  const chinese = characters.filter((character) => /\p{Script=Han}/u.test(character)).length;
  return (
    width < (trait['width-below'] ?? Number.POSITIVE_INFINITY) &&
    width > (trait['width-above'] ?? -1) &&
    characters.length < (trait['characters-below'] ?? Number.POSITIVE_INFINITY) &&
    characters.length > (trait['characters-above'] ?? -1) &&
    chinese < (trait['chinese-below'] ?? Number.POSITIVE_INFINITY)
  );
}

/** In a text of which the whole must match, a gap is of any length. */
function patternOf(written: readonly string[]): RegExp {
  const sources = written.map((one) => {
    const { whole, pieces } = parsePattern(one);
    return whole
      ? `^(?:${expressionOf(pieces, Number.POSITIVE_INFINITY)})$`
      : expressionOf(pieces, GAP_AT_MOST);
  });
  return new RegExp(sources.join('|'), 'u');
}
