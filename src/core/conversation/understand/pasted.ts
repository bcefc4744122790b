/** Pasted texts among all that is said: when one is taken for an answer, and which dialog it opens. */
import { type Ask, asksOf, type Dialog, isPasted } from '../../dialog/dialog.ts';
import { impliedBy } from '../../dialog/reading/lookup.ts';
import type { Reading } from '../../dialog/reading/reading.ts';
import { matches } from '../../facts.ts';
import { SKIPPED } from '../../pasted.ts';
import { formsOf, type TextForms } from '../../text/forms.ts';
import { normalise } from '../../text/normalise.ts';
import { holdsIdentityNumber } from '../../text/numbers.ts';
import { optionPrefix } from '../choice-id.ts';
import { locate } from '../session/whereabouts.ts';
import { changesIn, isCorrection, isReport, looselyOpened, newsIn, singles } from './facts.ts';
import type { FactValue, Intent } from './intent.ts';
import type { Recogniser, Situation } from './recogniser.ts';

/** In a longer text a word that opens a dialog is only spoken of. */
const LOOSE_OPENING = 16;

/** 驳回原因：… opens a dialog and answers its pasted question with the rest; without a rest it only opens. */
export const pastedOpening: Recogniser = (said, at) => {
  const { handbook } = at;
  const plain = said.plain.trimStart();
  const found = handbook.prefixOpeners.find(({ word }) => plain.startsWith(word));
  const into = found && handbook.dialogs.get(found.dialog);
  if (!found || !into) return undefined;
  const rest = said.text
    .trimStart()
    .slice(found.word.length)
    .replace(/^[\s\p{Po}是为]+/u, '');
  if (rest === '') return { kind: 'open', dialog: into.id, facts: [] };
  // 名称是公司简称 may answer the question that is open; 名称带平台被驳回 is asked.
  if (takesAnything(into, at) && (answersOpen(said, at) || handbook.faq.knows(said))) return undefined;
  return pastedInto(into, formsOf(rest), at);
};

/** What is asked for is not at hand: the question is skipped. */
export const skipped: Recogniser = ({ letters }, { dialog, position }) => {
  const open = position?.open;
  if (!dialog || !open?.skip?.says.test(letters)) return undefined;
  return isPasted(open)
    ? { kind: 'skip', fact: open.fact, facts: [] }
    : { kind: 'answer', dialog: dialog.id, facts: [[open.fact, SKIPPED]] };
};

/** The answer to the question of the dialog that waits below, in place of the text that is asked for first. */
export const toldInstead: Recogniser = (said, at) => {
  const { handbook, session, dialog, position } = at;
  const open = position?.open;
  if (!dialog || !open?.skip || !isPasted(open) || session.below === undefined) return undefined;
  if (readAs(dialog, open, said, at)?.kind === 'option') return undefined;
  const below = locate(handbook, { ...session, dialog: session.below, editing: undefined });
  const reader = handbook.readers.get(session.below);
  const asked = below.position?.open;
  if (!reader || !asked || reader.isQuestion(said)) return undefined;
  const { reading, mentions } = reader.reply(asked, said, below.known.province);
  const others = newsIn(singles(mentions), below.known).filter(([fact]) => fact !== asked.fact);
  const own: readonly FactValue[] = reading.kind === 'option' ? [[asked.fact, reading.value]] : [];
  const facts = [...own, ...others];
  return facts.length > 0 && changesIn(facts, below.known).length === 0
    ? { kind: 'skip', fact: open.fact, facts }
    : undefined;
};

/** All guesses that are shown are declined: 以上都不是. */
export const noneOfThese: Recogniser = ({ letters }, { handbook, session, dialog }) => {
  const ask = dialog && asksOf(dialog).find(isPasted);
  const areShown = dialog && ask && session.shown?.prefix === optionPrefix(dialog.id, ask.fact);
  return areShown && handbook.words.none.some((none) => normalise(none) === letters)
    ? { kind: 'denied' }
    : undefined;
};

/** After a pasted text was answered, the next one is taken the same way, unless it is something that we answer. */
export const pastedAgain: Recogniser = (said, at) => {
  const { handbook, dialog, position } = at;
  const ask = dialog && asksOf(dialog).find(isPasted);
  if (!dialog || !position?.end || !ask || handbook.faq.exact(said) !== undefined) return undefined;
  if (takesAnything(dialog, at)) {
    const isAfterOne = position.end.findings === ask.fact;
    if ((!isAfterOne && !isLongEnough(ask, said, at)) || isSaidToUs(dialog, said, at)) return undefined;
  }
  return pastedHere(dialog, said, at);
};

/** A reason that nobody asked for, where no question is open: recognised for sure, and no question to us. */
export const pastedUnasked: Recogniser = (said, { handbook, position, known }) => {
  if (position?.open || handbook.faq.exact(said) !== undefined) return undefined;
  for (const [id, into] of handbook.dialogs) {
    const ask = asksOf(into).find(isPasted);
    const finder = ask && handbook.findings.get(ask.reads);
    const isExpected = into.expected !== undefined && matches(into.expected, known);
    // A question is recognised several times faster than what is found in it.
    if (!ask || handbook.readers.get(id)?.isQuestion(said) !== false) continue;
    const reading = finder?.readUnasked(said, isExpected);
    if (reading?.kind !== 'found') continue;
    // 领养老金要刷脸，刷不过 is none of ours; 说我涉及抽奖 repeats what the platform says.
    if (!isReport(handbook, said.letters) && handbook.faq.find(said).kind === 'out-of-scope') continue;
    return { kind: 'open', dialog: id, facts: [[ask.fact, reading.value]] };
  }
  return undefined;
};

/** A question that tells what a reason is expected after, and a reason that is recognised for sure: 被管局驳回了说承诺书不对怎么弄. */
export const pastedInQuestion: Recogniser = (said, { handbook, position }) => {
  if (position?.open) return undefined;
  const told = [...handbook.readers.values()].flatMap((reader) => singles(reader.mentions(said)));
  for (const [id, { expected, steps }] of handbook.dialogs) {
    const ask = asksOf({ steps }).find(isPasted);
    if (!ask || expected === undefined || !matches(expected, Object.fromEntries(told))) continue;
    const reading = handbook.findings.get(ask.reads)?.readUnasked(said, true);
    if (reading?.kind === 'found') return { kind: 'open', dialog: id, facts: [[ask.fact, reading.value]] };
  }
  return undefined;
};

/** What looks like an identity or phone number: what surely was pasted is read all the same. */
export const identityNumber: Recogniser = (said, at, hear) => {
  if (!holdsIdentityNumber(said.letters)) return undefined;
  const { dialog, position } = at;
  const open = position?.open;
  const isOpen = dialog && open && isPasted(open);
  // A number alone could be a name, and is warned of all the same.
  if (dialog && takesAnything(dialog, at) && !(isOpen && isLongEnough(open, said, at)))
    return { kind: 'identity-number' };
  const reading = isOpen ? readAs(dialog, open, said, at) : undefined;
  if (isOpen && reading?.kind === 'option')
    return { kind: 'answer', dialog: dialog.id, facts: [[open.fact, reading.value]] };
  return (
    pastedOpening(said, at, hear) ??
    pastedAgain(said, at, hear) ??
    pastedUnasked(said, at, hear) ?? { kind: 'identity-number' }
  );
};

/** 检查备注, and then the remark itself, whatever is asked first. */
export const pastedEarly: Recogniser = (said, at) => {
  const { handbook, dialog, position } = at;
  if (!dialog || !position || handbook.readers.get(dialog.id)?.isQuestion(said)) return undefined;
  const later = asksOf(dialog).find(
    (ask) => isPasted(ask) && ask !== position.open && isLongEnough(ask, said, at),
  );
  return later && !handbook.faq.knows(said) ? pastedHere(dialog, said, at) : undefined;
};

/** After a pasted text was answered, guesses at the next one, where nothing better is known. */
export const pastedGuess: Recogniser = (said, at) =>
  at.dialog && at.position?.end && !takesAnything(at.dialog, at)
    ? pastedInto(at.dialog, said, at)
    : undefined;

/** Whether the dialog's pasted question takes any text: there finding nothing is a result. */
export function takesAnything(dialog: Dialog, { handbook }: Situation): boolean {
  return asksOf(dialog).some((ask) => isPasted(ask) && handbook.findings.get(ask.reads)?.mayBeClean === true);
}

/** Whether a text that could be a name is a phrasing that we know, opens something, or corrects an answer. */
export function isSaidToUs(dialog: Dialog, said: TextForms, { handbook, known }: Situation): boolean {
  const { letters } = said;
  if (handbook.faq.knows(said)) return true;
  // The name of another province corrects the province: hardly anybody would name a mini-program so.
  if (handbook.provinces.has(letters) && known.province !== letters) return true;
  if (letters.length <= LOOSE_OPENING && looselyOpened(handbook, letters) !== undefined) return true;
  if (!isCorrection(handbook, letters)) return false;
  const facts = singles(handbook.readers.get(dialog.id)?.mentions(said) ?? []);
  return changesIn(facts, known).length > 0;
}

function answersOpen(said: TextForms, at: Situation): boolean {
  const open = at.position?.open;
  const reading = at.dialog && open && !isPasted(open) ? readAs(at.dialog, open, said, at) : undefined;
  return reading?.kind === 'option' || reading?.kind === 'several';
}

function pastedHere(dialog: Dialog, said: TextForms, at: Situation): Intent | undefined {
  const meant = pastedInto(dialog, said, at);
  return meant?.kind === 'open' ? { ...meant, kind: 'answer' } : undefined;
}

/** Whether a text is taken as what is pasted although nobody has asked for it. */
function isLongEnough(ask: Ask, { text }: TextForms, { handbook }: Situation): boolean {
  const least = handbook.findings.get(ask.reads)?.spec.unasked;
  return least !== undefined && [...text].length >= least;
}

/** Opens with what was found, or with guesses where the text is no question. */
function pastedInto(into: Dialog, said: TextForms, at: Situation): Intent<'open' | 'which'> | undefined {
  const ask = asksOf(into).find(isPasted);
  const reading = ask && readAs(into, ask, said, at);
  if (ask && reading?.kind === 'option') {
    // Whoever sends the remark wants it checked, whatever was wanted before.
    const implied = impliedBy(ask);
    const facts: readonly FactValue[] = implied ? [[implied.fact, implied.value]] : [];
    return { kind: 'open', dialog: into.id, facts: [...facts, [ask.fact, reading.value]] };
  }
  if (ask && reading?.kind === 'several' && at.handbook.readers.get(into.id)?.isQuestion(said) === false)
    return { kind: 'which', dialog: into.id, fact: ask.fact, values: reading.values, facts: [] };
  return undefined;
}

function readAs(
  within: Dialog,
  ask: Ask,
  said: TextForms,
  { handbook, known }: Situation,
): Reading | undefined {
  return handbook.readers.get(within.id)?.answer(ask, said, known.province);
}
