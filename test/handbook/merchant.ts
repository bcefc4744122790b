/** What one merchant gets at the end of 备案: for tests that compare lists with what was typed by hand. */

import { plain } from '../../src/core/conversation/messages.ts';
import { createRenderer } from '../../src/core/conversation/render/renderer.ts';
import type { Result } from '../../src/core/conversation/render/result.ts';
import { everyPath } from '../../src/core/dialog/walk.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { checklist } from '../../src/core/knowledge/checklist.ts';
import { TODAY } from '../support.ts';

export interface Merchant {
  /** Ids of the papers and of what is to be filled in, as they are numbered. */
  readonly papers: readonly string[];
  /** Their names as a merchant reads them: what stands before the first ： or （. */
  readonly names: readonly string[];
  /** Ids of the lines that are no papers. */
  readonly generated: readonly string[];
  readonly ifAsked: readonly string[];
  readonly remarks: readonly string[];
  readonly not: readonly string[];
  /** The questions that were answered. */
  readonly asked: readonly string[];
  /** The next step, as the first page names it. */
  readonly next: string | undefined;
  /** The whole text of the result. */
  readonly text: string;
}

/** What most merchants answer; questions that are not named here get their first option. */
const USUAL = { listing: 'unlisted', permit: 'none', icp: 'none', verification: 'verified', admin: 'same' };

/** @throws Error when these answers do not end with a list, or one of them does not count. */
export function merchantOf(handbook: Handbook, answers: Readonly<Record<string, string>>): Merchant {
  const dialog = handbook.dialogs.get('filing');
  if (!dialog) throw new Error('there is no filing dialog');
  const first = (options: readonly { id: string }[]) => options.slice(0, 1).map(({ id }) => id);
  const known = { ...USUAL, ...answers };
  const [position] = everyPath(dialog, handbook.derive, ({ options }) => first(options), known);
  const list = handbook.lists.get(position?.end?.list ?? '');
  if (!position || !list) throw new Error('these answers do not end with a list');
  for (const [fact, value] of Object.entries(answers))
    if (position.answers[fact] !== value) throw new Error(`the answer ${fact} ${value} does not count`);
  const now = { today: TODAY, at: new Date(0) };
  const result = createRenderer(handbook).result(dialog, position, now, position.answers);
  const { groups, ...lines } = checklist(list, position.facts);
  const items = groups.flatMap((group) => group.items.map(({ item }) => item.document));
  const ids = (of: readonly { id: string }[]) => of.map(({ id }) => id);
  return {
    papers: ids(items),
    names: items.map(({ name }) => name.replace(/[：（].*$/u, '')),
    generated: ids(lines.generated),
    ifAsked: ids(lines.ifAsked),
    remarks: ids(lines.remarks),
    not: ids(lines.notNeeded),
    asked: Object.keys(position.answers),
    next: result.next,
    text: wholeOf(result),
  };
}

/** All that a result says. */
function wholeOf({ blocks, list }: Result): string {
  return [...blocks, ...(list?.part('all', new Set()) ?? [])].flat().map(plain).join('\n');
}

/** The lines of one item of a result. @throws Error when the list does not have it. */
export function itemOf({ text, papers }: Merchant, id: string): string {
  const number = papers.indexOf(id) + 1;
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`${number}. `));
  if (number === 0 || start < 0) throw new Error(`no item ${id} in: ${text}`);
  const length = lines.slice(start + 1).indexOf('');
  return lines.slice(start, start + 1 + length).join('\n');
}
