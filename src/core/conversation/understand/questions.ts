/** Questions of fact, a wanted opening day, and what opens a dialog where nothing better was understood. */
import { dayIn } from '../../knowledge/day-in-text.ts';
import { looselyOpened, singles } from './facts.ts';
import type { Recogniser } from './recogniser.ts';

/** 想 1 月 15 日上线: by when to submit. */
export const openingDay: Recogniser = ({ letters, plain }, { handbook, today }) => {
  const day = dayIn(plain, today);
  return day !== undefined && handbook.words.openingDay.some((word) => letters.includes(word))
    ? { kind: 'opening-day', day }
    : undefined;
};

/** What is surely asked (or surely none of ours), then a word that opens a dialog, then guesses. */
export const question: Recogniser = (said, { handbook }) => {
  const found = handbook.faq.findEach(said);
  if (found.some(({ kind }) => kind === 'answer' || kind === 'out-of-scope'))
    return { kind: 'question', found };
  const dialog = looselyOpened(handbook, said.letters);
  if (dialog !== undefined)
    return { kind: 'open', dialog, facts: singles(handbook.readers.get(dialog)?.mentions(said) ?? []) };
  return found.some(({ kind }) => kind === 'suggest') ? { kind: 'question', found } : undefined;
};
