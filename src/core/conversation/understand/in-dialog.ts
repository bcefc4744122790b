/** Inside a dialog: the answer to the open question, facts for others, corrections. */
import { type Ask, asksOf, type Dialog, isPasted } from '../../dialog/dialog.ts';
import type { Reader } from '../../dialog/reading/reader.ts';
import type { Mention, Reading } from '../../dialog/reading/reading.ts';
import type { Facts } from '../../facts.ts';
import type { TextForms } from '../../text/forms.ts';
import { narrowedTo, readAmong } from '../session/narrowing.ts';
import { changesIn, isCorrection, newsIn, singles } from './facts.ts';
import type { FactValue, Intent } from './intent.ts';
import { isSaidToUs, takesAnything } from './pasted.ts';
import type { Recogniser, Situation } from './recogniser.ts';

/** What was read: the reply to the open question, and all that was said beside it. */
interface Read {
  readonly dialog: Dialog;
  readonly open: Ask | undefined;
  readonly reading: Reading | undefined;
  readonly mentions: readonly Mention[];
  readonly known: Facts;
}

/** An answer to the open question, a fact for another one, or a correction. */
export const inDialog: Recogniser = (said, at) => {
  const reader = at.dialog && at.handbook.readers.get(at.dialog.id);
  const read = reader && readReply(reader, said, at);
  if (!reader || !read) return undefined;
  const { dialog, open, reading, mentions, known } = read;
  const value = open && reading?.kind === 'option' ? reading.value : undefined;
  const fine = open && value !== undefined ? finer(reader, open, value, said, read) : [];
  if (open && value !== undefined && reading?.kind === 'option' && reading.exact)
    return answered(read, open, value, fine);
  const corrected = singles(mentions);
  // In 不对，我是企业 the 不对 belongs to the correction, not to a yes-or-no question that is open.
  // 不对，是深圳, after 广州: nothing changes, and that is said.
  if (isCorrection(at.handbook, said.letters) && corrected.some(([fact]) => known[fact] !== undefined))
    return { kind: 'answer', dialog: dialog.id, facts: corrected };
  const others = mentionsBeside(read, at);
  if (open && value !== undefined) {
    const told = new Set(others.map(({ fact }) => fact));
    return answered(read, open, value, [...others, ...fine.filter(({ fact }) => !told.has(fact))]);
  }
  return beside(read, singles(others)) ?? repeated(reader, read, said);
};

/** 不清楚, 什么意思 at a question that has no such option. */
export const notKnown: Recogniser = (said, { handbook, dialog, position }) => {
  const open = position?.open;
  if (!dialog || !open || !handbook.words.notKnown.has(said.letters)) return undefined;
  const reading = handbook.readers.get(dialog.id)?.exactly(open, said);
  return reading?.kind === 'option' ? undefined : { kind: 'explain' };
};

/** @returns `undefined` for a question, of which only an answer to the letter counts. */
function readReply(reader: Reader, said: TextForms, at: Situation): Read | undefined {
  const { dialog, position, known } = at;
  if (!dialog || !position) return undefined;
  const { open } = position;
  const isAside = open && isPasted(open) && takesAnything(dialog, at) && isSaidToUs(dialog, said, at);
  if (reader.isQuestion(said)) {
    const reading = open && !isAside ? reader.exactly(open, said) : undefined;
    return reading?.kind === 'option'
      ? { dialog, open, reading, mentions: reader.mentions(said, open), known }
      : undefined;
  }
  if (open && !isAside) {
    const { reading, mentions } = reader.reply(open, said, known.province);
    const offered = narrowedTo(at.session, dialog, open);
    return { dialog, open, reading: readAmong(offered, reading), mentions, known };
  }
  return { dialog, open, reading: undefined, mentions: reader.mentions(said, open), known };
}

/** What is said beside the answer. What stands in a pasted text is not said about oneself. */
function mentionsBeside({ dialog, open, mentions }: Read, at: Situation): readonly Mention[] {
  if (open && isPasted(open) && !takesAnything(dialog, at)) return [];
  return mentions.filter(({ fact }) => fact !== open?.fact);
}

/** What the same words say beyond the option that they are a wording of: 网约车 is 审批业务, and which one. */
function finer(
  reader: Reader,
  open: Ask,
  value: string,
  said: TextForms,
  { mentions, known }: Read,
): readonly Mention[] {
  return reader.refinements(open, value).flatMap((ask): readonly Mention[] => {
    const { fact } = ask;
    const mention = mentions.find((one) => one.fact === fact);
    if (mention) return [mention];
    const reading = reader.isNumber(said) ? undefined : reader.answer(ask, said, known.province);
    return reading?.kind === 'option' ? [{ fact, values: [reading.value] }] : [];
  });
}

/** An answer with whatever else was said; what that would change is proposed, not done. */
function answered({ dialog, known }: Read, open: Ask, value: string, others: readonly Mention[]): Intent {
  const more = singles(others);
  const facts: readonly FactValue[] = [[open.fact, value], ...more];
  return { kind: changesIn(more, known).length > 0 ? 'propose' : 'answer', dialog: dialog.id, facts };
}

/** An answer that stands already and nothing else: 企业, while the province is asked. */
function repeated(reader: Reader, { dialog, open, known }: Read, said: TextForms): Intent | undefined {
  if (!open || reader.isNumber(said)) return undefined;
  for (const ask of asksOf(dialog)) {
    const standing = known[ask.fact];
    if (standing === undefined || ask.fact === open.fact || isPasted(ask)) continue;
    const reading = reader.exactly(ask, said);
    if (reading?.kind === 'option' && reading.value === standing)
      return { kind: 'answer', dialog: dialog.id, facts: [[ask.fact, standing]] };
  }
  return undefined;
}

/** Where the open question is not answered. */
function beside({ dialog, open, reading, known }: Read, facts: readonly FactValue[]): Intent | undefined {
  const news = newsIn(facts, known);
  if (open && reading?.kind === 'several' && reading.values.length < open.options.length)
    return { kind: 'which', dialog: dialog.id, fact: open.fact, values: reading.values, facts: news };
  if (changesIn(facts, known).length > 0) return { kind: 'propose', dialog: dialog.id, facts };
  if (news.length > 0) return { kind: 'answer', dialog: dialog.id, facts: news };
  // Whoever might mean every option does not know what the question means: 校长.
  if (open && reading?.kind === 'several') return { kind: 'explain' };
  return open && reading?.kind === 'denied' ? { kind: 'denied' } : undefined;
}
