/** What a dialog needs of whatever finds things in pasted texts (src/core/knowledge/findings). */
import type { TextForms } from '../../text/forms.ts';

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
  read(said: TextForms): Finds;
}
