/** The whole result at a dialog's end: what was found, what to do now, the list, what is not needed, dates. */
import { type Dialog, type End, labelOf } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import type { Facts } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import type { Checklist, LetterSpec, LineSpec, ListSpec, Needed } from '../../knowledge/checklist.ts';
import { adviceFor } from '../../knowledge/deadlines.ts';
import { originsOf } from '../../knowledge/derive.ts';
import { type Blanks, fill } from '../../text/template.ts';
import type { Line } from '../messages.ts';
import type { BlanksOf, Now } from './blanks.ts';
import type { Choices } from './choices.ts';
import type { Dates } from './dates.ts';
import { foundBlocks } from './findings.ts';
import type { Labels } from './labels.ts';
import type { Block } from './pages.ts';
import { joinSources, monthOf, type Phrases } from './phrases.ts';

/** Renders the result where somebody has reached an end, block by block. `known`: all answers, also those of other dialogs. */
export type RenderResult = (dialog: Dialog, position: Position, now: Now, known: Facts) => readonly Block[];

/** Facts → the reasons that they give, each once. */
type Reasons = (facts: readonly string[]) => readonly string[];

/** What a result is made with. */
export interface ResultParts {
  readonly phrases: Phrases;
  readonly labels: Labels;
  readonly choices: Choices;
  readonly dates: Dates;
  readonly blanksOf: BlanksOf;
}

/** Sources that a list names at most. */
const LIST_SOURCES = 3;

/** Results in the words of one handbook. */
export function createResults(handbook: Handbook, parts: ResultParts): RenderResult {
  const { phrases, labels, choices, dates, blanksOf } = parts;
  const { phraseLine } = phrases;

  return (dialog, position, now, known) => {
    const { end, facts, answers } = position;
    if (!end) return [];
    const blanks = blanksOf(dialog, position, now);
    const tools = {
      ...phrases,
      opening: choices.opening,
      blanks: (of: Dialog, at: Position) => blanksOf(of, at, now),
    };
    const found = foundBlocks(handbook, tools, dialog, position, known, blanks);
    const advice = adviceBlocks(end, facts, now, blanks);
    const list = end.list === undefined ? undefined : handbook.lists.get(end.list);
    if (!list)
      return [
        ...found.blocks,
        ...[...advice.first, ...advice.later].map((block) => [...block, '']),
        ...found.again,
      ];
    const because = reasonsIn(dialog, answers);
    const needed = handbook.checklist(list, facts);
    return [
      ...advice.first.map((block) => [...block, '']),
      headOf(dialog, needed, because(Object.keys(answers))),
      ...itemBlocks(needed, because, blanks),
      ...lineBlocks(needed, blanks),
      ...(end.dates ? [['', ...dates.stages(now.today, facts)]] : []),
      ...advice.later.map((block) => ['', ...block]),
      ['', sourceLine(list, needed)],
    ];
  };

  /** What to do now: before the list, and below it. */
  function adviceBlocks(
    { advice: name }: End,
    facts: Facts,
    { today }: Now,
    blanks: Blanks,
  ): { readonly first: readonly Block[]; readonly later: readonly Block[] } {
    const advice = name === undefined ? [] : adviceFor(handbook.advice.get(name) ?? [], facts, today);
    const block = ({ spec, period }: (typeof advice)[number]): Block => [
      `▶ ${fill(period.title, blanks)}`,
      ...period.lines.map((line) => fill(line, blanks)),
      phrases.adviceSource(spec.source, spec.checked),
    ];
    return {
      first: advice.filter(({ spec }) => spec.first).map(block),
      later: advice.filter(({ spec }) => !spec.first).map(block),
    };
  }

  function headOf({ title }: Dialog, { groups }: Checklist, summary: readonly string[]): Block {
    const count = groups.reduce((sum, { items }) => sum + items.length, 0);
    return [
      phraseLine('list-title', { title, facts: summary.join('，') }),
      phraseLine('list-count', { count }),
    ];
  }

  /** The papers, numbered through all groups. */
  function itemBlocks({ groups }: Checklist, because: Reasons, blanks: Blanks): readonly Block[] {
    let number = 0;
    return groups.flatMap(({ name, items }) =>
      items.map((needed, i): Block => {
        number += 1;
        return [...(i === 0 ? ['', `【${name}】`] : []), ...itemLines(needed, number, because, blanks)];
      }),
    );
  }

  function itemLines(
    { item, because: clause }: Needed,
    number: number,
    because: Reasons,
    blanks: Blanks,
  ): Line[] {
    const { document, note, unsure } = item;
    return [
      `${number}. ${fill(document.name, blanks)}：${fill(document.how, blanks)}`,
      ...(note === undefined ? [] : [`   ${fill(note, blanks)}`]),
      ...(document.letter === undefined ? [] : letterLines(document.letter)),
      phraseLine('because', { reasons: because(Object.keys(clause)).join('，') }),
      phraseLine('mistake', { mistake: fill(document.mistake, blanks) }),
      ...(unsure ? [phraseLine('unsure')] : []),
    ];
  }

  function letterLines({ file, page, write, sign, date, upload }: LetterSpec): Line[] {
    const official = { label: phraseLine('letter-page'), url: page };
    return [
      phraseLine('letter-write', { write }),
      phraseLine('letter-sign', { sign, date }),
      phraseLine('letter-upload', { upload }),
      file === undefined
        ? [phraseLine('letter-no-file'), official]
        : [
            phraseLine('letter-file'),
            { label: phraseLine('letter-download'), url: file },
            phraseLine('letter-or'),
            official,
          ],
    ];
  }

  /** Lines that are no papers: what is made by the platform, remarks, what is not needed. */
  function lineBlocks(
    { generated, ifAsked, remarks, notNeeded }: Checklist,
    blanks: Blanks,
  ): readonly Block[] {
    const text = (line: LineSpec) => fill(line.text, blanks);
    const dotted = (line: LineSpec): Block => [`· ${text(line)}`];
    const made: readonly Block[] =
      generated.length === 0
        ? []
        : [['', ...generated.map((line) => phraseLine('generated', { name: text(line) }))]];
    const asked: readonly Block[] =
      ifAsked.length === 0 ? [] : [[phraseLine('if-asked', { names: ifAsked.map(text).join('、') })]];
    const notes = [...remarks.map(dotted), ...asked];
    return [
      ...made,
      ...(notes.length === 0 ? [] : titled(['', phraseLine('remarks-title')], notes)),
      ...(notNeeded.length === 0
        ? []
        : titled(['', phraseLine('not-needed-title'), phraseLine('not-needed-note')], notNeeded.map(dotted))),
    ];
  }

  function sourceLine({ checked }: ListSpec, { groups }: Checklist): string {
    const named = mostNamed(groups.flatMap(({ items }) => items.flatMap(({ item }) => item.document.source)));
    const sources = joinSources(phrases.titles(named), LIST_SOURCES);
    return phraseLine('list-source', { sources, month: monthOf(checked) });
  }

  /** The merchant's own answers behind facts, in the words of the questions. */
  function reasonsIn(dialog: Dialog, answers: Facts): Reasons {
    const labelled = labels.labels(dialog, answers);
    const reasons = new Map(Object.keys(answers).map((fact) => [fact, reason(fact)] as const));
    return (facts) => {
      const named = new Set(facts.flatMap((fact) => originsOf(fact, answers)));
      return [...named].flatMap((fact) => reasons.get(fact) ?? []);
    };

    function reason(fact: string): string | undefined {
      const ask = labels.askIn(dialog, fact);
      const value = answers[fact];
      return ask && value !== undefined
        ? fill(ask.because, { ...labelled, label: labelOf(ask, value) })
        : undefined;
    }
  }
}

/** The texts, those named most often first. */
function mostNamed(keys: readonly string[]): readonly string[] {
  const counted = new Map<string, number>();
  for (const key of keys) counted.set(key, (counted.get(key) ?? 0) + 1);
  return [...counted].sort(([, a], [, b]) => b - a).map(([key]) => key);
}

/** A heading stays on one page with the first of its blocks. */
function titled(heading: Block, [first = [], ...rest]: readonly Block[]): readonly Block[] {
  return [[...heading, ...first], ...rest];
}
