/** What a merchant has said, shown and changed: 我的信息, 改2, and corrections that wait for a yes. */
import { askOf, type Dialog } from '../../dialog/dialog.ts';
import { encode } from '../choice-id.ts';
import type { Choice } from '../messages.ts';
import { hasSeveral, numberOf, programOf } from '../session/programs.ts';
import type { FactValue } from '../understand/intent.ts';
import { type Act, goOn, type Outcome, offer, sayThenGoOn } from './act.ts';
import { NOTHING_PROPOSED, openings, record, type TurnContext, withFields, withPreface } from './context.ts';
import { summaryOf } from './programs.ts';

/** A question that waits for a yes or no. */
interface Pending {
  readonly title: readonly string[];
  readonly choices: readonly Choice[];
}

/** The answers that count, one a line, each to be tapped. */
export function facts(turn: TurnContext): Outcome {
  const { handbook, renderer, session, where } = turn;
  const { dialog, position } = where;
  const known = Object.entries(position?.answers ?? {});
  if (!dialog || known.length === 0) return offer(turn, renderer.phrase('facts-empty-title'), openings(turn));
  return offer(
    turn,
    renderer.phrase('facts-title'),
    known.map(([fact, value]) => ({
      label: renderer.factLine(dialog, fact, value, position?.facts),
      text: `${handbook.words.edit.at(-1) ?? ''}${askOf(dialog, fact)?.name ?? ''}`,
      id: encode({ kind: 'edit', program: numberOf(session), fact }),
    })),
  );
}

/** Asks again for a fact, by its number in 我的信息 or its name; without one: which? */
export const edit: Act<'edit'> = ({ target }, turn) => {
  const { renderer, where } = turn;
  const known = Object.keys(where.position?.answers ?? {});
  if (!where.dialog || known.length === 0) return facts(turn);
  if (target === undefined) return facts(withPreface(turn, renderer.phrase('edit-which')));
  const fact = typeof target === 'number' ? known[target - 1] : known.find((name) => name === target);
  if (fact !== undefined) return goOn(withFields(turn, { editing: fact, ...NOTHING_PROPOSED }));
  return sayThenGoOn(
    turn,
    typeof target === 'number' ? renderer.phrase('no-such-fact', { number: target }) : [],
  );
};

/** Waits for a yes before it changes what stands. */
export const propose: Act<'propose'> = ({ dialog: id, facts: said }, turn) => {
  const { dialogs } = turn.handbook;
  if (!dialogs.has(id)) return goOn(turn);
  const proposed = said.map(([fact, value]): [string, string] => [fact, value]);
  return goOn(withFields(turn, { ...NOTHING_PROPOSED, proposed }));
};

/** What waits for a yes, with what can be said to it; `undefined` when nothing does. */
export function pendingOf(turn: TurnContext): Pending | undefined {
  const { renderer, session, where, handbook } = turn;
  if (session.removing !== undefined) return removalOf(turn, session.removing);
  const { dialog } = where;
  const said = session.proposed;
  if (!said || !dialog) return undefined;
  const [yes = ''] = renderer.phrase('confirm-yes');
  const [no = ''] = renderer.phrase('confirm-no');
  const [other = ''] = renderer.phrase('confirm-other');
  // Whoever has a list already, or several mini-programs, may well speak of another one.
  const makesLists = dialog.steps.some((step) => step.kind === 'end' && step.list !== undefined);
  const mayBeOther = makesLists && (where.position?.end !== undefined || hasSeveral(session));
  const asking = [dialog, ...handbook.dialogs.values()].find((each) =>
    said.every(([fact]) => askOf(each, fact) !== undefined),
  );
  return {
    title: changeLines(turn, asking ?? dialog, said),
    choices: [
      { label: yes, text: yes, id: encode({ kind: 'confirm', yes: true }) },
      { label: no, text: no, id: encode({ kind: 'confirm', yes: false }) },
      ...(mayBeOther ? [{ label: other, text: other, id: encode({ kind: 'command', command: 'new' }) }] : []),
    ],
  };
}

function removalOf(turn: TurnContext, number: number): Pending | undefined {
  const { renderer, session } = turn;
  const program = programOf(session, number);
  if (!program) return undefined;
  const [yes = ''] = renderer.phrase('remove-yes');
  const [no = ''] = renderer.phrase('remove-no');
  return {
    title: renderer.phrase('remove-ask', { program: summaryOf(turn, program) }),
    choices: [
      { label: yes, text: yes, id: encode({ kind: 'confirm', yes: true }) },
      { label: no, text: no, id: encode({ kind: 'confirm', yes: false }) },
    ],
  };
}

/** What would change, and what is new beside it. */
function changeLines(turn: TurnContext, dialog: Dialog, said: readonly FactValue[]): readonly string[] {
  const { renderer, where } = turn;
  const { known } = where;
  const isNew = ([fact]: FactValue) => known[fact] === undefined;
  const changes = said
    .filter((one) => !isNew(one))
    .map(([fact, value]) => {
      const name = askOf(dialog, fact)?.name ?? fact;
      const label = (of: string) => renderer.label(dialog, fact, of);
      return renderer
        .phrase('change', { name, before: label(known[fact] ?? ''), after: label(value) })
        .join('');
    });
  const added = said.filter(isNew).map(([fact, value]) => renderer.factLine(dialog, fact, value));
  return [
    ...renderer.phrase('confirm-change', { changes: changes.join('，') }),
    ...(added.length > 0 ? renderer.phrase('also-noted', { facts: added.join('；') }) : []),
  ];
}

/** The yes or no to what was proposed. */
export function confirmChange(turn: TurnContext, yes: boolean): Outcome {
  const { before, renderer } = turn;
  const free = withFields(turn, NOTHING_PROPOSED);
  if (!yes || before.dialog === undefined) return sayThenGoOn(free, renderer.phrase('not-changed'));
  return goOn(record(free, before.dialog, before.proposed ?? []));
}
