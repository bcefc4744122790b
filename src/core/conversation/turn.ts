/** One turn of conversation, pure: what we knew + what was said + today → what we know + what we say + what happened.
 *  What was meant is understood (understand/), what happens for it stands in a table (act/), and one function puts it into
 *  words (act/apply.ts). */
import type { Command } from '../handbook/schema.ts';
import { pastDayIn } from '../knowledge/day-in-text.ts';
import { formsOf, type TextForms } from '../text/forms.ts';
import { holdsIdentityNumber } from '../text/numbers.ts';
import { type Act, digress, type Outcome, sayThenGoOn } from './act/act.ts';
import { apply } from './act/apply.ts';
import { namingProgram, type TurnContext, withEvents, withPreface } from './act/context.ts';
import { confirmChange, edit, facts, propose } from './act/corrections.ts';
import { denied, explain, unclear } from './act/fallback.ts';
import {
  answer,
  back,
  keep,
  list,
  menu,
  onDetour,
  open,
  restart,
  resume,
  skip,
  which,
} from './act/navigation.ts';
import { event } from './act/non-text.ts';
import { assistant, leave, person, toPerson } from './act/person.ts';
import {
  begin,
  confirmRemoval,
  elsewhere,
  newOrAnswer,
  overview,
  remove,
  switchProgram,
  takeSubject,
} from './act/programs.ts';
import { askFirst, notAnswered, openingDay, question, recordSelf } from './act/questions.ts';
import { all, item, itemNumber, more, page, pageNumber, part, previous } from './act/reading.ts';
import type { Utterance } from './messages.ts';
import type { Turn, TurnParts } from './outcome.ts';
import { isWithPerson, withoutOldHandover } from './session/handover.ts';
import { freshSession, type Session } from './session/session.ts';
import { locate } from './session/whereabouts.ts';
import type { Intent, IntentKind } from './understand/intent.ts';
import { understand } from './understand/understand.ts';

/** @param before the session; `damaged` when there is one that cannot be read: then it starts afresh and says so. */
export function turn(parts: TurnParts, before: Session | 'damaged' | undefined, utterance: Utterance): Turn {
  const { handbook, today } = parts;
  const old =
    before === undefined || before === 'damaged'
      ? freshSession(utterance.at)
      : withoutOldHandover(before, utterance.at);
  const where = locate(handbook, old);
  const said = formsOf(utterance.text);
  const intent = understand(utterance, said, { handbook, session: old, today, ...where });
  const heard = utterance.at.getTime();
  // Written out: V8 takes microseconds to add fields to a copy.
  const begun: TurnContext = {
    handbook,
    renderer: parts.renderer,
    limits: parts.limits,
    today,
    sessionDays: parts.sessionDays,
    seal: parts.seal,
    at: utterance.at,
    before: old,
    spokenDay: utterance.kind === 'text' ? pastDayIn(said.plain, today)?.day : undefined,
    text: utterance.kind === 'text' ? utterance.text : '',
    id: `${utterance.who} ${utterance.id}`,
    isBack: heard - old.heard > handbook.pauseHours * HOUR_MS,
    session: {
      ...old,
      turn: old.turn + 1,
      heard,
      inside: undefined,
      misses: isMiss(intent) ? old.misses : 0,
    },
    where,
    preface: [],
    events: [{ kind: 'understood', as: intent.kind }],
  };
  const started = isLeaving(old, utterance, intent) ? leave(begun) : begun;
  return apply(onDetour(act(intent, prepared(started, intent, said, before === 'damaged'))));
}

const HOUR_MS = 3_600_000;

/** Whether somebody who has asked for a person wants the assistant again. */
function isLeaving(before: Session, { kind }: Utterance, intent: Intent): boolean {
  if (!isWithPerson(before) || !LEAVING.has(kind) || intent.kind === 'to-person') return false;
  return intent.kind !== 'command' || (intent.command !== 'person' && intent.command !== 'assistant');
}

const LEAVING: ReadonlySet<Utterance['kind']> = new Set(['text', 'pick', 'press', 'arrive', 'scan']);

/** What happens for each kind of intent. */
const ACTS: { readonly [Kind in IntentKind]: Act<Kind> } = {
  command: ({ command }, turn) => COMMANDS[command](withEvents(turn, { kind: 'command', command })),
  edit,
  open: ({ dialog, facts: said, self }, turn) => open(recordSelf(turn, self), dialog, said),
  answer,
  propose,
  confirm: ({ yes }, turn) =>
    turn.before.removing === undefined
      ? confirmChange(turn, yes)
      : confirmRemoval(turn, turn.before.removing, yes),
  switch: switchProgram,
  remove: ({ number }, turn) => remove(turn, number),
  same: ({ number }, turn) => takeSubject(turn, number),
  elsewhere: ({ number, meant }, turn) => elsewhere(turn, number, (there) => act(meant, there)),
  'new-or-answer': newOrAnswer,
  keep: (_, turn) => keep(turn),
  skip,
  'to-person': toPerson,
  page,
  'page-number': pageNumber,
  part,
  item,
  'item-number': itemNumber,
  which,
  denied: (_, turn) => denied(turn),
  explain: (_, turn) => explain(turn),
  'no-such-option': ({ number }, turn) =>
    sayThenGoOn(turn, turn.renderer.phrase('no-such-option', { number })),
  stale: (_, turn) => sayThenGoOn(turn, turn.renderer.phrase('question-changed')),
  question,
  'ask-first': askFirst,
  'not-answered': notAnswered,
  'opening-day': openingDay,
  'identity-number': (_, turn) => digress(turn, [turn.renderer.phrase('identity-number')]),
  event,
  unclear: (_, turn) => unclear(turn),
};

/** What happens for each command. */
const COMMANDS: Readonly<Record<Command, (turn: TurnContext) => Outcome>> = {
  back,
  restart,
  facts: (turn) => facts(namingProgram(turn)),
  list: (turn) => list(namingProgram(turn)),
  more,
  previous,
  all,
  resume: (turn) => resume(namingProgram(turn)),
  menu,
  help: (turn) => digress(turn, [turn.renderer.phrase('help')]),
  person,
  assistant,
  new: (turn) => begin(turn, turn.before.proposed ?? []),
  switch: overview,
  remove: (turn) => remove(turn, undefined),
  same: (turn) => takeSubject(turn, undefined),
  forget: (turn) => ({
    turn: withEvents(turn, { kind: 'forgotten' }),
    next: { kind: 'say', say: { kind: 'text', lines: turn.renderer.phrase('forgotten') }, forget: true },
  }),
};

function act<Kind extends IntentKind>(intent: Intent<Kind>, turn: TurnContext): Outcome {
  const perform: Act<Kind> = ACTS[intent.kind];
  return perform(intent, turn);
}

/** What is true whatever was meant. */
function prepared(turn: TurnContext, { kind }: Intent, said: TextForms, isDamaged: boolean): TurnContext {
  const { phrase } = turn.renderer;
  const heard = isEnglish(said, turn.handbook.lexicon.idle ?? [])
    ? withPreface(turn, phrase('english'))
    : turn;
  const whole = isDamaged ? withPreface(withEvents(heard, { kind: 'damaged' }), phrase('damaged')) : heard;
  // What was pasted is read all the same.
  return (kind === 'open' || kind === 'answer') && holdsIdentityNumber(said.letters)
    ? withPreface(whole, phrase('identity-number'))
    : whole;
}

/** A sentence without a Chinese character, in words that are no pinyin: most of those have an idle one among them. */
function isEnglish({ apart, letters }: TextForms, idle: readonly string[]): boolean {
  return !/\p{Script=Han}/u.test(letters) && apart.split(' ').some((word) => idle.includes(word));
}

/** After what the count of useless rounds is not at once zero: acts count on, and a question that is answered in between
 *  ends no loop. */
function isMiss({ kind }: Intent): boolean {
  return kind === 'unclear' || kind === 'denied' || kind === 'explain' || kind === 'question';
}
