/** Pasted texts among all that is said: when one is taken for an answer, and which dialog it opens. Part of understand.ts. */

import { type Ask, asksOf, type Dialog, isPasted } from '../../dialog/dialog.ts';
import { impliedBy } from '../../dialog/reading/lookup.ts';
import type { Reading } from '../../dialog/reading/reading.ts';
import type { Position } from '../../dialog/walk.ts';
import { type Facts, matches } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import { normalise } from '../../text/normalise.ts';
import type { Session } from '../session/session.ts';

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
  /** 检查备注, and then the remark itself, whatever is asked first. */
  early(current: Dialog, open: Ask | undefined, text: string): Paste | undefined;
  /** Whether the dialog's pasted question takes any text: there finding nothing is a result. */
  takesAnything(of: Dialog): boolean;
  /** Whether a text that could be a name is a phrasing that we know, opens something, or corrects an answer. */
  isSaidToUs(current: Dialog, text: string): boolean;
}

/** What understand.ts lends. */
interface Tools {
  opensLoosely(words: string): boolean;
  /** Whether a text corrects an answer of the dialog. `words`: its letters. */
  corrects(current: Dialog, text: string, words: string): boolean;
}

/** In a longer text a word that opens a dialog is only spoken of. */
const LOOSE_OPENING = 16;

/** Whether a text, by its letters, begins as what repeats the words of a screen or of the platform does: 提示…, 说我…. */
export function isReport({ words }: Handbook, letters: string): boolean {
  return words.reports.some((word) => letters.startsWith(word));
}

/** @param standing the dialog in progress, the position in it, and all answers. */
export function createPastes(
  handbook: Handbook,
  session: Session,
  { dialog, position, known }: { dialog: Dialog | undefined; position: Position | undefined; known: Facts },
  { opensLoosely, corrects }: Tools,
): Pastes {
  return { opened, anew, unasked, sure, guessed, declined, early, takesAnything, isSaidToUs };

  function opened(text: string): Paste | undefined {
    const plain = handbook.typed(text).plain.trimStart();
    const found = handbook.prefixOpeners.find(({ word }) => plain.startsWith(word));
    const into = found && handbook.dialogs.get(found.dialog);
    if (!found || !into) return undefined;
    const rest = text
      .trimStart()
      .slice(found.word.length)
      .replace(/^[\s\p{Po}是为]+/u, '');
    if (rest === '') return { kind: 'open', dialog: into.id, facts: [] };
    // 名称是公司简称 may answer the question that is open; 名称带平台被驳回 is asked.
    if (takesAnything(into) && (answersOpen(text) || handbook.faq.knows(text))) return undefined;
    return pastedInto(into, rest);
  }

  function answersOpen(text: string): boolean {
    const open = position?.open;
    const reading = dialog && open && !isPasted(open) ? readAs(dialog, open, text) : undefined;
    return reading?.kind === 'option' || reading?.kind === 'several';
  }

  function anew(text: string): Paste | undefined {
    const ask = dialog && asksOf(dialog).find(isPasted);
    if (!dialog || !position?.end || !ask || handbook.faq.exact(text) !== undefined) return undefined;
    if (takesAnything(dialog)) {
      const isAfterOne = position.end.findings === ask.fact;
      if ((!isAfterOne && !isLongEnough(ask, text)) || isSaidToUs(dialog, text)) return undefined;
    }
    return pastedHere(dialog, text);
  }

  function early(current: Dialog, open: Ask | undefined, text: string): Paste | undefined {
    const later = asksOf(current).find((ask) => isPasted(ask) && ask !== open && isLongEnough(ask, text));
    return later && !handbook.faq.knows(text) ? pastedHere(current, text) : undefined;
  }

  function pastedHere(current: Dialog, text: string): Paste | undefined {
    const meant = pastedInto(current, text);
    return meant?.kind === 'open' ? { ...meant, kind: 'answer' } : undefined;
  }

  /** Whether a text is taken as what is pasted although nobody has asked for it. */
  function isLongEnough(ask: Ask, text: string): boolean {
    const least = handbook.findings.get(ask.reads)?.spec.unasked;
    return least !== undefined && [...text].length >= least;
  }

  function takesAnything(of: Dialog): boolean {
    return asksOf(of).some((ask) => isPasted(ask) && handbook.findings.get(ask.reads)?.mayBeClean === true);
  }

  function isSaidToUs(current: Dialog, text: string): boolean {
    const { letters: words } = handbook.typed(text);
    if (handbook.faq.knows(text)) return true;
    // The name of another province corrects the province: hardly anybody would name a mini-program so.
    if (handbook.provinces.has(words) && known.province !== words) return true;
    if (words.length <= LOOSE_OPENING && opensLoosely(words)) return true;
    return corrects(current, text, words);
  }

  function unasked(text: string): Paste | undefined {
    if (position?.open || handbook.faq.exact(text) !== undefined) return undefined;
    for (const [id, into] of handbook.dialogs) {
      const ask = asksOf(into).find(isPasted);
      const finder = ask && handbook.findings.get(ask.reads);
      const expected = into.expected !== undefined && matches(into.expected, known);
      // A question is recognised several times faster than what is found in it.
      if (!ask || handbook.readers.get(id)?.isQuestion(text) !== false) continue;
      const reading = finder?.readUnasked(text, expected);
      if (reading?.kind !== 'found') continue;
      // 领养老金要刷脸，刷不过 is none of ours; 说我涉及抽奖 repeats what the platform says.
      if (!isReport(handbook, handbook.typed(text).letters) && handbook.faq.find(text).kind === 'decoy')
        continue;
      return { kind: 'open', dialog: id, facts: [[ask.fact, reading.value]] };
    }
    return undefined;
  }

  function sure(text: string): Paste | undefined {
    const open = position?.open;
    // A number alone could be a name, and is warned of all the same.
    if (dialog && takesAnything(dialog) && !(open && isPasted(open) && isLongEnough(open, text)))
      return undefined;
    const reading = dialog && open && isPasted(open) ? readAs(dialog, open, text) : undefined;
    if (dialog && open && reading?.kind === 'option')
      return { kind: 'answer', dialog: dialog.id, facts: [[open.fact, reading.value]] };
    return opened(text) ?? anew(text) ?? unasked(text);
  }

  function guessed(text: string): Paste | undefined {
    return dialog && position?.end && !takesAnything(dialog) ? pastedInto(dialog, text) : undefined;
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
    if (ask && reading?.kind === 'option') {
      // Who sends the remark wants it checked, whatever was wanted before.
      const implied = impliedBy(ask);
      const facts: Found = implied ? [[implied.fact, implied.value]] : [];
      return { kind: 'open', dialog: into.id, facts: [...facts, [ask.fact, reading.value]] };
    }
    if (ask && reading?.kind === 'several' && handbook.readers.get(into.id)?.isQuestion(text) === false)
      return { kind: 'which', dialog: into.id, fact: ask.fact, values: reading.values, facts: [] };
    return undefined;
  }

  function readAs(within: Dialog, ask: Ask, text: string): Reading | undefined {
    return handbook.readers.get(within.id)?.answer(ask, text, known.province);
  }
}
