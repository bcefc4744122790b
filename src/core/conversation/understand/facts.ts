/** Facts said in a sentence, beside those that stand. */
import { askOf, asksOf, type Dialog, isPasted } from '../../dialog/dialog.ts';
import type { Mention } from '../../dialog/reading/reading.ts';
import type { Facts } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import type { TextForms } from '../../text/forms.ts';
import type { FactValue, Intent, Said } from './intent.ts';
import type { Situation } from './recogniser.ts';

/** The facts of which the sentence names one value. */
export function singles(mentions: readonly Mention[]): readonly FactValue[] {
  return mentions.flatMap(({ fact, values }): FactValue[] => {
    const [value, ...others] = values;
    return value !== undefined && others.length === 0 ? [[fact, value]] : [];
  });
}

/** Opens a dialog with what is said for it. The text is also read as the answer to the first question: what is left open
 *  there (a school, a shop) is asked for. */
export function openWith(dialog: Dialog, at: Situation, said: TextForms): Intent {
  const reader = at.handbook.readers.get(dialog.id);
  const [first] = asksOf(dialog);
  if (!reader || !first || isPasted(first)) return { kind: 'open', dialog: dialog.id, facts: [] };
  const { reading, mentions } = reader.reply(first, said);
  const facts = singles(mentions);
  const isNarrowed = reading.kind === 'several' && reading.values.length < first.options.length;
  return isNarrowed && !facts.some(([fact]) => fact === first.fact)
    ? { kind: 'which', dialog: dialog.id, fact: first.fact, values: reading.values, facts }
    : opened(dialog, at, said, facts);
}

/** Opens a dialog with these facts. The text is read for the question that is then open as well: 小程序已上架 leaves two of
 *  its options. */
export function opened(
  dialog: Dialog,
  { handbook, known }: Situation,
  said: TextForms,
  facts: readonly FactValue[],
): Intent {
  const { open } = handbook.walk(dialog, { ...known, ...Object.fromEntries(facts) });
  const reading =
    open && !isPasted(open) ? handbook.readers.get(dialog.id)?.reply(open, said).reading : undefined;
  return open && reading?.kind === 'several' && reading.values.length < open.options.length
    ? { kind: 'which', dialog: dialog.id, fact: open.fact, values: reading.values, facts }
    : { kind: 'open', dialog: dialog.id, facts };
}

/** Whether a text begins as who speaks of themselves does: 我们是. */
export function beginsWithSelf({ letters }: TextForms, { handbook }: Situation): boolean {
  return handbook.words.selves.some((word) => letters.startsWith(word));
}

/** What a text says about oneself that is not known yet (我们是商会，要交什么), as the first dialog that is offered and asks
 *  for it reads it; but for what `into` asks for itself. */
export function toldOfSelf(
  said: TextForms,
  { handbook, known }: Situation,
  into?: Dialog | undefined,
): Said | undefined {
  for (const [id, reader] of handbook.readers) {
    const dialog = handbook.dialogs.get(id);
    if (!dialog?.offered || dialog === into) continue;
    const facts = singles(reader.mentions(said)).filter(
      ([fact]) =>
        handbook.distinguishingFacts.includes(fact) &&
        known[fact] === undefined &&
        askOf(dialog, fact)?.askEveryTime === false &&
        !(into && askOf(into, fact)),
    );
    if (facts.length > 0) return { dialog: id, facts };
  }
  return undefined;
}

/** Those that would change an answer that stands. */
export function changesIn(facts: readonly FactValue[], known: Facts): readonly FactValue[] {
  return facts.filter(([fact, value]) => known[fact] !== undefined && known[fact] !== value);
}

/** Those that do not stand already. */
export function newsIn(facts: readonly FactValue[], known: Facts): readonly FactValue[] {
  return facts.filter(([fact, value]) => known[fact] !== value);
}

/** Whether a text, by its letters, takes back what was said: 不对，我是企业. */
export function isCorrection({ words }: Handbook, letters: string): boolean {
  return words.corrections.some((word) => letters.includes(word));
}

/** Whether a text, by its letters, begins as what repeats the words of a screen or of the platform does: 提示…, 说我…. */
export function isReport({ words }: Handbook, letters: string): boolean {
  return words.reports.some((word) => letters.startsWith(word));
}

/** The dialog that a word in the text opens where nothing better was understood. */
export function looselyOpened({ looseOpeners }: Handbook, letters: string): string | undefined {
  return looseOpeners.find(({ word }) => letters.includes(word))?.dialog;
}
