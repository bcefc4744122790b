/** Facts → the documents that this merchant needs, each with the condition that made it apply (its reason).
 *  Used by say.ts, the golden matrix and the fact-checker's page. */
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
  readonly source: readonly string[];
  readonly confidence: Confidence;
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

/** What old articles ask for in vain. */
export interface NotNeededSpec {
  readonly id: string;
  readonly text: string;
  readonly when?: When;
  readonly rules: readonly string[];
}

export interface ListSpec {
  readonly id: string;
  readonly groups: readonly string[];
  /** The day (or month) on which it was last compared with its sources. */
  readonly checked: string;
  readonly items: readonly ItemSpec[];
  readonly notNeeded: readonly NotNeededSpec[];
}

export interface Needed {
  readonly item: ItemSpec;
  /** The clause of `when` that matched. */
  readonly because: Clause;
}

export interface Checklist {
  /** Only groups with items, in the order of the list. */
  readonly groups: readonly { readonly name: string; readonly items: readonly Needed[] }[];
  readonly notNeeded: readonly NotNeededSpec[];
}

/** @param facts answers and what follows from them. The order in which they were given makes no difference. */
export function checklist(list: ListSpec, facts: Facts): Checklist {
  const needed = list.items.flatMap((item) => {
    const because = matchedClause(item.when, facts);
    return because === undefined ? [] : [{ item, because }];
  });
  return {
    groups: list.groups
      .map((name) => ({ name, items: needed.filter(({ item }) => item.group === name) }))
      .filter(({ items }) => items.length > 0),
    notNeeded: list.notNeeded.filter(({ when }) => matches(when, facts)),
  };
}
