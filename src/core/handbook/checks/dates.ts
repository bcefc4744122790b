/** What time does to content: periods without gaps, facts that nobody looked at for long, the calendar of next year. */
import { type Day, missingYear, plusDays, yearOf } from '../../knowledge/calendar.ts';
import type { Files } from '../files.ts';
import type { Path } from '../parse.ts';
import { FRESH_DAYS, isDue, statementsIn } from '../statements.ts';
import type { Located, Report } from './report.ts';

/** The State Council's notice for the next year comes out in November. */
const NOTICE_MONTH = 11;

/** Reports gaps and overlaps between periods, days that do not exist, and what has not been checked for long. */
export function checkDates(files: Files, today: Day, report: Report): void {
  checkPeriods(files, today, report);
  checkTimeline(files, report);
  checkCalendar(files, today, report);
  checkFreshness(files, today, report);
}

function checkPeriods({ advice: file }: Files, today: Day, report: Report): void {
  const { timeline: _, ...advice } = file.value;
  for (const [name, specs] of Object.entries(advice)) {
    for (const [i, { id, periods }] of specs.entries()) {
      for (const [j, { from, to }] of periods.entries()) {
        const path = [name, i, 'periods', j];
        const next = periods[j + 1];
        if (to !== undefined && to < from) report.error(file, [...path, 'to'], `ends before it begins`);
        if (next && to === undefined)
          report.error(file, path, `"${id}": only the last period may be open, the next begins ${next.from}`);
        if (next && to !== undefined && next.from > plusDays(to, 1))
          report.error(file, [name, i, 'periods', j + 1, 'from'], `"${id}": a gap after ${to}`);
        if (next && to !== undefined && next.from <= to)
          report.error(
            file,
            [name, i, 'periods', j + 1, 'from'],
            `"${id}": overlaps the period before, until ${to}`,
          );
        if (!next && to !== undefined && to < today)
          report.warn(file, [...path, 'to'], `"${id}" is over since ${to} and says nothing any more`);
      }
    }
  }
}

function checkTimeline({ advice: file }: Files, report: Report): void {
  const ids = new Set<string>();
  for (const [i, { id, shortest, longest, cases }] of file.value.timeline.stages.entries()) {
    const path = ['timeline', 'stages', i];
    if (ids.has(id)) report.error(file, [...path, 'id'], `a second stage "${id}"`);
    ids.add(id);
    if (shortest > longest) report.error(file, [...path, 'shortest'], 'longer than the longest');
    for (const [j, special] of cases.entries())
      if (!('skipped' in special) && special.shortest > special.longest)
        report.error(file, [...path, 'cases', j, 'shortest'], 'longer than the longest');
  }
}

function checkCalendar({ calendar: file }: Files, today: Day, report: Report): void {
  const years = new Set<number>();
  for (const [i, { year, holidays, workdays }] of file.value.years.entries()) {
    const path = ['years', i];
    if (years.has(year)) report.error(file, [...path, 'year'], `the year ${year} stands here twice`);
    years.add(year);
    for (const [j, { name, from, to }] of holidays.entries()) {
      if (to < from) report.error(file, [...path, 'holidays', j], `${name} ends before it begins`);
      if (yearOf(from) !== year && yearOf(to) !== year)
        report.error(file, [...path, 'holidays', j], `${name} is not in ${year}`);
    }
    for (const [j, day] of workdays.entries()) {
      if (yearOf(day) !== year) report.error(file, [...path, 'workdays', j], `${day} is not in ${year}`);
      else if (!isWeekend(day))
        report.error(file, [...path, 'workdays', j], `${day} is a working day anyway, not a make-up day`);
      else if (holidays.some(({ from, to }) => from <= day && day <= to))
        report.error(file, [...path, 'workdays', j], `${day} is also a holiday`);
    }
  }
  const missing = missingYear({ knows: (year) => years.has(year) }, today);
  if (missing !== undefined)
    report.warn(
      file,
      ['years'],
      `OVERDUE: the year ${missing} is missing; merchants read ranges instead of dates`,
    );
  else if (Number(today.slice(5, 7)) >= NOTICE_MONTH && !years.has(yearOf(today) + 1))
    report.warn(
      file,
      ['years'],
      `the year ${yearOf(today) + 1} is not here yet; the notice comes out these weeks`,
    );
}

function checkFreshness(files: Files, today: Day, report: Report): void {
  const check = (file: Located, path: Path, checked: string | undefined) => {
    if (checked !== undefined && isDue({ checked }, today))
      report.warn(file, path, `not compared with its source since ${checked} (more than ${FRESH_DAYS} days)`);
  };
  const days = new Map(
    statementsIn(files).map((one) => [`${one.file.file} ${one.path.join('.')}`, one] as const),
  );
  for (const { file, path, checked } of days.values()) check(file, path, checked);
  check(files.outOfScope, ['checked'], files.outOfScope.value.checked);
}

function isWeekend(day: Day): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}
