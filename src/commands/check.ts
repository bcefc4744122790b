/** `npm run content [-- --all] [--today 2027-01-20]`: checks dialogs/ and content/ and prints each problem as
 *  `file:line:column: reason`. Ends with 1 when there are errors; of the warnings the first 20 are shown unless --all. */
import { parseArgs } from 'node:util';
import type { Problem } from '../errors.ts';
import { build } from '../handbook/build.ts';
import { check, checkDeeply } from '../handbook/check.ts';
import { readFiles } from '../handbook/handbook.ts';
import { readTexts } from '../handbook/read.ts';
import { dayOf } from '../knowledge/calendar.ts';
import { wechatVoice } from '../wechat/channel.ts';
import { ROOT } from './root.ts';
import { checkSizes } from './sizes.ts';

const SHOWN = 20;

const { values } = parseArgs({
  options: { all: { type: 'boolean', default: false }, today: { type: 'string' } },
});
const today = values.today ?? dayOf(new Date());
const texts = await readTexts(ROOT);
const unreadable: Problem[] = [];
const files = readFiles(texts, unreadable);
const { errors, warnings } = files ? checkAll() : { errors: unreadable, warnings: [] };
const shown = values.all ? warnings : warnings.slice(0, SHOWN);
const lines = [
  ...errors.map(lineOf),
  ...shown.map((problem) => `warning: ${lineOf(problem)}`),
  ...(warnings.length > shown.length
    ? [`… and ${warnings.length - shown.length} more warnings (npm run content -- --all)`]
    : []),
  `${texts.size} files: ${counted(errors.length, 'error')}, ${counted(warnings.length, 'warning')}`,
];
process.stdout.write(`${lines.join('\n')}\n`);
if (errors.length > 0) process.exitCode = 1;

/** What is slow, or speaks, only once the rest holds: a text with an unknown blank cannot be said. */
function checkAll(): { readonly errors: readonly Problem[]; readonly warnings: readonly Problem[] } {
  if (!files) return { errors: unreadable, warnings: [] };
  const built = build(files);
  const first = check(files, built, today);
  if (first.errors.length > 0) return first;
  const handbook = { ...built, warnings: first.warnings };
  const sizes = checkSizes(files, handbook, { voice: wechatVoice, today });
  const deep = checkDeeply(files, handbook);
  return {
    errors: [...sizes.errors, ...deep.errors],
    warnings: [...first.warnings, ...sizes.warnings, ...deep.warnings],
  };
}

function lineOf({ file, line, column, reason }: Problem): string {
  return `${file}:${line}:${column}: ${reason}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
