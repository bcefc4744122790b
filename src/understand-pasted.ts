/** Pasted texts among all that is said: when one is taken for an answer, and which dialog it opens. Part of understand.ts. */
import type { Reading } from './dialog/answer.ts';
import { type Ask, asksOf, type Dialog, isPasted } from './dialog/dialog.ts';
import type { Position } from './dialog/walk.ts';
import { type Facts, matches } from './facts.ts';
import type { Handbook } from './handbook/handbook.ts';
import type { Session } from './session.ts';
import { normalise, shorten } from './text.ts';

type Found = readonly (readonly [fact: string, value: string])[];

export type Paste =
  /** Without facts it only opens. */
  | { readonly kind: 'open' | 'answer'; readonly dialog: string; readonly facts: Found }
  | {
      readonly kind: 'which';
      readonly dialog: string;
      readonly fact: string;
      readonly values: readonly string[];
      readonly facts: Found;
    };

export interface Pastes {
  /** 驳回原因：… opens a dialog and answers its pasted question with the rest; without a rest it only opens. */
  opened(text: string): Paste | undefined;
  /** After a pasted text was answered, the next one is taken the same way, unless it is something that we answer. */
  anew(text: string): Paste | undefined;
  /** A reason that nobody asked for, where no question is open: recognised for sure, and no question to us. */
  unasked(text: string): Paste | undefined;
  /** What surely was pasted, whatever else the text looks like. */
  sure(text: string): Paste | undefined;
  /** After a pasted text was answered, guesses at the next one. */
  guessed(text: string): Paste | undefined;
  /** Whether all guesses that are shown are declined: 以上都不是. */
  declined(words: string): boolean;
}

/** @param standing the dialog in progress, the position in it, and all answers. */
export function createPastes(
  handbook: Handbook,
  session: Session,
  { dialog, position, known }: { dialog: Dialog | undefined; position: Position | undefined; known: Facts },
): Pastes {
  return { opened, anew, unasked, sure, guessed, declined };

  function opened(text: string): Paste | undefined {
    const plain = shorten(text).trimStart();
    const found = handbook.beginnings.find(({ word }) => plain.startsWith(word));
    const into = found && handbook.dialogs.get(found.dialog);
    if (!found || !into) return undefined;
    const rest = text
      .trimStart()
      .slice(found.word.length)
      .replace(/^[\s:：,，、是为]+/u, '');
    return rest === '' ? { kind: 'open', dialog: into.id, facts: [] } : pastedInto(into, rest);
  }

  function anew(text: string): Paste | undefined {
    if (!dialog || !position?.end || handbook.faq.exact(text) !== undefined) return undefined;
    const again = pastedInto(dialog, text);
    return again?.kind === 'open' ? { ...again, kind: 'answer' } : undefined;
  }

  function unasked(text: string): Paste | undefined {
    if (position?.open || handbook.faq.exact(text) !== undefined) return undefined;
    for (const [id, into] of handbook.dialogs) {
      const ask = asksOf(into).find(isPasted);
      const finder = ask && handbook.findings.get(ask.reads);
      const expected = into.expected !== undefined && matches(into.expected, known);
      const reading = finder?.readUnasked(text, expected);
      if (!ask || reading?.kind !== 'found' || handbook.readers.get(id)?.isQuestion(text) !== false) continue;
      // 领养老金要刷脸，刷不过 is none of ours.
      if (handbook.faq.find(text).kind === 'decoy') continue;
      return { kind: 'open', dialog: id, facts: [[ask.fact, reading.value]] };
    }
    return undefined;
  }

  function sure(text: string): Paste | undefined {
    const open = position?.open;
    const reading = dialog && open && isPasted(open) ? readAs(dialog, open, text) : undefined;
    if (dialog && open && reading?.kind === 'option')
      return { kind: 'answer', dialog: dialog.id, facts: [[open.fact, reading.value]] };
    return opened(text) ?? anew(text) ?? unasked(text);
  }

  function guessed(text: string): Paste | undefined {
    return dialog && position?.end ? pastedInto(dialog, text) : undefined;
  }

  function declined(words: string): boolean {
    const ask = dialog && asksOf(dialog).find(isPasted);
    const areShown = ask !== undefined && session.shown?.prefix === `a.${dialog?.id}.${ask.fact}.`;
    return areShown && handbook.words.none.some((none) => normalise(none) === words);
  }

  /** Opens with what was found, or with guesses where the text is no question. */
  function pastedInto(into: Dialog, text: string): Paste | undefined {
    const ask = asksOf(into).find(isPasted);
    const reading = ask && readAs(into, ask, text);
    if (ask && reading?.kind === 'option')
      return { kind: 'open', dialog: into.id, facts: [[ask.fact, reading.value]] };
    if (ask && reading?.kind === 'several' && handbook.readers.get(into.id)?.isQuestion(text) === false)
      return { kind: 'which', dialog: into.id, fact: ask.fact, values: reading.values, facts: [] };
    return undefined;
  }

  function readAs(within: Dialog, ask: Ask, text: string): Reading | undefined {
    return handbook.readers.get(within.id)?.answer(ask, text, known);
  }
}
