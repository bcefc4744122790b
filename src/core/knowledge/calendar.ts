/** Working days in mainland China: Monday to Friday, less public holidays, plus make-up days, year by year from
 *  content/calendar.yaml. A year without data is never counted as if it had no holidays unseen: results say so. */
import { addDays } from 'date-fns/addDays';
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays';
import { formatISO } from 'date-fns/formatISO';
import { getDay } from 'date-fns/getDay';
import { parseISO } from 'date-fns/parseISO';

/** A day in Asia/Shanghai as `2026-03-31`, whatever the time zone of the process. */
export type Day = string;

export interface CalendarYear {
  readonly year: number;
  readonly holidays: readonly { readonly name: string; readonly from: Day; readonly to: Day }[];
  /** Saturdays and Sundays on which people work. */
  readonly workdays: readonly Day[];
}

export interface Counted {
  readonly day: Day;
  /** Years that the count went through and that have no data: there only weekends were left out. */
  readonly unknownYears: readonly number[];
}

export interface Calendar {
  isWorkingDay(day: Day): boolean;
  /** The day that is `count` working days after `from` (before it, when negative). `from` itself does not count. */
  count(from: Day, count: number): Counted;
  knows(year: number): boolean;
}

/** @param years those that have data; all others are counted by weekends alone, and the results say so. */
export function createCalendar(years: readonly CalendarYear[]): Calendar {
  const known = new Set(years.map(({ year }) => year));
  const works = new Set(years.flatMap(({ workdays }) => workdays));
  const rests = new Set(
    years.flatMap(({ holidays }) => holidays.flatMap(({ from, to }) => daysFrom(from, to))),
  );

  return { isWorkingDay, count, knows: (year) => known.has(year) };

  function isWorkingDay(day: Day): boolean {
    if (works.has(day)) return true;
    if (rests.has(day)) return false;
    const weekday = getDay(parseISO(day));
    return weekday !== 0 && weekday !== 6;
  }

  function count(from: Day, wanted: number): Counted {
    const step = Math.sign(wanted);
    const unknown = new Set<number>();
    let day = from;
    for (let left = Math.abs(wanted); left > 0; ) {
      day = plusDays(day, step);
      if (!known.has(yearOf(day))) unknown.add(yearOf(day));
      if (isWorkingDay(day)) left -= 1;
    }
    return { day, unknownYears: [...unknown] };
  }
}

/** The year that the calendar should have by now and has not: this one, from 15 December the next one too. The State
 *  Council's notice is out by then, and hardly a date stays within the old year. */
export function missingYear(calendar: Pick<Calendar, 'knows'>, today: Day): number | undefined {
  const year = yearOf(today);
  if (!calendar.knows(year)) return year;
  return today.slice(5) >= OVERDUE && !calendar.knows(year + 1) ? year + 1 : undefined;
}

/** Month and day from which the next year is overdue. */
const OVERDUE = '12-15';

/** Calendar days after `day`; negative counts go back. */
export function plusDays(day: Day, days: number): Day {
  return formatISO(addDays(parseISO(day), days), { representation: 'date' });
}

/** Calendar days from one day to another; negative when that is before. */
export function daysBetween(from: Day, to: Day): number {
  return differenceInCalendarDays(parseISO(to), parseISO(from));
}

/** The year of a day. */
export function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}

/** The day in Shanghai at a moment. China has been at UTC+8 all year round since 1992. */
export function dayOf(moment: Date): Day {
  return new Date(moment.getTime() + SHANGHAI_MS).toISOString().slice(0, 10);
}

/** The same time of day on another day: where the day is set (TODAY), the clock goes on. */
export function momentOn(day: Day, moment: Date): Date {
  return new Date(moment.getTime() + daysBetween(dayOf(moment), day) * 24 * 3_600_000);
}

const SHANGHAI_MS = 8 * 3_600_000;

function daysFrom(from: Day, to: Day): Day[] {
  const days: Day[] = [];
  for (let day = from; day <= to; day = plusDays(day, 1)) days.push(day);
  return days;
}
