/** Where a person stands: the dialog in progress, and the position in it that follows from the answers. */
import type { Dialog } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import type { Facts } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import { knownFacts, type Session } from './session.ts';

export interface Whereabouts {
  readonly dialog: Dialog | undefined;
  readonly position: Position | undefined;
  /** All answers that stand, also those of other dialogs. */
  readonly known: Facts;
}

/** Where the person of a session stands. */
export function locate(handbook: Handbook, session: Pick<Session, 'answers' | 'dialog'>): Whereabouts {
  const known = knownFacts(session);
  const dialog = session.dialog === undefined ? undefined : handbook.dialogs.get(session.dialog);
  return { dialog, known, position: dialog && handbook.walk(dialog, known) };
}
