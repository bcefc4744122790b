/** Outcome → Turn: the one place where what an act came to is put into words. */
import type { Ask, Dialog } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import { momentOn } from '../../knowledge/calendar.ts';
import { idsOf, unreadNumber } from '../../pasted.ts';
import type { Choice, Line } from '../messages.ts';
import type { Turn, TurnEvent } from '../outcome.ts';
import { type Delivery, deliver } from '../render/deliver.ts';
import { redoneOn } from '../render/findings.ts';
import type { Overview } from '../render/list.ts';
import { type Block, bytesIn } from '../render/pages.ts';
import type { Question, Style } from '../render/question.ts';
import { narrowedTo } from '../session/narrowing.ts';
import { numberOf } from '../session/programs.ts';
import type { Shown } from '../session/session.ts';
import type { NextOf, Outcome } from './act.ts';
import { menuChoices, nowAt, type TurnContext, withFields } from './context.ts';
import { pendingOf } from './corrections.ts';
import { partName, resultBody, resultName, suspended } from './reading.ts';

/** The turn that an act came to. */
export function apply({ turn, next }: Outcome): Turn {
  const { preface, events, session } = turn;
  switch (next.kind) {
    case 'go-on':
      return goOn(turn, next.again);
    case 'ask-which':
      return asked(turn, next.dialog, next.ask, next.position, next);
    case 'result':
      return result(turn, next.dialog, next.position);
    case 'digress':
      return digress(turn, next);
    case 'page':
      return delivered(turn, { ...next, preface });
    case 'offer':
      return offer(turn, next.title, next.choices);
    case 'list':
      return delivered(turn, { preface, body: [next.lines], of: 'detour', shown: next.shown });
    case 'say':
      return { session: next.forget ? undefined : session, say: next.say, events };
  }
}

function goOn(turn: TurnContext, again: boolean): Turn {
  const { dialog, position } = turn.where;
  const pending = pendingOf(turn);
  if (pending) return offer(turn, pending.title, pending.choices);
  if (dialog && position?.open) return asked(turn, dialog, position.open, position, { again });
  if (dialog && position?.end) return result(turn, dialog, position);
  return offer(turn, turn.renderer.phrase('menu'), menuChoices(turn));
}

function asked(turn: TurnContext, dialog: Dialog, ask: Ask, position: Position, style: Style): Turn {
  const { block, shown } = question(turn, dialog, ask, position, style);
  return text(turn, [...turn.preface, block], shown, { kind: 'asked', dialog: dialog.id, fact: ask.fact });
}

function question(turn: TurnContext, dialog: Dialog, ask: Ask, position: Position, style: Style): Question {
  const program = numberOf(turn.session);
  const isChanging = turn.where.editing === ask.fact;
  return turn.renderer.question(dialog, ask, position.answers, { ...style, program, isChanging });
}

/** The first page of a list, or all that stands at another end. */
function result(turn: TurnContext, dialog: Dialog, position: Position): Turn {
  const { handbook, renderer, at, today, preface, where, session } = turn;
  const made = renderer.result(dialog, position, nowAt(turn, position), where.known);
  const seen = eventsOf(turn, dialog, position);
  if (!made.list) {
    const body = resultBody(turn, dialog, position);
    return delivered(turn, { preface, body, of: resultName(dialog.id), shown: undefined }, ...seen);
  }
  const redo = redoneOn(handbook, dialog, position, where.known);
  const program = numberOf(session);
  const pages = [true, false].map((isLinked) => made.list?.overview(program, redo, isLinked));
  const whole = ({ block }: Overview) => [...preface, block, ...suspended(turn)];
  const fitting = pages.find((page) => page && bytesIn(whole(page).flat(), turn.limits) <= turn.limits.limit);
  const page = fitting ?? pages[1];
  if (!page) throw new Error(`the list of ${dialog.id} has no first page`);
  const noted = withFields(turn, {
    // 更多 goes on with all of it.
    reading: [{ of: partName(dialog.id, 'all'), page: 0, starts: [0] }],
    finished: { [dialog.id]: momentOn(today, at).getTime(), ...session.finished },
  });
  return text(noted, whole(page), page.shown, ...seen);
}

/** What is shown at an end: the end, what was found, and which papers are needed, each with its reason. */
function eventsOf({ handbook }: TurnContext, dialog: Dialog, position: Position): readonly TurnEvent[] {
  const { end, facts } = position;
  if (!end) return [];
  const found = end.findings === undefined ? undefined : facts[end.findings];
  const spec = end.list === undefined ? undefined : handbook.lists.get(end.list);
  const groups = spec ? handbook.checklistAt(spec, dialog, position).groups : [];
  return [
    { kind: 'ended', dialog: dialog.id, end: end.id },
    ...(found === undefined
      ? []
      : [
          {
            kind: 'found',
            fact: end.findings ?? '',
            ids: idsOf(found).filter((id) => unreadNumber(id) === undefined),
          } as const,
        ]),
    ...groups.flatMap(({ items }) =>
      items.map(
        ({ item, because }) =>
          ({ kind: 'needed', document: item.document.id, rules: item.rules, because }) as const,
      ),
    ),
  ];
}

function digress(turn: TurnContext, { body, of = 'detour', shown: own }: NextOf<'digress'>): Turn {
  const { renderer, limits, preface, where, before } = turn;
  const { dialog, position } = where;
  const waiting = pendingOf(turn);
  if (!waiting && (!dialog || !position?.open))
    return delivered(turn, { preface, body, of, shown: own ?? before.shown });
  const { block, shown } = waiting
    ? numbered(waiting.title, waiting.choices)
    : openQuestion(turn, dialog, position);
  const whole = [...preface, ...body].flat();
  const again: Block = ['', ...renderer.phrase('back-to-question'), ...block];
  if (bytesIn([...whole, ...again], limits) <= limits.limit) return text(turn, [whole, again], shown);
  const resume: Block = ['', [...renderer.phrase('back-to-question'), renderer.command('resume')]];
  return delivered(turn, { preface, body: [...body, resume], of, shown: own ?? shown });
}

/** The open question, with the options among which it was asked last. */
function openQuestion(
  turn: TurnContext,
  dialog: Dialog | undefined,
  position: Position | undefined,
): Question {
  if (!dialog || !position?.open) return { block: [], shown: undefined };
  const only = narrowedTo(turn.before, dialog, position.open);
  return question(turn, dialog, position.open, position, only ? { only } : {});
}

function offer(turn: TurnContext, title: readonly Line[], offered: readonly Choice[]): Turn {
  const { block, shown } = numbered(title, offered);
  return text(turn, [...turn.preface, block], shown);
}

/** Things to tap, with their numbers. */
function numbered(title: readonly Line[], choices: readonly Choice[]): Question {
  const lines = choices.map((choice, i): Line => ({ ...choice, label: `${i + 1}. ${choice.label}` }));
  return { block: [...title, ...lines], shown: { prefix: '', ids: choices.map(({ id }) => id) } };
}

function text(
  turn: TurnContext,
  body: readonly Block[],
  shown: Shown | undefined,
  ...more: readonly TurnEvent[]
): Turn {
  return delivered(turn, { preface: [], body, of: 'detour', shown }, ...more);
}

function delivered(turn: TurnContext, delivery: Delivery, ...more: readonly TurnEvent[]): Turn {
  const { session, say } = deliver(turn.session, delivery, turn);
  return { session, say, events: more.length === 0 ? turn.events : [...turn.events, ...more] };
}
