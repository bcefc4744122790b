/** Finds a day in what someone wrote: `2027-01-15`, `2027年1月15日`, `1月15号`, `1/15`, `明年3月1日`, `3月底`. */
import { type Day, yearOf } from './calendar.ts';

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
