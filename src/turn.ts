/** One turn of conversation, pure: what we knew + what was said + today → what we know + what we say + what happened.
 *  understand.ts says what was meant; this file does it. Called by assistant.ts, the stories and the checks. */

import { deliver } from './deliver.ts';
import { type Ask, askOf, asksOf, type Dialog } from './dialog/dialog.ts';
import type { Position } from './dialog/walk.ts';
import type { Handbook, PhraseId } from './handbook/handbook.ts';
import type { Command } from './handbook/schema.ts';
import type { Day } from './knowledge/calendar.ts';
import { checklist } from './knowledge/checklist.ts';
import type { FaqEntry, Found } from './knowledge/faq.ts';
import { type Block, type Sayer, weight } from './say.ts';
import { freshSession, type Session, withAnswers, withoutLastAnswers } from './session.ts';
import type { Choice, Line, Say, Utterance, Voice } from './talk.ts';
import { type FactValue, type Intent, type Standing, standingOf, understand } from './understand.ts';

/** What happened in a turn: ids only, no texts. For metrics, logs and the playground. */
export type TurnEvent =
  | { readonly kind: 'understood'; readonly as: Intent['kind'] }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'opened'; readonly dialog: string }
  | { readonly kind: 'answered'; readonly dialog: string; readonly facts: readonly string[] }
  | { readonly kind: 'asked'; readonly dialog: string; readonly fact: string }
  | { readonly kind: 'ended'; readonly dialog: string; readonly end: string }
  /** A document of the list, the rules that it carries, and the condition that made it apply. */
  | {
      readonly kind: 'needed';
      readonly document: string;
      readonly rules: readonly string[];
      readonly because: string;
    }
  | { readonly kind: 'faq'; readonly outcome: Found['kind']; readonly ids: readonly string[] }
  | { readonly kind: 'not-answered'; readonly id: string }
  | { readonly kind: 'missed'; readonly count: number }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'forgotten' };

export interface Turn {
  /** `undefined`: nothing is remembered of this person any more. */
  readonly session: Session | undefined;
  readonly say: Say;
  readonly events: readonly TurnEvent[];
}

export interface TurnParts {
  readonly handbook: Handbook;
  readonly sayer: Sayer;
  readonly voice: Voice;
  readonly today: Day;
  /** Days that a session is kept, for the sentence that says so. */
  readonly sessionDays: number;
}

/** @param before the session; `damaged` when there is one that cannot be read: then it starts afresh and says so. */
export function turn(parts: TurnParts, before: Session | 'damaged' | undefined, utterance: Utterance): Turn {
  const { handbook, sayer, voice, today } = parts;
  const { phrase } = sayer;
  const old = before === undefined || before === 'damaged' ? freshSession(utterance.at) : before;
  const paused = utterance.at.getTime() - old.heard > handbook.pauseHours * 3_600_000;
  const intent = understand(handbook, old, utterance, today);
  const events: TurnEvent[] = [{ kind: 'understood', as: intent.kind }];
  const lead: Block[] = [];
  let session: Session = { ...old, turn: old.turn + 1, heard: utterance.at.getTime(), proposed: undefined };
  if (before === 'damaged') {
    events.push({ kind: 'damaged' });
    lead.push(phrase('damaged'));
  }
  if (intent.kind !== 'unclear' && intent.kind !== 'denied') session.misses = 0;
  return act();

  function act(): Turn {
    switch (intent.kind) {
      case 'command':
        events.push({ kind: 'command', command: intent.command });
        return command(intent.command);
      case 'edit':
        return edit(intent.target);
      case 'open':
        return open(intent.dialog, intent.facts);
      case 'answer':
        take(intent.dialog, intent.facts);
        return goOn();
      case 'propose':
        return propose(intent.dialog, intent.facts);
      case 'confirm':
        return confirm(intent.yes);
      case 'which':
        take(intent.dialog, intent.facts);
        return askWhich(intent.dialog, intent.fact, intent.values);
      case 'denied':
        return missed(phrase('denied'));
      case 'no-such-option':
        return standing(phrase('no-such-option', { number: intent.number }));
      case 'stale':
        return standing(phrase('question-changed'));
      case 'question':
        return question(intent.found);
      case 'not-answered':
        return notAnswered(intent.id);
      case 'opening-day':
        return detour([sayer.openingDay(intent.day, today)]);
      case 'identity-number':
        return detour([phrase('identity-number')]);
      case 'event':
        return event(intent.event);
      case 'unclear':
        return unclear();
    }
  }

  function command(id: Command): Turn {
    switch (id) {
      case 'back':
        return back();
      case 'restart':
        return restart();
      case 'facts':
        return facts();
      case 'list':
        return list();
      case 'more':
        return more();
      case 'resume':
        return resume();
      case 'menu':
        return choices(phrase('menu'), menuChoices());
      case 'help':
        return detour([phrase('help')]);
      case 'person':
        return person();
      case 'forget':
        events.push({ kind: 'forgotten' });
        return { session: undefined, say: { kind: 'text', lines: phrase('forgotten') }, events };
    }
  }

  function event(kind: Extract<Intent, { kind: 'event' }>['event']): Turn {
    switch (kind) {
      case 'arrive':
        return choices(
          [...phrase('welcome', { days: parts.sessionDays }), '', ...phrase('start-choices')],
          [...openings(), sayer.command('help')],
        );
      case 'scan':
        return resume();
      case 'leave':
        events.push({ kind: 'forgotten' });
        return { session: undefined, say: { kind: 'silence' }, events };
      case 'location':
        return session.dialog === undefined
          ? choices(phrase('location'), openings())
          : standing(phrase('location'));
      case 'notice':
        return { session, say: { kind: 'silence' }, events };
      default:
        return detour([phrase(kind)]);
    }
  }

  // What is remembered ──────────────────────────────────────────────────────────────────────────────────────────────

  /** Takes facts and says back what was new and what was changed. */
  function take(dialogId: string, said: readonly FactValue[]): void {
    const dialog = handbook.dialogs.get(dialogId);
    const { known } = standingOf(handbook, session);
    if (!dialog) return;
    const place = new Map(asksOf(dialog).map(({ fact }, i) => [fact, i] as const));
    const news = said
      .filter(([fact, value]) => known[fact] !== value)
      .sort(([a], [b]) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
    if (news.length === 0) return;
    session = withAnswers(session, news);
    events.push({ kind: 'answered', dialog: dialogId, facts: news.map(([fact]) => fact) });
    const lines = (chosen: readonly FactValue[]) =>
      chosen.map(([fact, value]) => sayer.factLine(dialog, fact, value)).join('；');
    const added = news.filter(([fact]) => known[fact] === undefined);
    const changed = news.filter(([fact]) => known[fact] !== undefined);
    if (added.length > 0) lead.push(phrase('noted', { facts: lines(added) }));
    if (changed.length > 0) lead.push(phrase('changed', { facts: lines(changed) }));
  }

  function open(dialogId: string, said: readonly FactValue[]): Turn {
    const { dialog: current, position } = standingOf(handbook, session);
    if (current?.id === dialogId && said.length === 0) {
      if (position?.end) return choices(phrase('resume-done', { title: current.title }), doneChoices());
      if (paused && position && Object.keys(position.answers).length > 0)
        return offerResume(current, position);
    }
    if (current && current.id !== dialogId && position?.open) session.below = current.id;
    session.dialog = dialogId;
    if (current?.id !== dialogId) events.push({ kind: 'opened', dialog: dialogId });
    take(dialogId, said);
    return goOn();
  }

  function back(): Turn {
    const { session: earlier, dropped } = withoutLastAnswers(session);
    const { dialog } = standingOf(handbook, session);
    if (dropped.length === 0 || !dialog) return standing(phrase('at-start'));
    session = earlier;
    const said = dropped.flatMap(([fact, value]) =>
      value === null ? [] : [sayer.factLine(dialog, fact, value)],
    );
    if (said.length > 0) lead.push(phrase('undone', { facts: said.join('；') }));
    return goOn();
  }

  function restart(): Turn {
    const fresh = freshSession(utterance.at);
    const { dialog } = standingOf(handbook, session);
    session = { ...fresh, turn: session.turn };
    if (!dialog) return choices(phrase('restart-menu'), openings());
    session.dialog = dialog.id;
    lead.push(phrase('restart'));
    return goOn();
  }

  function facts(): Turn {
    const { dialog, position } = standingOf(handbook, session);
    const known = Object.entries(position?.answers ?? {});
    if (!dialog || known.length === 0) return choices(phrase('facts-empty-title'), openings());
    return choices(
      phrase('facts-title'),
      known.map(([fact, value]) => ({
        label: sayer.factLine(dialog, fact, value),
        text: `${editWord()}${askOf(dialog, fact)?.name ?? ''}`,
        id: `e.${fact}`,
      })),
    );
  }

  function edit(target: number | string | undefined): Turn {
    const { dialog, position } = standingOf(handbook, session);
    const known = Object.keys(position?.answers ?? {});
    if (!dialog || known.length === 0) return facts();
    if (target === undefined) {
      lead.push(phrase('edit-which'));
      return facts();
    }
    const fact = typeof target === 'number' ? known[target - 1] : known.find((name) => name === target);
    if (fact === undefined) {
      return typeof target === 'number' ? standing(phrase('no-such-fact', { number: target })) : standing([]);
    }
    session = withAnswers(session, [[fact, null]]);
    return goOn();
  }

  function propose(dialogId: string, said: readonly FactValue[]): Turn {
    const dialog = handbook.dialogs.get(dialogId);
    const { known } = standingOf(handbook, session);
    if (!dialog) return unclear();
    const changes = said.map(([fact, value]) => {
      const ask = askOf(dialog, fact);
      const label = (of: string | undefined) => (of === undefined ? '—' : sayer.label(dialog, fact, of));
      return phrase('change', {
        name: ask?.name ?? fact,
        before: label(known[fact]),
        after: label(value),
      }).join('');
    });
    session.proposed = said.map(([fact, value]) => [fact, value]);
    const [yes] = phrase('confirm-yes');
    const [no] = phrase('confirm-no');
    return choices(phrase('confirm-change', { changes: changes.join('，') }), [
      { label: yes ?? '', text: yes ?? '', id: 'y.yes' },
      { label: no ?? '', text: no ?? '', id: 'y.no' },
    ]);
  }

  function confirm(yes: boolean): Turn {
    if (!yes || old.dialog === undefined) return standing(phrase('not-changed'));
    take(old.dialog, old.proposed ?? []);
    return goOn();
  }

  // What is said ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The next question or the result. */
  function goOn(): Turn {
    const now = standingOf(handbook, session);
    if (now.dialog && now.position?.open) return askNow(now.dialog, now.position.open, now.position);
    if (now.dialog && now.position?.end) return result(now.dialog, now.position, 0, 1);
    return choices(phrase('menu'), menuChoices());
  }

  function askNow(dialog: Dialog, ask: Ask, position: Position, only?: readonly string[]): Turn {
    const { block, shown } = sayer.question(dialog, ask, position.answers, only ? { only } : {});
    session.shown = shown && { prefix: shown.prefix, ids: [...shown.ids] };
    events.push({ kind: 'asked', dialog: dialog.id, fact: ask.fact });
    return text([...lead, block]);
  }

  function askWhich(dialogId: string, fact: string, values: readonly string[]): Turn {
    const { dialog, position } = standingOf(handbook, session);
    const ask = dialog && askOf(dialog, fact);
    if (!dialog || !ask || !position || dialog.id !== dialogId) return goOn();
    lead.push(phrase('which'));
    return askNow(dialog, ask, position, values);
  }

  function result(dialog: Dialog, position: Position, from: number, page: number): Turn {
    session.shown = undefined;
    if (page === 1) noteResult(dialog, position);
    const body = sayer.result(dialog, position, today, utterance.at);
    const below = belowBlock();
    return delivered(lead, [...body, ...below], 'result', from, page);
  }

  function noteResult(dialog: Dialog, { end, facts: known }: Position): void {
    if (!end) return;
    events.push({ kind: 'ended', dialog: dialog.id, end: end.id });
    const spec = end.list === undefined ? undefined : handbook.lists.get(end.list);
    if (!spec) return;
    for (const { items } of checklist(spec, known).groups) {
      for (const { item, because } of items) {
        events.push({
          kind: 'needed',
          document: item.document.id,
          rules: item.rules,
          because: JSON.stringify(because),
        });
      }
    }
  }

  function list(): Turn {
    const { dialog, position } = standingOf(handbook, session);
    if (dialog && position?.end) return result(dialog, position, 0, 1);
    if (dialog && position?.open) return standing(phrase('not-finished'));
    return choices(phrase('no-list'), openings());
  }

  function more(): Turn {
    const { more: left } = old;
    const { dialog, position } = standingOf(handbook, session);
    if (!left) return detour([phrase('no-more')]);
    if (left.of === 'result' && dialog && position?.end)
      return result(dialog, position, left.from, left.page + 1);
    const entries = left.of
      .split('.')
      .slice(1)
      .flatMap((id) => handbook.faq.byId(id) ?? []);
    if (entries.length === 0) return detour([phrase('no-more')]);
    return delivered(lead, answersOf(entries), left.of, left.from, left.page + 1);
  }

  function resume(): Turn {
    const { dialog, position } = standingOf(handbook, session);
    if (dialog && position?.end)
      return choices(phrase('resume-done', { title: dialog.title }), doneChoices());
    if (dialog && position?.open) return standing(phrase('question-left', { left: position.left }));
    return choices(phrase('menu'), menuChoices());
  }

  function offerResume(dialog: Dialog, position: Position): Turn {
    const [again = ''] = phrase('resume-choice');
    const [fresh = ''] = phrase('restart-choice');
    return choices(phrase('resume-offer', { title: dialog.title, left: position.left }), [
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
      session.asked = ids;
      const [takes] = answers.flatMap((entry) => entry.takes ?? []);
      const body = [...answersOf(answers), ...otherGuesses(found)];
      if (takes && session.dialog === undefined) return answerAndOpen(body, takes);
      return detour(body, `faq.${ids.join('.')}`);
    }
    if (first?.kind === 'decoy') {
      events.push({ kind: 'faq', outcome: 'decoy', ids: [first.decoy.id] });
      return first.decoy.reply ? detour([first.decoy.reply]) : unclear();
    }
    if (first?.kind === 'suggest') {
      events.push({ kind: 'faq', outcome: 'suggest', ids: first.entries.map(({ id }) => id) });
      session.asked = first.entries.map(({ id }) => id);
      return guesses(phrase('guesses-sorry'), first.entries);
    }
    return unclear();
  }

  /** What else was asked and is not sure enough for an answer. */
  function otherGuesses(found: readonly Found[]): readonly Block[] {
    return found.flatMap((one): readonly Block[] => {
      if (one.kind !== 'suggest') return [];
      const offered = one.entries.map((entry): Line => ['· ', sayer.guess(entry)]);
      return [['', ...phrase('also-asked'), ...offered]];
    });
  }

  /** A question about one's own papers: answers, takes the fact that it holds, and goes on with the first question. */
  function answerAndOpen(body: readonly Block[], takes: NonNullable<FaqEntry['takes']>): Turn {
    session.dialog = takes.dialog;
    events.push({ kind: 'opened', dialog: takes.dialog });
    lead.push(...body, ['']);
    take(takes.dialog, Object.entries(takes.facts));
    return goOn();
  }

  function notAnswered(id: string): Turn {
    events.push({ kind: 'not-answered', id });
    const entries = (handbook.faq.byId(id)?.see ?? []).flatMap((near) => handbook.faq.byId(near) ?? []);
    return entries.length > 0 ? guesses(phrase('neighbours'), entries) : detour([phrase('neighbours-none')]);
  }

  /** Tappable questions; numbered where no dialog question owns the numbers. */
  function guesses(title: readonly string[], entries: readonly FaqEntry[]): Turn {
    const offered = entries.slice(0, handbook.thresholds.suggestions).map((entry) => sayer.guess(entry));
    if (!isOpen(standingOf(handbook, session))) return choices(title, offered);
    return detour([[...title, ...offered.map((choice): Line => ['· ', choice])]]);
  }

  function unclear(): Turn {
    const { position } = standingOf(handbook, session);
    const count = old.misses + 1;
    if (position?.open) return missed(phrase(missPhrase(count, position.open)));
    session.misses = count;
    events.push({ kind: 'missed', count });
    if (count >= 3) return choices(phrase('unknown-3'), [sayer.command('person'), sayer.command('menu')]);
    return choices(phrase(count === 1 ? 'unknown-1' : 'unknown-2'), [
      ...openings(),
      ...sayer.menu().slice(0, count === 1 ? 0 : 9),
    ]);
  }

  function missPhrase(count: number, ask: Ask): PhraseId {
    if (count >= 3) return 'miss-3';
    if (count === 1) return 'miss-1';
    return ask.reads === 'province' ? 'miss-2-province' : 'miss-2';
  }

  /** First miss rephrases, the second shows the options, the third offers a person; then the question again. */
  function missed(words: readonly string[]): Turn {
    const count = old.misses + 1;
    session.misses = count;
    events.push({ kind: 'missed', count });
    lead.push(count >= 3 ? [...words, [sayer.command('person'), '　', sayer.command('menu')]] : words);
    return goOn();
  }

  function person(): Turn {
    if (handbook.contact.agents) return { session, say: { kind: 'transfer' }, events };
    return detour([phrase('person', { how: handbook.contact.how, hours: handbook.contact.hours })]);
  }

  /** Says something and then where one stands: the open question again, once; else nothing more. */
  function standing(words: readonly string[]): Turn {
    if (words.length > 0) lead.push(words);
    return goOn();
  }

  /** A detour never touches the pending question: it comes first, then the question again. */
  function detour(body: readonly Block[], of = 'detour'): Turn {
    const { dialog, position } = standingOf(handbook, session);
    if (!dialog || !position?.open) {
      session.shown = undefined;
      return delivered(lead, body, of, 0, 1);
    }
    const { block, shown } = sayer.question(dialog, position.open, position.answers);
    const whole = [...lead, ...body].flat();
    const again: Block = ['', ...phrase('back-to-question'), ...block];
    session.shown = shown && { prefix: shown.prefix, ids: [...shown.ids] };
    if (weight([...whole, ...again], voice) <= voice.limit) return text([whole, again]);
    return delivered(
      lead,
      [...body, ['', [...phrase('back-to-question'), sayer.command('resume')]]],
      of,
      0,
      1,
    );
  }

  function choices(title: readonly Line[], offered: readonly Choice[]): Turn {
    session.shown = { prefix: '', ids: offered.map(({ id }) => id) };
    const lines = offered.map((choice, i): Line => ({ ...choice, label: `${i + 1}. ${choice.label}` }));
    return text([...lead, [...title, ...lines]]);
  }

  function text(blocks: readonly Block[]): Turn {
    return delivered([], blocks, 'detour', 0, 1);
  }

  function delivered(
    first: readonly Block[],
    body: readonly Block[],
    of: string,
    from: number,
    page: number,
  ): Turn {
    const done = deliver(session, { lead: first, body, of, from, page }, { sayer, voice });
    return { session: done.session, say: done.say, events };
  }

  function answersOf(entries: readonly FaqEntry[]): readonly Block[] {
    const { position, known } = standingOf(handbook, session);
    const [label = ''] = phrase('not-answered');
    return entries.flatMap((entry, i): readonly Block[] => [
      [...(i > 0 ? [''] : []), ...sayer.answer(entry, position?.facts ?? handbook.derive(known))],
      ...(entry.see.length > 0 ? [[{ label, text: label, id: `n.${entry.id}` }]] : []),
    ]);
  }

  function belowBlock(): readonly Block[] {
    const below = session.below === undefined ? undefined : handbook.dialogs.get(session.below);
    if (!below) return [];
    const { position } = standingOf(handbook, { ...session, dialog: below.id });
    const [label = ''] = phrase('continue-below', { title: below.title, left: position?.left ?? 0 });
    return [['', { label, text: below.opens[0] ?? below.title, id: `o.${below.id}` }]];
  }

  function openings(): readonly Choice[] {
    return [...handbook.dialogs.values()].map((dialog) => sayer.opening(dialog));
  }

  /** The dialogs that the menu does not open by itself, and the menu. */
  function menuChoices(): readonly Choice[] {
    const menu = sayer.menu();
    return [...openings().filter(({ text }) => !menu.some((choice) => choice.text === text)), ...menu];
  }

  function doneChoices(): readonly Choice[] {
    return [sayer.command('list'), sayer.command('facts'), sayer.command('restart')];
  }

  function editWord(): string {
    return handbook.words.edit.at(-1) ?? '';
  }
}

function isOpen({ position }: Standing): boolean {
  return position?.open !== undefined;
}
