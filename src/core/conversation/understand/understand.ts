/** Utterance → Intent: recognisers in one order, the first that recognises something decides. */

import { pastDayIn } from '../../knowledge/day-in-text.ts';
import { formsOf, type TextForms } from '../../text/forms.ts';
import { decode } from '../choice-id.ts';
import type { Utterance } from '../messages.ts';
import { isWithPerson } from '../session/handover.ts';
import { numberOf, programOf, switchTo } from '../session/programs.ts';
import { locate } from '../session/whereabouts.ts';
import { command, edit, keepAnswer, newProgram, numberedProgram, yesOrNo } from './commands.ts';
import { exitSaid } from './exits.ts';
import { inDialog, notKnown } from './in-dialog.ts';
import type { Intent } from './intent.ts';
import { aboutOneself, opening } from './openings.ts';
import {
  identityNumber,
  noneOfThese,
  pastedAgain,
  pastedEarly,
  pastedGuess,
  pastedInQuestion,
  pastedOpening,
  pastedUnasked,
  skipped,
  toldInstead,
} from './pasted.ts';
import { guess, openingDay, question } from './questions.ts';
import { itemName, itemNumber, pageNumber, partName } from './reading.ts';
import type { Recogniser, Situation } from './recogniser.ts';
import { meaningOf, notAnswered, shownNumber } from './tapped.ts';

/** The order in which a text is understood; `npm run ask` prints it and tells which one understood a text. What is said to
 *  the letter comes first, then what answers an open question, then what is asked, then guesses. */
export const ORDER = {
  yesOrNo,
  itemNumber,
  shownNumber,
  pageNumber,
  partName,
  newProgram,
  command,
  notAnswered,
  numberedProgram,
  edit,
  keepAnswer,
  exitSaid,
  itemName,
  identityNumber,
  opening,
  skipped,
  noLetters: ({ letters }) => (letters === '' ? { kind: 'unclear' } : undefined),
  notKnown,
  pastedOpening,
  noneOfThese,
  openingDay,
  pastedAgain,
  pastedUnasked,
  toldInstead,
  inDialog,
  pastedEarly,
  aboutOneself,
  question,
  pastedInQuestion,
  pastedGuess,
  guess,
} as const satisfies Readonly<Record<string, Recogniser>>;
const RECOGNISERS: readonly (readonly [name: string, recogniser: Recogniser])[] = Object.entries(ORDER);

/** What was meant, as exactly one intent. Never throws for what somebody writes. */
export function understand(utterance: Utterance, said: TextForms, at: Situation): Intent {
  switch (utterance.kind) {
    case 'pick':
      return tapped(utterance, said, at) ?? hear(said, at);
    case 'text':
      return isWithPerson(at.session) ? toPerson(said, at) : hear(said, at);
    case 'press':
      return hear(said, at);
    case 'image':
    case 'voice':
    case 'media':
    case 'sticker':
    case 'link':
      return isWithPerson(at.session) ? { kind: 'to-person' } : { kind: 'event', event: utterance.kind };
    case 'location':
      return at.position?.open?.reads === 'province' && utterance.text !== ''
        ? hear(said, at)
        : { kind: 'event', event: 'location' };
    default:
      return { kind: 'event', event: utterance.kind };
  }
}

/** To a person everything is said, a phone number too, but whole messages that only the assistant understands: its commands,
 *  and what opens a dialog. */
function toPerson(said: TextForms, at: Situation): Intent {
  const { commands, openings } = at.handbook;
  const isToUs = commands.has(said.letters) || openings.has(said.letters);
  return isToUs ? hear(said, at) : { kind: 'to-person' };
}

function hear(said: TextForms, at: Situation): Intent {
  return recognise(said, at).intent;
}

/** What a text means, and which recogniser tells; `nobody` where none does. A text that is not surely understood as it
 *  stands is heard once more as it sounds. */
export function recognise(said: TextForms, at: Situation): Recognised {
  const timeless = withoutDay(said, at);
  if (timeless) {
    const told = recogniseAsIs(timeless, at);
    if (told.intent.kind === 'answer') return told;
  }
  const first = recogniseAsIs(said, at);
  const sound = isSure(first.intent) && !isLatin(said) ? undefined : at.handbook.faq.asItSounds(said);
  if (sound === undefined) return first;
  const second = recogniseAsIs(formsOf(sound), at);
  return isSure(second.intent) ? second : first;
}

/** 上周四提交的, where it is asked how things stand: the day is kept beside the answer, and the rest is the answer. */
function withoutDay(said: TextForms, { position, today }: Situation): TextForms | undefined {
  if (!position?.open?.askEveryTime) return undefined;
  const past = pastDayIn(said.plain, today);
  return past && past.rest.trim() !== '' ? formsOf(past.rest) : undefined;
}

interface Recognised {
  readonly by: string;
  readonly intent: Intent;
}

/** Of pinyin a word or two may be known, and the rest not. */
function isLatin({ letters }: TextForms): boolean {
  return !/\p{Script=Han}/u.test(letters) && /[a-z]{4}/.test(letters);
}

/** Guesses, and what is none of ours, may be something else that was only typed otherwise. */
function isSure(intent: Intent): boolean {
  if (intent.kind === 'question') return intent.found.some(({ kind }) => kind === 'answer');
  return intent.kind !== 'unclear' && intent.kind !== 'denied' && intent.kind !== 'which';
}

function recogniseAsIs(said: TextForms, at: Situation): Recognised {
  const hearOther = (text: string) => hear(formsOf(text), at);
  for (const [by, recogniser] of RECOGNISERS) {
    const intent = recogniser(said, at, hearOther);
    if (intent) return { by, intent };
  }
  return { by: 'nobody', intent: { kind: 'unclear' } };
}

/** A tap means what its choice stands for; in an old message that spoke of another mini-program it is meant for that one. */
function tapped(utterance: Utterance, said: TextForms, at: Situation): Intent | undefined {
  const target = decode(utterance.pick ?? '');
  if (target && 'program' in target && target.program !== numberOf(at.session)) {
    const number = target.program;
    if (!programOf(at.session, number)) return { kind: 'switch', number };
    const session = switchTo(at.session, number);
    const there = { ...at, session, ...locate(at.handbook, session) };
    return { kind: 'elsewhere', number, meant: understand(utterance, said, there) };
  }
  return meaningOf(target, at, (text) => hear(formsOf(text), at), utterance.text);
}
