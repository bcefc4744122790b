/** A person was asked for: what a merchant says is meant for that person, until the assistant is wanted again. */
import type { Session } from './session.ts';

/** After so long the assistant answers again by itself, and what was kept is dropped. */
const WAITED_AT_MOST_MS = 7 * 24 * 3_600_000;

/** Whether what is said now is meant for a person. */
export function isWithPerson({ person }: Pick<Session, 'person'>): boolean {
  return person !== undefined && person.state !== 'over';
}

/** The session without a handover that is too long ago. */
export function withoutOldHandover(session: Session, at: Date): Session {
  return session.person !== undefined && at.getTime() - session.person.since > WAITED_AT_MOST_MS
    ? { ...session, person: undefined }
    : session;
}
