/** What stands at a dialog's end: a list, or what was found and what to do now. */
import type { Dialog, End } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import type { Facts } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import { dayOf, daysBetween } from '../../knowledge/calendar.ts';
import { type AdviceSpec, adviceFor, isOverdue } from '../../knowledge/deadlines.ts';
import { SKIPPED } from '../../pasted.ts';
import { type Blanks, fill } from '../../text/template.ts';
import type { BlanksOf, Now } from './blanks.ts';
import type { Choices } from './choices.ts';
import type { Dates } from './dates.ts';
import { foundBlocks } from './findings.ts';
import type { Labels } from './labels.ts';
import { createLists, type ListView } from './list.ts';
import type { Block } from './pages.ts';
import type { Phrases } from './phrases.ts';

/** Either is there: a list, or blocks. */
export interface Result {
  readonly list?: ListView;
  readonly blocks: readonly Block[];
  /** What to do next, in a line; `undefined` where nothing is said about it. */
  readonly next: string | undefined;
}

/** Renders the result where somebody has reached an end. `known`: all answers, also those of other dialogs. */
export type RenderResult = (dialog: Dialog, position: Position, now: Now, known: Facts) => Result;

/** What a result is made with. */
export interface ResultParts {
  readonly phrases: Phrases;
  readonly labels: Labels;
  readonly choices: Choices;
  readonly dates: Dates;
  readonly blanksOf: BlanksOf;
}

/** Whether advice about something that is told holds for who has told it, or not. */
function isWanted({ untilTold, onceTold }: AdviceSpec, known: Facts): boolean {
  const isTold = (fact: string) => known[fact] !== undefined && known[fact] !== SKIPPED;
  if (untilTold !== undefined && isTold(untilTold)) return false;
  return onceTold === undefined || isTold(onceTold);
}

/** What is known of somebody: in this dialog, for dates, and all in all. */
interface About {
  readonly facts: Facts;
  readonly about: Facts;
  readonly known: Facts;
}

interface Advice {
  readonly first: readonly Block[];
  readonly later: readonly Block[];
  readonly next: string | undefined;
  readonly brief: readonly string[];
}

/** Results in the words of one handbook. */
export function createResults(handbook: Handbook, parts: ResultParts): RenderResult {
  const { phrases, labels, choices, dates, blanksOf } = parts;
  const { commands, parts: names } = handbook.phrases;
  const renderList = createLists(phrases, labels, (part) =>
    part === 'all' ? (commands.all[0] ?? part) : (names[part][0] ?? part),
  );

  return (dialog, position, now, known) => {
    const { end, facts, answers } = position;
    if (!end) return { blocks: [], next: undefined };
    // Dates of what is under way reckon with all that is known; a list is the same for the same answers.
    const about = end.list === undefined ? { ...known, ...facts } : facts;
    const blanks = blanksOf(dialog, { ...position, facts: about }, now);
    const advice = adviceBlocks(end, { facts, about, known }, now, blanks);
    const { next } = advice;
    const list = end.list === undefined ? undefined : handbook.lists.get(end.list);
    if (list) {
      const around = {
        ...advice,
        brief: [...(end.dates ? [dates.brief(now.today, facts)] : []), ...advice.brief],
        dates: end.dates ? dates.stages(now.today, facts) : [],
      };
      const view = renderList(
        dialog,
        answers,
        list,
        handbook.checklistAt(list, dialog, position),
        blanks,
        around,
      );
      return { list: view, blocks: [], next };
    }
    const tools = {
      ...phrases,
      opening: choices.opening,
      blanks: (of: Dialog, at: Position) => blanksOf(of, at, now),
    };
    const found = foundBlocks(handbook, tools, dialog, position, known, blanks, now.pasted);
    const told = [...advice.first, ...advice.later].map((block): Block => [...block, '']);
    return { blocks: [...found.blocks, ...told, ...found.again], next };
  };

  /** What to do now: before the list, and below it. */
  function adviceBlocks(
    { advice: name }: End,
    { facts, about, known }: About,
    now: Now,
    blanks: Blanks,
  ): Advice {
    const all = name === undefined ? [] : adviceFor(handbook.advice.get(name) ?? [], facts, now.today);
    const told = all.filter(({ spec }) => isWanted(spec, known));
    const late = told.filter(({ spec }) => isLate(spec, about, now));
    const advice = [...late, ...told.filter((one) => !late.includes(one))];
    const block = ({ spec, period }: (typeof advice)[number]): Block => [
      `▶ ${fill(period.title, blanks)}`,
      ...period.lines.map((line) => fill(line, blanks)),
      phrases.adviceSource(spec.source, spec.checked),
    ];
    const isFirst = (one: (typeof advice)[number]) => one.spec.first || late.includes(one);
    const first = advice.filter(isFirst);
    const [next] = first;
    const warning = late.slice(0, 1).map(({ spec }) => lateLine(spec, now));
    return {
      first: [...warning, ...first.map(block)],
      later: advice.filter((one) => !isFirst(one)).map(block),
      next: next && fill(next.period.brief ?? next.period.title, blanks),
      brief: advice.flatMap(({ spec, period }) =>
        spec.first || period.brief === undefined ? [] : [fill(period.brief, blanks)],
      ),
    };
  }

  function isLate({ overdue }: AdviceSpec, facts: Facts, { today, at, since }: Now): boolean {
    if (overdue === undefined || since === undefined) return false;
    return isOverdue(handbook.timeline, overdue, { since, at, today }, handbook.calendar, facts);
  }

  /** That it takes longer than is usual. */
  function lateLine({ overdue }: AdviceSpec, { today, at, since = at }: Now): Block {
    const day = dayOf(since);
    const blanks = { since: dates.dayName(day, today), days: daysBetween(day, today) };
    return overdue?.kind === 'hours'
      ? phrases.phrase('overdue-hours', { since: blanks.since })
      : phrases.phrase('overdue', blanks);
  }
}
