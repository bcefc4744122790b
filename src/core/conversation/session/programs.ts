/** Several mini-programs of one merchant, kept apart in one session: the one at hand stands where a single one would, the
 *  others are put away beside it. Pure; used by understand.ts, scene.ts and turn-several.ts. */
import { knownFacts, type SavedProgram, type Session } from './session.ts';

/** Mini-programs that one merchant can keep at most: one digit names each, and the session stays below 4 KB. */
export const MOST_PROGRAMS = 9;

/** The number of the mini-program at hand. */
export function numberOf(session: Session): number {
  return session.number ?? 1;
}

/** Whether the merchant keeps more than one. */
export function hasSeveral(session: Session): boolean {
  return (session.others ?? []).length > 0;
}

/** The mini-program at hand as it is when it is put away: what stands of its answers. Their turn numbers stay, so that
 *  going back takes the same steps after a switch. */
export function currentProgram(session: Session): SavedProgram {
  const { dialog, below, answers } = session;
  const known = knownFacts(session);
  const latest = new Map(answers.map(([, fact], index) => [fact, index] as const));
  return {
    number: numberOf(session),
    ...(dialog === undefined ? {} : { dialog }),
    ...(below === undefined ? {} : { below }),
    answers: answers.filter(([, fact], index) => latest.get(fact) === index && Object.hasOwn(known, fact)),
  };
}

/** All mini-programs in the order of their numbers, the one at hand among them. */
export function programsOf(session: Session): readonly SavedProgram[] {
  return [currentProgram(session), ...(session.others ?? [])].sort((a, b) => a.number - b.number);
}

/** The mini-program with this number, at hand or put away. */
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

/** The session with another mini-program at hand and the present one put away. One that is not there starts empty. What
 *  was offered or left open for the present one no longer counts. */
export function switched(session: Session, number: number): Session {
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
    more: undefined,
    proposed: undefined,
    removing: undefined,
  };
}

/** The session without a mini-program. In place of the one at hand comes the one that was left last; the only one stays. */
export function removed(session: Session, number: number): Session {
  const last = session.others?.at(-1);
  if (!last) return session;
  const kept = number === numberOf(session) ? switched(session, last.number) : session;
  const others = (kept.others ?? []).filter((other) => other.number !== number);
  return { ...kept, others: others.length > 0 ? others : undefined };
}

/** The first part of the id of a choice that is meant for the mini-program at hand: `a`, or `a2` for the second. Old
 *  messages stay tappable for ever, also when another one is at hand. */
export function kindOfChoice(session: Session, kind: 'a' | 'e' | 'k'): string {
  const number = numberOf(session);
  return number === 1 ? kind : `${kind}${number}`;
}

/** For which mini-program a choice was offered, and its id without that; `undefined` for choices that are for all. */
export function offeredFor(id: string): { number: number; id: string } | undefined {
  const [, kind, number, rest] = /^([aek])([2-9]?)\.(.*)$/su.exec(id) ?? [];
  return kind === undefined ? undefined : { number: Number(number || 1), id: `${kind}.${rest}` };
}
