/** The wordings of a dialog's options, and where they stand in a text: one pass over the text, however many wordings
 *  there are. */
import {
  allForms,
  countForms,
  expressionOf,
  firstsOf,
  GAP,
  hasGap,
  literalPattern,
  parsePattern,
  type Sequence,
} from '../../text/pattern.ts';
import type { Ask } from '../dialog.ts';

/** One thing that merchants write for an option, or for several options that it fits alike. */
export interface Wording {
  readonly fact: string;
  /** Two or more: the words fit all of these. */
  readonly options: readonly string[];
  /** All parts as one, for whole replies; empty for a `pattern`. */
  readonly text: string;
  /** Instead of the forms one by one, where a wording with groups has very many. */
  readonly pattern?: Sequence;
  /** What stands before, between and after the `…` of the wording. */
  readonly parts: readonly string[];
  /** Says by itself what is meant, whatever question is open. */
  readonly distinctive: boolean;
  /** Written in 「」: means this only as a clause of its own. */
  readonly alone: boolean;
}

/** A wording found in a text. */
export interface Match {
  readonly wording: Wording;
  readonly start: number;
  readonly end: number;
  /** Where its parts stand, as pairs of start and end. */
  readonly pieces: readonly (readonly [start: number, end: number])[];
}

export interface Finder {
  /** All places where a wording stands, overlapping ones too. `text` is in the form that `clausesIn` gives. */
  find(text: string): readonly Match[];
}

/** A `…` stands for at most so many characters. */
const GAP_AT_MOST = 12;

/** A wording with more forms than this is matched as a pattern: its forms would fill the memory. */
const FORMS = 24;

/** Everything that is written for the options of a question: labels, `also`, `anywhere`, `either`. */
export function wordingsOf(ask: Ask): readonly Wording[] {
  const wordings = (
    options: readonly string[],
    written: string,
    distinctive: boolean,
  ): readonly Wording[] => {
    const { whole, pieces } = parsePattern(written);
    const common = { fact: ask.fact, options, distinctive, alone: whole };
    if (!hasGap(pieces) && countForms(pieces) > FORMS)
      return [{ ...common, text: '', parts: [], pattern: pieces }];
    return allForms(pieces).map((form) => {
      const parts = form.split(GAP);
      return { ...common, text: parts.join(''), parts };
    });
  };
  return [
    ...ask.options.flatMap(({ id, label, also, anywhere }) => [
      ...wordings([id], literalPattern(label), false),
      ...also.flatMap((text) => wordings([id], text, false)),
      ...anywhere.flatMap((text) => wordings([id], text, true)),
    ]),
    ...[...ask.either].flatMap(([text, options]) => wordings(options, text, false)),
  ];
}

/** A place in the tree of first parts. Where no two part and none ends, their characters are one node's: a node for each
 *  character, with its map, took several megabytes. */
interface Node {
  /** What stands between the node before and this one. */
  readonly characters: string;
  /** By the first of their characters; absent at a leaf. */
  readonly next: ReadonlyMap<number, Node> | undefined;
  /** Wordings whose first part ends here. */
  readonly ends: readonly Wording[];
}

/** The tree of wordings by their first parts. `byFirst` is in alphabetical order. */
function treeOf(byFirst: readonly (readonly [first: string, wordings: readonly Wording[]])[]): Node {
  const grow = (from: number, to: number, depth: number): Node => {
    const [shortest, ends] = byFirst[from] ?? ['', []];
    const longest = byFirst[to - 1]?.[0] ?? '';
    // In alphabetical order what the first and the last have in common, all have.
    let end = depth;
    while (end < shortest.length && shortest[end] === longest[end]) end += 1;
    const characters = shortest.slice(depth, end);
    const isEnd = shortest.length === end;
    const next = new Map<number, Node>();
    for (let at = isEnd ? from + 1 : from; at < to; ) {
      const code = byFirst[at]?.[0].charCodeAt(end);
      let until = at + 1;
      while (until < to && byFirst[until]?.[0].charCodeAt(end) === code) until += 1;
      if (code !== undefined) next.set(code, grow(at, until, end));
      at = until;
    }
    return { characters, next: next.size > 0 ? next : undefined, ends: isEnd ? ends : NONE };
  };
  const tree = grow(0, byFirst.length, 0);
  return tree.characters === ''
    ? tree
    : { characters: '', next: new Map([[tree.characters.charCodeAt(0), tree]]), ends: NONE };
}

const NONE: readonly Wording[] = [];

/** @param turnsRound tells whether a gap holds a denial or the text before a gap ends in one: `没…上架` reaches no further
 *  than its clause, and `备案…好了` does not hold over a 没. */
export function createFinder(
  wordings: readonly Wording[],
  turnsRound: { readonly inside: RegExp; readonly atEnd: RegExp; readonly clauseEnd: RegExp },
): Finder {
  const patterns = new Map<string, { wording: Wording; here: RegExp }[]>();
  for (const wording of wordings) {
    if (!wording.pattern || wording.alone) continue;
    const entry = { wording, here: new RegExp(expressionOf(wording.pattern, GAP_AT_MOST), 'uy') };
    for (const first of firstsOf(wording.pattern)) {
      const entries = patterns.get(first);
      if (entries) entries.push(entry);
      else patterns.set(first, [entry]);
    }
  }
  const byFirst = new Map<string, Wording[]>();
  for (const wording of wordings) {
    const [first = ''] = wording.parts;
    if (first === '' || wording.alone) continue;
    const others = byFirst.get(first);
    if (others) others.push(wording);
    else byFirst.set(first, [wording]);
  }
  const root = treeOf([...byFirst].sort(([a], [b]) => (a < b ? -1 : 1)));

  return { find };

  function find(text: string): readonly Match[] {
    const found: Match[] = [];
    for (let start = 0; start < text.length; start++) {
      let at = start;
      let node = nextOf(root, text, at);
      while (node !== undefined) {
        at += node.characters.length;
        for (const wording of node.ends) {
          const match = matchOf(text, wording, start, at);
          if (match) found.push(match);
        }
        node = nextOf(node, text, at);
      }
      for (const { wording, here } of patterns.get(text.charAt(start)) ?? []) {
        here.lastIndex = start;
        if (!here.test(text) || cutsWord(text, start, here.lastIndex)) continue;
        const end = here.lastIndex;
        found.push({ wording, start, end, pieces: [[start, end]] });
      }
    }
    return found;
  }

  function matchOf(text: string, wording: Wording, start: number, firstEnd: number): Match | undefined {
    if (cutsWord(text, start, firstEnd)) return undefined;
    const pieces: [number, number][] = [[start, firstEnd]];
    let end = firstEnd;
    for (const [i, part] of wording.parts.entries()) {
      if (i === 0) continue;
      const next = text.indexOf(part, end);
      if (next < 0 || next - end > GAP_AT_MOST) return undefined;
      const gap = text.slice(end, next);
      if (turnsRound.inside.test(gap)) return undefined;
      if (turnsRound.atEnd.test(wording.parts[i - 1] ?? '') && turnsRound.clauseEnd.test(gap))
        return undefined;
      end = next + part.length;
      pieces.push([next, end]);
    }
    return { wording, start, end, pieces };
  }
}

/** Where the text goes on from `at`, `undefined` where no wording does. */
function nextOf({ next }: Node, text: string, at: number): Node | undefined {
  const node = next?.get(text.charCodeAt(at));
  return node !== undefined && text.startsWith(node.characters, at) ? node : undefined;
}

/** Whether a find begins or ends inside a Latin word or a number (`fm` in `confirm`). */
function cutsWord(text: string, start: number, end: number): boolean {
  return (
    (isLatin(text.charCodeAt(start)) && isLatin(text.charCodeAt(start - 1))) ||
    (isLatin(text.charCodeAt(end - 1)) && isLatin(text.charCodeAt(end)))
  );
}

function isLatin(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}

/** The finds that count where they overlap: longest first. A wording with gaps holds its gaps against others for the same
 *  fact only (经营范围…不做 swallows the 药品 in between, but not a province). */
export function withoutOverlaps(matches: readonly Match[]): readonly Match[] {
  const kept: Match[] = [];
  const byLength = [...matches].sort((a, b) => b.end - b.start - (a.end - a.start) || sizeOf(b) - sizeOf(a));
  for (const match of byLength) {
    const covered = kept.some((other) => {
      if (isSamePlace(match, other)) return false;
      return match.wording.fact === other.wording.fact
        ? match.start < other.end && other.start < match.end
        : match.pieces.some(([start, end]) => other.pieces.some(([s, e]) => start < e && s < end));
    });
    if (!covered) kept.push(match);
  }
  return kept.sort((a, b) => a.start - b.start);
}

/** How many of the characters between start and end were said, gaps left out. */
function sizeOf({ pieces }: Match): number {
  return pieces.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** One wording may stand for several facts (寺庙: a kind of subject, a line of business). */
function isSamePlace(a: Match, b: Match): boolean {
  return a.start === b.start && a.end === b.end;
}
