/** Finds a day in what someone wrote, to come (`dayIn`) or past (`pastDayIn`): `2027-01-15`, `2027年1月15日`, `1月15号`, `1/15`, `明年3月1日`, `3月底`. */
import { type Day, plusDays, yearOf } from './calendar.ts';

/** @param text normalised except for punctuation (src/core/text/normalise.ts `canonical`).
 *  @returns the day meant, a month and day without a year being the next such day; `undefined` when there is none. */
export function dayIn(text: string, today: Day): Day | undefined {
  const full = /(20\d{2})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})/u.exec(text);
  if (full) return valid(Number(full[1]), Number(full[2]), Number(full[3]));
  const short = /(明年|今年|后年)?\s*(?<![\d.])(\d{1,2})\s*[月/.]\s*(\d{1,2}|初|中|底|末)(?![\d.])/u.exec(
    text,
  );
  if (!short) return undefined;
  const [, word, month = '', last = ''] = short;
  const base = yearOf(today) + (word === '明年' ? 1 : word === '后年' ? 2 : 0);
  const day = lastPart(last, base, Number(month));
  const found = valid(base, Number(month), day);
  if (found === undefined || word !== undefined || found >= today) return found;
  return valid(base + 1, Number(month), lastPart(last, base + 1, Number(month)));
}

/** A day that has passed, and the text without the words that say it. */
export interface PastDay {
  readonly day: Day;
  readonly rest: string;
}

/** 昨天, 三天前, 一个星期了, 半个月, 上周四, 上上周四, 周一, 11月2日: when something began. Months count 30 days.
 *  @param text as for `dayIn`. @returns `undefined` when no such day is named. */
export function pastDayIn(text: string, today: Day): PastDay | undefined {
  for (const [pattern, dayOf] of PAST) {
    const found = pattern.exec(text);
    const day = found && dayOf(found, today);
    if (found && day !== undefined && day !== null)
      return { day, rest: `${text.slice(0, found.index)}${text.slice(found.index + found[0].length)}` };
  }
  return undefined;
}

const COUNT = '[0-9]{1,3}|[一二两三四五六七八九十]{1,3}|半|几|好几';
const COUNTS: Readonly<Record<string, number>> = {
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  十: 10,
};
const WEEKDAYS = '一二三四五六日';
/** What 几天 means at least. */
const SOME = 3;

/** How each way of saying a past day is read, the more exact first. */
const PAST: readonly (readonly [RegExp, (found: RegExpExecArray, today: Day) => Day | undefined])[] = [
  [/大前天/u, (_, today) => plusDays(today, -3)],
  [/前天|前日/u, (_, today) => plusDays(today, -2)],
  [/昨天|昨日|昨晚|昨儿/u, (_, today) => plusDays(today, -1)],
  [
    /(上*)(?:个)?(?:周|星期|礼拜)([一二三四五六日天])/u,
    ([, back = '', weekday = ''], today) => {
      const place = WEEKDAYS.indexOf(weekday === '天' ? '日' : weekday);
      const monday = plusDays(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7));
      const day = plusDays(monday, place - 7 * back.length);
      return day <= today ? day : plusDays(day, -7);
    },
  ],
  [/上上个?(?:周|星期|礼拜)/u, (_, today) => plusDays(today, -14)],
  [/上个?(?:周|星期|礼拜)/u, (_, today) => plusDays(today, -7)],
  // 11月2日 before 2 日 and 11 个月: the longer saying decides.
  [
    /(?:(20\d{2})\s*[-年/.]\s*)?(?<![\d.])(\d{1,2})\s*[月/]\s*(\d{1,2})(?:[日号])?/u,
    ([, year, month = '', last = ''], today) => {
      const base = year === undefined ? yearOf(today) : Number(year);
      const day = valid(base, Number(month), Number(last));
      if (day === undefined || day <= today) return day;
      return year === undefined ? valid(base - 1, Number(month), Number(last)) : undefined;
    },
  ],
  [
    // 3 天内, 3 天后 tell how long something may take, and not how long ago it was.
    new RegExp(
      `(${COUNT})多?(?:个?(半)?(工作日|天|周|星期|礼拜)|个(半)?(月)|(日)(?=以?前|之前))(?:多|左右)?(?!以?[内后能]|之[内后])(?:以?前|之前|了|过去了)?`,
      'u',
    ),
    ([, count = '', half, unit, halfMonth, month], today) => {
      const number = countOf(count);
      if (number === undefined) return undefined;
      const days = month !== undefined ? 30 : /周|星期|礼拜/u.test(unit ?? '') ? 7 : 1;
      const all = (number + ((half ?? halfMonth) ? 0.5 : 0)) * days;
      // Seven calendar days hold five working days.
      return plusDays(today, -Math.round(unit === '工作日' ? all * 1.4 : all));
    },
  ],
  [
    /(?<![\d月])(\d{1,2})[日号]/u,
    ([, last = ''], today) => {
      const [year = 0, month = 0] = today.split('-').map(Number);
      const day = valid(year, month, Number(last));
      if (day !== undefined && day <= today) return day;
      return month === 1 ? valid(year - 1, 12, Number(last)) : valid(year, month - 1, Number(last));
    },
  ],
];

function countOf(text: string): number | undefined {
  if (text === '半') return 0.5;
  if (text.includes('几')) return SOME;
  if (/^[0-9]+$/.test(text)) return Number(text);
  const [tens, ones] = text.includes('十') ? text.split('十') : ['', text];
  if (!text.includes('十')) return COUNTS[text];
  return (tens === '' ? 1 : (COUNTS[tens ?? ''] ?? 0)) * 10 + (ones === '' ? 0 : (COUNTS[ones ?? ''] ?? 0));
}

function lastPart(text: string, year: number, month: number): number {
  if (text === '初') return 1;
  if (text === '中') return 15;
  if (text === '底' || text === '末') return new Date(Date.UTC(year, month, 0)).getUTCDate();
  return Number(text);
}

function valid(year: number, month: number, day: number): Day | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const same =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? date.toISOString().slice(0, 10) : undefined;
}
