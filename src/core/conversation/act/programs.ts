/** One merchant, several mini-programs: 新的小程序 starts one more, 切换 goes to another, 移除 drops one, and the subject may be
 *  taken over. A mini-program is called by its number and answers, never by a name. A part of turn.ts. */
import { asksOf } from '../../dialog/dialog.ts';
import { allows } from '../../dialog/walk.ts';
import { matches } from '../../facts.ts';
import type { Choice, Line } from '../messages.ts';
import type { Turn, TurnParts } from '../outcome.ts';
import {
  currentProgram,
  freeNumber,
  hasSeveral,
  kindOfChoice,
  MOST_PROGRAMS,
  numberOf,
  programOf,
  programsOf,
  removed,
  switched,
} from '../session/programs.ts';
import { knownFacts, type SavedProgram } from '../session/session.ts';
import { locate } from '../session/standing.ts';
import type { FactValue, Intent } from '../understand/intent.ts';
import type { TurnContext } from './context.ts';

export interface Several {
  /** Puts the present mini-program away and starts its dialog afresh where that is open or makes lists, with `said` as its first answers. */
  begin(said: readonly FactValue[]): Turn;
  /** All of them, to switch by a tap or a number. */
  overview(): Turn;
  /** Goes to the one with this number and on from where it stands. */
  switchTo(number: number): Turn;
  /** Asks before a mini-program is dropped; without a number: which? */
  remove(number: number | undefined): Turn;
  /** The yes or no to that. */
  confirmRemoval(number: number, yes: boolean): Turn;
  /** Takes over what another one has of the subject; without a number from the one that was left last. */
  takeSubject(number: number | undefined): Turn;
  /** Says which one is meant, where there are several. */
  name(): void;
  /** 新的小程序, where the open question has an option that is called so as well: which? */
  newOrAnswer(intent: Extract<Intent, { kind: 'new-or-answer' }>): Turn;
}

/** Answers that a mini-program is called by, at most. */
const NAMED_BY = 3;

/** @param parts `resume`: where the present mini-program stands, and on (turn.ts). */
export function createProgramActs({
  handbook,
  renderer,
  scene,
  resume,
}: Pick<TurnParts, 'handbook' | 'renderer'> & {
  readonly scene: TurnContext;
  readonly resume: () => Turn;
}): Several {
  const { phrase } = renderer;
  const { lead } = scene;
  return { begin, overview, switchTo, remove, confirmRemoval, takeSubject, name, newOrAnswer };

  function begin(said: readonly FactValue[]): Turn {
    const before = numberOf(scene.session);
    const number = freeNumber(scene.session);
    if (number === undefined) {
      lead.push(phrase('programs-full', { most: MOST_PROGRAMS }));
      return list('r', []);
    }
    if (number === before) {
      lead.push(phrase('program-fresh', { number }));
    } else {
      const again = scene.session.below ?? dialogToRepeat();
      scene.session = switched(scene.session, number);
      scene.session.dialog ??= again;
      lead.push(phrase('program-new', { number, before }));
    }
    if (scene.session.dialog !== undefined) scene.take(scene.session.dialog, said);
    offerSubject();
    return start();
  }

  /** The dialog that is open, or that makes lists. What was only asked in passing is not asked again. */
  function dialogToRepeat(): string | undefined {
    const { dialog, position } = scene.where();
    const makesLists = dialog?.steps.some((step) => step.kind === 'end' && step.list !== undefined);
    return position?.open || makesLists ? dialog?.id : undefined;
  }

  function overview(): Turn {
    if (!hasSeveral(scene.session)) return alone();
    return list('m', phrase('programs-title'));
  }

  function alone(): Turn {
    const program = summary(currentProgram(scene.session));
    return scene.detour([[...phrase('program-one', { program }), renderer.command('new')]]);
  }

  function switchTo(number: number): Turn {
    if (!programOf(scene.session, number)) {
      lead.push(phrase('program-none', { number }));
      return overview();
    }
    scene.session = switched(scene.session, number);
    lead.push(phrase('program-now', { program: summary(currentProgram(scene.session)) }));
    return resume();
  }

  function remove(number: number | undefined): Turn {
    if (!hasSeveral(scene.session)) return scene.detour([phrase('remove-only')]);
    if (number === undefined) return list('r', phrase('remove-which'));
    const program = programOf(scene.session, number);
    if (!program) {
      lead.push(phrase('program-none', { number }));
      return list('r', phrase('remove-which'));
    }
    scene.session.removing = number;
    const [yes = ''] = phrase('remove-yes');
    const [no = ''] = phrase('remove-no');
    return scene.choices(phrase('remove-ask', { program: summary(program) }), [
      { label: yes, text: yes, id: 'y.yes' },
      { label: no, text: no, id: 'y.no' },
    ]);
  }

  function confirmRemoval(number: number, yes: boolean): Turn {
    if (!yes) {
      lead.push(phrase('not-removed'));
      return resume();
    }
    scene.session = removed(scene.session, number);
    lead.push(
      phrase('removed', { number }),
      phrase('program-now', { program: summary(currentProgram(scene.session)) }),
    );
    return resume();
  }

  function takeSubject(number: number | undefined): Turn {
    const others = scene.session.others ?? [];
    const from = number === undefined ? lastWithSubject() : others.find((other) => other.number === number);
    const facts = from ? subjectFacts(from) : [];
    if (facts.length === 0) return scene.standing(phrase('no-same-subject'));
    const asking = [...handbook.dialogs.values()].find((each) =>
      facts.every(([fact]) => asksOf(each).some((ask) => ask.fact === fact)),
    );
    const dialog = scene.session.dialog ?? asking?.id;
    if (dialog !== undefined) scene.take(dialog, facts);
    return start();
  }

  function name(): void {
    if (hasSeveral(scene.session)) lead.push(phrase('program-here', { number: numberOf(scene.session) }));
  }

  function newOrAnswer({ dialog, fact, value }: Extract<Intent, { kind: 'new-or-answer' }>): Turn {
    const meant = handbook.dialogs.get(dialog);
    const label = renderer.label(meant, fact, value);
    const id = `${kindOfChoice(scene.session, 'a')}.${dialog}.${fact}.${value}`;
    const [another = ''] = phrase('new-choice');
    return scene.choices(phrase('new-or-answer'), [
      { label, text: label, id },
      { label: another, text: another, id: 'c.new' },
    ]);
  }

  // How it is said ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** The first open question, or what there is to do. */
  function start(): Turn {
    return scene.session.dialog === undefined
      ? scene.choices(phrase('start-choices'), scene.openings())
      : scene.goOn();
  }

  /** @param kind what a tap or a number does: `m` switches, `r` removes. */
  function list(kind: 'm' | 'r', title: readonly string[]): Turn {
    const [word = ''] = handbook.phrases.commands[kind === 'm' ? 'switch' : 'remove'];
    const lines = programsOf(scene.session).map((program): Choice => {
      const { number } = program;
      const mark = number === numberOf(scene.session) ? phrase('program-present').join('') : '';
      return {
        label: `${summary(program)}${progress(program)}${mark}`,
        text: `${word}${number}`,
        id: `${kind}.${number}`,
      };
    });
    const numbers = Array.from({ length: MOST_PROGRAMS }, (_, i) => `${i + 1}`);
    scene.session.shown = { prefix: `${kind}.`, ids: numbers };
    const foot: Line = [renderer.command('new'), '　', renderer.command('remove')];
    const body = [...title, ...lines, ...(kind === 'm' ? [foot] : [])];
    return scene.delivered(lead, [body], 'detour', 0, 1);
  }

  /** The choice that spares the questions about the subject, while none of them is answered. */
  function offerSubject(): void {
    const from = lastWithSubject();
    if (!from || subjectFacts(currentProgram(scene.session)).length > 0) return;
    const [label = ''] = phrase('same-subject', { number: from.number });
    const id = `${kindOfChoice(scene.session, 'k')}.${from.number}`;
    lead.push([[{ label, text: label, id }, ...phrase('same-subject-note')], '']);
  }

  function lastWithSubject(): SavedProgram | undefined {
    return scene.session.others?.findLast((other) => subjectFacts(other).length > 0);
  }

  /** Answers about the subject, without those of branches that are no longer taken. */
  function subjectFacts(program: SavedProgram): readonly FactValue[] {
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
  function summary(program: SavedProgram): string {
    const known = knownFacts(program);
    const dialog = handbook.dialogs.get(program.dialog ?? '');
    const labels = handbook.distinguishingFacts
      .flatMap((fact) => {
        const value = known[fact];
        return value === undefined ? [] : [renderer.label(dialog, fact, value)];
      })
      .slice(0, NAMED_BY);
    const facts = labels.length > 0 ? labels.join(' · ') : phrase('program-empty').join('');
    return phrase('program', { number: program.number, facts }).join('');
  }

  function progress({ answers, dialog: id }: SavedProgram): string {
    const { dialog, position } = locate(handbook, { ...scene.session, answers, dialog: id });
    if (!dialog || !position) return '';
    if (position.open && answers.length > 0)
      return phrase('program-left', { title: dialog.title, left: position.left }).join('');
    if (position.end?.list !== undefined) return phrase('program-list', { title: dialog.title }).join('');
    return '';
  }
}
