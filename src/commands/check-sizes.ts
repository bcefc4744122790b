/** Checks that every question, answer, phrase and block of a result fits into one message. It stands here and not in
 *  the core, because only a channel knows how a line is written. */

import { type ChannelLimits, plain } from '../core/conversation/messages.ts';
import { FOOT } from '../core/conversation/render/deliver.ts';
import { type Block, bytesIn } from '../core/conversation/render/pages.ts';
import { createRenderer } from '../core/conversation/render/renderer.ts';
import { askOf, asksOf, type Dialog } from '../core/dialog/dialog.ts';
import type { Position } from '../core/dialog/walk.ts';
import type { Facts } from '../core/facts.ts';
import { spacesOf } from '../core/handbook/checks/all.ts';
import { samplesOf } from '../core/handbook/checks/answer-samples.ts';
import { createReport, type Located, type Report } from '../core/handbook/checks/report.ts';
import type { Files } from '../core/handbook/files.ts';
import type { Handbook } from '../core/handbook/handbook.ts';
import type { Path } from '../core/handbook/parse.ts';
import { blanksOfPhrase, PHRASES } from '../core/handbook/phrases.ts';
import type { Day } from '../core/knowledge/calendar.ts';
import { checklist } from '../core/knowledge/checklist.ts';

/** What stands for a blank of a phrase: longer than any label or date. */
const LONG = '字'.repeat(40);

/** @returns the problems, as the content check does. @param limits what a message can carry. */
export function checkSizes(
  files: Files,
  handbook: Handbook,
  { limits, today }: { limits: ChannelLimits; today: Day },
): Pick<Report, 'errors' | 'warnings'> {
  const report = createReport();
  const renderer = createRenderer(handbook);
  const fits = (file: Located, path: Path, what: string, block: Block, limit: number) => {
    const bytes = bytesIn(block, limits);
    if (bytes > limit) report.error(file, path, `${what} takes ${bytes} bytes; at most ${limit}`);
  };
  checkQuestions();
  checkAnswers();
  checkPhrases();
  checkResults();
  return report;

  function checkQuestions(): void {
    for (const file of files.dialogs) {
      const dialog = handbook.dialogs.get(file.value.id);
      if (!dialog) continue;
      const longest: Record<string, string> = {};
      for (const ask of asksOf(dialog)) {
        const { block } = renderer.question(dialog, ask, longest);
        const path = ['steps', dialog.steps.indexOf(ask), 'say'];
        fits(file, path, `the question about "${ask.fact}"`, block, limits.limit);
        longest[ask.fact] = ask.options.reduce((a, b) => (b.label.length > a.label.length ? b : a)).id;
      }
    }
  }

  function checkAnswers(): void {
    for (const file of files.faq) {
      for (const [i, { id }] of file.value.entries.entries()) {
        const entry = handbook.faq.byId(id);
        if (!entry) continue;
        const said = (answer: readonly string[]) => renderer.answer({ ...entry, answer, variants: [] }, {});
        fits(file, ['entries', i, 'answer'], `the answer ${id}`, said(entry.answer), limits.limit);
        for (const [j, { answer }] of entry.variants.entries())
          fits(file, ['entries', i, 'variants', j, 'answer'], `the answer ${id}`, said(answer), limits.limit);
      }
    }
    for (const [i, { id, reply }] of files.outOfScope.value.entries.entries())
      fits(files.outOfScope, ['entries', i, 'reply'], `the reply ${id}`, reply ?? [], limits.limit);
  }

  function checkPhrases(): void {
    for (const id of PHRASES) {
      const blanks = Object.fromEntries(blanksOfPhrase(id).map((blank) => [blank, LONG] as const));
      fits(files.phrases, ['say', id], `the phrase "${id}"`, renderer.phrase(id, blanks), limits.limit);
    }
  }

  function checkResults(): void {
    const said = new Set<string>();
    for (const [id, space] of spacesOf(handbook)) {
      const file = files.dialogs.find(({ value }) => value.id === id);
      for (const position of samplesOf(space)) {
        const { end } = position;
        if (!end || !file) continue;
        const now = { today, at: new Date(0) };
        const { blocks, list } = renderer.result(space.dialog, position, now, position.answers);
        for (const block of [...blocks, ...(list?.part('all', new Set()) ?? [])]) {
          if (bytesIn(block, limits) <= limits.limit - FOOT) continue;
          const place = findingOf(space.dialog, position) ?? placeOf(block, end.list, position.facts);
          const [at, path, what] = place ?? [
            file,
            ['steps', space.dialog.steps.indexOf(end), 'end'],
            `a block of the end "${end.id}"`,
          ];
          if (!said.has(what)) fits(at, path, what, block, limits.limit - FOOT);
          said.add(what);
        }
      }
    }
  }

  /** The finding that is shown. */
  function findingOf(
    dialog: Dialog,
    { end, answers }: Position,
  ): readonly [Located, Path, string] | undefined {
    const ask = end?.findings === undefined ? undefined : askOf(dialog, end.findings);
    const id = ask && answers[ask.fact];
    const file = ask && files.findings.find(({ value }) => value.finds === ask.reads);
    const i = file?.value.findings.findIndex((finding) => finding.id === id) ?? -1;
    return file && i >= 0 ? [file, ['findings', i, 'say'], `the finding "${id}"`] : undefined;
  }

  /** The item that a block says. */
  function placeOf(
    block: Block,
    list: string | undefined,
    facts: Facts,
  ): readonly [Located, Path, string] | undefined {
    const file = list === undefined ? undefined : files.checklists.get(list);
    const spec = list === undefined ? undefined : handbook.lists.get(list);
    const number = block
      .map((line) => /^(\d+)\. /.exec(plain(line))?.[1])
      .find((found) => found !== undefined);
    if (!file || !spec || number === undefined) return undefined;
    const needed = checklist(spec, facts).groups.flatMap(({ items }) => items)[Number(number) - 1];
    if (!needed) return undefined;
    const i = spec.items.indexOf(needed.item);
    return [file, ['items', i, 'document'], `the document "${needed.item.document.id}"`];
  }
}
