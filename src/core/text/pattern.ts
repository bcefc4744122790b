/** The one language in which wordings and findings are written: `(没|还没)上架` is short for 没上架 and 还没上架, `(a|)b` for ab and
 *  b, `…` stands for a few characters in between, and `「…」` around it all means "only as a whole". Groups may stand in
 *  groups. */
import { normalise } from './normalise.ts';
import { escapeForRegExp } from './regexp.ts';

/** Normalised letters, in which `…` is a gap, or alternatives of which one stands. */
type Piece = string | Alternatives;
type Alternatives = readonly Sequence[];
export type Sequence = readonly Piece[];

export interface Pattern {
  /** Written in 「」: it holds only as a whole clause or text, as the reader of the pattern decides. */
  readonly whole: boolean;
  readonly pieces: Sequence;
}

/** What is wrong with a pattern. `at` counts characters from 1. */
export interface PatternFault {
  readonly at: number;
  readonly reason: string;
}

/** Stands for a gap. */
export const GAP = '…';

/** The first mistake in a pattern, for the content check; `undefined` when there is none. */
export function faultIn(written: string): PatternFault | undefined {
  const open: number[] = [];
  for (const [i, character] of [...written].entries()) {
    const at = i + 1;
    if (character === '(') open.push(at);
    if (character === ')' && open.pop() === undefined) return { at, reason: 'a bracket closes nothing' };
    if (character === '|' && open.length === 0) return { at, reason: '"|" stands outside of brackets' };
    if (character === '「' && at > 1) return { at, reason: '「 stands only at the beginning' };
    if (character === '」' && at < [...written].length) return { at, reason: '」 stands only at the end' };
  }
  const [unclosed] = open;
  if (unclosed !== undefined) return { at: unclosed, reason: 'a bracket is not closed' };
  if (written.startsWith('「') !== written.endsWith('」'))
    return { at: 1, reason: '「 and 」 stand around the whole or not at all' };
  return undefined;
}

/** The pattern of a text that is none, such as a label: it stands for itself. */
export function literalPattern(text: string): string {
  return text.replace(/[()|「」…]/gu, '');
}

/** Reads a pattern; its letters are normalised. @throws Error for one with a fault, which the content check finds first. */
export function parsePattern(written: string): Pattern {
  const fault = faultIn(written);
  if (fault) throw new Error(`the pattern ${written} at ${fault.at}: ${fault.reason}`);
  const whole = written.startsWith('「');
  const text = (whole ? written.slice(1, -1) : written).replace(/[^()|…]+/gu, normalise);
  let at = 0;
  return { whole, pieces: sequence() };

  function sequence(): Sequence {
    const pieces: Piece[] = [];
    while (at < text.length && text[at] !== ')' && text[at] !== '|') {
      if (text[at] === '(') pieces.push(alternatives());
      else {
        const [letters = ''] = /^[^()|]+/u.exec(text.slice(at)) ?? [];
        at += letters.length;
        pieces.push(letters);
      }
    }
    return pieces;
  }

  function alternatives(): Alternatives {
    const all: Sequence[] = [];
    do {
      at += 1;
      all.push(sequence());
    } while (text[at] === '|');
    at += 1;
    return all;
  }
}

/** Whether a pattern, written without a fault, is short for more than a check can look at, or could keep a reader busy for long
 *  with a text that nearly fits. Nothing is written out to find that. */
export function isTooMuch(written: string): boolean {
  const { pieces } = parsePattern(written);
  return countForms(pieces) > MOST_FORMS || written.split(GAP).length - 1 > MOST_GAPS;
}

const MOST_FORMS = 1_000_000;
const MOST_GAPS = 6;

/** How many forms a pattern is short for, repeated ones included. */
export function countForms(pieces: Sequence): number {
  return pieces.reduce(
    (count, piece) =>
      typeof piece === 'string' ? count : count * piece.reduce((sum, one) => sum + countForms(one), 0),
    1,
  );
}

/** All forms that a pattern is short for, each once; `…` stays. */
export function allForms(pieces: Sequence): readonly string[] {
  return [...new Set(every(pieces))];
}

function every(pieces: Sequence): readonly string[] {
  return pieces.reduce<readonly string[]>(
    (forms, piece) => {
      const ends = typeof piece === 'string' ? [piece] : piece.flatMap(every);
      return forms.flatMap((form) => ends.map((end) => form + end));
    },
    [''],
  );
}

/** Whether a gap stands in a pattern. */
export function hasGap(pieces: Sequence): boolean {
  return pieces.some((piece) => (typeof piece === 'string' ? piece.includes(GAP) : piece.some(hasGap)));
}

/** The source of a regular expression for a pattern, longer alternatives first.
 *  @param gap characters that a `…` stands for at most. */
export function expressionOf(pieces: Sequence, gap: number): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string')
        return escapeForRegExp(piece).replaceAll(
          GAP,
          gap === Number.POSITIVE_INFINITY ? '[^]*' : `.{0,${gap}}?`,
        );
      const sources = piece.map((one) => expressionOf(one, gap)).sort((a, b) => b.length - a.length);
      return `(?:${sources.join('|')})`;
    })
    .join('');
}

/** The characters that the forms of a pattern begin with. */
export function firstsOf(pieces: Sequence): ReadonlySet<string> {
  const firsts = new Set<string>();
  for (const piece of pieces) {
    if (typeof piece === 'string') return firsts.add(piece.charAt(0));
    for (const one of piece) for (const first of firstsOf(one)) firsts.add(first);
    if (!piece.some(canBeEmpty)) return firsts;
  }
  return firsts;
}

function canBeEmpty(pieces: Sequence): boolean {
  return pieces.every((piece) => typeof piece !== 'string' && piece.some(canBeEmpty));
}
