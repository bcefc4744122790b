/** A handbook that remembers: what a word means as an answer, a question or a pasted reason is the same for everybody, and
 *  so is where somebody with certain answers stands. docs/performance.md says what each memory brings. */
import type { Reader } from '../dialog/reading/reader.ts';
import type { Facts } from '../facts.ts';
import type { Handbook } from '../handbook/handbook.ts';
import type { ListSpec } from '../knowledge/checklist.ts';
import type { Faq } from '../knowledge/search/faq.ts';
import { memoize, memoizeByObject, textKey } from './memo.ts';

/** The same handbook, remembering. What it gives is shared, so nobody may write to it. */
export function rememberHandbook(handbook: Handbook): Handbook {
  return Object.freeze({
    ...handbook,
    walk: memoize(handbook.walk, (dialog, known) => `${dialog.id} ${JSON.stringify(known)}`),
    checklist: rememberChecklists(handbook.checklist),
    readers: new Map([...handbook.readers].map(([id, reader]) => [id, rememberReader(reader)] as const)),
    faq: rememberFaq(handbook.faq),
    calendar: {
      ...handbook.calendar,
      count: memoize(handbook.calendar.count, (from, count) => `${from} ${count}`),
    },
  });
}

/** By the facts themselves: those with the same answers share them, since the walk is remembered. */
function rememberChecklists(checklist: Handbook['checklist']): Handbook['checklist'] {
  const ofFacts = memoizeByObject((facts: Facts) =>
    memoizeByObject((list: ListSpec) => checklist(list, facts)),
  );
  return (list, facts) => ofFacts(facts)(list);
}

function rememberReader(reader: Reader): Reader {
  return {
    ...reader,
    answer: memoize(reader.answer, ({ fact }, { text }, province) => textKey(text, `${fact}\n${province}`)),
    reply: memoize(reader.reply, ({ fact }, { text }, province) => textKey(text, `${fact}\n${province}`)),
    exactly: memoize(reader.exactly, ({ fact }, { text }) => textKey(text, fact)),
    mentions: memoize(reader.mentions, ({ text }, open) => textKey(text, open?.fact ?? '')),
    isQuestion: memoize(reader.isQuestion, ({ text }) => textKey(text)),
  };
}

function rememberFaq(faq: Faq): Faq {
  return {
    ...faq,
    find: memoize(faq.find, ({ text }) => textKey(text)),
    findEach: memoize(faq.findEach, ({ text }) => textKey(text)),
    exact: memoize(faq.exact, ({ text }) => textKey(text)),
    knows: memoize(faq.knows, ({ text }) => textKey(text)),
  };
}
