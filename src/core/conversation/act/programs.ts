/** One merchant, several mini-programs: 新的小程序 starts one more, 切换 goes to another, 移除 drops one, and the subject may be
 *  taken over. A mini-program is called by its number and answers, never by a name. */
import { asksOf } from '../../dialog/dialog.ts';
import { allows } from '../../dialog/walk.ts';
import { matches } from '../../facts.ts';
import { encode, programPrefix } from '../choice-id.ts';
import type { Choice, Line } from '../messages.ts';
import type { Block } from '../render/pages.ts';
import {
  currentProgram,
  freeNumber,
  hasSeveral,
  MOST_PROGRAMS,
  numberOf,
  programOf,
  programsOf,
  switchTo,
  withoutProgram,
} from '../session/programs.ts';
import { knownFacts, type SavedProgram } from '../session/session.ts';
import { locate } from '../session/whereabouts.ts';
import type { FactValue } from '../understand/intent.ts';
import { type Act, digress, goOn, type Outcome, offer, sayThenGoOn } from './act.ts';
import {
  NOTHING_PROPOSED,
  namingProgram,
  openings,
  record,
  type TurnContext,
  withFields,
  withPreface,
  withSession,
} from './context.ts';
import { resume } from './navigation.ts';

/** Answers that a mini-program is called by, at most. */
const NAMED_BY = 3;

/** Puts the present mini-program away and starts its dialog afresh where that is open or makes lists, with `said` as its
 *  first answers. */
export function begin(turn: TurnContext, said: readonly FactValue[]): Outcome {
  const { renderer, session } = turn;
  const before = numberOf(session);
  const number = freeNumber(session);
  if (number === undefined)
    return list(withPreface(turn, renderer.phrase('programs-full', { most: MOST_PROGRAMS })), 'remove', []);
  const begun =
    number === before
      ? withPreface(turn, renderer.phrase('program-fresh', { number }))
      : withPreface(freshProgram(turn, number), renderer.phrase('program-new', { number, before }));
  const { dialog } = begun.session;
  return start(offeringSubject(dialog === undefined ? begun : record(begun, dialog, said)));
}

/** All of them, to switch by a tap or a number. */
export function overview(turn: TurnContext): Outcome {
  const { renderer, session } = turn;
  if (hasSeveral(session)) return list(turn, 'switch', renderer.phrase('programs-title'));
  const program = summaryOf(turn, currentProgram(session));
  return digress(turn, [[...renderer.phrase('program-one', { program }), renderer.command('new')]]);
}

/** Goes to the one with this number and on from where it stands. */
export const switchProgram: Act<'switch'> = ({ number }, turn) => {
  const { renderer, session } = turn;
  if (!programOf(session, number))
    return overview(withPreface(turn, renderer.phrase('program-none', { number })));
  return resume(namingPresent(withSession(turn, switchTo(session, number))));
};

/** A tap that was meant for another mini-program: what happens there. @param act what happens for the intent. */
export function elsewhere(turn: TurnContext, number: number, act: (there: TurnContext) => Outcome): Outcome {
  return act(namingProgram(withSession(turn, switchTo(turn.session, number))));
}

/** Asks before a mini-program is dropped; without a number: which? */
export function remove(turn: TurnContext, number: number | undefined): Outcome {
  const { renderer, session } = turn;
  if (!hasSeveral(session)) return digress(turn, [renderer.phrase('remove-only')]);
  if (number === undefined) return list(turn, 'remove', renderer.phrase('remove-which'));
  if (!programOf(session, number))
    return list(
      withPreface(turn, renderer.phrase('program-none', { number })),
      'remove',
      renderer.phrase('remove-which'),
    );
  return goOn(withFields(turn, { ...NOTHING_PROPOSED, removing: number }));
}

/** The yes or no to that. */
export function confirmRemoval(turn: TurnContext, number: number, yes: boolean): Outcome {
  const { renderer, session } = turn;
  const free = withFields(turn, NOTHING_PROPOSED);
  if (!yes) return resume(withPreface(free, renderer.phrase('not-removed')));
  const rest = withSession(free, withoutProgram({ ...session, ...NOTHING_PROPOSED }, number));
  return resume(namingPresent(withPreface(rest, renderer.phrase('removed', { number }))));
}

/** Takes over what another one has of the subject; without a number from the one that was left last. */
export function takeSubject(turn: TurnContext, number: number | undefined): Outcome {
  const { handbook, renderer, session } = turn;
  const others = session.others ?? [];
  const from = number === undefined ? lastWithSubject(turn) : others.find((other) => other.number === number);
  const facts = from ? subjectFacts(turn, from) : [];
  if (facts.length === 0) return sayThenGoOn(turn, renderer.phrase('no-same-subject'));
  const asking = [...handbook.dialogs.values()].find((each) =>
    facts.every(([fact]) => asksOf(each).some((ask) => ask.fact === fact)),
  );
  const dialog = session.dialog ?? asking?.id;
  return start(dialog === undefined ? turn : record(turn, dialog, facts));
}

/** 新的小程序, where the open question has an option that is called so as well: which? */
export const newOrAnswer: Act<'new-or-answer'> = ({ dialog, fact, value }, turn) => {
  const { handbook, renderer, session } = turn;
  const label = renderer.label(handbook.dialogs.get(dialog), fact, value);
  const [another = ''] = renderer.phrase('new-choice');
  const option = { kind: 'option', program: numberOf(session), dialog, fact, option: value } as const;
  return offer(turn, renderer.phrase('new-or-answer'), [
    { label, text: label, id: encode(option) },
    { label: another, text: another, id: encode({ kind: 'command', command: 'new' }) },
  ]);
};

/** The session of one more mini-program, in the dialog that is open, or that makes lists: what was only asked in passing is
 *  not asked again. */
function freshProgram(turn: TurnContext, number: number): TurnContext {
  const { dialog, position } = turn.where;
  const makesLists = dialog?.steps.some((step) => step.kind === 'end' && step.list !== undefined);
  const again = turn.session.below ?? (position?.open || makesLists ? dialog?.id : undefined);
  const session = switchTo(turn.session, number);
  return withSession(turn, { ...session, dialog: session.dialog ?? again });
}

/** The first open question, or what there is to do. */
function start(turn: TurnContext): Outcome {
  return turn.session.dialog === undefined
    ? offer(turn, turn.renderer.phrase('start-choices'), openings(turn))
    : goOn(turn);
}

/** @param kind what a tap or a number does. */
function list(turn: TurnContext, kind: 'switch' | 'remove', title: readonly string[]): Outcome {
  const { handbook, renderer, session } = turn;
  const [word = ''] = handbook.phrases.commands[kind];
  const lines = programsOf(session).map((program): Choice => {
    const { number } = program;
    const mark = number === numberOf(session) ? renderer.phrase('program-present').join('') : '';
    return {
      label: `${summaryOf(turn, program)}${progress(turn, program)}${mark}`,
      text: `${word}${number}`,
      id: encode({ kind, number }),
    };
  });
  const foot: Line = [renderer.command('new'), '　', renderer.command('remove')];
  const ids = Array.from({ length: MOST_PROGRAMS }, (_, i) => `${i + 1}`);
  return {
    turn,
    next: {
      kind: 'list',
      lines: [...title, ...lines, ...(kind === 'switch' ? [foot] : [])],
      shown: { prefix: programPrefix(kind), ids },
    },
  };
}

/** The choice that spares the questions about the subject, while none of them is answered. */
function offeringSubject(turn: TurnContext): TurnContext {
  const { renderer, session } = turn;
  const from = lastWithSubject(turn);
  if (!from || subjectFacts(turn, currentProgram(session)).length > 0) return turn;
  const label = renderer.phrase('same-subject', { number: from.number })[0] ?? '';
  const id = encode({ kind: 'same', program: numberOf(session), number: from.number });
  const block: Block = [[{ label, text: label, id }, ...renderer.phrase('same-subject-note')], ''];
  return withPreface(turn, block);
}

function namingPresent(turn: TurnContext): TurnContext {
  const program = summaryOf(turn, currentProgram(turn.session));
  return withPreface(turn, turn.renderer.phrase('program-now', { program }));
}

function lastWithSubject(turn: TurnContext): SavedProgram | undefined {
  return turn.session.others?.findLast((other) => subjectFacts(turn, other).length > 0);
}

/** Answers about the subject, without those of branches that are no longer taken. */
function subjectFacts({ handbook }: TurnContext, program: SavedProgram): readonly FactValue[] {
  const known = knownFacts(program);
  const facts = handbook.derive(known);
  const asks = [...handbook.dialogs.values()].flatMap(asksOf).filter(({ about }) => about === 'subject');
  const standing = new Map(
    asks.flatMap((ask) => {
      const value = known[ask.fact];
      const stands = value !== undefined && allows(ask, value) && matches(ask.when, facts);
      return stands ? [[ask.fact, value] as const] : [];
    }),
  );
  return [...standing];
}

/** 2号：广东 · 个体工商户 · 未上架 */
export function summaryOf({ handbook, renderer }: TurnContext, program: SavedProgram): string {
  const known = knownFacts(program);
  const dialog = handbook.dialogs.get(program.dialog ?? '');
  const labels = handbook.distinguishingFacts
    .flatMap((fact) => {
      const value = known[fact];
      return value === undefined ? [] : [renderer.label(dialog, fact, value)];
    })
    .slice(0, NAMED_BY);
  const facts = labels.length > 0 ? labels.join(' · ') : renderer.phrase('program-empty').join('');
  return renderer.phrase('program', { number: program.number, facts }).join('');
}

function progress({ handbook, renderer }: TurnContext, { answers, dialog: id }: SavedProgram): string {
  const { dialog, position } = locate(handbook, { answers, dialog: id });
  if (!dialog || !position) return '';
  if (position.open && answers.length > 0)
    return renderer.phrase('program-left', { title: dialog.title, left: position.left }).join('');
  return position.end?.list === undefined
    ? ''
    : renderer.phrase('program-list', { title: dialog.title }).join('');
}
