/** The short form in which wordings with many forms are written: `(没|还没)上架` is 没上架 and 还没上架, `(a|)b` is ab and b;
 *  groups may stand in groups. Used by wordings.ts. */

/** A text, or alternatives of which one stands. */
type Piece = string | readonly Pattern[];
export type Pattern = readonly Piece[];

/** Reads the short form. A bracket that is not closed ends with the text. */
export function parsePattern(written: string): Pattern {
  let at = 0;
  const [first = []] = alternatives(false);
  return first;

  function alternatives(isGroup: boolean): Pattern[] {
    const all: Pattern[] = [];
    let pieces: Piece[] = [];
    let text = '';
    const endOfText = () => {
      if (text !== '') pieces.push(text);
      text = '';
    };
    for (; at < written.length && !(isGroup && written[at] === ')'); at++) {
      const character = written[at] ?? '';
      if (character === '(') {
        endOfText();
        at += 1;
        pieces.push(alternatives(true));
      } else if (character === '|' && isGroup) {
        endOfText();
        all.push(pieces);
        pieces = [];
      } else text += character;
    }
    endOfText();
    all.push(pieces);
    return all;
  }
}

/** How many forms it has, repeated ones included. */
export function countForms(pattern: Pattern): number {
  return pattern.reduce(
    (count, piece) =>
      typeof piece === 'string' ? count : count * piece.reduce((sum, one) => sum + countForms(one), 0),
    1,
  );
}

/** All its forms, each once. */
export function allForms(pattern: Pattern): readonly string[] {
  return [...new Set(every(pattern))];
}

function every(pattern: Pattern): readonly string[] {
  return pattern.reduce<readonly string[]>(
    (forms, piece) => {
      const ends = typeof piece === 'string' ? [piece] : piece.flatMap(every);
      return forms.flatMap((form) => ends.map((end) => form + end));
    },
    [''],
  );
}

/** The source of a regular expression for it, longer alternatives first. */
export function expressionOf(pattern: Pattern): string {
  return pattern
    .map((piece) => {
      if (typeof piece === 'string') return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      const sources = piece.map(expressionOf).sort((a, b) => b.length - a.length);
      return `(?:${sources.join('|')})`;
    })
    .join('');
}

/** The characters that its forms begin with. */
export function firstsOf(pattern: Pattern): ReadonlySet<string> {
  const firsts = new Set<string>();
  for (const piece of pattern) {
    if (typeof piece === 'string') return firsts.add(piece.charAt(0));
    for (const one of piece) for (const first of firstsOf(one)) firsts.add(first);
    if (!piece.some(canBeEmpty)) return firsts;
  }
  return firsts;
}

function canBeEmpty(pattern: Pattern): boolean {
  return pattern.every((piece) => typeof piece !== 'string' && piece.some(canBeEmpty));
}
