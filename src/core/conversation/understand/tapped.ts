/** Taps and numbers: what a choice stands for. */
import { askOf, isPasted } from '../../dialog/dialog.ts';
import { KEPT } from '../../dialog/reserved.ts';
import { allows } from '../../dialog/walk.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import { COMMANDS } from '../../handbook/schema.ts';
import { NONE, SKIPPED } from '../../pasted.ts';
import { normalise } from '../../text/normalise.ts';
import { whichOfTwo } from '../../text/numbers.ts';
import { decode, type Target } from '../choice-id.ts';
import { exitTapped } from './exits.ts';
import { changesIn } from './facts.ts';
import type { FactValue, Intent } from './intent.ts';
import {
  isAskedYesOrNo,
  isListShown,
  numberOfOption,
  type Recogniser,
  type Situation,
} from './recogniser.ts';

/** What a choice means for the current mini-program; `undefined` for what means nothing (any more).
 *  @param hear understands what an entry of the menu says. @param says what the tap said, if it was one. */
export function meaningOf(
  target: Target | undefined,
  at: Situation,
  hear: (text: string) => Intent,
  says?: string,
): Intent | undefined {
  const { handbook } = at;
  switch (target?.kind) {
    case 'option':
      return optionOf(target, at);
    case 'command': {
      const command = COMMANDS.find((name) => name === target.command);
      return command && { kind: 'command', command };
    }
    case 'edit':
      return { kind: 'edit', target: target.fact };
    case 'item':
      return { kind: 'item', dialog: target.dialog, document: target.document };
    case 'part':
      return { kind: 'part', dialog: target.dialog, part: target.part };
    case 'page':
      return { kind: 'page', of: target.of, page: target.page, from: target.from };
    case 'exit':
      return exitTapped(target.dialog, target.exit, handbook);
    case 'open':
      return opens(handbook, target.dialog);
    case 'question': {
      const entry = handbook.faq.byId(target.question);
      return entry && { kind: 'question', found: [{ kind: 'answer', entry, share: 1 }] };
    }
    case 'not-answered':
      return handbook.faq.byId(target.question) && { kind: 'not-answered', id: target.question };
    case 'confirm':
      return isAskedYesOrNo(at) ? { kind: 'confirm', yes: target.yes } : undefined;
    case 'switch':
    case 'remove':
    case 'same':
      return { kind: target.kind, number: target.number };
    case 'menu': {
      const text = says ?? handbook.menuSays[target.place]?.says;
      return text === undefined ? undefined : hear(text);
    }
    case undefined:
      return undefined;
  }
}

/** The number of an option, or of anything else that was shown last. Numbers always count for the current mini-program. */
export const shownNumber: Recogniser = (said, at, hear) => {
  const { shown } = at.session;
  const number =
    shown && ((shown.ids.length === 2 ? whichOfTwo(said.letters) : undefined) ?? numberOfOption(said, at));
  if (shown === undefined || number === undefined) return undefined;
  if (isListShown(at)) return { kind: 'item-number', number };
  const id = shown.ids[number - 1];
  if (id === undefined) return { kind: 'no-such-option', number };
  return meaningOf(decode(shown.prefix + id), at, hear) ?? { kind: 'stale' };
};

/** The words of 没答对？ without the id of the tap: said of the answer that was given last. */
export const notAnswered: Recogniser = ({ letters }, { handbook, session }) => {
  const [last] = session.asked ?? [];
  return last !== undefined && letters === normalise(handbook.phrases.say['not-answered'].join(''))
    ? { kind: 'not-answered', id: last }
    : undefined;
};

function optionOf(
  { dialog: id, fact, option }: Extract<Target, { kind: 'option' }>,
  { handbook, dialog, position, known, editing }: Situation,
): Intent {
  const meant = handbook.dialogs.get(id);
  const ask = meant && askOf(meant, fact);
  if (ask && isPasted(ask) && option === NONE) return { kind: 'denied' };
  if (option === KEPT) return editing === fact ? { kind: 'keep' } : { kind: 'stale' };
  if (!ask || !allows(ask, option)) return { kind: 'stale' };
  if (isPasted(ask) && option === SKIPPED)
    return dialog?.id === id ? { kind: 'skip', fact, facts: [] } : { kind: 'stale' };
  const facts: readonly FactValue[] = [[fact, option]];
  if (dialog?.id !== id) return { kind: 'open', dialog: id, facts };
  // A thumb slips in old messages: what would change a list that is there is asked first, as when it is typed.
  const isOld = position?.end !== undefined && editing !== fact && !ask.askEveryTime && !isPasted(ask);
  return isOld && changesIn(facts, known).length > 0
    ? { kind: 'propose', dialog: id, facts }
    : { kind: 'answer', dialog: id, facts };
}

function opens({ dialogs }: Handbook, dialog: string): Intent | undefined {
  return dialogs.has(dialog) ? { kind: 'open', dialog, facts: [] } : undefined;
}
