/** What a recogniser is: it looks at a message and at where the person stands, and tells what is meant, or nothing. */
import type { Handbook } from '../../handbook/handbook.ts';
import type { Day } from '../../knowledge/calendar.ts';
import type { TextForms } from '../../text/forms.ts';
import { itemPrefix, optionPrefix } from '../choice-id.ts';
import type { Session } from '../session/session.ts';
import type { Whereabouts } from '../session/whereabouts.ts';
import type { Intent } from './intent.ts';

/** What is known before the message is read. */
export interface Situation extends Whereabouts {
  readonly handbook: Handbook;
  readonly session: Session;
  readonly today: Day;
}

/** Pure, and alone: it asks no other recogniser. `undefined`: it recognises nothing, the next one is asked.
 *  @param hear understands another text in place of this one: a menu's entry stands for what it says. */
export type Recogniser = (
  said: TextForms,
  at: Situation,
  hear: (text: string) => Intent,
) => Intent | undefined;

/** Whether a yes or no is waited for. */
export function isAskedYesOrNo({ session }: Situation): boolean {
  return session.proposed !== undefined || session.removing !== undefined;
}

/** Whether a list was shown last, so that numbers are those of its items. */
export function isListShown({ handbook, session }: Situation): boolean {
  const prefix = session.shown?.prefix;
  return [...handbook.dialogs.keys()].some((id) => prefix === itemPrefix(id));
}

/** The number that the whole message stands for, but where it says how many: 一个 is a wording of an open question for
 *  numbers of things, and not its first option then. */
export function numberOfOption({ number, letters }: TextForms, at: Situation): number | undefined {
  return number === undefined || isCount(letters, at) ? undefined : number;
}

/** Whether a text is to the letter a wording of the open question, whose options are shown. */
export function isCount(letters: string, { handbook, session, dialog, position }: Situation): boolean {
  const open = position?.open;
  if (!dialog || !open || session.shown?.prefix !== optionPrefix(dialog.id, open.fact)) return false;
  return handbook.readers.get(dialog.id)?.isWording(open, letters) === true;
}
