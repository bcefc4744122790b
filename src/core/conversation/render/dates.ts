/** Days as lines: when each stage of a filing ends, and by when to submit in order to open on a wanted day. */
import type { Facts } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import { type Day, daysBetween, yearOf } from '../../knowledge/calendar.ts';
import { longestOf, type Span, submitBy, timeline } from '../../knowledge/deadlines.ts';
import type { Block } from './pages.ts';
import type { Phrases } from './phrases.ts';

export interface Dates {
  /** The stages that a merchant with these facts goes through, with their days. */
  stages(today: Day, facts: Facts): readonly string[];
  /** When it will be done, in a line. */
  brief(today: Day, facts: Facts): string;
  /** 今天, 昨天, 11月2日. */
  dayName(day: Day, today: Day): string;
  /** The same, with how many days ago that is. */
  ago(day: Day, today: Day): string;
  openingDay(open: Day, today: Day, facts: Facts): Block;
  /** A day, or a range where holidays are not known yet. */
  span(span: Span): string;
}

/** @param phraseLine a phrase of the handbook as one text. */
export function createDates(handbook: Handbook, phraseLine: Phrases['phraseLine']): Dates {
  const spec = handbook.timeline;
  return { stages, brief, dayName, ago, openingDay, span };

  function stages(today: Day, facts: Facts): readonly string[] {
    const dates = timeline(spec, today, handbook.calendar, facts);
    const example = dates.open.until ?? dates.open.day;
    return [
      phraseLine('dates-title', { today }),
      ...dates.stages.map(({ stage, earliest, latest }) =>
        phraseLine('dates-stage', { name: stage.name, span: between(earliest, latest), note: stage.note }),
      ),
      phraseLine('dates-total', { earliest: span(dates.earliest), latest: span(dates.latest) }),
      phraseLine('dates-open', { plan: dates.plan, open: span(dates.open), example: spoken(example) }),
      ...unknown(dates.unknownYears),
    ];
  }

  function brief(today: Day, facts: Facts): string {
    const { earliest, latest } = timeline(spec, today, handbook.calendar, facts);
    return phraseLine('overview-dates', {
      earliest: spoken(earliest.day),
      latest: spoken(latest.until ?? latest.day),
    });
  }

  function ago(day: Day, today: Day): string {
    const days = daysBetween(day, today);
    const name = dayName(day, today);
    return days <= 1 ? name : phraseLine('ago-days', { days, day: name });
  }

  function dayName(day: Day, today: Day): string {
    const days = daysBetween(day, today);
    if (days <= 0) return phraseLine('ago-today');
    return days === 1 ? phraseLine('ago-yesterday') : spoken(day);
  }

  function openingDay(open: Day, today: Day, facts: Facts): Block {
    if (open <= today) return [phraseLine('open-past', { open })];
    const by = submitBy(spec, open, today, handbook.calendar, facts);
    const longest = longestOf(spec, facts);
    const dates = timeline(spec, today, handbook.calendar, facts);
    const safePast = by.safe.day < today;
    const shown = by.late ? [dates.earliest, dates.latest] : [by.latest, ...(safePast ? [] : [by.safe])];
    const safe = safePast
      ? phraseLine('open-hurry', { plan: by.plan })
      : phraseLine('open-safe', { safe: span(by.safe), plan: by.plan });
    return [
      phraseLine('open-on', { open }),
      ...(by.late
        ? [phraseLine('open-late', { earliest: span(dates.earliest), latest: span(dates.latest) })]
        : [phraseLine('open-by', { latest: span(by.latest), longest }), safe]),
      ...unknown(shown.flatMap(({ unknownYears }) => unknownYears)),
    ];
  }

  function unknown(years: readonly number[]): readonly string[] {
    const sorted = [...new Set(years)].sort((a, b) => a - b);
    return sorted.length === 0 ? [] : [phraseLine('dates-unknown', { years: sorted.join('、') })];
  }

  function span({ day, until }: Span): string {
    if (until === undefined) return phraseLine('span-day', { day });
    const [from, to] = day <= until ? [day, until] : [until, day];
    return phraseLine('span-range', { day: from, until: yearOf(from) === yearOf(to) ? to.slice(5) : to });
  }

  function between(earliest: Span, latest: Span): string {
    const to = latest.until ?? latest.day;
    return span(
      earliest.day === to
        ? { day: to, unknownYears: [] }
        : { day: earliest.day, until: to, unknownYears: [] },
    );
  }
}

function spoken(day: Day): string {
  return `${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日`;
}
