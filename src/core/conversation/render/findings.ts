/** What was found in a pasted text as lines: each finding with what to do, and which papers of the merchant's list change.
 */
import { type Ask, askOf, type Dialog } from '../../dialog/dialog.ts';
import { type Position, walk } from '../../dialog/walk.ts';
import type { Facts } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import { counts, type Finding } from '../../knowledge/findings/findings.ts';
import { CLEAN, idsOf, joined, unreadNumber } from '../../pasted.ts';
import { type Blanks, fill, filling, fillKnown } from '../../text/template.ts';
import type { Choice, Line } from '../messages.ts';
import type { Block } from './pages.ts';
import type { Phrases } from './phrases.ts';

/** What a result lends. */
interface Tools extends Pick<Phrases, 'phrase' | 'adviceSource'> {
  opening(dialog: Dialog): Choice;
  blanks(dialog: Dialog, position: Position): Blanks;
}

/** What was found, and below everything else that another text may be sent. */
export interface FoundBlocks {
  readonly blocks: readonly Block[];
  readonly again: readonly Block[];
}

/** The answer about a pasted text without the findings that do not count for these facts. */
export function countingValue(handbook: Handbook, ask: Ask, value: string, facts: Facts): string {
  const findings = handbook.findings.get(ask.reads);
  if (!findings?.spec.clean) return value;
  const counting = idsOf(value).filter((id) => {
    const finding = findings.byId(id);
    return finding && counts(finding, facts);
  });
  return counting.length > 0 ? joined(counting) : CLEAN;
}

/** Which items of a list were not recognised. @param items the list, where it was pasted just now. */
function unknownBlock({ phrase }: Tools, value: string, items: readonly string[]): readonly Block[] {
  const numbers = idsOf(value).flatMap((id) => unreadNumber(id) ?? []);
  if (numbers.length === 0) return [];
  const lines = numbers.flatMap((number) => {
    const text = items[number - 1];
    return text === undefined
      ? phrase('found-unread', { number })
      : phrase('found-unread-text', { number, text: shortened(text) });
  });
  return [['', ...lines, ...phrase('found-unread-what')]];
}

function shortened(text: string): string {
  const letters = [...text.replace(/[;；,，。.\s]+$/u, '')];
  return letters.length <= QUOTED_AT_MOST
    ? letters.join('')
    : `${letters.slice(0, QUOTED_AT_MOST).join('')}…`;
}

/** Characters of an item that are repeated. */
const QUOTED_AT_MOST = 24;

/** The documents of a dialog's list that are made anew after what was found: of findings that count, those that name them. */
export function redoneOn(
  handbook: Handbook,
  { id }: Dialog,
  { facts }: Position,
  known: Facts,
): ReadonlySet<string> {
  const about = { ...known, ...facts };
  const redone = [...handbook.dialogs.values()].flatMap((dialog) =>
    dialog.steps.flatMap((step) => {
      if (step.kind !== 'end' || step.papersOf !== id || step.findings === undefined) return [];
      const value = known[step.findings];
      const ask = askOf(dialog, step.findings);
      const findings = ask && handbook.findings.get(ask.reads);
      return value === undefined || !findings ? [] : idsOf(value).flatMap((one) => findings.byId(one) ?? []);
    }),
  );
  return new Set(
    redone.filter((one) => counts(one, about)).flatMap(({ papers, adds }) => [...papers, ...adds.flat()]),
  );
}

/** @param known all answers, also those of other dialogs. Empty when this end shows no findings. */
export function foundBlocks(
  handbook: Handbook,
  tools: Tools,
  dialog: Dialog,
  { end, facts, answers }: Position,
  known: Facts,
  blanks: Blanks,
  quoted: string | undefined,
): FoundBlocks {
  const { phrase } = tools;
  const ask = end?.findings === undefined ? undefined : askOf(dialog, end.findings);
  const value = ask && answers[ask.fact];
  const findings = ask && handbook.findings.get(ask.reads);
  if (!end || !ask || value === undefined || !findings) return { blocks: [], again: [] };
  const about = { ...known, ...facts };
  const found = idsOf(value).flatMap((id) => findings.byId(id) ?? []);
  const counting = found.filter((finding) => counts(finding, about));
  const unknown = unknownBlock(tools, value, quoted === undefined ? [] : findings.itemsIn(quoted));
  const { clean } = findings.spec;
  const again: readonly Block[] = [findings.spec.again ?? phrase('found-again')];
  if (counting.length === 0) {
    const names = found.map(({ name }) => name).join('、');
    const none = clean?.say.map((line) => fill(line, blanks)) ?? phrase('found-none-left', { names });
    return { blocks: [[...none, ''], ...unknown], again };
  }
  const blocks = counting.map(
    (finding, i): Block => [
      ...(i === 0 ? [] : ['']),
      `${i + 1}. ${finding.name}`,
      ...finding.say.map((line) => fill(line, blanks)),
      tools.adviceSource(finding.source, finding.checked),
    ],
  );
  const title: Block = phrase('found-title', { count: counting.length });
  const papers = papersBlock(counting, about);
  return {
    blocks: [title, ...blocks, ...unknown, ...(papers.length > 0 ? [papers] : []), ['']],
    again,
  };

  /** Papers of these findings: those on the list must be made again, others are added. */
  function papersBlock(counted: readonly Finding[], at: Facts): Block {
    const list = end?.papersOf === undefined ? undefined : handbook.dialogs.get(end.papersOf);
    if (!list || counted.every(({ papers, adds }) => papers.length + adds.length === 0)) return [];
    const position = walk(list, at, handbook.derive);
    const spec = position.end?.list === undefined ? undefined : handbook.lists.get(position.end.list);
    const items = spec
      ? handbook.checklistAt(spec, list, position).groups.flatMap((group) => group.items)
      : [];
    const listed = new Map(items.map(({ item }, i) => [item.document.id, i + 1] as const));
    const adds = new Set(
      counted
        .flatMap((finding) => finding.adds)
        .flatMap((row) => row.find((id) => listed.has(id)) ?? row.slice(0, 1)),
    );
    const redone = [...new Set([...counted.flatMap(({ papers }) => papers), ...adds])]
      .filter((id) => listed.has(id))
      .sort((a, b) => (listed.get(a) ?? 0) - (listed.get(b) ?? 0));
    const added = [...adds].filter((id) => !listed.has(id));
    const open: Line = {
      ...tools.opening(list),
      label: phrase('found-no-list', { title: list.title }).join(''),
    };
    const listBlanks = tools.blanks(list, position);
    const local = (name: string) => filling(listBlanks, name) ?? filling(blanks, name);
    const lines = [
      ...(redone.length > 0 ? phrase('found-papers') : []),
      ...redone.map((id) => `· ${listed.get(id)}. ${nameOf(id, local)}`),
      ...(added.length > 0 ? phrase(spec ? 'found-papers-new' : 'found-papers-needed') : []),
      ...added.map((id) => {
        const how = fillKnown(handbook.papers.get(id)?.how ?? '', local);
        return how === undefined ? `· ${nameOf(id, local)}` : `· ${nameOf(id, local)}：${how}`;
      }),
      ...(spec ? [] : [open]),
    ];
    return lines.length > 0 ? ['', ...lines] : [];
  }

  function nameOf(paper: string, local: Blanks): string {
    return fill(handbook.papers.get(paper)?.name ?? paper, local);
  }
}
