/** `npm run content [-- --all] [--today 2027-01-20]`: checks dialogs/ and content/ and prints each problem as
 *  `file:line:column: reason`, then which facts are due to be compared with their source and which rest on one weak
 *  source. Ends with 1 when there are errors; of the warnings the first 20 are shown unless --all; a
 *  year that is overdue in the calendar stands at the end as well, so that nobody misses it. */
import { parseArgs } from 'node:util';
import { readTexts } from '../app/read-content.ts';
import type { Problem } from '../core/errors.ts';
import { build } from '../core/handbook/build.ts';
import { check, checkDeeply } from '../core/handbook/checks/all.ts';
import { readFiles } from '../core/handbook/files.ts';
import { isDue, restsOnLittle, type Statement, statementsIn } from '../core/handbook/statements.ts';
import { dayOf, missingYear, plusDays } from '../core/knowledge/calendar.ts';
import { wechatLimits } from '../wechat/channel.ts';
import { checkSizes } from './check-sizes.ts';
import { ROOT } from './root.ts';

const SHOWN = 20;
/** Days ahead for which it is said what will be due. */
const SOON = 30;

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
  ...(files ? factsOf(files) : []),
  ...(files ? overdue(files) : []),
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
  const sizes = checkSizes(files, handbook, { limits: wechatLimits, today });
  const deep = checkDeeply(files, handbook);
  return {
    errors: [...sizes.errors, ...deep.errors],
    warnings: [...first.warnings, ...sizes.warnings, ...deep.warnings],
  };
}

/** How many facts there are, which of them are due soon, and which rest on one weak source, file by file. */
function factsOf(all: NonNullable<typeof files>): readonly string[] {
  const statements = statementsIn(all);
  const due = statements.filter((one) => isDue(one, plusDays(today, SOON)));
  const weak = statements.filter((one) => restsOnLittle(one, all.sources.value));
  return [
    `事实 ${statements.length} 条；${SOON} 天内要复核 ${due.length} 条；只靠一个弱来源（转述或没有公开页面）${weak.length} 条`,
    ...namesOf(due).map((line) => `  要复核：${line}`),
    ...namesOf(weak).map((line) => `  弱来源：${line}`),
  ];
}

/** That a year is missing in the calendar which should be there by now. */
function overdue({ calendar }: NonNullable<typeof files>): readonly string[] {
  const knows = (year: number) => calendar.value.years.some((one) => one.year === year);
  const year = missingYear({ knows }, today);
  return year === undefined
    ? []
    : [`!!! ${calendar.file}：缺 ${year} 年的放假安排，商家看到的日期成了范围，请补上`];
}

function namesOf(statements: readonly Statement[]): readonly string[] {
  const names = new Map<string, string[]>();
  for (const { file, name } of statements) names.set(file.file, [...(names.get(file.file) ?? []), name]);
  return [...names].map(([file, of]) => `${file} ${of.join(' ')}`);
}

function lineOf({ file, line, column, reason }: Problem): string {
  return `${file}:${line}:${column}: ${reason}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
