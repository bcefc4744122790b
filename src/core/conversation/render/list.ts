/** A checklist for a phone: its first page names the papers, the next step and the date; parts and single items are
 *  tapped; the whole of it stands behind 全部. */
import { type Dialog, labelOf } from '../../dialog/dialog.ts';
import type { Facts } from '../../facts.ts';
import { type Checklist, type LineSpec, type ListSpec, PARTS, type Part } from '../../knowledge/checklist.ts';
import { originsOf } from '../../knowledge/derive.ts';
import { SKIPPED } from '../../pasted.ts';
import { type Blanks, fill } from '../../text/template.ts';
import { encode, itemPrefix } from '../choice-id.ts';
import type { Choice, Line } from '../messages.ts';
import type { Shown } from '../session/session.ts';
import type { Labels } from './labels.ts';
import { createItems, type ItemParts, type ItemWords, type Numbered, type Redo } from './list-items.ts';
import type { Block } from './pages.ts';
import { joinSources, monthOf, type Phrases } from './phrases.ts';

/** A list as it is shown. */
export interface ListView {
  /** The first page: one bubble. `isLinked`: each item can be tapped, where there is room for that; its number counts
   *  anyway. */
  overview(program: number, redo: Redo, isLinked: boolean): Overview;
  part(part: Part, redo: Redo): readonly Block[];
  /** One item in full; `undefined` for a document that is not on the list. */
  item(document: string, program: number, redo: Redo): Block | undefined;
  /** The documents by their numbers. */
  readonly documents: readonly string[];
}

export interface Overview {
  readonly block: Block;
  /** Numbers stand for the items of the list, whichever those are. */
  readonly shown: Shown;
}

/** What stands around a list. */
export interface Around {
  /** The next step, in a line. */
  readonly next: string | undefined;
  /** The dates that matter, in a line or two. */
  readonly brief: readonly string[];
  /** What to do now, and what is good to know later, in full. */
  readonly first: readonly Block[];
  readonly later: readonly Block[];
  /** The dates of all stages. */
  readonly dates: Block;
}

/** Renders the list of somebody with these answers in the dialog. */
export type RenderList = (
  dialog: Dialog,
  answers: Facts,
  list: ListSpec,
  needed: Checklist,
  blanks: Blanks,
  around: Around,
) => ListView;

/** Sources that a list names at most. */
const LIST_SOURCES = 3;

/** All that the pages of one list are made of. */
interface ListParts extends ItemParts {
  readonly answers: Facts;
  readonly needed: Checklist;
  readonly around: Around;
  readonly words: ItemWords;
  readonly papers: readonly Numbered[];
  readonly fields: readonly Numbered[];
  readonly nameOfPart: (part: Part) => string;
}

/** Lists in the words of one handbook. */
export function createLists(
  phrases: Phrases,
  labels: Labels,
  nameOfPart: (part: Part) => string,
): RenderList {
  return (dialog, answers, list, needed, blanks, around) => {
    const items = numbered(needed);
    const because = reasonsIn(labels, dialog, answers);
    const supposing = (supposed: Facts) => reasonsIn(labels, dialog, supposed)(Object.keys(supposed));
    const itemParts = { phrases, dialog, list, items, blanks, because, supposing };
    const words = createItems(itemParts);
    const papers = items.filter(({ isPaper }) => isPaper);
    const fields = items.filter(({ isPaper }) => !isPaper);
    const parts = { ...itemParts, answers, needed, around, words, papers, fields, nameOfPart };
    return {
      overview: (program, redo, isLinked) => overviewOf(parts, program, redo, isLinked),
      part: (part, redo) => partOf(parts, part, redo),
      item: (document, program, redo) => {
        const one = items.find(({ needed: { item } }) => item.document.id === document);
        return one && words.page(one, program, redo);
      },
      documents: items.map(({ needed: { item } }) => item.document.id),
    };
  };
}

function overviewOf(parts: ListParts, program: number, redo: Redo, isLinked: boolean): Overview {
  const { phrases, dialog, around, words } = parts;
  const { phraseLine } = phrases;
  const leading = leadingOf(parts);
  const title = parts.papers.length > 0 ? 'overview-papers' : 'overview-steps';
  return {
    block: [
      phraseLine(title, { title: dialog.title, count: leading.length }),
      ...leading.map((one) => words.name(one, program, redo, isLinked)),
      '',
      ...(around.next === undefined ? [] : [phraseLine('overview-next', { next: around.next })]),
      ...around.brief,
      phraseLine('overview-hint'),
      ...inRows(partsOffered(parts).map((part) => choiceOf(parts, program, part))),
    ],
    shown: { prefix: itemPrefix(dialog.id), ids: [] },
  };
}

/** Where nothing has to be fetched, what is to be done stands in front. */
function leadingOf({ papers, fields }: ListParts): readonly Numbered[] {
  return papers.length > 0 ? papers : fields;
}

function partsOffered(parts: ListParts): readonly Part[] {
  return PARTS.filter((part) => {
    if (part === 'fields') return parts.papers.length > 0 && parts.fields.length > 0;
    if (part === 'skip') return parts.needed.notNeeded.length > 0;
    return part !== 'times' || timeBlocks(parts).length > 0;
  });
}

function choiceOf({ phrases, dialog, fields, nameOfPart }: ListParts, program: number, part: Part): Choice {
  const text = nameOfPart(part);
  const label =
    part === 'fields' ? phrases.phraseLine('part-count', { part: text, count: fields.length }) : text;
  return { label, text, id: encode({ kind: 'part', program, dialog: dialog.id, part }) };
}

function partOf(parts: ListParts, part: Part, redo: Redo): readonly Block[] {
  const { dialog, phrases, fields, words } = parts;
  const { title } = dialog;
  switch (part) {
    case 'fields':
      return titled(
        [phrases.phraseLine('title-fields', { title })],
        [...fields.map(words.short), phrases.phrase('fields-hint')],
      );
    case 'needs':
      return [
        ...titled([phrases.phraseLine('title-needs', { title })], needBlocks(parts, redo)),
        ...endOf(parts),
      ];
    case 'skip':
      return notNeededBlocks(parts);
    case 'times':
      return timeBlocks(parts);
    case 'all':
      return wholeOf(parts, redo);
  }
}

/** How every paper must look, and what else to know. */
function needBlocks(parts: ListParts, redo: Redo): readonly Block[] {
  const { list, words, blanks } = parts;
  const leading = leadingOf(parts);
  const photos =
    list.photos && leading.some(words.isPhotographed)
      ? [[parts.phrases.phraseLine('item-photo', { how: fill(list.photos.how, blanks) })]]
      : [];
  const needs = leading.map((one): Block => ['', ...words.block(one, redo)]);
  return [...photos, ...needs, ...remarkBlocks(parts)];
}

function timeBlocks({ around: { first, dates, later } }: ListParts): readonly Block[] {
  const blocks = [...first, dates, ...later].filter((block) => block.length > 0);
  return blocks.map((block, i) => (i === 0 ? block : ['', ...block]));
}

function wholeOf(parts: ListParts, redo: Redo): readonly Block[] {
  const { phrases, dialog, items, because, answers, words } = parts;
  const facts = because(Object.keys(answers)).join('，');
  return [
    [
      phrases.phraseLine('list-title', { title: dialog.title, facts }),
      phrases.phraseLine('list-count', { count: items.length }),
    ],
    ...items.map((one, i) => [
      '',
      ...(items[i - 1]?.group === one.group ? [] : [`【${one.group}】`]),
      ...words.block(one, redo),
    ]),
    ...remarkBlocks(parts),
    ...apart(notNeededBlocks(parts)),
    ...apart(timeBlocks(parts)),
    ...endOf(parts),
  ];
}

/** What the platform makes, and what is good to know. */
function remarkBlocks({ phrases, needed, blanks }: ListParts): readonly Block[] {
  const { generated, ifAsked, remarks } = needed;
  const text = (line: LineSpec) => fill(line.text, blanks);
  const notes: readonly Block[] = [
    ...generated.map((line) => [phrases.phraseLine('generated', { name: text(line) })]),
    ...remarks.map((line) => [`· ${text(line)}`]),
    ...(ifAsked.length === 0
      ? []
      : [[phrases.phraseLine('if-asked', { names: ifAsked.map(text).join('、') })]]),
  ];
  return notes.length === 0 ? [] : titled(['', phrases.phraseLine('remarks-title')], notes);
}

function notNeededBlocks({ phrases, needed, blanks }: ListParts): readonly Block[] {
  const lines = needed.notNeeded.map((line): Block => [`· ${fill(line.text, blanks)}`]);
  return lines.length === 0
    ? []
    : titled([phrases.phraseLine('not-needed-title'), phrases.phraseLine('not-needed-note')], lines);
}

/** What the list rests on, and what is not sure about it. */
function endOf({ phrases, list, items }: ListParts): readonly Block[] {
  const named = mostNamed(items.flatMap(({ needed: { item } }) => item.document.source));
  const sources = joinSources(phrases.who(named), LIST_SOURCES);
  const unsure = items.some(({ needed: { item } }) => item.unsure) ? phrases.phrase('unsure-note') : [];
  return [['', ...unsure, phrases.phraseLine('list-source', { sources, month: monthOf(list.checked) })]];
}

/** The merchant's own answers behind facts, in the words of the questions, each once. */
function reasonsIn(labels: Labels, dialog: Dialog, answers: Facts): ItemParts['because'] {
  const labelled = labels.labels(dialog, answers);
  const reasons = new Map(Object.keys(answers).map((fact) => [fact, reason(fact)] as const));
  return (facts) => {
    const named = new Set(facts.flatMap((fact) => originsOf(fact, answers)));
    return [...named].flatMap((fact) => reasons.get(fact) ?? []);
  };

  function reason(fact: string): string | undefined {
    const ask = labels.askIn(dialog, fact);
    const value = answers[fact];
    // Who has skipped a question has given no reason.
    return ask && value !== undefined && value !== SKIPPED
      ? fill(ask.because, { ...labelled, label: labelOf(ask, value) })
      : undefined;
  }
}

/** The items of a list, numbered through all groups. */
function numbered({ groups }: Checklist): readonly Numbered[] {
  return groups
    .flatMap(({ name, isPapers, items }) =>
      items.map((needed) => ({ needed, group: name, isPaper: isPapers })),
    )
    .map((one, i) => ({ ...one, number: i + 1 }));
}

/** As many to a line as a bubble of a phone shows side by side. */
function inRows(choices: readonly Choice[]): readonly Line[] {
  const rows: Choice[][] = [];
  for (const choice of choices) {
    const row = rows.at(-1);
    const width = [...(row ?? []), choice].reduce((sum, { label }) => sum + [...label].length + 1, -1);
    if (row && width <= ROW_WIDTH) row.push(choice);
    else rows.push([choice]);
  }
  return rows.map((row) => row.flatMap((choice, i) => (i === 0 ? [choice] : ['　', choice])));
}

/** Chinese characters in a line of a bubble, on a phone of 375 points. */
const ROW_WIDTH = 12;

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

/** With an empty line in front. */
function apart([first, ...rest]: readonly Block[]): readonly Block[] {
  return first ? [['', ...first], ...rest] : [];
}
