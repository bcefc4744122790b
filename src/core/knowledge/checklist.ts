/** Facts → the documents that this merchant needs, each with the condition that made it apply (its reason). */
import { type Clause, type Facts, matchedClause, matches, type When } from '../facts.ts';
import type { Confidence } from './derive.ts';

/** A paper or a piece of information, described once (content/documents.yaml). */
export interface PaperSpec {
  readonly id: string;
  readonly name: string;
  /** How to obtain it or what it must look like; one line. */
  readonly how: string;
  /** The one mistake that most often sends it back; one line. */
  readonly mistake: string;
  /** Set for what is signed. */
  readonly letter?: LetterSpec;
  readonly source: readonly string[];
  readonly confidence: Confidence;
  /** The day (or month) on which it was last compared with its sources. */
  readonly checked: string;
}

/** What a paper, or a line about one, is known by: what stands before the first bracket or colon. */
export function knownAs(written: string): string {
  return written.split(/[（：]/u, 1)[0] ?? written;
}

/** A letter or form that somebody fills in and signs; each text is one line. */
export interface LetterSpec {
  /** Address of the official file; absent where there is none. */
  readonly file?: string | undefined;
  /** Address of the official page about it. */
  readonly page: string;
  readonly write: string;
  readonly sign: string;
  readonly date: string;
  readonly upload: string;
}

/** For whom a document is needed (content/checklists/*.yaml). */
export interface ItemSpec {
  readonly document: PaperSpec;
  readonly group: string;
  readonly when: When;
  /** Ids of the fact sheet that this item carries. */
  readonly rules: readonly string[];
  /** The facts are undecided or weak: the line says 以后台提示为准. */
  readonly unsure: boolean;
  readonly note?: string;
}

/** A line of a list that is no numbered paper. */
export interface LineSpec {
  readonly id: string;
  readonly text: string;
  readonly when?: When;
  readonly rules: readonly string[];
}

export interface ListSpec {
  readonly id: string;
  /** Groups of papers, which one has to get, in the order of the list. */
  readonly groups: readonly string[];
  /** Groups of what is filled in or done; they follow the papers. */
  readonly toFill: readonly string[];
  /** Groups whose papers are photographed, and the document that says how. */
  readonly photographed: readonly string[];
  readonly photos?: PaperSpec;
  /** The day (or month) on which it was last compared with its sources. */
  readonly checked: string;
  readonly items: readonly ItemSpec[];
  /** What the platform makes by itself; `text` is its name. */
  readonly generated: readonly LineSpec[];
  /** What only other providers ask for; `text` is the paper's name. */
  readonly ifAsked: readonly LineSpec[];
  readonly remarks: readonly LineSpec[];
  /** What old articles ask for in vain. */
  readonly notNeeded: readonly LineSpec[];
}

/** The kinds of lines that are no papers, in the order in which they are shown. */
export const LINE_KINDS = ['generated', 'ifAsked', 'remarks', 'notNeeded'] as const;
export type LineKind = (typeof LINE_KINDS)[number];
/** How content/checklists names them. */
export const LINE_KEYS = {
  generated: 'generated',
  ifAsked: 'if-asked',
  remarks: 'remarks',
  notNeeded: 'not-needed',
} as const satisfies Readonly<Record<LineKind, string>>;

/** The parts of a list that are asked for by their names; `all` is the whole of it. */
export const NAMED_PARTS = ['fields', 'needs', 'skip', 'times'] as const;
export type NamedPart = (typeof NAMED_PARTS)[number];
export const PARTS = [...NAMED_PARTS, 'all'] as const;
export type Part = (typeof PARTS)[number];

export interface Needed {
  readonly item: ItemSpec;
  /** The clause of `when` that matched. */
  readonly because: Clause;
  /** Needed only in these of the cases that are possible: answers to questions that were skipped. */
  readonly only?: readonly Facts[];
}

export interface Checklist extends Readonly<Record<LineKind, readonly LineSpec[]>> {
  /** Only groups with items, in the order of the list: papers first. */
  readonly groups: readonly {
    readonly name: string;
    readonly isPapers: boolean;
    readonly items: readonly Needed[];
  }[];
}

/** @param facts answers and what follows from them. The order in which they were given makes no difference. */
export function checklist(list: ListSpec, facts: Facts): Checklist {
  const needed = list.items.flatMap((item) => {
    const because = matchedClause(item.when, facts);
    return because === undefined ? [] : [{ item, because }];
  });
  return {
    groups: [...list.groups, ...list.toFill]
      .map((name, i) => ({
        name,
        isPapers: i < list.groups.length,
        items: needed.filter(({ item }) => item.group === name),
      }))
      .filter(({ items }) => items.length > 0),
    generated: holding(list.generated),
    ifAsked: holding(list.ifAsked),
    remarks: holding(list.remarks),
    notNeeded: holding(list.notNeeded),
  };

  function holding(lines: readonly LineSpec[]): readonly LineSpec[] {
    return lines.filter(({ when }) => matches(when, facts));
  }
}
