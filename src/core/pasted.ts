/** Texts that somebody pastes, and answers that stand for what was found in them. The dialogs ask for such texts;
 *  src/core/knowledge/findings finds things in them. */

/** What is pasted, as questions name it in `reads`. */
export const PASTED = ['rejection', 'name', 'remark'] as const;
export type Pasted = (typeof PASTED)[number];

/** The answer where nothing was found and that is a result. */
export const CLEAN = 'clean';
/** The id by which all guesses are declined. */
export const NONE = 'none';

/** The answer of who has nothing to paste yet. */
export const SKIPPED = 'skipped';

/** Stands in an answer for an item of a pasted list that was not recognised. @param number its place in the list, from 1. */
export function unread(number: number): string {
  return `${UNREAD}${number}`;
}

/** The place of an item that was not recognised; `undefined` for the id of a finding. */
export function unreadNumber(id: string): number | undefined {
  return id.startsWith(UNREAD) ? Number(id.slice(UNREAD.length)) : undefined;
}

/** No finding is called so: ids of content have letters, digits and hyphens only. */
const UNREAD = '?';
const JOINT = '+';

/** The ids in an answer. */
export function idsOf(value: string): readonly string[] {
  return value.split(JOINT);
}

/** The answer that stands for these. */
export function joined(ids: readonly string[]): string {
  return ids.join(JOINT);
}
