/** Where a person stands: the dialog in progress, and the position in it that follows from the answers. */
import { askOf, type Dialog } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import type { Facts } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import { knownFacts, type Session } from './session.ts';

export interface Whereabouts {
  readonly dialog: Dialog | undefined;
  readonly position: Position | undefined;
  /** All answers that stand, also those of other dialogs. */
  readonly known: Facts;
  /** The fact whose answer is being changed. Its question is the open one, and what was reached before still is. */
  readonly editing?: string;
}

/** Where the person of a session stands. */
export function locate(
  handbook: Handbook,
  session: Pick<Session, 'answers' | 'dialog'> & { readonly editing?: string | undefined },
): Whereabouts {
  const known = knownFacts(session);
  const dialog = session.dialog === undefined ? undefined : handbook.dialogs.get(session.dialog);
  const position = dialog && handbook.walk(dialog, known);
  const ask = dialog && session.editing !== undefined ? askOf(dialog, session.editing) : undefined;
  // An answer that no longer counts is not changed.
  if (!position || !ask || position.answers[ask.fact] === undefined) return { dialog, known, position };
  const { answers, facts, end } = position;
  return {
    dialog,
    known,
    position: { answers, facts, open: ask, left: 1, ...(end && { end }) },
    editing: ask.fact,
  };
}
