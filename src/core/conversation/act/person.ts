/** A person is asked for: what is said then is kept for that person, or handed on where agents sit, and the assistant is
 *  quiet until it is wanted again. */
import { dayOf } from '../../knowledge/calendar.ts';
import { maskIdentityNumbers } from '../../text/numbers.ts';
import type { Session } from '../session/session.ts';
import type { Act, Outcome } from './act.ts';
import { type TurnContext, withEvents, withFields, withPreface } from './context.ts';
import { resume } from './navigation.ts';

type Handover = NonNullable<Session['person']>;

/** Messages kept for a person at most, and their characters all together, sealed. */
const KEPT_AT_MOST = 20;
const CHARACTERS_AT_MOST = 6_000;
/** Bytes of one message: the platform delivers no longer ones. */
const LONGEST = 2_048;
/** So long nothing is said again to who goes on writing. */
const QUIET_MS = 10 * 60_000;

/** 人工 */
export function person(turn: TurnContext): Outcome {
  const { handbook, renderer, session, at, sessionDays } = turn;
  const { agents, how, hours } = handbook.contact;
  const isOpen = isOpenAt(turn);
  const before = session.person;
  const kept = before?.kept ?? [];
  const state = agents && isOpen ? 'agent' : 'waiting';
  const opened = opening(turn, {
    since: before === undefined || before.state === 'over' ? at.getTime() : before.since,
    acked: 0,
    kept,
    state,
  });
  if (state === 'agent') return quietly(opened, renderer.phrase('person-transfer'));
  const closed = isOpen ? '' : renderer.phrase('person-closed').join('');
  return quietly(opened, renderer.phrase('person', { how, hours, closed, days: sessionDays }));
}

/** What is said to the person. */
export const toPerson: Act<'to-person'> = (_, turn) => {
  const { renderer, session, at, text, seal, id } = turn;
  const current = session.person;
  if (!current) return resume(turn);
  if (current.state === 'agent') return { turn, next: { kind: 'say', say: { kind: 'transfer' } } };
  const words = maskIdentityNumbers(beginning(text.trim()));
  const used = current.kept.reduce((sum, one) => sum + one.length, 0);
  if (words === '') return { turn, next: { kind: 'say', say: { kind: 'silence' } } };
  // What is not kept is said at once, and each time.
  if (current.kept.length >= KEPT_AT_MOST || used > CHARACTERS_AT_MOST)
    return quietly(turn, renderer.phrase('person-full'));
  const kept = [...current.kept, seal(`${at.toISOString()} ${words}`, id)];
  const noted = withEvents(turn, { kind: 'handover', step: 'kept' });
  return acknowledge(noted, { ...current, kept }, renderer.phrase('person-kept'));
};

/** 回到助手 */
export function assistant(turn: TurnContext): Outcome {
  return resume(leave(turn));
}

/** Whoever taps something, or gives a command, wants the assistant again. */
export function leave(turn: TurnContext): TurnContext {
  const { person: current } = turn.session;
  if (!current || current.state === 'over') return turn;
  const over = withFields(turn, { person: { ...current, state: 'over' } });
  const ended = withEvents(over, { kind: 'handover', step: 'ended' });
  return withPreface(ended, turn.renderer.phrase('person-left'));
}

function opening(turn: TurnContext, handover: Handover): TurnContext {
  const isNew = turn.session.person === undefined || turn.session.person.state === 'over';
  const opened = withFields(turn, { person: handover });
  return isNew ? withEvents(opened, { kind: 'handover', step: 'opened' }) : opened;
}

/** As much of a text as a message holds, never a part of a character. */
function beginning(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(LONGEST));
  return text.slice(0, read);
}

/** Says that it was kept, but not again and again. */
function acknowledge(turn: TurnContext, handover: Handover, words: readonly string[]): Outcome {
  const now = turn.at.getTime();
  const isDue = now - handover.acked > QUIET_MS;
  const next = withFields(turn, { person: { ...handover, acked: isDue ? now : handover.acked } });
  return isDue ? quietly(next, words) : { turn: next, next: { kind: 'say', say: { kind: 'silence' } } };
}

function quietly(turn: TurnContext, words: readonly string[]): Outcome {
  return { turn, next: { kind: 'say', say: { kind: 'text', lines: [...turn.preface.flat(), ...words] } } };
}

/** Whether people are there at the moment of the message; always, where no hours are given. */
function isOpenAt({ handbook, at }: TurnContext): boolean {
  const { open } = handbook.contact;
  if (!open) return true;
  const day = dayOf(at);
  if (open.days === 'working-days' && !handbook.calendar.isWorkingDay(day)) return false;
  const time = SHANGHAI_TIME.format(at);
  return open.from <= time && time < open.to;
}

const SHANGHAI_TIME = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Shanghai',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});
