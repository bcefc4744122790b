/** Several mini-programs of one merchant in one session: the current one stands where a single one would, the others are
 *  saved beside it. */
import { knownFacts, type SavedProgram, type Session } from './session.ts';

/** Mini-programs that one merchant can keep at most: one digit names each, and the session stays below 4 KB. */
export const MOST_PROGRAMS = 9;

/** The number of the current mini-program. */
export function numberOf(session: Session): number {
  return session.number ?? 1;
}

/** Whether the merchant keeps more than one. */
export function hasSeveral(session: Session): boolean {
  return (session.others ?? []).length > 0;
}

/** The current mini-program as it is saved: the answers that stand. Their turn numbers stay, so that going back takes the
 *  same steps after a switch. */
export function currentProgram(session: Session): SavedProgram {
  const { dialog, below, answers, finished } = session;
  const known = knownFacts(session);
  const latest = new Map(answers.map(([, fact], index) => [fact, index] as const));
  return {
    number: numberOf(session),
    ...(dialog === undefined ? {} : { dialog }),
    ...(below === undefined ? {} : { below }),
    ...(finished === undefined ? {} : { finished }),
    answers: answers.filter(([, fact], index) => latest.get(fact) === index && Object.hasOwn(known, fact)),
  };
}

/** All mini-programs in the order of their numbers, the current one among them. */
export function programsOf(session: Session): readonly SavedProgram[] {
  return [currentProgram(session), ...(session.others ?? [])].sort((a, b) => a.number - b.number);
}

/** The mini-program with this number, current or saved. */
export function programOf(session: Session, number: number): SavedProgram | undefined {
  return programsOf(session).find((program) => program.number === number);
}

/** The number for one more: that of one without answers, else the smallest that is free; `undefined` when all are taken. */
export function freeNumber(session: Session): number | undefined {
  const programs = programsOf(session);
  const empty = programs.find(({ answers }) => answers.length === 0);
  if (empty) return empty.number;
  const numbers = Array.from({ length: MOST_PROGRAMS }, (_, i) => i + 1);
  return numbers.find((number) => programs.every((program) => program.number !== number));
}

/** The session with another current mini-program; the present one is saved. One that does not exist starts empty. What
 *  was offered or left open for the present one no longer counts. */
export function switchTo(session: Session, number: number): Session {
  if (number === numberOf(session)) return session;
  const next = session.others?.find((other) => other.number === number);
  return {
    ...session,
    number,
    dialog: next?.dialog,
    below: next?.below,
    answers: next?.answers ?? [],
    others: [...(session.others ?? []).filter((other) => other !== next), currentProgram(session)],
    shown: undefined,
    reading: undefined,
    editing: undefined,
    held: undefined,
    finished: next?.finished,
    proposed: undefined,
    removing: undefined,
  };
}

/** The session without a mini-program. The one that was left last takes the place of the current one; the only one stays. */
export function withoutProgram(session: Session, number: number): Session {
  const last = session.others?.at(-1);
  if (!last) return session;
  const kept = number === numberOf(session) ? switchTo(session, last.number) : session;
  const others = (kept.others ?? []).filter((other) => other.number !== number);
  return { ...kept, others: others.length > 0 ? others : undefined };
}
