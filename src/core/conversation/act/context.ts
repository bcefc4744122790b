/** What a turn has at hand: the session as it becomes, what is said back first, and the ways to say something and be done
 *  (the next question, a result, a detour, choices). turn.ts decides which; nothing here knows what was heard. */

import { type Ask, askOf, asksOf, type Dialog, isPasted } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import type { FaqEntry } from '../../knowledge/search/faq.ts';
import { idsOf } from '../../pasted.ts';
import type { Choice, Line } from '../messages.ts';
import type { Turn, TurnEvent, TurnParts } from '../outcome.ts';
import { deliver } from '../render/deliver.ts';
import { type Block, weight } from '../render/pages.ts';
import type { Style } from '../render/renderer.ts';
import { kindOfChoice } from '../session/programs.ts';
import { type Session, withAnswers } from '../session/session.ts';
import { locate, type Whereabouts } from '../session/standing.ts';
import type { FactValue } from '../understand/intent.ts';

export interface TurnContext {
  /** As it will be kept. Replaced and written to freely: it is this turn's own copy. */
  session: Session;
  /** Said before all else: what was understood, changed, or missed. */
  readonly lead: Block[];
  readonly events: TurnEvent[];
  /** Where the person stands by the session as it is now. */
  where(): Whereabouts;
  /** Takes facts and says back what was new and what was changed. */
  take(dialogId: string, said: readonly FactValue[]): void;
  /** The next question (`again`: in its other words) or the result. */
  goOn(again?: boolean): Turn;
  /** This question, or only some of its options. */
  askNow(dialog: Dialog, ask: Ask, position: Position, style?: Style): Turn;
  /** The result at a dialog's end, from this block on. */
  result(dialog: Dialog, position: Position, from: number, page: number): Turn;
  /** Says something and then where one stands: the open question again, once; else nothing more. */
  standing(words: readonly string[]): Turn;
  /** A detour never touches the pending question: it comes first, then the question again. */
  detour(body: readonly Block[], of?: string): Turn;
  /** Numbered things to tap; the numbers count from now on. */
  choices(title: readonly Line[], offered: readonly Choice[]): Turn;
  /** Blocks as a message, the rest for 更多; `of` names what they are. */
  delivered(first: readonly Block[], body: readonly Block[], of: string, from: number, page: number): Turn;
  /** Answers of fact, one after another, each with its 没答对？ where it has neighbours. */
  answersOf(entries: readonly FaqEntry[]): readonly Block[];
  openings(): readonly Choice[];
  /** The dialogs that the menu does not open by itself, and the menu. */
  menuChoices(): readonly Choice[];
}

/** @param session this turn's own copy of what was known. @param first where the person stands by it. */
export function createTurnContext(
  parts: TurnParts,
  session: Session,
  at: Date,
  first: Whereabouts,
): TurnContext {
  const { handbook, renderer, voice, today } = parts;
  const { phrase } = renderer;
  const lead: Block[] = [];
  const events: TurnEvent[] = [];
  let seen = { answers: session.answers, dialog: session.dialog, standing: first };
  const scene: TurnContext = {
    session,
    lead,
    events,
    where,
    take,
    goOn,
    askNow,
    result,
    standing,
    detour,
    choices,
    delivered,
    answersOf,
    openings,
    menuChoices,
  };
  return scene;

  /** Looked up once for each state of the session: it is written to as a whole (`session = …`) or in what does not count. */
  function where(): Whereabouts {
    const { answers, dialog } = scene.session;
    if (seen.answers !== answers || seen.dialog !== dialog)
      seen = { answers, dialog, standing: locate(handbook, scene.session) };
    return seen.standing;
  }

  function take(dialogId: string, said: readonly FactValue[]): void {
    const dialog = handbook.dialogs.get(dialogId);
    const { known } = scene.where();
    if (!dialog) return;
    const isTold = (fact: string) => {
      const ask = askOf(dialog, fact);
      return ask === undefined || !isPasted(ask);
    };
    const news = inOrderOf(
      dialog,
      said.filter(([fact, value]) => known[fact] !== value),
    );
    if (news.length === 0) return;
    scene.session = withAnswers(scene.session, news);
    events.push({ kind: 'answered', dialog: dialogId, facts: news.map(([fact]) => fact) });
    const lines = (chosen: readonly FactValue[]) =>
      chosen.map(([fact, value]) => renderer.factLine(dialog, fact, value)).join('；');
    const told = news.filter(([fact]) => isTold(fact));
    const added = told.filter(([fact]) => known[fact] === undefined);
    const changed = told.filter(([fact]) => known[fact] !== undefined);
    if (added.length > 0) lead.push(phrase('noted', { facts: lines(added) }));
    if (changed.length > 0) lead.push(phrase('changed', { facts: lines(changed) }));
  }

  function goOn(again = false): Turn {
    const now = scene.where();
    if (now.dialog && now.position?.open)
      return askNow(now.dialog, now.position.open, now.position, { again });
    if (now.dialog && now.position?.end) return result(now.dialog, now.position, 0, 1);
    return choices(phrase('menu'), menuChoices());
  }

  function askNow(dialog: Dialog, ask: Ask, position: Position, style: Style = {}): Turn {
    const { block, shown } = renderer.question(dialog, ask, position.answers, {
      ...style,
      kind: kindOfChoice(scene.session, 'a'),
    });
    scene.session.shown = shown && { prefix: shown.prefix, ids: [...shown.ids] };
    events.push({ kind: 'asked', dialog: dialog.id, fact: ask.fact });
    return text([...lead, block]);
  }

  function result(dialog: Dialog, position: Position, from: number, page: number): Turn {
    scene.session.shown = undefined;
    if (page === 1) noteResult(dialog, position);
    const body = renderer.result(dialog, position, today, at, scene.where().known);
    const below = belowBlock();
    return delivered(lead, [...body, ...below], 'result', from, page);
  }

  function noteResult(dialog: Dialog, { end, facts: known }: Position): void {
    if (!end) return;
    events.push({ kind: 'ended', dialog: dialog.id, end: end.id });
    const found = end.findings === undefined ? undefined : known[end.findings];
    if (found !== undefined) events.push({ kind: 'found', fact: end.findings ?? '', ids: idsOf(found) });
    const spec = end.list === undefined ? undefined : handbook.lists.get(end.list);
    if (!spec) return;
    for (const { items } of handbook.checklist(spec, known).groups) {
      for (const { item, because } of items)
        events.push({ kind: 'needed', document: item.document.id, rules: item.rules, because });
    }
  }

  function standing(words: readonly string[]): Turn {
    if (words.length > 0) lead.push(words);
    return goOn();
  }

  function detour(body: readonly Block[], of = 'detour'): Turn {
    const { dialog, position } = scene.where();
    if (!dialog || !position?.open) {
      scene.session.shown = undefined;
      return delivered(lead, body, of, 0, 1);
    }
    const { block, shown } = renderer.question(dialog, position.open, position.answers, {
      kind: kindOfChoice(scene.session, 'a'),
    });
    const whole = [...lead, ...body].flat();
    const again: Block = ['', ...phrase('back-to-question'), ...block];
    scene.session.shown = shown && { prefix: shown.prefix, ids: [...shown.ids] };
    if (weight([...whole, ...again], voice) <= voice.limit) return text([whole, again]);
    return delivered(
      lead,
      [...body, ['', [...phrase('back-to-question'), renderer.command('resume')]]],
      of,
      0,
      1,
    );
  }

  function choices(title: readonly Line[], offered: readonly Choice[]): Turn {
    scene.session.shown = { prefix: '', ids: offered.map(({ id }) => id) };
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
    const done = deliver(scene.session, { lead: first, body, of, from, page }, { renderer, voice });
    return { session: done.session, say: done.say, events };
  }

  function answersOf(entries: readonly FaqEntry[]): readonly Block[] {
    const { position, known } = scene.where();
    return entries.flatMap((entry, i): readonly Block[] => [
      [...(i > 0 ? [''] : []), ...renderer.answer(entry, position?.facts ?? handbook.derive(known))],
      ...(entry.see.length > 0 ? [[renderer.miss(entry)]] : []),
    ]);
  }

  function belowBlock(): readonly Block[] {
    const below = scene.session.below === undefined ? undefined : handbook.dialogs.get(scene.session.below);
    if (!below) return [];
    const { position } = locate(handbook, { ...scene.session, dialog: below.id });
    const [label = ''] = phrase('continue-below', { title: below.title, left: position?.left ?? 0 });
    return [['', { label, text: below.opens[0] ?? below.title, id: `o.${below.id}` }]];
  }

  function openings(): readonly Choice[] {
    return [...handbook.dialogs.values()]
      .filter(({ offered }) => offered)
      .map((dialog) => renderer.opening(dialog));
  }

  function menuChoices(): readonly Choice[] {
    const menu = renderer.menu();
    const all = [...handbook.dialogs.values()].map((dialog) => renderer.opening(dialog));
    return [...all.filter(({ text }) => !menu.some((choice) => choice.text === text)), ...menu];
  }
}

/** Facts as the dialog asks for them. */
function inOrderOf(dialog: Dialog, facts: readonly FactValue[]): readonly FactValue[] {
  if (facts.length < 2) return facts;
  const place = new Map(asksOf(dialog).map(({ fact }, i) => [fact, i] as const));
  return [...facts].sort(([a], [b]) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
}
