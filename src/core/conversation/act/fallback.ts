/** What is said when nothing was understood: at a question, first it again in other words, then its options, then a person;
 *  without one, what we can talk about. */
import { type Ask, askOf, isPasted } from '../../dialog/dialog.ts';
import type { PhraseId } from '../../handbook/handbook.ts';
import type { Choice } from '../messages.ts';
import type { Block } from '../render/pages.ts';
import { narrowedTo } from '../session/narrowing.ts';
import { digress, goOn, type Outcome, offer } from './act.ts';
import { menuChoices, openings, type TurnContext, withEvents, withFields, withPreface } from './context.ts';
import { finishedList } from './reading.ts';

/** Messages in a row that are not understood before a person is offered. */
export const PATIENCE = 3;

/** Neither an answer nor a question that we know. */
export function unclear(turn: TurnContext): Outcome {
  const { renderer, where, before } = turn;
  const { dialog, position } = where;
  const count = before.misses + 1;
  if (position?.open) return askAgain(turn, renderer.phrase(missPhrase(position.open, count)), count);
  const missed = noting(turn, count);
  const pasted = dialog && askOf(dialog, position?.end?.findings ?? '');
  if (pasted && count === 1) return digress(missed, [renderer.phrase(howTo(pasted))]);
  if (count >= PATIENCE)
    return offer(missed, renderer.phrase('unknown-3'), [
      renderer.command('person'),
      renderer.command('menu'),
    ]);
  return count === 1
    ? offer(missed, renderer.phrase('unknown-1'), [...listChoice(turn), ...openings(turn)])
    : offer(missed, renderer.phrase('unknown-2'), menuChoices(turn).slice(0, MENU_SHOWN));
}

/** Whoever has a list may well speak of it. */
function listChoice(turn: TurnContext): readonly Choice[] {
  return finishedList(turn) ? [turn.renderer.command('list')] : [];
}

/** Entries of the menu that are offered. */
const MENU_SHOWN = 9;

/** The open question is explained; a person is offered when that was no help either. */
export function explain(turn: TurnContext): Outcome {
  const open = turn.where.position?.open;
  const count = turn.before.misses + 1;
  if (!open) return unclear(turn);
  const said = count >= PATIENCE ? undefined : open.explain;
  return askAgain(turn, said === undefined ? turn.renderer.phrase(missPhrase(open, count)) : [said], count);
}

/** An option was denied and none named; or none of the guesses at a pasted text is meant. */
export function denied(turn: TurnContext): Outcome {
  const { renderer, where, before } = turn;
  const count = before.misses + 1;
  const open = where.position?.open;
  if (open && !isPasted(open)) return askAgain(turn, renderer.phrase('denied'), count);
  return offer(noting(turn, count), renderer.phrase('found-none-of-these'), [
    renderer.command('person'),
    renderer.command('menu'),
  ]);
}

/** Says so, and then the question: in its other words, and at last as it stands, with a person to ask. */
function askAgain(turn: TurnContext, words: readonly string[], count: number): Outcome {
  const { renderer } = turn;
  const isLast = count >= PATIENCE;
  const said: Block = isLast
    ? [...words, [renderer.command('person'), '　', renderer.command('menu')]]
    : words;
  const missed = withPreface(noting(turn, count), said);
  const { dialog, position } = turn.where;
  const only = count === 1 && dialog && position?.open && narrowedTo(turn.before, dialog, position.open);
  return only && dialog && position?.open
    ? { turn: missed, next: { kind: 'ask-which', dialog, position, ask: position.open, only, again: true } }
    : goOn(missed, !isLast);
}

function missPhrase(ask: Ask, count: number): PhraseId {
  if (count >= PATIENCE) return 'miss-3';
  if (count === 1 && ask.again !== undefined) return 'miss-1';
  return howTo(ask);
}

function howTo(ask: Ask): PhraseId {
  return ask.reads === 'choice' ? 'miss-2' : `miss-2-${ask.reads}`;
}

function noting(turn: TurnContext, count: number): TurnContext {
  return withEvents(withFields(turn, { misses: count }), { kind: 'missed', count });
}
