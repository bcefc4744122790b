/** Utterance → Intent, in the one order in which a message is understood (conversation.md section 1): whole-message
 *  command (新的小程序 asks where it may be an option too) · opening word · option of the open question unless it is clearly
 *  a question · option of an earlier question · FAQ · looser opening · unclear. Pure; called by turn.ts. */

import { type Ask, askOf, asksOf, type Dialog, isPasted } from '../../dialog/dialog.ts';
import type { Reader } from '../../dialog/reading/reader.ts';
import type { Mention } from '../../dialog/reading/reading.ts';
import { allows, type Position } from '../../dialog/walk.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import { COMMANDS } from '../../handbook/schema.ts';
import type { Day } from '../../knowledge/calendar.ts';
import { dayIn } from '../../knowledge/day-in-text.ts';
import { NONE } from '../../pasted.ts';
import { normalise } from '../../text/normalise.ts';
import { holdsIdentityNumber, programNumber, wholeNumber } from '../../text/numbers.ts';
import { fill } from '../../text/template.ts';
import type { Utterance } from '../messages.ts';
import { hasSeveral, numberOf, offeredFor, programOf, switched } from '../session/programs.ts';
import type { Session } from '../session/session.ts';
import { locate } from '../session/standing.ts';
import type { FactValue, Intent } from './intent.ts';
import { createPastes, isReport } from './pasted.ts';

/** First parts of the ids of choices that name a mini-program. */
const PROGRAM_CHOICES = { m: 'switch', r: 'remove', k: 'same' } as const;

/** What was meant, as exactly one intent. Never throws for what somebody writes. `standing`: that of the session. */
export function understand(
  handbook: Handbook,
  session: Session,
  utterance: Utterance,
  today: Day,
  standing = locate(handbook, session),
): Intent {
  const { dialog, position, known } = standing;
  const pastes = createPastes(handbook, session, standing, {
    opensLoosely: (words) => looselyOpened(words) !== undefined,
    corrects: (current, text, words) =>
      isCorrection(words) &&
      changesIn(singles(handbook.readers.get(current.id)?.mentions(text) ?? [])).length > 0,
  });
  /** A yes or no is waited for. */
  const isAsked = session.proposed !== undefined || session.removing !== undefined;
  switch (utterance.kind) {
    case 'pick':
      return tapped(utterance.pick ?? '', utterance.text) ?? heard(utterance.text);
    case 'text':
    case 'press':
      return heard(utterance.text);
    case 'location':
      return position?.open?.reads === 'province' && utterance.text !== ''
        ? heard(utterance.text)
        : { kind: 'event', event: 'location' };
    default:
      return { kind: 'event', event: utterance.kind };
  }

  function tapped(id: string, says: string): Intent | undefined {
    const offered = offeredFor(id);
    if (!offered) return picked(id, says);
    const { number, id: plain } = offered;
    if (number === numberOf(session)) return picked(plain, says);
    if (!programOf(session, number)) return { kind: 'switch', number };
    const meant = understand(handbook, switched(session, number), utterance, today);
    return { kind: 'elsewhere', number, meant };
  }

  /** The meaning of a choice's id; `undefined` for ids that are not ours: then its text counts. `says` is what a tap said. */
  function picked(id: string, says?: string): Intent | undefined {
    const [kind = '', first = '', second = '', ...rest] = id.split('.');
    const value = rest.join('.');
    switch (kind) {
      case 'a': {
        const meant = handbook.dialogs.get(first);
        const ask = meant && askOf(meant, second);
        if (ask && isPasted(ask) && value === NONE) return { kind: 'denied' };
        if (!meant || !ask || !allows(ask, value)) return { kind: 'stale' };
        const facts: FactValue[] = [[second, value]];
        return dialog?.id === meant.id
          ? { kind: 'answer', dialog: meant.id, facts }
          : { kind: 'open', dialog: meant.id, facts };
      }
      case 'c': {
        const command = COMMANDS.find((name) => name === first);
        return command && { kind: 'command', command };
      }
      case 'e':
        return { kind: 'edit', target: first };
      case 'o':
        return handbook.dialogs.has(first) ? { kind: 'open', dialog: first, facts: [] } : undefined;
      case 'q': {
        const entry = handbook.faq.byId(first);
        return entry && { kind: 'question', found: [{ kind: 'answer', entry, share: 1 }] };
      }
      case 'n':
        return { kind: 'not-answered', id: first };
      case 'y':
        return isAsked ? { kind: 'confirm', yes: first === 'yes' } : undefined;
      case 'm':
      case 'r':
      case 'k': {
        const number = wholeNumber(first);
        return number === undefined ? undefined : { kind: PROGRAM_CHOICES[kind], number };
      }
      case 's': {
        const text = says ?? handbook.menuSays[Number(first)]?.says;
        return text === undefined ? undefined : heard(text);
      }
      default:
        return undefined;
    }
  }

  function heard(text: string): Intent {
    const { letters: words, plain, number: whole } = handbook.typed(text);
    const number = isCounted(text) ? undefined : whole;
    if (isAsked && number === undefined) {
      if (handbook.words.yes.has(words)) return { kind: 'confirm', yes: true };
      if (handbook.words.no.has(words)) return { kind: 'confirm', yes: false };
    }
    if (number !== undefined && session.shown) return numbered(number);
    const command = handbook.commands.get(words);
    if (command === 'new') return oneMore(text);
    if (command && (command !== 'same' || hasSeveral(session))) return { kind: 'command', command };
    const program = programIn(words);
    if (program) return program;
    const edit = editOf(words);
    if (edit) return edit;
    if (isKeeping(words)) return { kind: 'command', command: 'back' };
    if (holdsIdentityNumber(words)) return pastes.sure(text) ?? { kind: 'identity-number' };
    const opened = handbook.openings.get(words) ?? resumed(words);
    if (opened !== undefined) return { kind: 'open', dialog: opened, facts: [] };
    if (words === '') return { kind: 'unclear' };
    const begun = pastes.opened(text);
    if (begun) return begun;
    if (pastes.declined(words)) return { kind: 'denied' };
    const day = dayIn(plain, today);
    if (day !== undefined && handbook.words.openingDay.some((word) => words.includes(word)))
      return { kind: 'opening-day', day };
    return (
      pastes.anew(text) ??
      pastes.unasked(text) ??
      (dialog && position ? inDialog(dialog, position, text, words) : outside(text)) ??
      unlessGuessed(asked(text, words), text)
    );
  }

  /** After a pasted text was answered, guesses at the next one, where nothing better is known. */
  function unlessGuessed(otherwise: Intent, text: string): Intent {
    return (otherwise.kind === 'unclear' ? pastes.guessed(text) : undefined) ?? otherwise;
  }

  /** 继续备案. */
  function resumed(words: string): string | undefined {
    const verb = handbook.leading.resume.find((word) => words.startsWith(word));
    return verb === undefined ? undefined : handbook.openings.get(words.slice(verb.length));
  }

  /** 新的小程序 may also say of the present one that it is new. */
  function oneMore(text: string): Intent {
    const open = position?.open;
    if (!dialog || open?.reads !== 'choice') return { kind: 'command', command: 'new' };
    const reading = handbook.readers.get(dialog.id)?.answer(open, text, known.province);
    return reading?.kind === 'option'
      ? { kind: 'new-or-answer', dialog: dialog.id, fact: open.fact, value: reading.value }
      : { kind: 'command', command: 'new' };
  }

  /** 切换2, 移除2号, 主体和 1号 一样. */
  function programIn(words: string): Intent | undefined {
    for (const kind of ['switch', 'remove'] as const) {
      for (const word of handbook.leading[kind]) {
        const number = words.startsWith(word) ? programNumber(words.slice(word.length)) : undefined;
        if (number !== undefined) return { kind, number };
      }
    }
    const same = (number: number) =>
      normalise(fill(handbook.phrases.say['same-subject'].join(''), { number }));
    const other = session.others?.find(({ number }) => words === same(number));
    return other && { kind: 'same', number: other.number };
  }

  /** 一个 says how many, where the open question asks for that; it is not the first option then. */
  function isCounted(text: string): boolean {
    const open = position?.open;
    const isShown = open && session.shown?.prefix === `a.${dialog?.id}.${open.fact}.`;
    return isShown === true && handbook.readers.get(dialog?.id ?? '')?.isWording(open, text) === true;
  }

  /** 不改 while an answer is being changed keeps it as it was. */
  function isKeeping(words: string): boolean {
    const [, fact, value] = session.answers.at(-1) ?? [];
    const changing = value === null && fact === position?.open?.fact && position !== undefined;
    return changing && handbook.words.no.has(words) && !isCounted(words);
  }

  function numbered(number: number): Intent {
    const { prefix, ids } = session.shown ?? { prefix: '', ids: [] };
    const id = ids[number - 1];
    if (id === undefined) return { kind: 'no-such-option', number };
    // Numbers always count for the mini-program at hand.
    return picked(offeredFor(prefix + id)?.id ?? prefix + id) ?? { kind: 'stale' };
  }

  function editOf(words: string): Intent | undefined {
    const verb = handbook.words.edit.find((word) => words.startsWith(word));
    if (verb === undefined) return undefined;
    const rest = words.slice(verb.length);
    if (rest === '') return { kind: 'edit', target: undefined };
    const number = wholeNumber(rest);
    if (number !== undefined) return { kind: 'edit', target: number };
    const ask = dialog && asksOf(dialog).find(({ name }) => isNameOf(normalise(name), rest));
    return ask && { kind: 'edit', target: ask.fact };
  }

  /** An answer to the open question, a fact for another one, or a correction; `undefined` when it is neither. */
  function inDialog(current: Dialog, { open }: Position, text: string, words: string): Intent | undefined {
    const reader = handbook.readers.get(current.id);
    if (!reader) return undefined;
    const anything = open && isPasted(open) && pastes.takesAnything(current);
    const isAside = anything && pastes.isSaidToUs(current, text);
    const isQuestion = reader.isQuestion(text);
    const waiting = open && !isAside ? open : undefined;
    // Of a question only an answer to the letter counts.
    const reading =
      waiting && (isQuestion ? reader.exactly(waiting, text) : reader.answer(waiting, text, known.province));
    if (isQuestion && reading?.kind !== 'option') return undefined;
    const mentions = reader.mentions(text, open);
    const fine = open && reading?.kind === 'option' ? finer(reader, open, reading.value, text, mentions) : [];
    if (open && reading?.kind === 'option' && reading.exact)
      return answered(current, open, reading.value, fine);
    // What stands in a pasted text is not said about oneself.
    const others =
      open && isPasted(open) && !anything ? [] : mentions.filter(({ fact }) => fact !== open?.fact);
    const sure = isCorrection(words);
    // In 不对，我是企业 the 不对 belongs to the correction, not to a yes-or-no question that is open.
    if (sure && changesIn(singles(mentions)).length > 0)
      return { kind: 'answer', dialog: current.id, facts: singles(mentions) };
    if (open && reading?.kind === 'option') {
      const known = new Set(others.map(({ fact }) => fact));
      const more = fine.filter(({ fact }) => !known.has(fact));
      return answered(current, open, reading.value, [...others, ...more]);
    }
    const single = singles(others);
    if (open && reading?.kind === 'several')
      return {
        kind: 'which',
        dialog: current.id,
        fact: open.fact,
        values: reading.values,
        facts: fresh(single),
      };
    if (changesIn(single).length > 0) return { kind: 'propose', dialog: current.id, facts: single };
    if (fresh(single).length > 0) return { kind: 'answer', dialog: current.id, facts: fresh(single) };
    if (open && reading?.kind === 'denied') return { kind: 'denied' };
    return pastes.early(current, open, text);
  }

  /** What the same words say beyond the option that they are a wording of: 网约车 is 审批业务, and which one. */
  function finer(
    reader: Reader,
    open: Ask,
    value: string,
    text: string,
    mentions: readonly Mention[],
  ): readonly Mention[] {
    return reader.refinements(open, value).flatMap((ask): readonly Mention[] => {
      const { fact } = ask;
      const mention = mentions.find((one) => one.fact === fact);
      if (mention) return [mention];
      const reading = reader.isNumber(text) ? undefined : reader.answer(ask, text, known.province);
      return reading?.kind === 'option' ? [{ fact, values: [reading.value] }] : [];
    });
  }

  /** An answer with whatever else was said; what that would change is proposed, not done. */
  function answered(current: Dialog, open: Ask, value: string, others: readonly Mention[]): Intent {
    const facts: readonly FactValue[] = [[open.fact, value], ...singles(others)];
    return { kind: changesIn(singles(others)).length > 0 ? 'propose' : 'answer', dialog: current.id, facts };
  }

  /** Without a dialog: a sentence about oneself opens the one that it has facts for. */
  function outside(text: string): Intent | undefined {
    const { letters: words } = handbook.typed(text);
    if (isReport(handbook, words)) return undefined;
    const named = looselyOpened(words);
    // A dialog that is not offered is opened by its own words only.
    const readers = [...handbook.readers].filter(([id]) =>
      named === undefined ? handbook.dialogs.get(id)?.offered : id === named,
    );
    for (const [id, reader] of readers) {
      if (reader.isQuestion(text)) continue;
      const facts = singles(reader.mentions(text));
      const says = (name: string) => facts.some(([fact]) => fact === name);
      // One fact alone also stands in what a merchant reads off the screen (该主体已在浙江备案) and in a topic (个体户备案材料);
      // 我们学校是公办的 is neither, near as it may be to a question for such schools.
      const telling =
        facts.length > 1 ||
        (says('subject') && !isTopical(words)) ||
        ((says('subject') || says('province')) && handbook.faq.find(text).kind !== 'answer');
      if (telling && handbook.faq.exact(text) === undefined) return { kind: 'open', dialog: id, facts };
    }
    return undefined;
  }

  /** Whether one of the words that open a dialog stands in the text. */
  function isTopical(words: string): boolean {
    return [...handbook.openings.keys()].some((word) => words.includes(word));
  }

  function asked(text: string, words: string): Intent {
    const found = handbook.faq.findEach(text);
    if (found.some(({ kind }) => kind === 'answer' || kind === 'decoy')) return { kind: 'question', found };
    const id = looselyOpened(words);
    if (id !== undefined)
      return { kind: 'open', dialog: id, facts: singles(handbook.readers.get(id)?.mentions(text) ?? []) };
    return found.some(({ kind }) => kind === 'suggest') ? { kind: 'question', found } : { kind: 'unclear' };
  }

  /** The dialog that a word in the text opens where nothing better was understood. */
  function looselyOpened(words: string): string | undefined {
    return handbook.looseOpeners.find(({ word }) => words.includes(word))?.dialog;
  }

  function isCorrection(words: string): boolean {
    return handbook.words.corrections.some((word) => words.includes(word));
  }

  function changesIn(facts: readonly FactValue[]): readonly FactValue[] {
    return facts.filter(([fact, value]) => known[fact] !== undefined && known[fact] !== value);
  }

  function fresh(facts: readonly FactValue[]): readonly FactValue[] {
    return facts.filter(([fact, value]) => known[fact] !== value);
  }
}

function singles(mentions: readonly Mention[]): readonly FactValue[] {
  return mentions.flatMap(({ fact, values }): FactValue[] => {
    const [value, ...others] = values;
    return value !== undefined && others.length === 0 ? [[fact, value]] : [];
  });
}

/** 主体 names 主体类型, 省份 names 备案省份. */
function isNameOf(name: string, word: string): boolean {
  return word.length >= 2 && (name.startsWith(word) || name.endsWith(word) || word.startsWith(name));
}
