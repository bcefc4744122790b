/** Ways on from an end: what makes sense next, tapped or said. */
import { type Exit, exitIn } from '../../dialog/dialog.ts';
import { matches } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import { COMMANDS } from '../../handbook/schema.ts';
import type { Intent } from './intent.ts';
import type { Recogniser } from './recogniser.ts';

/** A way on that is said in its own words where it is offered. */
export const exitSaid: Recogniser = ({ letters }, { handbook, dialog, position }) => {
  const { end, open, facts } = position ?? {};
  if (!dialog || !end || open || !facts) return undefined;
  const exit = end.exits.find(({ says, when }) => says.test(letters) && matches(when, facts));
  return exit && exitMeans(exit, handbook);
};

/** What a way on means that was tapped; `undefined` for one that is there no more. */
export function exitTapped(dialog: string, id: string, handbook: Handbook): Intent | undefined {
  const into = handbook.dialogs.get(dialog);
  const exit = into && exitIn(into, id);
  return exit && exitMeans(exit, handbook);
}

function exitMeans({ does }: Exit, handbook: Handbook): Intent | undefined {
  switch (does.kind) {
    case 'open':
      return { kind: 'open', dialog: does.dialog, facts: Object.entries(does.facts) };
    case 'command': {
      const command = COMMANDS.find((name) => name === does.command);
      return command && { kind: 'command', command };
    }
    case 'question': {
      const entry = handbook.faq.byId(does.question);
      return entry && { kind: 'question', found: [{ kind: 'answer', entry, share: 1 }] };
    }
  }
}
