/** One turn of conversation, pure: what we knew + what was said + today → what we know + what we say + what happened.
 *  understand.ts says what was meant; this file does it. Called by assistant.ts, the stories and the checks. */

import { askOf, asksOf, type Dialog, isPasted } from '../dialog/dialog.ts';
import type { Position } from '../dialog/walk.ts';
import type { Command } from '../handbook/schema.ts';
import type { FaqEntry, Found } from '../knowledge/search/faq.ts';
import { holdsIdentityNumber } from '../text/numbers.ts';
import { createTurnContext } from './act/context.ts';
import { createCorrections } from './act/corrections.ts';
import { createFallback } from './act/fallback.ts';
import { createProgramActs } from './act/programs.ts';
import type { Line, Utterance } from './messages.ts';
import type { Turn, TurnParts } from './outcome.ts';
import type { Block } from './render/pages.ts';
import { switched } from './session/programs.ts';
import { freshSession, type Session, withAnswers, withoutLastAnswers } from './session/session.ts';
import { locate, type Whereabouts } from './session/standing.ts';
import type { FactValue, Intent } from './understand/intent.ts';
import { understand } from './understand/understand.ts';

/** @param before the session; `damaged` when there is one that cannot be read: then it starts afresh and says so. */
export function turn(parts: TurnParts, before: Session | 'damaged' | undefined, utterance: Utterance): Turn {
  const { handbook, renderer, today } = parts;
  const { phrase } = renderer;
  const old = before === undefined || before === 'damaged' ? freshSession(utterance.at) : before;
  const paused = utterance.at.getTime() - old.heard > handbook.pauseHours * 3_600_000;
  const standing = locate(handbook, old);
  const intent = understand(handbook, old, utterance, today, standing);
  const heard = utterance.at.getTime();
  const scene = createTurnContext(
    parts,
    { ...old, turn: old.turn + 1, heard, proposed: undefined, removing: undefined },
    utterance.at,
    standing,
  );
  const { lead, events } = scene;
  // Made where they are needed: most turns need none of them.
  const misses = () => createFallback(parts, scene, old.misses);
  const edits = () => createCorrections({ handbook, renderer, scene, old });
  const several = () => createProgramActs({ handbook, renderer, scene, resume });
  events.push({ kind: 'understood', as: intent.kind });
  if (before === 'damaged') {
    events.push({ kind: 'damaged' });
    lead.push(phrase('damaged'));
  }
  if (intent.kind !== 'unclear' && intent.kind !== 'denied') scene.session.misses = 0;
  // What was pasted is read all the same.
  if (
    (intent.kind === 'open' || intent.kind === 'answer') &&
    holdsIdentityNumber(handbook.typed(utterance.text).letters)
  )
    lead.push(phrase('identity-number'));
  return act(intent);

  function act(intent: Intent): Turn {
    switch (intent.kind) {
      case 'command':
        events.push({ kind: 'command', command: intent.command });
        return command(intent.command);
      case 'edit':
        return edits().edit(intent.target);
      case 'open':
        return open(intent.dialog, intent.facts);
      case 'answer':
        scene.take(intent.dialog, intent.facts);
        return scene.goOn();
      case 'propose':
        return edits().propose(intent.dialog, intent.facts);
      case 'confirm':
        return old.removing === undefined
          ? edits().confirm(intent.yes)
          : several().confirmRemoval(old.removing, intent.yes);
      case 'switch':
        return several().switchTo(intent.number);
      case 'remove':
        return several().remove(intent.number);
      case 'same':
        return several().takeSubject(intent.number);
      case 'new-or-answer':
        return several().newOrAnswer(intent);
      case 'elsewhere':
        scene.session = switched(scene.session, intent.number);
        several().name();
        return act(intent.meant);
      case 'which':
        enter(intent.dialog);
        scene.take(intent.dialog, intent.facts);
        return askWhich(intent.dialog, intent.fact, intent.values);
      case 'denied':
        return misses().denied();
      case 'no-such-option':
        return scene.standing(phrase('no-such-option', { number: intent.number }));
      case 'stale':
        return scene.standing(phrase('question-changed'));
      case 'question':
        return question(intent.found);
      case 'not-answered':
        return notAnswered(intent.id);
      case 'opening-day':
        return scene.detour([renderer.openingDay(intent.day, today, handbook.derive(scene.where().known))]);
      case 'identity-number':
        return scene.detour([phrase('identity-number')]);
      case 'event':
        return event(intent.event);
      case 'unclear':
        return misses().unclear();
    }
  }

  function command(id: Command): Turn {
    switch (id) {
      case 'back':
        return back();
      case 'restart':
        return restart();
      case 'facts':
        several().name();
        return edits().facts();
      case 'list':
        several().name();
        return list();
      case 'more':
        return more();
      case 'resume':
        several().name();
        return resume();
      case 'menu':
        return scene.choices(phrase('menu'), scene.menuChoices());
      case 'help':
        return scene.detour([phrase('help')]);
      case 'person':
        return person();
      case 'new':
        return several().begin(old.proposed ?? []);
      case 'switch':
        return several().overview();
      case 'remove':
        return several().remove(undefined);
      case 'same':
        return several().takeSubject(undefined);
      case 'forget':
        events.push({ kind: 'forgotten' });
        return { session: undefined, say: { kind: 'text', lines: phrase('forgotten') }, events };
    }
  }

  function event(kind: Extract<Intent, { kind: 'event' }>['event']): Turn {
    switch (kind) {
      case 'arrive':
        return scene.choices(
          [...phrase('welcome', { days: parts.sessionDays }), '', ...phrase('start-choices')],
          [...scene.openings(), renderer.command('help')],
        );
      case 'scan':
        return resume();
      case 'leave':
        events.push({ kind: 'forgotten' });
        return { session: undefined, say: { kind: 'silence' }, events };
      case 'location':
        return scene.session.dialog === undefined
          ? scene.choices(phrase('location'), scene.openings())
          : scene.standing(phrase('location'));
      case 'notice':
        return { session: scene.session, say: { kind: 'silence' }, events };
      default:
        return scene.detour([phrase(kind)]);
    }
  }

  // What is remembered ──────────────────────────────────────────────────────────────────────────────────────────────

  function open(dialogId: string, said: readonly FactValue[]): Turn {
    const { dialog: current, position } = scene.where();
    const opened = handbook.dialogs.get(dialogId);
    const isAnew = opened !== undefined && said.length === 0 && forgetAnswers(opened);
    if (!isAnew && current?.id === dialogId && said.length === 0) {
      if (position?.end) return doneWith(current, position);
      if (paused && position && Object.keys(position.answers).length > 0)
        return offerResume(current, position);
    }
    enter(dialogId);
    scene.take(dialogId, said);
    return scene.goOn();
  }

  /** Makes it the dialog in progress; an unfinished one waits below. */
  function enter(dialogId: string): void {
    const { dialog: current, position } = scene.where();
    if (current && current.id !== dialogId && position?.open) scene.session.below = current.id;
    if (scene.session.below === dialogId) scene.session.below = undefined;
    scene.session.dialog = dialogId;
    if (current?.id !== dialogId) events.push({ kind: 'opened', dialog: dialogId });
  }

  /** What only tells how things stand today (备案进度) is asked anew each time. @returns whether the dialog asks such. */
  function forgetAnswers(dialog: Dialog): boolean {
    const { known } = scene.where();
    const anew = asksOf(dialog).filter((ask) => ask.anew);
    const own = anew.filter(({ fact }) => known[fact] !== undefined);
    if (own.length > 0)
      scene.session = withAnswers(
        scene.session,
        own.map(({ fact }) => [fact, null]),
      );
    return anew.length > 0;
  }

  function back(): Turn {
    const { session: earlier, dropped } = withoutLastAnswers(scene.session);
    const { dialog, position } = scene.where();
    if (dropped.length === 0 || !dialog) return scene.standing(phrase('at-start'));
    scene.session = earlier;
    const said = dropped.flatMap(([fact, value]) =>
      value === null ? [] : [renderer.factLine(dialog, fact, value, position?.facts)],
    );
    if (said.length > 0) lead.push(phrase('undone', { facts: said.join('；') }));
    return scene.goOn();
  }

  function restart(): Turn {
    const fresh = freshSession(utterance.at);
    const { dialog } = scene.where();
    const { turn, number, others } = scene.session;
    scene.session = { ...fresh, turn, number, others };
    several().name();
    if (!dialog) return scene.choices(phrase('restart-menu'), scene.openings());
    scene.session.dialog = dialog.id;
    lead.push(phrase('restart'));
    return scene.goOn();
  }

  // What is said ────────────────────────────────────────────────────────────────────────────────────────────────────

  function askWhich(dialogId: string, fact: string, values: readonly string[]): Turn {
    const { dialog, position } = scene.where();
    const ask = dialog && askOf(dialog, fact);
    if (!dialog || !ask || !position || dialog.id !== dialogId) return scene.goOn();
    if (!isPasted(ask)) lead.push(phrase('which'));
    return scene.askNow(dialog, ask, position, { only: values });
  }

  function list(): Turn {
    const { dialog, position } = scene.where();
    const listed = position?.end && position.end.list === undefined ? finishedList() : undefined;
    if (listed) return open(listed.id, []);
    if (dialog && position?.end) return scene.result(dialog, position, 0, 1);
    if (dialog && position?.open) return scene.standing(phrase('not-finished'));
    return scene.choices(phrase('no-list'), scene.openings());
  }

  /** The first dialog whose list is ready, where the one in progress has none. */
  function finishedList(): Dialog | undefined {
    return [...handbook.dialogs.values()].find(({ id }) => {
      const { position } = locate(handbook, { ...scene.session, dialog: id });
      return position?.end?.list !== undefined;
    });
  }

  function more(): Turn {
    const { more: left } = old;
    const { dialog, position } = scene.where();
    if (!left) return scene.detour([phrase('no-more')]);
    if (left.of === 'result' && dialog && position?.end)
      return scene.result(dialog, position, left.from, left.page + 1);
    const entries = left.of
      .split('.')
      .slice(1)
      .flatMap((id) => handbook.faq.byId(id) ?? []);
    if (entries.length === 0) return scene.detour([phrase('no-more')]);
    return scene.delivered(lead, scene.answersOf(entries), left.of, left.from, left.page + 1);
  }

  function resume(): Turn {
    const { dialog, position } = scene.where();
    const waiting = position?.end ? scene.session.below : undefined;
    if (waiting !== undefined) return open(waiting, []);
    if (dialog && position?.end) return doneWith(dialog, position);
    if (dialog && position?.open) return scene.standing(phrase('question-left', { left: position.left }));
    return scene.choices(phrase('menu'), scene.menuChoices());
  }

  function offerResume(dialog: Dialog, position: Position): Turn {
    const [again = ''] = phrase('resume-choice');
    const [fresh = ''] = phrase('restart-choice');
    return scene.choices(phrase('resume-offer', { title: dialog.title, left: position.left }), [
      { label: again, text: again, id: 'c.resume' },
      { label: fresh, text: fresh, id: 'c.restart' },
    ]);
  }

  function question(found: readonly Found[]): Turn {
    const answers = found.flatMap((one) => (one.kind === 'answer' ? [one.entry] : []));
    const [first] = found;
    if (answers.length > 0) {
      const ids = answers.map(({ id }) => id);
      events.push({ kind: 'faq', outcome: 'answer', ids });
      scene.session.asked = ids;
      const [takes] = answers.flatMap((entry) => entry.takes ?? []);
      const body = [...scene.answersOf(answers), ...otherGuesses(found)];
      if (takes && scene.session.dialog === undefined) return answerAndOpen(body, takes);
      return scene.detour(body, `faq.${ids.join('.')}`);
    }
    if (first?.kind === 'decoy') {
      events.push({ kind: 'faq', outcome: 'decoy', ids: [first.decoy.id] });
      return first.decoy.reply ? scene.detour([first.decoy.reply]) : misses().unclear();
    }
    if (first?.kind === 'suggest') {
      events.push({ kind: 'faq', outcome: 'suggest', ids: first.entries.map(({ id }) => id) });
      scene.session.asked = first.entries.map(({ id }) => id);
      return guesses(phrase('guesses-sorry'), first.entries);
    }
    return misses().unclear();
  }

  /** What else was asked and is not sure enough for an answer. */
  function otherGuesses(found: readonly Found[]): readonly Block[] {
    return found.flatMap((one): readonly Block[] => {
      if (one.kind !== 'suggest') return [];
      const offered = one.entries.map((entry): Line => ['· ', renderer.guess(entry)]);
      return [['', ...phrase('also-asked'), ...offered]];
    });
  }

  /** A question about one's own papers: answers, takes the fact that it holds, and goes on with the first question. */
  function answerAndOpen(body: readonly Block[], takes: NonNullable<FaqEntry['takes']>): Turn {
    scene.session.dialog = takes.dialog;
    events.push({ kind: 'opened', dialog: takes.dialog });
    lead.push(...body, ['']);
    scene.take(takes.dialog, Object.entries(takes.facts));
    return scene.goOn();
  }

  function notAnswered(id: string): Turn {
    events.push({ kind: 'not-answered', id });
    const entries = (handbook.faq.byId(id)?.see ?? []).flatMap((near) => handbook.faq.byId(near) ?? []);
    return entries.length > 0
      ? guesses(phrase('neighbours'), entries)
      : scene.detour([phrase('neighbours-none')]);
  }

  /** Tappable questions; numbered where no dialog question owns the numbers. */
  function guesses(title: readonly string[], entries: readonly FaqEntry[]): Turn {
    const offered = entries.slice(0, handbook.thresholds.suggestions).map((entry) => renderer.guess(entry));
    if (!isOpen(scene.where())) return scene.choices(title, offered);
    return scene.detour([[...title, ...offered.map((choice): Line => ['· ', choice])]]);
  }

  function person(): Turn {
    if (handbook.contact.agents) return { session: scene.session, say: { kind: 'transfer' }, events };
    return scene.detour([phrase('person', { how: handbook.contact.how, hours: handbook.contact.hours })]);
  }

  function doneWith(dialog: Dialog, { end }: Position): Turn {
    const title =
      end?.findings === undefined ? phrase('resume-done', { title: dialog.title }) : phrase('resume-found');
    return scene.choices(title, [
      renderer.command('list'),
      renderer.command('facts'),
      renderer.command('restart'),
    ]);
  }
}

function isOpen({ position }: Whereabouts): boolean {
  return position?.open !== undefined;
}
