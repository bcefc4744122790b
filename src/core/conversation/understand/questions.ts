/** Questions of fact, a wanted opening day, and what opens a dialog where nothing better was understood. */
import { COMMANDS } from '../../handbook/schema.ts';
import { dayIn } from '../../knowledge/day-in-text.ts';
import type { Wish } from '../../knowledge/search/targets.ts';
import type { TextForms } from '../../text/forms.ts';
import { beginsWithSelf, looselyOpened, opened, openWith, toldOfSelf } from './facts.ts';
import type { Intent } from './intent.ts';
import type { Recogniser, Situation } from './recogniser.ts';

/** 想 1 月 15 日上线: by when to submit. */
export const openingDay: Recogniser = ({ letters, plain }, { handbook, today }) => {
  const day = dayIn(plain, today);
  return day !== undefined && handbook.words.openingDay.some((word) => letters.includes(word))
    ? { kind: 'opening-day', day }
    : undefined;
};

/** What is surely asked (or surely none of ours), then what is wanted, then a word that opens a dialog. */
export const question: Recogniser = (said, at) => {
  const { handbook } = at;
  const found = handbook.faq.findEach(said);
  if (found.some(({ kind }) => kind === 'answer' || kind === 'out-of-scope'))
    return { kind: 'question', found, self: beginsWithSelf(said, at) ? toldOfSelf(said, at) : undefined };
  const [wanted] = found.flatMap((one) => (one.kind === 'wish' ? [wishOf(one.wish, said, at)] : []));
  if (wanted) return wanted;
  const dialog = handbook.dialogs.get(looselyOpened(handbook, said.letters) ?? '');
  if (dialog) return openWith(dialog, at, said);
  return undefined;
};

/** What is likely asked. */
export const guess: Recogniser = (said, at) => {
  const found = at.handbook.faq.findEach(said);
  return found.some(({ kind }) => kind === 'suggest' || kind === 'tentative')
    ? { kind: 'question', found, self: beginsWithSelf(said, at) ? toldOfSelf(said, at) : undefined }
    : undefined;
};

/** What to do about a wish; what is said about oneself in the same sentence is kept. */
function wishOf({ does }: Wish, said: TextForms, at: Situation): Intent | undefined {
  const { handbook, dialog } = at;
  if ('opens' in does) {
    const told = Object.entries(does.facts);
    if (does.opens === dialog?.id && told.length === 0) return { kind: 'command', command: 'resume' };
    const dialogWanted = handbook.dialogs.get(does.opens);
    if (!dialogWanted) return undefined;
    const intent = told.length > 0 ? opened(dialogWanted, at, said, told) : openWith(dialogWanted, at, said);
    return intent.kind === 'open' ? { ...intent, self: toldOfSelf(said, at, dialogWanted) } : intent;
  }
  const command = COMMANDS.find((name) => name === does.command);
  return command && { kind: does.asks ? 'ask-first' : 'command', command };
}
