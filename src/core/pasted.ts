/** Texts that somebody pastes, and answers that stand for what was found in them. The dialogs, which ask for such texts, and
 *  what finds things in them (src/knowledge/findings.ts) meet here. */

/** What is pasted, as questions name it in `reads`. */
export const PASTED = ['rejection', 'name', 'remark'] as const;
export type Pasted = (typeof PASTED)[number];

/** The answer where nothing was found and that is a result. */
export const CLEAN = 'clean';
/** The id by which all guesses are declined. */
export const NONE = 'none';

export type Finds =
  /** `value`: the ids, joined. `bare`: the text without polite words around it. `quoted`: it stood in quotation marks, so
   *  that even what looks like a question is pasted. */
  | { readonly kind: 'found'; readonly value: string; readonly bare: string; readonly quoted: boolean }
  /** Not sure: ids of which one may be meant. */
  | { readonly kind: 'perhaps'; readonly ids: readonly string[] }
  | { readonly kind: 'nothing' };

/** Finds things in one kind of text. */
export interface TextFinder {
  /** Whether finding nothing is a result. */
  readonly mayBeClean: boolean;
  read(text: string): Finds;
}

const JOINT = '+';

/** The ids in an answer. */
export function idsOf(value: string): readonly string[] {
  return value.split(JOINT);
}

/** The answer that stands for these. */
export function joined(ids: readonly string[]): string {
  return ids.join(JOINT);
}
