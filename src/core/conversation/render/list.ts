/** A checklist in words: the papers, each with its reason and its usual mistake, and the lines that are no papers. */
import { type Dialog, labelOf } from '../../dialog/dialog.ts';
import type { Facts } from '../../facts.ts';
import type { Checklist, LetterSpec, LineSpec, ListSpec, Needed } from '../../knowledge/checklist.ts';
import { originsOf } from '../../knowledge/derive.ts';
import { type Blanks, fill } from '../../text/template.ts';
import type { Line } from '../messages.ts';
import type { Labels } from './labels.ts';
import type { Block } from './pages.ts';
import { joinSources, monthOf, type Phrases } from './phrases.ts';

/** A list as it is shown: its blocks, and the line that names its sources, which stands below everything else. */
export interface RenderedList {
  readonly papers: readonly Block[];
  readonly source: string;
}

/** Renders the list of somebody with these answers in the dialog. */
export type RenderList = (
  dialog: Dialog,
  answers: Facts,
  list: ListSpec,
  needed: Checklist,
  blanks: Blanks,
) => RenderedList;

/** Facts → the reasons that they give, each once. */
type Reasons = (facts: readonly string[]) => readonly string[];

/** Sources that a list names at most. */
const LIST_SOURCES = 3;

/** Lists in the words of one handbook. */
export function createLists({ phraseLine, titles }: Phrases, labels: Labels): RenderList {
  return (dialog, answers, list, needed, blanks) => {
    const because = reasonsIn(dialog, answers);
    return {
      papers: [
        headOf(dialog, needed, because(Object.keys(answers))),
        ...itemBlocks(needed, because, blanks),
        ...lineBlocks(needed, blanks),
      ],
      source: sourceLine(list, needed),
    };
  };

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
    const sources = joinSources(titles(named), LIST_SOURCES);
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
