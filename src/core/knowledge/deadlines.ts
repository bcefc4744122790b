/** Today → the dates of a filing: when each stage ends at the earliest and at the latest, and by when to submit in order
 *  to open on a wanted day. Lengths come from content/advice.yaml; working days from the calendar. */
import { type Facts, matches, type When } from '../facts.ts';
import { type Calendar, type Counted, type Day, dayOf, plusDays } from './calendar.ts';
import type { Confidence } from './derive.ts';

/** One stage of the way to the number. `shortest` and `longest` in working days after the stage before. */
export interface StageSpec {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly shortest: number;
  readonly longest: number;
  /** For whom this stage exists; for everybody when absent. */
  readonly when?: When | undefined;
  /** For whom it is otherwise: the first case that holds counts. */
  readonly cases: readonly StageCase[];
}

/** A stage for some: skipped, or with another length and note. */
export type StageCase = { readonly when: When } & (
  | { readonly skipped: true }
  | {
      readonly name?: string | undefined;
      readonly note: string;
      readonly shortest: number;
      readonly longest: number;
    }
);

export interface TimelineSpec {
  readonly stages: readonly StageSpec[];
  /** Working days that one should leave, all in all: what to plan with. */
  readonly plan: number;
  /** Calendar days that are added where a year without holiday data is touched. */
  readonly margin: number;
}

/** A day, or a range where holidays are not known yet. */
export interface Span {
  readonly day: Day;
  readonly until?: Day;
  readonly unknownYears: readonly number[];
}

export interface Timeline {
  readonly stages: readonly { readonly stage: StageSpec; readonly earliest: Span; readonly latest: Span }[];
  readonly earliest: Span;
  readonly latest: Span;
  /** The first day on which one may safely plan to open when submitting today, `plan` working days from now. */
  readonly open: Span;
  readonly plan: number;
  readonly unknownYears: readonly number[];
}

/** The stages that these facts lead through, each as it is for them. */
function stagesFor({ stages }: TimelineSpec, facts: Facts): readonly StageSpec[] {
  return stages.flatMap((stage) => {
    if (stage.when !== undefined && !matches(stage.when, facts)) return [];
    const special = stage.cases.find(({ when }) => matches(when, facts));
    if (special === undefined) return [stage];
    if ('skipped' in special) return [];
    const { name = stage.name, note, shortest, longest } = special;
    return [{ ...stage, name, note, shortest, longest }];
  });
}

/** Dates of a filing that is submitted on `today`, for a merchant with these facts. */
export function timeline(spec: TimelineSpec, today: Day, calendar: Calendar, facts: Facts = {}): Timeline {
  let shortest = 0;
  let longest = 0;
  const stages = stagesFor(spec, facts).map((stage) => {
    shortest += stage.shortest;
    longest += stage.longest;
    return { stage, earliest: after(shortest), latest: after(longest) };
  });
  const plan = planFor(spec, facts);
  const open = after(plan);
  const earliest = after(shortest);
  const latest = after(longest);
  const unknownYears = [...new Set([...earliest.unknownYears, ...latest.unknownYears, ...open.unknownYears])];
  return { stages, earliest, latest, open, plan, unknownYears };

  function after(workingDays: number): Span {
    return spanAfter(spec, today, workingDays, calendar);
  }
}

/** The day that is so many working days after `from`; a range where holidays are not known. */
export function spanAfter(spec: TimelineSpec, from: Day, workingDays: number, calendar: Calendar): Span {
  return ranged(calendar.count(from, workingDays), spec.margin);
}

export interface SubmitBy {
  /** The last day on which the slowest regular filing still ends before the wanted day. */
  readonly latest: Span;
  /** The day that leaves what one should leave. */
  readonly safe: Span;
  /** Whether even the latest day has passed. */
  readonly late: boolean;
  /** Working days that one should leave. */
  readonly plan: number;
}

/** By when to submit in order to open on `open`. */
export function submitBy(
  spec: TimelineSpec,
  open: Day,
  today: Day,
  calendar: Calendar,
  facts: Facts = {},
): SubmitBy {
  const longest = longestOf(spec, facts);
  const latest = ranged(calendar.count(open, -longest), -spec.margin);
  const plan = planFor(spec, facts);
  const safe = ranged(calendar.count(open, -plan), -spec.margin);
  return { latest, safe, late: latest.day < today, plan };
}

/** Working days of the slowest regular filing of a merchant with these facts. */
export function longestOf(spec: TimelineSpec, facts: Facts): number {
  return stagesFor(spec, facts).reduce((sum, stage) => sum + stage.longest, 0);
}

/** What to plan with; never less than the slowest regular way. */
function planFor(spec: TimelineSpec, facts: Facts): number {
  return Math.max(spec.plan, longestOf(spec, facts));
}

/** A text that holds for some merchants, in periods: what is true of a dated fact before, between and after its days. */
export interface AdviceSpec {
  readonly id: string;
  readonly when?: When;
  /** In order and without a gap; the last may be open. */
  readonly periods: readonly AdvicePeriod[];
  readonly source: readonly string[];
  readonly confidence: Confidence;
  readonly checked: string;
  readonly rules: readonly string[];
  /** Shown as the first line of a result: what to do now. */
  readonly first: boolean;
  /** Shown only while this fact is not told, or only once it is. */
  readonly untilTold?: string;
  readonly onceTold?: string;
  /** It comes first when that much time has passed since it began. */
  readonly overdue?: Overdue;
}

/** More than is usual: than the longest of a stage, than so many working days, than so many hours. */
export type Overdue =
  | { readonly kind: 'stage'; readonly stage: string }
  | { readonly kind: 'working-days'; readonly days: number }
  | { readonly kind: 'hours'; readonly hours: number };

export interface AdvicePeriod {
  readonly from: Day;
  /** The last day on which it holds; open when absent. */
  readonly to?: Day;
  readonly title: string;
  /** The one line that the first page of a list shows of it. */
  readonly brief?: string;
  readonly lines: readonly string[];
}

/** All advice that holds for these facts on this day, in the order of the content. */
export function adviceFor(
  specs: readonly AdviceSpec[],
  facts: Facts,
  today: Day,
): readonly { readonly spec: AdviceSpec; readonly period: AdvicePeriod }[] {
  return specs.flatMap((spec) => {
    if (!matches(spec.when, facts)) return [];
    const period = spec.periods.find(({ from, to }) => from <= today && (to === undefined || today <= to));
    return period ? [{ spec, period }] : [];
  });
}

/** Whether more time than is usual has passed since something began. */
export function isOverdue(
  spec: TimelineSpec,
  overdue: Overdue,
  { since, at, today }: { readonly since: Date; readonly at: Date; readonly today: Day },
  calendar: Calendar,
  facts: Facts,
): boolean {
  if (overdue.kind === 'hours') return at.getTime() - since.getTime() > overdue.hours * HOUR_MS;
  const days = overdue.kind === 'working-days' ? overdue.days : longestStage(spec, overdue.stage, facts);
  const { day, until } = spanAfter(spec, dayOf(since), days, calendar);
  return (until ?? day) < today;
}

const HOUR_MS = 3_600_000;

/** Working days that a stage takes at most for somebody with these facts. */
export function longestStage(spec: TimelineSpec, stage: string, facts: Facts): number {
  return stagesFor(spec, facts).find(({ id }) => id === stage)?.longest ?? 0;
}

function ranged({ day, unknownYears }: Counted, margin: number): Span {
  return unknownYears.length === 0
    ? { day, unknownYears }
    : { day, until: plusDays(day, margin), unknownYears };
}
