/** The whole result at a dialog's end: what was found, what to do now, the list, what is not needed, dates. */
import type { Dialog, End } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import type { Facts } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import { adviceFor } from '../../knowledge/deadlines.ts';
import { type Blanks, fill } from '../../text/template.ts';
import type { BlanksOf, Now } from './blanks.ts';
import type { Choices } from './choices.ts';
import type { Dates } from './dates.ts';
import { foundBlocks } from './findings.ts';
import type { Labels } from './labels.ts';
import { createLists } from './list.ts';
import type { Block } from './pages.ts';
import type { Phrases } from './phrases.ts';

/** Renders the result where somebody has reached an end, block by block. `known`: all answers, also those of other dialogs. */
export type RenderResult = (dialog: Dialog, position: Position, now: Now, known: Facts) => readonly Block[];

/** What a result is made with. */
export interface ResultParts {
  readonly phrases: Phrases;
  readonly labels: Labels;
  readonly choices: Choices;
  readonly dates: Dates;
  readonly blanksOf: BlanksOf;
}

/** Results in the words of one handbook. */
export function createResults(handbook: Handbook, parts: ResultParts): RenderResult {
  const { phrases, labels, choices, dates, blanksOf } = parts;
  const renderList = createLists(phrases, labels);

  return (dialog, position, now, known) => {
    const { end, facts, answers } = position;
    if (!end) return [];
    const blanks = blanksOf(dialog, position, now);
    const tools = {
      ...phrases,
      opening: choices.opening,
      blanks: (of: Dialog, at: Position) => blanksOf(of, at, now),
    };
    const found = foundBlocks(handbook, tools, dialog, position, known, blanks);
    const advice = adviceBlocks(end, facts, now, blanks);
    const list = end.list === undefined ? undefined : handbook.lists.get(end.list);
    if (!list)
      return [
        ...found.blocks,
        ...[...advice.first, ...advice.later].map((block) => [...block, '']),
        ...found.again,
      ];
    const { papers, source } = renderList(dialog, answers, list, handbook.checklist(list, facts), blanks);
    return [
      ...advice.first.map((block) => [...block, '']),
      ...papers,
      ...(end.dates ? [['', ...dates.stages(now.today, facts)]] : []),
      ...advice.later.map((block) => ['', ...block]),
      ['', source],
    ];
  };

  /** What to do now: before the list, and below it. */
  function adviceBlocks(
    { advice: name }: End,
    facts: Facts,
    { today }: Now,
    blanks: Blanks,
  ): { readonly first: readonly Block[]; readonly later: readonly Block[] } {
    const advice = name === undefined ? [] : adviceFor(handbook.advice.get(name) ?? [], facts, today);
    const block = ({ spec, period }: (typeof advice)[number]): Block => [
      `▶ ${fill(period.title, blanks)}`,
      ...period.lines.map((line) => fill(line, blanks)),
      phrases.adviceSource(spec.source, spec.checked),
    ];
    return {
      first: advice.filter(({ spec }) => spec.first).map(block),
      later: advice.filter(({ spec }) => !spec.first).map(block),
    };
  }
}
