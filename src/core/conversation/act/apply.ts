/** Outcome → Turn: the one place where what an act came to is put into words. */
import type { Ask, Dialog } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import { idsOf } from '../../pasted.ts';
import { encode } from '../choice-id.ts';
import type { Choice, Line } from '../messages.ts';
import type { Turn, TurnEvent } from '../outcome.ts';
import { type Delivery, deliver } from '../render/deliver.ts';
import { type Block, bytesIn } from '../render/pages.ts';
import type { Question, Style } from '../render/question.ts';
import { narrowedTo } from '../session/narrowing.ts';
import { numberOf } from '../session/programs.ts';
import type { Shown } from '../session/session.ts';
import { locate } from '../session/whereabouts.ts';
import type { Outcome } from './act.ts';
import { menuChoices, type TurnContext } from './context.ts';

/** The turn that an act came to. */
export function apply({ turn, next }: Outcome): Turn {
  const { preface, events, session } = turn;
  switch (next.kind) {
    case 'go-on':
      return goOn(turn, next.again);
    case 'ask-which':
      return asked(turn, next.dialog, next.ask, next.position, next);
    case 'result':
      return result(turn, next.dialog, next.position, next.from, next.page);
    case 'digress':
      return digress(turn, next.body, next.of);
    case 'page':
      return delivered(turn, { ...next, preface, shown: session.shown });
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
  if (dialog && position?.open) return asked(turn, dialog, position.open, position, { again });
  if (dialog && position?.end) return result(turn, dialog, position, 0, 1);
  return offer(turn, turn.renderer.phrase('menu'), menuChoices(turn));
}

function asked(turn: TurnContext, dialog: Dialog, ask: Ask, position: Position, style: Style): Turn {
  const { block, shown } = question(turn, dialog, ask, position, style);
  return text(turn, [...turn.preface, block], shown, { kind: 'asked', dialog: dialog.id, fact: ask.fact });
}

function question(turn: TurnContext, dialog: Dialog, ask: Ask, position: Position, style: Style): Question {
  const program = numberOf(turn.session);
  return turn.renderer.question(dialog, ask, position.answers, { ...style, program });
}

function result(turn: TurnContext, dialog: Dialog, position: Position, from: number, page: number): Turn {
  const { renderer, today, at, preface, where } = turn;
  const body = [...renderer.result(dialog, position, { today, at }, where.known), ...suspended(turn)];
  const seen = page === 1 ? eventsOf(turn, dialog, position) : [];
  return delivered(turn, { preface, body, of: 'result', from, page, shown: undefined }, ...seen);
}

/** What is shown at an end: the end, what was found, and which papers are needed, each with its reason. */
function eventsOf({ handbook }: TurnContext, dialog: Dialog, { end, facts }: Position): readonly TurnEvent[] {
  if (!end) return [];
  const found = end.findings === undefined ? undefined : facts[end.findings];
  const spec = end.list === undefined ? undefined : handbook.lists.get(end.list);
  const groups = spec ? handbook.checklist(spec, facts).groups : [];
  return [
    { kind: 'ended', dialog: dialog.id, end: end.id },
    ...(found === undefined ? [] : [{ kind: 'found', fact: end.findings ?? '', ids: idsOf(found) } as const]),
    ...groups.flatMap(({ items }) =>
      items.map(
        ({ item, because }) =>
          ({ kind: 'needed', document: item.document.id, rules: item.rules, because }) as const,
      ),
    ),
  ];
}

/** The dialog that waits below a result, to go on with. */
function suspended({ handbook, renderer, session }: TurnContext): readonly Block[] {
  const dialog = session.below === undefined ? undefined : handbook.dialogs.get(session.below);
  if (!dialog) return [];
  const left = locate(handbook, { ...session, dialog: dialog.id }).position?.left ?? 0;
  const label = renderer.phrase('continue-below', { title: dialog.title, left })[0] ?? '';
  const id = encode({ kind: 'open', dialog: dialog.id });
  return [['', { label, text: dialog.opens[0] ?? dialog.title, id }]];
}

function digress(turn: TurnContext, body: readonly Block[], of = 'detour'): Turn {
  const { renderer, limits, preface, where } = turn;
  const { dialog, position } = where;
  if (!dialog || !position?.open) return delivered(turn, { preface, body, of, shown: undefined });
  const only = narrowedTo(turn.before, dialog, position.open);
  const { block, shown } = question(turn, dialog, position.open, position, only ? { only } : {});
  const whole = [...preface, ...body].flat();
  const again: Block = ['', ...renderer.phrase('back-to-question'), ...block];
  if (bytesIn([...whole, ...again], limits) <= limits.limit) return text(turn, [whole, again], shown);
  const resume: Block = ['', [...renderer.phrase('back-to-question'), renderer.command('resume')]];
  return delivered(turn, { preface, body: [...body, resume], of, shown });
}

function offer(turn: TurnContext, title: readonly Line[], offered: readonly Choice[]): Turn {
  const lines = offered.map((choice, i): Line => ({ ...choice, label: `${i + 1}. ${choice.label}` }));
  const shown = { prefix: '', ids: offered.map(({ id }) => id) };
  return text(turn, [...turn.preface, [...title, ...lines]], shown);
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
