/** What opens a dialog: its own words, or a sentence about oneself. */

import type { Handbook } from '../../handbook/handbook.ts';
import type { TextForms } from '../../text/forms.ts';
import { beginsWithSelf, isReport, looselyOpened, opened, openWith, singles } from './facts.ts';
import type { Recogniser } from './recogniser.ts';

/** A whole message that opens a dialog, and 继续备案. */
export const opening: Recogniser = ({ letters }, { handbook }) => {
  const dialog = handbook.openings.get(letters) ?? resumed(letters, handbook);
  return dialog === undefined ? undefined : { kind: 'open', dialog, facts: [] };
};

/** Without a dialog: a sentence about oneself opens the one that it has facts for. */
export const aboutOneself: Recogniser = (said, at) => {
  const { handbook, dialog } = at;
  const { letters } = said;
  if (dialog || isReport(handbook, letters)) return undefined;
  const named = looselyOpened(handbook, letters);
  // A dialog that is not offered is opened by its own words only.
  const readers = [...handbook.readers].filter(([id]) =>
    named === undefined ? handbook.dialogs.get(id)?.offered : id === named,
  );
  for (const [id, reader] of readers) {
    if (reader.isQuestion(said)) continue;
    const facts = singles(reader.mentions(said));
    const says = (name: string) => facts.some(([fact]) => fact === name);
    const isSelf = beginsWithSelf(said, at);
    // What somebody trades in (物业费太贵) is said of others as well.
    const isOwn = isSelf || facts.some(([fact]) => handbook.distinguishingFacts.includes(fact));
    // One fact alone also stands in what a merchant reads off the screen (该主体已在浙江备案) and in a topic (个体户备案材料);
    // 我们学校是公办的 is neither, near as it may be to a question for such schools.
    const isTelling =
      (facts.length > 1 && isOwn) ||
      (says('subject') && !isTopical(letters, handbook)) ||
      ((says('subject') || says('province')) && !isTopic(said, handbook));
    const into = handbook.dialogs.get(id);
    if (into && isTelling && handbook.faq.exact(said) === undefined) return opened(into, at, said, facts);
    // 我们是乡镇中心小学: what kind of subject a school is must be asked.
    const doubt = into && isSelf && !isTopical(letters, handbook) ? openWith(into, at, said) : undefined;
    if (doubt?.kind === 'which' && !isTopic(said, handbook)) return doubt;
  }
  return undefined;
};

function resumed(letters: string, { commandPrefixes, openings }: Handbook): string | undefined {
  const verb = commandPrefixes.resume.find((word) => letters.startsWith(word));
  return verb === undefined ? undefined : openings.get(letters.slice(verb.length));
}

/** Whether a text is a question that we know, or something out of scope. */
function isTopic(said: TextForms, { faq }: Handbook): boolean {
  const { kind } = faq.find(said);
  return kind === 'answer' || kind === 'out-of-scope';
}

/** Whether one of the words that open a dialog stands in the text. */
function isTopical(letters: string, { openings }: Handbook): boolean {
  return [...openings.keys()].some((word) => letters.includes(word));
}
