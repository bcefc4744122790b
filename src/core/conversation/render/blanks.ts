/** What texts of results may name: the province and its words, labels of answers, moments from now on. */
import type { Dialog } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import type { Facts } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import { MOMENT_BLANKS } from '../../handbook/phrases.ts';
import { type Day, dayOf } from '../../knowledge/calendar.ts';
import { longestStage, spanAfter } from '../../knowledge/deadlines.ts';
import type { Blanks } from '../../text/template.ts';
import type { Dates } from './dates.ts';
import type { Labels } from './labels.ts';

/** Today, the moment of the message, and since when things stand as they do. */
export interface Now {
  readonly today: Day;
  readonly at: Date;
  readonly since?: Date | undefined;
  /** What was pasted just now, to name what of it was not recognised. It is not kept. */
  readonly pasted?: string | undefined;
}

/** The blanks of a result, for somebody who stands there. */
export type BlanksOf = (dialog: Dialog, position: Position, now: Now) => Blanks;

type Moment = (typeof MOMENT_BLANKS)[number];

const SHANGHAI_MINUTE = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});
const DAY_MS = 24 * 3_600_000;

/** The blanks of one handbook. */
export function createBlanks(handbook: Handbook, { label }: Labels, { span, dayName }: Dates): BlanksOf {
  return (dialog, { answers, facts }, now) => {
    const { province } = facts;
    const words = handbook.provinces.get(province ?? '')?.words ?? {};
    return (name) => {
      if (name === 'province') return province;
      if (isMoment(name)) return momentOf(name, now, facts);
      const [kind, key = ''] = name.split('.', 2);
      if (kind === 'words') return Object.hasOwn(words, key) ? words[key] : undefined;
      const value = kind === 'label' && Object.hasOwn(answers, key) ? answers[key] : undefined;
      return value === undefined ? undefined : label(dialog, key, value);
    };
  };

  function momentOf(name: Moment, { today, at, since = at }: Now, facts: Facts): string {
    if (name === 'in24h') return SHANGHAI_MINUTE.format(new Date(since.getTime() + DAY_MS));
    const from = dayOf(since);
    if (name === 'since') return dayName(from, today);
    const longest = longestStage(
      handbook.timeline,
      name === 'platform-latest' ? 'platform' : 'bureau',
      facts,
    );
    const start = name === 'bureau-latest-now' ? today : from;
    return span(spanAfter(handbook.timeline, start, longest, handbook.calendar));
  }
}

function isMoment(name: string): name is Moment {
  return MOMENT_BLANKS.some((moment) => moment === name);
}
