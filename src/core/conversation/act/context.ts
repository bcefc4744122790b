/** A turn as it stands while acts work on it: a value that is never changed, only followed by another one. */
import { askOf, asksOf, type Dialog, isPasted } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import { type Day, momentOn } from '../../knowledge/calendar.ts';
import type { Choice } from '../messages.ts';
import type { TurnEvent, TurnParts } from '../outcome.ts';
import type { Now } from '../render/blanks.ts';
import type { Block } from '../render/pages.ts';
import { hasSeveral, numberOf } from '../session/programs.ts';
import { type Session, withAnswers } from '../session/session.ts';
import { locate, type Whereabouts } from '../session/whereabouts.ts';
import type { FactValue } from '../understand/intent.ts';

export interface TurnContext extends TurnParts {
  /** The moment of the message. */
  readonly at: Date;
  /** The session before the turn: what was proposed, what 更多 goes on with, misses in a row. */
  readonly before: Session;
  /** The day in the past that the message names. */
  readonly spokenDay: Day | undefined;
  /** The text of the message, and its id. They are not kept. */
  readonly text: string;
  readonly id: string;
  /** Whether the person comes back after a pause. */
  readonly isBack: boolean;
  /** The session as it is now. */
  readonly session: Session;
  /** Where the person stands by it. */
  readonly where: Whereabouts;
  /** Said before all else: what was understood, changed, or missed. */
  readonly preface: readonly Block[];
  readonly events: readonly TurnEvent[];
}

/** Today, the moment, and since when things stand as somebody has told here. */
export function nowAt(turn: TurnContext, { answers }: Pick<Position, 'answers'>): Now {
  const { today, at, session, text } = turn;
  const told = Object.keys(answers).flatMap((fact) => session.since?.[fact] ?? []);
  const isNews = turn.events.some(({ kind }) => kind === 'answered');
  return {
    today,
    at: momentOn(today, at),
    since: told.length === 0 ? undefined : new Date(Math.max(...told)),
    pasted: isNews ? text : undefined,
  };
}

/** The turn with another session. */
export function withSession(turn: TurnContext, session: Session): TurnContext {
  const isElsewhere =
    session.answers !== turn.session.answers ||
    session.dialog !== turn.session.dialog ||
    session.editing !== turn.session.editing;
  return { ...turn, session, where: isElsewhere ? locate(turn.handbook, session) : turn.where };
}

/** The turn with some fields of the session changed. */
export function withFields(turn: TurnContext, fields: Partial<Session>): TurnContext {
  return withSession(turn, { ...turn.session, ...fields });
}

/** The turn with more to say before all else. */
export function withPreface(turn: TurnContext, ...blocks: readonly Block[]): TurnContext {
  return { ...turn, preface: [...turn.preface, ...blocks] };
}

/** The turn with more that happened. */
export function withEvents(turn: TurnContext, ...events: readonly TurnEvent[]): TurnContext {
  return { ...turn, events: [...turn.events, ...events] };
}

/** Takes facts, and says back what was new and what was changed. */
export function record(turn: TurnContext, dialogId: string, said: readonly FactValue[]): TurnContext {
  const dialog = turn.handbook.dialogs.get(dialogId);
  const { known } = turn.where;
  const news = dialog
    ? inOrderOf(
        dialog,
        said.filter(([fact, value]) => known[fact] !== value),
      )
    : [];
  const free = settled(turn, said);
  if (!dialog || news.length === 0) return free;
  const session = { ...withAnswers(free.session, news), since: sinceOf(turn, dialog, news) };
  const facts = news.map(([fact]) => fact);
  return {
    ...turn,
    session,
    where: locate(turn.handbook, session),
    preface: [...turn.preface, ...saidBack(turn, dialog, news)],
    events: [...turn.events, { kind: 'answered', dialog: dialogId, facts }],
  };
}

/** When what tells how things stand began: on the day that was named with it, else now. */
function sinceOf(
  { at, today, spokenDay, session }: TurnContext,
  dialog: Dialog,
  news: readonly FactValue[],
): Session['since'] {
  const began = spokenDay === undefined ? momentOn(today, at).getTime() : middayOf(spokenDay);
  const told = news.filter(([fact]) => askOf(dialog, fact)?.askEveryTime);
  return told.length === 0
    ? session.since
    : { ...session.since, ...Object.fromEntries(told.map(([fact]) => [fact, began])) };
}

function middayOf(day: Day): number {
  return new Date(`${day}T12:00:00+08:00`).getTime();
}

/** No answer is being changed any more once it was told; and a correction waits for its yes no longer when it is told
 *  otherwise, or when more was told twice. */
function settled(turn: TurnContext, said: readonly FactValue[]): TurnContext {
  const { proposed, held, editing } = turn.session;
  const isTouched = proposed?.some(([fact]) => said.some(([told]) => told === fact)) === true;
  const isEdited = editing !== undefined && said.some(([fact]) => fact === editing);
  if (!proposed && !isEdited) return turn;
  return withFields(turn, {
    ...(isEdited ? { editing: undefined } : {}),
    ...(proposed ? (isTouched || held === true ? NOTHING_PROPOSED : { held: true }) : {}),
  });
}

/** No yes is waited for. */
export const NOTHING_PROPOSED = { proposed: undefined, removing: undefined, held: undefined } as const;

/** What was new and what was changed. What stands in a pasted text is not said back. */
function saidBack(
  { renderer, where: { known } }: TurnContext,
  dialog: Dialog,
  news: readonly FactValue[],
): Block[] {
  const told = news.filter(([fact]) => {
    const ask = askOf(dialog, fact);
    return ask === undefined || !isPasted(ask);
  });
  const lines = (facts: readonly FactValue[]) =>
    facts.map(([fact, value]) => renderer.factLine(dialog, fact, value)).join('；');
  const added = told.filter(([fact]) => known[fact] === undefined);
  const changed = told.filter(([fact]) => known[fact] !== undefined);
  return [
    ...(added.length > 0 ? [renderer.phrase('noted', { facts: lines(added) })] : []),
    ...(changed.length > 0 ? [renderer.phrase('changed', { facts: lines(changed) })] : []),
  ];
}

/** Facts as the dialog asks for them. */
function inOrderOf(dialog: Dialog, facts: readonly FactValue[]): readonly FactValue[] {
  if (facts.length < 2) return facts;
  const place = new Map(asksOf(dialog).map(({ fact }, i) => [fact, i] as const));
  return [...facts].sort(([a], [b]) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
}

/** Says which mini-program is meant, where there are several. */
export function namingProgram(turn: TurnContext): TurnContext {
  const { session, renderer } = turn;
  return hasSeveral(session)
    ? withPreface(turn, renderer.phrase('program-here', { number: numberOf(session) }))
    : turn;
}

/** The dialogs that are offered wherever somebody may begin. */
export function openings({ handbook, renderer }: TurnContext): readonly Choice[] {
  return [...handbook.dialogs.values()]
    .filter(({ offered }) => offered)
    .map((dialog) => renderer.opening(dialog));
}

/** The dialogs that the account's menu does not open by itself, and the menu. */
export function menuChoices({ handbook, renderer }: TurnContext): readonly Choice[] {
  const menu = renderer.menu();
  const all = [...handbook.dialogs.values()].map((dialog) => renderer.opening(dialog));
  return [...all.filter(({ text }) => !menu.some((choice) => choice.text === text)), ...menu];
}
