/** What a merchant has said, shown and changed: 我的信息, 改2, and corrections that wait for a yes. */
import { askOf, type Dialog } from '../../dialog/dialog.ts';
import { encode } from '../choice-id.ts';
import { hasSeveral, numberOf } from '../session/programs.ts';
import { withAnswers } from '../session/session.ts';
import type { FactValue } from '../understand/intent.ts';
import { type Act, goOn, type Outcome, offer, sayThenGoOn } from './act.ts';
import { openings, record, type TurnContext, withFields, withPreface, withSession } from './context.ts';

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
  if (fact !== undefined) return goOn(withSession(turn, withAnswers(turn.session, [[fact, null]])));
  return sayThenGoOn(
    turn,
    typeof target === 'number' ? renderer.phrase('no-such-fact', { number: target }) : [],
  );
};

/** Says what would change and waits for a yes. */
export const propose: Act<'propose'> = ({ dialog: id, facts: said }, turn) => {
  const { handbook, renderer, session, where } = turn;
  const dialog = handbook.dialogs.get(id);
  if (!dialog) return goOn(turn);
  const [yes = ''] = renderer.phrase('confirm-yes');
  const [no = ''] = renderer.phrase('confirm-no');
  const [other = ''] = renderer.phrase('confirm-other');
  // Whoever has a list already, or several mini-programs, may well speak of another one.
  const mayBeOther = where.position?.end !== undefined || hasSeveral(session);
  return offer(
    withFields(turn, { proposed: said.map(([fact, value]) => [fact, value]) }),
    changeLines(turn, dialog, said),
    [
      { label: yes, text: yes, id: encode({ kind: 'confirm', yes: true }) },
      { label: no, text: no, id: encode({ kind: 'confirm', yes: false }) },
      ...(mayBeOther ? [{ label: other, text: other, id: encode({ kind: 'command', command: 'new' }) }] : []),
    ],
  );
};

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
  if (!yes || before.dialog === undefined) return sayThenGoOn(turn, renderer.phrase('not-changed'));
  return goOn(record(turn, before.dialog, before.proposed ?? []));
}
