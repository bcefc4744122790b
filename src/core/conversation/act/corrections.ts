/** What a merchant has said, shown and changed: 我的信息, 改2, and corrections that wait for a yes. A part of turn.ts. */
import { askOf } from '../../dialog/dialog.ts';
import type { Turn, TurnParts } from '../outcome.ts';
import { hasSeveral, kindOfChoice } from '../session/programs.ts';
import { type Session, withAnswers } from '../session/session.ts';
import type { FactValue } from '../understand/intent.ts';
import type { TurnContext } from './context.ts';

export interface Edits {
  /** The answers that count, one a line, each to be tapped. */
  facts(): Turn;
  /** Asks again for a fact, by its number in 我的信息 or its name; without one: which? */
  edit(target: number | string | undefined): Turn;
  /** Says what would change and waits for a yes. */
  propose(dialogId: string, said: readonly FactValue[]): Turn;
  /** The yes or no to what was proposed. */
  confirm(yes: boolean): Turn;
}

/** @param parts `old`: the session before the turn, which holds what was proposed. */
export function createCorrections({
  handbook,
  renderer,
  scene,
  old,
}: Pick<TurnParts, 'handbook' | 'renderer'> & { readonly scene: TurnContext; readonly old: Session }): Edits {
  const { phrase } = renderer;
  const { lead } = scene;
  return { facts, edit, propose, confirm };

  function facts(): Turn {
    const { dialog, position } = scene.where();
    const known = Object.entries(position?.answers ?? {});
    if (!dialog || known.length === 0) return scene.choices(phrase('facts-empty-title'), scene.openings());
    return scene.choices(
      phrase('facts-title'),
      known.map(([fact, value]) => ({
        label: renderer.factLine(dialog, fact, value, position?.facts),
        text: `${handbook.words.edit.at(-1) ?? ''}${askOf(dialog, fact)?.name ?? ''}`,
        id: `${kindOfChoice(scene.session, 'e')}.${fact}`,
      })),
    );
  }

  function edit(target: number | string | undefined): Turn {
    const { dialog, position } = scene.where();
    const known = Object.keys(position?.answers ?? {});
    if (!dialog || known.length === 0) return facts();
    if (target === undefined) {
      lead.push(phrase('edit-which'));
      return facts();
    }
    const fact = typeof target === 'number' ? known[target - 1] : known.find((name) => name === target);
    if (fact === undefined) {
      return typeof target === 'number'
        ? scene.standing(phrase('no-such-fact', { number: target }))
        : scene.standing([]);
    }
    scene.session = withAnswers(scene.session, [[fact, null]]);
    return scene.goOn();
  }

  function propose(dialogId: string, said: readonly FactValue[]): Turn {
    const dialog = handbook.dialogs.get(dialogId);
    const { known, position } = scene.where();
    if (!dialog) return scene.goOn();
    const isNew = ([fact]: FactValue) => known[fact] === undefined;
    const changes = said
      .filter((one) => !isNew(one))
      .map(([fact, value]) => {
        const name = askOf(dialog, fact)?.name ?? fact;
        const label = (of: string) => renderer.label(dialog, fact, of);
        return phrase('change', { name, before: label(known[fact] ?? ''), after: label(value) }).join('');
      });
    const added = said.filter(isNew).map(([fact, value]) => renderer.factLine(dialog, fact, value));
    scene.session.proposed = said.map(([fact, value]) => [fact, value]);
    const [yes = ''] = phrase('confirm-yes');
    const [no = ''] = phrase('confirm-no');
    const [other = ''] = phrase('confirm-other');
    // Who has a list already, or several mini-programs, may well speak of another one.
    const mayBeOther = position?.end !== undefined || hasSeveral(scene.session);
    const beside = added.length > 0 ? phrase('also-noted', { facts: added.join('；') }) : [];
    return scene.choices(
      [...phrase('confirm-change', { changes: changes.join('，') }), ...beside],
      [
        { label: yes, text: yes, id: 'y.yes' },
        { label: no, text: no, id: 'y.no' },
        ...(mayBeOther ? [{ label: other, text: other, id: 'c.new' }] : []),
      ],
    );
  }

  function confirm(yes: boolean): Turn {
    if (!yes || old.dialog === undefined) return scene.standing(phrase('not-changed'));
    scene.take(old.dialog, old.proposed ?? []);
    return scene.goOn();
  }
}
