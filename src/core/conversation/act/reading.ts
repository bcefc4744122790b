/** Moving about in what is read: the pages of something longer than a message, the parts of a list, and its items.
 *
 *  What is read has a name: `part.<dialog>.<part>` is a part of a list, `result.<dialog>` what stands at another end,
 *  `faq.<ids>` answers. From the name it is made again, so that a page can be turned to whenever it is wanted. */
import type { Dialog } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import { PARTS, type Part } from '../../knowledge/checklist.ts';
import { encode, itemPrefix } from '../choice-id.ts';
import { pageStarts } from '../render/deliver.ts';
import { redoneOn } from '../render/findings.ts';
import type { ListView } from '../render/list.ts';
import type { Block } from '../render/pages.ts';
import { numberOf } from '../session/programs.ts';
import type { Reading, Session, Shown } from '../session/session.ts';
import { locate } from '../session/whereabouts.ts';
import { type Act, digress, type Outcome, offer, sayThenGoOn } from './act.ts';
import { answersOf } from './answers.ts';
import { nowAt, openings, type TurnContext, withFields } from './context.ts';

/** A list that is complete. */
interface Finished {
  readonly dialog: Dialog;
  readonly view: ListView;
  readonly redo: ReadonlySet<string>;
}

/** The name of a part of a list. */
export function partName(dialog: string, part: Part): string {
  return `part.${dialog}.${part}`;
}

/** The name of what stands at an end without a list. */
export function resultName(dialog: string): string {
  return `result.${dialog}`;
}

/** All that stands at an end without a list, with the ways on. */
export function resultBody(turn: TurnContext, dialog: Dialog, position: Position): readonly Block[] {
  const { renderer, session, where } = turn;
  const { blocks } = renderer.result(dialog, position, nowAt(turn, position), where.known);
  const exits = renderer.exits(dialog, position).map((exit): Block => [exit]);
  return [...blocks, ...exits, ...(session.dialog === dialog.id ? suspended(turn) : [])];
}

/** The dialog that waits below a result, to go on with. */
export function suspended({ handbook, renderer, session }: TurnContext): readonly Block[] {
  const dialog = session.below === undefined ? undefined : handbook.dialogs.get(session.below);
  if (!dialog) return [];
  const left = locate(handbook, { ...session, dialog: dialog.id }).position?.left ?? 0;
  const label = renderer.phrase('continue-below', { title: dialog.title, left })[0] ?? '';
  const id = encode({ kind: 'open', dialog: dialog.id });
  return [['', { label, text: dialog.opens[0] ?? dialog.title, id }]];
}

/** The next page of what was read last; of what it interrupted where that one is at its end. */
export function more(turn: TurnContext): Outcome {
  const { reading = [] } = turn.session;
  const left = reading.findLast(({ page, starts }) => page < starts.length);
  if (left === undefined) {
    const { phrase } = turn.renderer;
    const again = finishedList(turn) ? phrase('no-more-list') : [];
    return digress(turn, [[...phrase('no-more'), ...again]]);
  }
  const rest = reading.slice(0, reading.indexOf(left) + 1);
  return turnTo(withFields(turn, { reading: rest }), left, left.page + 1);
}

/** The page before. */
export function previous(turn: TurnContext): Outcome {
  const current = turn.session.reading?.at(-1);
  if (!current || current.page <= 1) return digress(turn, [turn.renderer.phrase('no-previous')]);
  return turnTo(turn, current, current.page - 1);
}

/** 第2页 */
export const pageNumber: Act<'page-number'> = ({ page: wanted }, turn) => {
  const current = turn.session.reading?.at(-1) ?? wholeList(turn);
  const body = current && bodyOf(turn, current.of);
  if (!current || !body) return digress(turn, [turn.renderer.phrase('no-pages')]);
  // How many there are is known once the first one was shown.
  const starts = current.page > 0 ? current.starts : pageStarts(body.blocks, turn.limits);
  return wanted <= starts.length
    ? turnTo(turn, { ...current, starts: [...starts] }, wanted)
    : digress(turn, [turn.renderer.phrase('no-such-page', { pages: starts.length })]);
};

/** A page that its choice names. */
export const page: Act<'page'> = ({ of, page: number, from }, turn) => {
  const body = bodyOf(turn, of);
  if (!body) return sayThenGoOn(turn, turn.renderer.phrase('page-gone'));
  const there = of.startsWith('part.') ? inside(turn) : turn;
  return {
    turn: there,
    next: { kind: 'page', body: body.blocks, of, from, page: number, shown: body.shown },
  };
};

/** The whole of the list as text. */
export function all(turn: TurnContext): Outcome {
  const finished = finishedList(turn);
  if (finished) return part({ kind: 'part', dialog: finished.dialog.id, part: 'all' }, turn);
  const { renderer, where } = turn;
  return where.position?.open
    ? sayThenGoOn(turn, renderer.phrase('not-finished'))
    : offer(turn, renderer.phrase('no-list'), openings(turn));
}

/** A part of a list, from its first page on. */
export const part: Act<'part'> = ({ dialog, part: name }, turn) => {
  const which = PARTS.find((one) => one === name);
  const of = which && partName(dialog, which);
  const body = of === undefined ? undefined : bodyOf(turn, of);
  if (of === undefined || body === undefined) return sayThenGoOn(turn, turn.renderer.phrase('page-gone'));
  return digress(inside(turn), body.blocks, of, body.shown);
};

/** One item of a list in full. */
export const item: Act<'item'> = ({ dialog, document }, turn) => {
  const finished = finishedList(turn, dialog);
  const block = finished?.view.item(document, numberOf(turn.session), finished.redo);
  if (!finished || !block) return sayThenGoOn(turn, turn.renderer.phrase('item-gone'));
  return digress(inside(turn), [block], undefined, shownOf(finished));
};

/** An item by its number on the list. */
export const itemNumber: Act<'item-number'> = ({ number }, turn) => {
  const finished = finishedList(turn);
  const document = finished?.view.documents[number - 1];
  if (finished && document !== undefined)
    return item({ kind: 'item', dialog: finished.dialog.id, document }, turn);
  return digress(
    turn,
    [turn.renderer.phrase('no-such-item', { number, count: finished?.view.documents.length ?? 0 })],
    undefined,
    finished && shownOf(finished),
  );
};

/** 返回 leads to the list again. */
function inside(turn: TurnContext): TurnContext {
  return withFields(turn, { inside: true });
}

/** The list of this dialog, or else of the one in progress, or else of the first one that has one ready. */
export function finishedList(turn: TurnContext, dialog?: string): Finished | undefined {
  const { handbook, session } = turn;
  const ids = dialog === undefined ? [session.dialog ?? '', ...handbook.dialogs.keys()] : [dialog];
  for (const id of ids) {
    const found = listAt(turn, session, id);
    if (found) return found;
  }
  return undefined;
}

function listAt(turn: TurnContext, session: Session, id: string): Finished | undefined {
  const { handbook, renderer } = turn;
  const { dialog, position, known } = locate(handbook, { ...session, dialog: id, editing: undefined });
  if (!dialog || position?.end?.list === undefined) return undefined;
  const { list } = renderer.result(dialog, position, nowAt(turn, position), known);
  return list && { dialog, view: list, redo: redoneOn(handbook, dialog, position, known) };
}

/** What has this name, with what its numbers stand for; `undefined` for what is there no more. */
function bodyOf(
  turn: TurnContext,
  of: string,
): { readonly blocks: readonly Block[]; readonly shown: Shown | undefined } | undefined {
  const [kind, name = '', ...rest] = of.split('.');
  switch (kind) {
    case 'faq': {
      const entries = [name, ...rest].flatMap((id) => turn.handbook.faq.byId(id) ?? []);
      return entries.length === 0
        ? undefined
        : { blocks: answersOf(turn, entries), shown: turn.before.shown };
    }
    case 'part': {
      const which = PARTS.find((one) => one === rest[0]);
      const finished = finishedList(turn, name);
      if (!finished || !which) return undefined;
      return { blocks: finished.view.part(which, finished.redo), shown: shownOf(finished) };
    }
    case 'result': {
      const { handbook, session } = turn;
      const { dialog, position } = locate(handbook, { ...session, dialog: name, editing: undefined });
      return dialog && position?.end
        ? { blocks: resultBody(turn, dialog, position), shown: undefined }
        : undefined;
    }
    default:
      return undefined;
  }
}

function turnTo(turn: TurnContext, { of, starts }: Reading, to: number): Outcome {
  return page({ kind: 'page', of, page: to, from: starts[to - 1] ?? 0 }, turn);
}

/** The whole list, of which no page was shown. */
function wholeList(turn: TurnContext): Reading | undefined {
  const finished = finishedList(turn);
  return finished && { of: partName(finished.dialog.id, 'all'), page: 0, starts: [0] };
}

/** Numbers stand for the items of the list, whichever those are. */
function shownOf({ dialog }: Finished): Shown {
  return { prefix: itemPrefix(dialog.id), ids: [] };
}
