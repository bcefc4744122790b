/** Moving about in dialogs: opening, going on, going back, beginning afresh, the list and its pages. */
import { askOf, asksOf, type Dialog, isPasted } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import { matches } from '../../facts.ts';
import { dayOf } from '../../knowledge/calendar.ts';
import { SKIPPED } from '../../pasted.ts';
import { encode } from '../choice-id.ts';
import { freshSession, withAnswers, withoutLastAnswers } from '../session/session.ts';
import type { FactValue } from '../understand/intent.ts';
import { type Act, goOn, type Outcome, offer, sayThenGoOn } from './act.ts';
import {
  menuChoices,
  NOTHING_PROPOSED,
  namingProgram,
  nowAt,
  openings,
  record,
  type TurnContext,
  withEvents,
  withFields,
  withPreface,
  withSession,
} from './context.ts';
import { finishedList } from './reading.ts';

/** Opens a dialog with what was said for it. One that is done shows what can be done with its result; after a pause an
 *  unfinished one is offered, not just gone on with. */
export function open(turn: TurnContext, dialogId: string, said: readonly FactValue[]): Outcome {
  const opened = turn.handbook.dialogs.get(dialogId);
  const isAskedEveryTime =
    opened !== undefined && said.length === 0 && asksOf(opened).some((ask) => ask.askEveryTime);
  const fresh = isAskedEveryTime ? withoutPassing(turn, opened) : turn;
  const { dialog, position } = fresh.where;
  if (!isAskedEveryTime && dialog?.id === dialogId && said.length === 0) {
    if (position?.end) return doneWith(fresh, dialog, position);
    if (fresh.isBack && position && Object.keys(position.answers).length > 0)
      return offerResume(fresh, dialog, position);
  }
  return goOn(record(enter(fresh, dialogId), dialogId, said));
}

/** Takes the facts, and goes on. */
export const answer: Act<'answer'> = ({ dialog, facts }, turn) => {
  const { known } = turn.where;
  const isSame = facts.length > 0 && facts.every(([fact, value]) => known[fact] === value);
  return goOn(
    isSame && turn.where.editing === undefined ? saySame(turn, dialog, facts) : record(turn, dialog, facts),
  );
};

/** Goes on without the text that was asked for, with what it was wanted for. */
export const skip: Act<'skip'> = ({ fact, facts }, turn) => {
  const skipped = withSession(turn, withAnswers(turn.session, [[fact, SKIPPED]]));
  const waiting = turn.session.below ?? skipped.where.position?.end?.papersOf;
  return waiting === undefined ? menu(skipped) : open(skipped, waiting, facts);
};

/** What was told stands already. */
function saySame(turn: TurnContext, dialogId: string, facts: readonly FactValue[]): TurnContext {
  const { handbook, renderer } = turn;
  const dialog = handbook.dialogs.get(dialogId);
  const lines = facts.map(([fact, value]) => renderer.factLine(dialog, fact, value)).join('；');
  return withPreface(turn, renderer.phrase('same-as-before', { facts: lines }));
}

/** Goes through another dialog first, where the one in progress says so. */
export function onDetour(outcome: Outcome): Outcome {
  const { turn, next } = outcome;
  const { dialog, position, known, editing } = turn.where;
  if (next.kind !== 'go-on' || !dialog || !position || editing !== undefined) return outcome;
  const detour = dialog.detours.find(
    ({ when, until }) => known[until] === undefined && matches(when, position.facts),
  );
  if (!detour) return outcome;
  const entered = enter(withFields(turn, { below: dialog.id }), detour.dialog);
  return goOn(withFields(entered, { below: dialog.id }));
}

/** Several options of a question fit: which? */
export const which: Act<'which'> = ({ dialog: id, fact, values, facts }, turn) => {
  const entered = record(enter(turn, id), id, facts);
  const { dialog, position } = entered.where;
  const ask = dialog && askOf(dialog, fact);
  if (!dialog || !ask || !position || dialog.id !== id) return goOn(entered);
  const asking = isPasted(ask) ? entered : withPreface(entered, turn.renderer.phrase('which'));
  return { turn: asking, next: { kind: 'ask-which', dialog, position, ask, only: values, again: false } };
};

/** Makes it the dialog in progress; an unfinished one waits below. What was being changed stays as it was. */
function enter(turn: TurnContext, dialogId: string): TurnContext {
  const { dialog, position } = turn.where;
  const isOther = dialog?.id !== dialogId;
  const below = dialog && isOther && position?.open && !position.end ? dialog.id : turn.session.below;
  const entered = withFields(turn, {
    dialog: dialogId,
    below: below === dialogId ? undefined : below,
    editing: undefined,
    ...(isOther ? NOTHING_PROPOSED : {}),
  });
  return isOther ? withEvents(entered, { kind: 'opened', dialog: dialogId }) : entered;
}

/** What only tells how things stand today (备案进度) is forgotten. */
function withoutPassing(turn: TurnContext, dialog: Dialog): TurnContext {
  const { known } = turn.where;
  const own = asksOf(dialog).filter((ask) => ask.askEveryTime && known[ask.fact] !== undefined);
  if (own.length === 0) return turn;
  return withSession(
    turn,
    withAnswers(
      turn.session,
      own.map(({ fact }) => [fact, null]),
    ),
  );
}

/** Forgets what the last answering turn said, and says what stands now. Where an answer is being changed, or a yes waited
 *  for, that alone is given up. */
export function back(turn: TurnContext): Outcome {
  const { renderer, session } = turn;
  if (turn.before.inside && finishedList(turn)) return list(turn);
  if (turn.where.editing !== undefined) return keep(turn);
  if (session.proposed)
    return sayThenGoOn(withFields(turn, NOTHING_PROPOSED), renderer.phrase('not-changed'));
  const { session: earlier, dropped } = withoutLastAnswers(session);
  const { dialog } = turn.where;
  if (dropped.length === 0 || !dialog) return sayThenGoOn(turn, renderer.phrase('at-start'));
  const undone = offDetour(withSession(turn, earlier));
  const { known } = undone.where;
  const facts = [...new Set(dropped.map(([fact]) => fact))];
  const standing = facts.flatMap((fact) =>
    known[fact] === undefined || known[fact] === SKIPPED
      ? []
      : [renderer.factLine(dialog, fact, known[fact])],
  );
  const gone = facts.filter((fact) => known[fact] === undefined || known[fact] === SKIPPED);
  const here = gone.filter((fact) => undone.where.dialog && askOf(undone.where.dialog, fact));
  const elsewhere = gone.filter((fact) => !here.includes(fact));
  const names = (of: readonly string[]) => of.map((fact) => renderer.factName(dialog, fact)).join('、');
  const lines = [
    ...(here.length > 0 ? [renderer.phrase('undone', { names: names(here) })] : []),
    ...(elsewhere.length > 0 ? [renderer.phrase('undone-other', { names: names(elsewhere) })] : []),
    ...(standing.length > 0 ? [renderer.phrase('undone-to', { facts: standing.join('；') })] : []),
  ];
  return goOn(withPreface(undone, ...lines));
}

/** A dialog that was gone through first for an answer that was taken back is left again. */
function offDetour(turn: TurnContext): TurnContext {
  const { handbook, session } = turn;
  const { dialog, below } = session;
  const waiting = handbook.dialogs.get(below ?? '');
  const detour = waiting?.detours.find((one) => one.dialog === dialog);
  if (!waiting || !detour) return turn;
  const there = withFields(turn, { dialog: waiting.id, below: undefined });
  return there.where.position && matches(detour.when, there.where.position.facts) ? turn : there;
}

/** The answer that was being changed stays as it is. */
export function keep(turn: TurnContext): Outcome {
  const kept = withPreface(withFields(turn, { editing: undefined }), turn.renderer.phrase('kept'));
  const { dialog, position } = kept.where;
  return dialog && position?.end ? doneWith(kept, dialog, position) : goOn(kept);
}

/** Forgets the answers of the current mini-program, and begins the dialog in progress again. */
export function restart(turn: TurnContext): Outcome {
  const { renderer, at } = turn;
  const { dialog } = turn.where;
  const { turn: count, number, others } = turn.session;
  const fresh = namingProgram(withSession(turn, { ...freshSession(at), turn: count, number, others }));
  return dialog
    ? goOn(withPreface(withFields(fresh, { dialog: dialog.id }), renderer.phrase('restart')))
    : offer(fresh, renderer.phrase('restart-menu'), openings(fresh));
}

/** The list of the dialog in progress, or of the first one that has a list ready. */
export function list(turn: TurnContext): Outcome {
  const { renderer, where } = turn;
  const { dialog, position } = where;
  const isMaking = dialog?.steps.some((step) => step.kind === 'end' && step.list !== undefined) === true;
  if (isMaking && position?.open && !position.end) return sayThenGoOn(turn, renderer.phrase('not-finished'));
  const listed = position?.end?.list === undefined ? finishedList(turn)?.dialog : undefined;
  if (listed) return open(turn, listed.id, []);
  if (position?.open && !position.end) return sayThenGoOn(turn, renderer.phrase('not-finished'));
  if (dialog && position?.end) return { turn, next: { kind: 'result', dialog, position } };
  return offer(turn, renderer.phrase('no-list'), openings(turn));
}

/** Where one stands, and on. */
export function resume(turn: TurnContext): Outcome {
  const { renderer, session, where } = turn;
  const { dialog, position } = where;
  if (where.editing !== undefined || session.proposed || session.removing !== undefined) return goOn(turn);
  const waiting = position?.end ? session.below : undefined;
  if (waiting !== undefined) return open(turn, waiting, []);
  if (dialog && position?.end) return doneWith(turn, dialog, position);
  if (dialog && position?.open)
    return sayThenGoOn(turn, renderer.phrase('question-left', { left: position.left }));
  return menu(turn);
}

/** What there is to do. */
export function menu(turn: TurnContext): Outcome {
  return offer(turn, turn.renderer.phrase('menu'), menuChoices(turn));
}

function offerResume(turn: TurnContext, { title }: Dialog, { left }: Position): Outcome {
  const { phrase } = turn.renderer;
  const again = phrase('resume-choice')[0] ?? '';
  const fresh = phrase('restart-choice')[0] ?? '';
  return offer(turn, phrase('resume-offer', { title, left }), [
    { label: again, text: again, id: encode({ kind: 'command', command: 'resume' }) },
    { label: fresh, text: fresh, id: encode({ kind: 'command', command: 'restart' }) },
  ]);
}

/** Where one stands at the end of a dialog: since when, what is next, and what can be done. What tells how things stand is
 *  shown again. */
function doneWith(turn: TurnContext, dialog: Dialog, position: Position): Outcome {
  const { renderer, today, session, where } = turn;
  const { phrase, command } = renderer;
  const { end } = position;
  if (end?.findings !== undefined)
    return offer(turn, phrase('resume-found'), [command('list'), command('facts'), command('restart')]);
  if (end?.list === undefined) return { turn, next: { kind: 'result', dialog, position } };
  const finished = session.finished?.[dialog.id];
  const ago =
    finished === undefined ? phrase('ago-unknown').join('') : renderer.ago(dayOf(new Date(finished)), today);
  const { next } = renderer.result(dialog, position, nowAt(turn, position), where.known);
  return offer(
    turn,
    [
      ...phrase('resume-done', { title: dialog.title, ago }),
      ...(next === undefined ? [] : phrase('overview-next', { next })),
    ],
    [command('list'), ...renderer.exits(dialog, position), command('facts'), command('restart')],
  );
}
