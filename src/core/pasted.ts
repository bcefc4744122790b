/** Texts that somebody pastes, and answers that stand for what was found in them. The dialogs ask for such texts;
 *  src/core/knowledge/findings finds things in them. */

/** What is pasted, as questions name it in `reads`. */
export const PASTED = ['rejection', 'name', 'remark'] as const;
export type Pasted = (typeof PASTED)[number];

/** The answer where nothing was found and that is a result. */
export const CLEAN = 'clean';
/** The id by which all guesses are declined. */
export const NONE = 'none';

const JOINT = '+';

/** The ids in an answer. */
export function idsOf(value: string): readonly string[] {
  return value.split(JOINT);
}

/** The answer that stands for these. */
export function joined(ids: readonly string[]): string {
  return ids.join(JOINT);
}
