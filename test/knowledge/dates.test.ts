/** Working days, the five stages, and by when to submit: many dated examples, also where a year has no data. */
import { describe, expect, it } from 'vitest';
import { createCalendar, dayOf, plusDays } from '../../src/core/knowledge/calendar.ts';
import { dayIn, pastDayIn } from '../../src/core/knowledge/day-in-text.ts';
import { adviceFor, submitBy, timeline } from '../../src/core/knowledge/deadlines.ts';
import { theHandbook } from '../support.ts';

const { calendar, timeline: spec } = await theHandbook();

describe('working days of 2026 (State Council notice)', () => {
  it.each([
    ['2026-09-30', 1, '2026-10-08', 'over National Day'],
    ['2026-09-30', 3, '2026-10-10', 'Saturday 10 October is worked'],
    ['2026-02-13', 1, '2026-02-14', 'Saturday 14 February is worked'],
    ['2026-02-14', 1, '2026-02-24', 'over the Spring Festival'],
    ['2026-11-24', 2, '2026-11-26', 'plain days'],
    ['2026-11-27', 1, '2026-11-30', 'over a weekend'],
    ['2026-10-08', -1, '2026-09-30', 'backwards over National Day'],
  ])('%s %i → %s (%s)', (from, count, day) =>
    expect(calendar.count(from, count)).toEqual({ day, unknownYears: [] }),
  );

  it('says which years it does not know', () =>
    expect(calendar.count('2026-12-30', 5)).toEqual({ day: '2027-01-06', unknownYears: [2027] }));
  it('counts no holiday that it does not know', () =>
    expect(createCalendar([]).isWorkingDay('2026-10-01')).toBe(true));
});

describe('the five stages', () => {
  it('from 2026-11-24 all lies in a known year', () => {
    const dates = timeline(spec, '2026-11-24', calendar);
    expect(dates.earliest).toEqual({ day: '2026-11-26', unknownYears: [] });
    expect(dates.latest).toEqual({ day: '2026-12-25', unknownYears: [] });
    expect(dates.stages.map(({ stage }) => stage.id)).toEqual(['fill', 'platform', 'sms', 'bureau', 'done']);
  });
  it('from 2026-12-15 the latest day is a range, since 2027 is not known', () => {
    const dates = timeline(spec, '2026-12-15', calendar);
    expect(dates.earliest).toEqual({ day: '2026-12-17', unknownYears: [] });
    expect(dates.latest).toEqual({ day: '2027-01-15', until: '2027-01-22', unknownYears: [2027] });
  });
  it('9-缺年份: on 2027-01-20 every day is a range', () => {
    const dates = timeline(spec, '2027-01-20', calendar);
    expect(dates.earliest).toEqual({ day: '2027-01-22', until: '2027-01-29', unknownYears: [2027] });
    expect(dates.latest.until).toBe('2027-03-01');
    expect(dates.unknownYears).toEqual([2027]);
  });
});

describe('to open on a day, submit by', () => {
  it('counts back 23 and 30 working days', () =>
    expect(submitBy(spec, '2026-12-31', '2026-11-02', calendar)).toEqual({
      latest: { day: '2026-11-30', unknownYears: [] },
      safe: { day: '2026-11-19', unknownYears: [] },
      late: false,
      plan: 30,
    }));
  it('says when it is too late', () =>
    expect(submitBy(spec, '2026-12-10', '2026-11-24', calendar).late).toBe(true));
  it('gives the earlier day as the other end of the range where holidays are not known', () =>
    expect(submitBy(spec, '2027-03-01', '2026-11-24', calendar).latest).toEqual({
      day: '2027-01-27',
      until: '2027-01-20',
      unknownYears: [2027],
    }));
});

describe('dated advice', () => {
  const lines = { lines: [] };
  const periods = [
    { from: '2026-01-01', to: '2026-03-31', title: 'first', ...lines },
    { from: '2026-04-01', title: 'second', ...lines },
  ];
  const advice = { id: 'a', when: { subject: 'company' }, first: false, periods } as const;
  const titleOn = (today: string, subject = 'company') =>
    adviceFor(
      [{ ...advice, source: [], confidence: 'high', checked: '2026-01', rules: [] }],
      { subject },
      today,
    ).map(({ period }) => period.title);

  it.each([
    ['the day before it begins', '2025-12-31', []],
    ['its first day', '2026-01-01', ['first']],
    ['its last day', '2026-03-31', ['first']],
    ['the first day of the next', '2026-04-01', ['second']],
    ['any day of one without an end', '2030-01-01', ['second']],
  ])('holds from its first to its last day: %s', (_, today, titles) =>
    expect(titleOn(today)).toEqual(titles),
  );

  it('is for whom it is meant', () => expect(titleOn('2026-01-01', 'person')).toEqual([]));
});

describe('a day in a text', () => {
  it.each([
    ['2027-01-15上线', '2027-01-15'],
    ['2027年1月15日', '2027-01-15'],
    ['1月15号上线', '2027-01-15'],
    ['12月1日开业', '2026-12-01'],
    ['明年3月1日', '2027-03-01'],
    ['12/20 发布', '2026-12-20'],
    ['3月底', '2027-03-31'],
    ['2月底开业', '2027-02-28'],
    ['13月1日', undefined],
    ['2月30日', undefined],
    ['没有日期', undefined],
    ['6.18.3', undefined],
  ])('%s → %s', (text, day) => expect(dayIn(text, '2026-11-24')).toBe(day));
});

describe('days are Shanghai days, whatever the time zone of the process', () => {
  it('begins at 16:00 UTC', () => {
    expect(dayOf(new Date('2026-11-23T15:59:59Z'))).toBe('2026-11-23');
    expect(dayOf(new Date('2026-11-23T16:00:00Z'))).toBe('2026-11-24');
  });
  it('counts over the changes of clocks in other countries', () => {
    expect(plusDays('2026-03-07', 2)).toBe('2026-03-09');
    expect(plusDays('2026-11-01', -1)).toBe('2026-10-31');
  });
});

describe('a day in the past', () => {
  const today = '2026-11-24';

  it.each([
    ['昨天交的', '2026-11-23', '交的'],
    ['前天', '2026-11-22', ''],
    ['大前天提交', '2026-11-21', '提交'],
    ['上周', '2026-11-17', ''],
    ['上周四提交的', '2026-11-19', '提交的'],
    ['周一交的', '2026-11-23', '交的'],
    ['星期五', '2026-11-20', ''],
    ['上上个礼拜三', '2026-11-11', ''],
    ['11月2日', '2026-11-02', ''],
    ['2026年10月8号', '2026-10-08', ''],
    ['12月30日', '2025-12-30', ''],
    ['11/3交的', '2026-11-03', '交的'],
    ['3号', '2026-11-03', ''],
    ['30号', '2026-10-30', ''],
    ['三天前', '2026-11-21', ''],
    ['10多天了', '2026-11-14', ''],
    ['十五天', '2026-11-09', ''],
    ['两周了', '2026-11-10', ''],
    ['一个半月', '2026-10-10', ''],
    ['半个月前', '2026-11-09', ''],
    ['5个工作日了', '2026-11-17', ''],
  ])('%s', (text, day, rest) => {
    expect(pastDayIn(text, today)).toEqual({ day, rest });
  });

  it.each([
    '24小时内',
    '3天内能好吗',
    '20个工作日以内',
    '明天',
    '企业',
    '12381',
    '1.身份证',
    '13月40日',
    '三天后',
  ])('is not in %s', (text) => {
    expect(pastDayIn(text, today)).toBeUndefined();
  });
});
