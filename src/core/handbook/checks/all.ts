/** Cross-checks of dialogs and content against each other. Errors stop the start; warnings are counted by
 *  `npm run content`.
 *
 *  What is slow or needs a channel is not here: `checkDeeply` (phrasings that are nearer to another question) and the
 *  sizes of messages (src/commands/check-sizes.ts: a handbook does not know how a channel writes a line) run in the command and
 *  in the tests only. */
import type { Problem } from '../../errors.ts';
import type { Files } from '../files.ts';
import type { Handbook } from '../handbook.ts';
import { createSpace, type Space } from './answer-space.ts';
import { checkDates } from './dates.ts';
import { checkFindings } from './findings.ts';
import { checkWays } from './paths.ts';
import { checkNearest } from './phrasings.ts';
import { checkNames } from './references.ts';
import { createReport } from './report.ts';
import { checkTexts } from './texts.ts';
import { checkWaysOn } from './ways-on.ts';
import { checkSaidWords, checkWords } from './wordings.ts';

export interface Checked {
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Everything that is quick enough for every start (about a tenth of a second). While names point to nothing, the ways
 *  through the dialogs are not looked at: what they would report only follows from that.
 *  @param today for periods that are over and facts that have gone stale. */
export function check(files: Files, handbook: Omit<Handbook, 'warnings'>, today: string): Checked {
  const report = createReport();
  const spaces = spacesOf(handbook);
  checkNames(files, handbook, spaces, report);
  checkFindings(files, spaces, report);
  checkWaysOn(files, handbook, spaces, report);
  const namesHold = report.errors.length === 0;
  checkTexts(files, spaces, report);
  checkWords(files, handbook, report);
  checkDates(files, today, report);
  if (namesHold) checkWays(files, spaces, today, report);
  return sorted(report);
}

/** What takes seconds: all wordings of all patterns, what sounds alike, phrasings that are said twice, swallowed, or nearer
 *  to another question (each is asked of an engine that has not learnt it). For `npm run content`, never at a start. */
export function checkDeeply(files: Files, handbook: Omit<Handbook, 'warnings'>): Checked {
  const report = createReport();
  checkSaidWords(files, handbook, report);
  checkNearest(files, handbook, report);
  return sorted(report);
}

/** The answers of each dialog as the checks see them, by the dialog's id. */
export function spacesOf({
  dialogs,
  derive,
}: Pick<Handbook, 'dialogs' | 'derive'>): ReadonlyMap<string, Space> {
  return new Map([...dialogs].map(([id, dialog]) => [id, createSpace(dialog, derive)] as const));
}

function sorted({ errors, warnings }: Checked): Checked {
  return { errors: [...errors].sort(inOrder), warnings: [...warnings].sort(inOrder) };
}

function inOrder(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
