/** Moving about in dialogs: opening, going on, going back, beginning afresh, the list and its pages. */
import { askOf, asksOf, type Dialog, isPasted } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import { encode } from '../choice-id.ts';
import { freshSession, withAnswers, withoutLastAnswers } from '../session/session.ts';
import { locate } from '../session/whereabouts.ts';
import type { FactValue } from '../understand/intent.ts';
import { type Act, digress, goOn, type Outcome, offer, sayThenGoOn } from './act.ts';
import {
  menuChoices,
  namingProgram,
  openings,
  record,
  type TurnContext,
  withEvents,
  withFields,
  withPreface,
  withSession,
} from './context.ts';
import { answersOf } from './questions.ts';

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
export const answer: Act<'answer'> = ({ dialog, facts }, turn) => goOn(record(turn, dialog, facts));

/** Several options of a question fit: which? */
export const which: Act<'which'> = ({ dialog: id, fact, values, facts }, turn) => {
  const entered = record(enter(turn, id), id, facts);
  const { dialog, position } = entered.where;
  const ask = dialog && askOf(dialog, fact);
  if (!dialog || !ask || !position || dialog.id !== id) return goOn(entered);
  const asking = isPasted(ask) ? entered : withPreface(entered, turn.renderer.phrase('which'));
  return { turn: asking, next: { kind: 'ask-which', dialog, position, ask, only: values, again: false } };
};

/** Makes it the dialog in progress; an unfinished one waits below. */
function enter(turn: TurnContext, dialogId: string): TurnContext {
  const { dialog, position } = turn.where;
  const isOther = dialog?.id !== dialogId;
  const below = dialog && isOther && position?.open ? dialog.id : turn.session.below;
  const entered = withFields(turn, { dialog: dialogId, below: below === dialogId ? undefined : below });
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

/** Forgets what the last answering turn said. */
export function back(turn: TurnContext): Outcome {
  const { renderer } = turn;
  const { session: earlier, dropped } = withoutLastAnswers(turn.session);
  const { dialog, position } = turn.where;
  if (dropped.length === 0 || !dialog) return sayThenGoOn(turn, renderer.phrase('at-start'));
  const said = dropped.flatMap(([fact, value]) =>
    value === null ? [] : [renderer.factLine(dialog, fact, value, position?.facts)],
  );
  const undone = said.length > 0 ? [renderer.phrase('undone', { facts: said.join('；') })] : [];
  return goOn(withPreface(withSession(turn, earlier), ...undone));
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
  const listed = position?.end && position.end.list === undefined ? finishedList(turn) : undefined;
  if (listed) return open(turn, listed.id, []);
  if (dialog && position?.end) return { turn, next: { kind: 'result', dialog, position, from: 0, page: 1 } };
  if (dialog && position?.open) return sayThenGoOn(turn, renderer.phrase('not-finished'));
  return offer(turn, renderer.phrase('no-list'), openings(turn));
}

function finishedList({ handbook, session }: TurnContext): Dialog | undefined {
  return [...handbook.dialogs.values()].find(
    ({ id }) => locate(handbook, { ...session, dialog: id }).position?.end?.list !== undefined,
  );
}

/** The next page of what was shown. */
export function more(turn: TurnContext): Outcome {
  const { renderer, handbook } = turn;
  const { dialog, position } = turn.where;
  const left = turn.before.more;
  if (left?.of === 'result' && dialog && position?.end)
    return { turn, next: { kind: 'result', dialog, position, from: left.from, page: left.page + 1 } };
  const ids = left?.of.split('.').slice(1) ?? [];
  const entries = ids.flatMap((id) => handbook.faq.byId(id) ?? []);
  if (!left || entries.length === 0) return digress(turn, [renderer.phrase('no-more')]);
  const body = answersOf(turn, entries);
  return { turn, next: { kind: 'page', body, of: left.of, from: left.from, page: left.page + 1 } };
}

/** Where one stands, and on. */
export function resume(turn: TurnContext): Outcome {
  const { renderer, session, where } = turn;
  const { dialog, position } = where;
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

function doneWith(turn: TurnContext, { title }: Dialog, { end }: Position): Outcome {
  const { phrase, command } = turn.renderer;
  return offer(
    turn,
    end?.findings === undefined ? phrase('resume-done', { title }) : phrase('resume-found'),
    [command('list'), command('facts'), command('restart')],
  );
}
