/** dialogs/ and content/ as one checked, frozen value. Replaced as a whole when content changes, never changed.
 *  Problems are collected over all files, so that an editor sees everything at once. */
import type { z } from 'zod';
import { createReader, type LanguageWords, type Place, type Reader } from '../dialog/answer.ts';
import type { Ask, Dialog, Step } from '../dialog/dialog.ts';
import type { Derive } from '../dialog/walk.ts';
import { HandbookError, type Problem } from '../errors.ts';
import { type Calendar, createCalendar } from '../knowledge/calendar.ts';
import type { ItemSpec, ListSpec, PaperSpec } from '../knowledge/checklist.ts';
import type { AdviceSpec, TimelineSpec } from '../knowledge/deadlines.ts';
import { createDerive, type Province } from '../knowledge/derive.ts';
import { createFaq, type Decoy, type Faq, type FaqEntry, type Thresholds } from '../knowledge/faq.ts';
import { normalise } from '../text.ts';
import { check } from './check.ts';
import { type Parsed, parse } from './parse.ts';
import { PHRASES, type PhraseId } from './phrases.ts';
import * as schema from './schema.ts';

export type { PhraseId } from './phrases.ts';

export interface Phrases {
  readonly commands: Readonly<Record<schema.Command, readonly string[]>>;
  readonly say: Readonly<Record<PhraseId, readonly string[]>>;
}

export interface Source {
  readonly key: string;
  /** How a merchant reads it; `undefined` for what has no published page. */
  readonly title: string | undefined;
  readonly url: string | undefined;
}

export interface Handbook {
  readonly dialogs: ReadonlyMap<string, Dialog>;
  readonly readers: ReadonlyMap<string, Reader>;
  readonly derive: Derive;
  readonly provinces: ReadonlyMap<string, Province>;
  readonly lists: ReadonlyMap<string, ListSpec>;
  readonly advice: ReadonlyMap<string, readonly AdviceSpec[]>;
  readonly timeline: TimelineSpec;
  readonly calendar: Calendar;
  readonly faq: Faq;
  readonly faqEntries: readonly FaqEntry[];
  readonly decoys: readonly Decoy[];
  readonly lexicon: readonly (readonly [string, string])[];
  readonly thresholds: Thresholds;
  readonly phrases: Phrases;
  /** Whole messages, normalised, that open a dialog, and its id. */
  readonly openings: ReadonlyMap<string, string>;
  /** Normalised words that open a dialog wherever they stand, in the order of the dialogs. */
  readonly looseOpenings: readonly { readonly word: string; readonly dialog: string }[];
  /** Whole messages, normalised, that are commands. */
  readonly commands: ReadonlyMap<string, schema.Command>;
  readonly words: {
    readonly yes: ReadonlySet<string>;
    readonly no: ReadonlySet<string>;
    readonly edit: readonly string[];
    readonly openingDay: readonly string[];
    readonly corrections: readonly string[];
    readonly language: LanguageWords;
  };
  /** After such a pause an unfinished dialog is offered, not just gone on with. */
  readonly pauseHours: number;
  readonly contact: z.output<typeof schema.contactFile>;
  readonly menu: z.output<typeof schema.menuFile>;
  /** The menu's entries that say something, from left to right and top to bottom. */
  readonly menuSays: readonly { readonly name: string; readonly says: string }[];
  readonly sources: ReadonlyMap<string, Source>;
  /** Things that are allowed and still want a look: shown by the content check. */
  readonly warnings: readonly Problem[];
}

/** Files of the handbook after parsing, for the cross-checks. */
export interface Files {
  readonly dialogs: readonly Parsed<z.output<typeof schema.dialogFile>>[];
  readonly checklists: ReadonlyMap<string, Parsed<z.output<typeof schema.checklistFile>>>;
  readonly faq: readonly Parsed<z.output<typeof schema.faqFile>>[];
  readonly provinces: Parsed<z.output<typeof schema.provincesFile>>;
  readonly documents: Parsed<z.output<typeof schema.documentsFile>>;
  readonly sources: Parsed<z.output<typeof schema.sourcesFile>>;
  readonly advice: Parsed<z.output<typeof schema.adviceFile>>;
  readonly calendar: Parsed<z.output<typeof schema.calendarFile>>;
  readonly decoys: Parsed<z.output<typeof schema.decoysFile>>;
  readonly lexicon: Parsed<z.output<typeof schema.lexiconFile>>;
  readonly phrases: Parsed<z.output<typeof schema.phrasesFile>>;
  readonly contact: Parsed<z.output<typeof schema.contactFile>>;
  readonly menu: Parsed<z.output<typeof schema.menuFile>>;
  readonly understanding: Parsed<z.output<typeof schema.understandingFile>>;
}

/** @param texts the files by their paths (src/handbook/read.ts). @param today for what has gone stale.
 *  @throws HandbookError with every problem of every file. */
export function createHandbook(texts: ReadonlyMap<string, string>, today: string): Handbook {
  const problems: Problem[] = [];
  const files = readFiles(texts, problems);
  if (!files) throw new HandbookError(problems);
  const handbook = build(files);
  const { errors, warnings } = check(files, handbook, today);
  if (errors.length > 0) throw new HandbookError(errors);
  return Object.freeze({ ...handbook, warnings });
}

/** The files with the places of their values, for checks that need more than a start does (src/commands).
 *  @returns `undefined` when a file cannot be read; `problems` then holds the reasons. */
export function readFiles(texts: ReadonlyMap<string, string>, problems: Problem[]): Files | undefined {
  const seen = new Set<string>();
  const one = <S extends z.ZodType>(file: string, shape: S): Parsed<z.output<S>> | undefined => {
    seen.add(file);
    const text = texts.get(file);
    if (text === undefined) {
      problems.push({ file, line: 1, column: 1, reason: 'the file is missing' });
      return undefined;
    }
    const result = parse(file, text, shape);
    if (!isProblems(result)) return result;
    problems.push(...result);
    return undefined;
  };
  const all = <S extends z.ZodType>(folder: string, shape: S): Parsed<z.output<S>>[] =>
    [...texts.keys()].filter((file) => file.startsWith(folder)).flatMap((file) => one(file, shape) ?? []);

  const dialogs = all('dialogs/', schema.dialogFile).sort((a, b) => a.value.order - b.value.order);
  const checklists = all('content/checklists/', schema.checklistFile);
  const faq = all('content/faq/', schema.faqFile);
  const provinces = one('content/provinces.yaml', schema.provincesFile);
  const documents = one('content/documents.yaml', schema.documentsFile);
  const sources = one('content/sources.yaml', schema.sourcesFile);
  const advice = one('content/advice.yaml', schema.adviceFile);
  const calendar = one('content/calendar.yaml', schema.calendarFile);
  const decoys = one('content/decoys.yaml', schema.decoysFile);
  const lexicon = one('content/lexicon.yaml', schema.lexiconFile);
  const phrases = one('content/phrases.yaml', schema.phrasesFile);
  const contact = one('content/contact.yaml', schema.contactFile);
  const menu = one('content/menu.yaml', schema.menuFile);
  const understanding = one('content/understanding.yaml', schema.understandingFile);
  for (const file of texts.keys()) {
    if (!seen.has(file))
      problems.push({
        file,
        line: 1,
        column: 1,
        reason: 'nobody reads this file: its name is not known here',
      });
  }
  if (problems.length > 0) return undefined;
  if (!provinces || !documents || !sources || !advice || !calendar) return undefined;
  if (!decoys || !lexicon || !phrases || !contact || !menu || !understanding) return undefined;
  const named = new Map(checklists.map((list) => [nameOf(list.file), list] as const));
  return {
    dialogs,
    checklists: named,
    faq,
    provinces,
    documents,
    sources,
    advice,
    calendar,
    decoys,
    lexicon,
    phrases,
    contact,
    menu,
    understanding,
  };
}

/** The handbook of files that were read, without the cross-checks: for comparing with an earlier state of the content. */
export function build(files: Files): Omit<Handbook, 'warnings'> {
  const provinces = new Map(
    files.provinces.value.provinces.map((province) => [province.name, province] as const),
  );
  const dialogs = new Map(files.dialogs.map(({ value }) => [value.id, dialogOf(value, provinces)] as const));
  const understanding = files.understanding.value;
  const language: LanguageWords = {
    questionWords: understanding.疑问词.map(normalise),
    questionEndings: understanding.疑问结尾.map(normalise),
    denials: understanding.否定词.map(normalise),
    fillersBefore: longestFirst(understanding.前缀词.map(normalise)),
    fillersAfter: longestFirst(understanding.后缀词.map(normalise)),
  };
  const places = placesOf(provinces);
  const thresholds: Thresholds = {
    direct: understanding.直接回答阈值,
    suggest: understanding.推荐阈值,
    suggestions: understanding.推荐条数,
    weights: understanding.权重,
  };
  const faqEntries = files.faq.flatMap(({ value }) =>
    value.entries.map((entry) => faqEntryOf(entry, value.checked)),
  );
  const decoys = files.decoys.value.entries.map(({ id, topic, phrases, reply }) => ({
    id,
    topic,
    phrases,
    ...(reply && { reply }),
  }));
  const lexicon = [...files.lexicon.value.typos, ...files.lexicon.value.synonyms].flatMap(
    ({ write, for: words }) => words.map((word) => [word, write] as const),
  );
  const { commands, say, ...words } = files.phrases.value;
  const { timeline, ...advice } = files.advice.value;
  return {
    dialogs,
    readers: new Map(
      [...dialogs].map(([id, dialog]) => [id, createReader(dialog, places, language)] as const),
    ),
    derive: createDerive(provinces),
    provinces,
    lists: new Map(
      [...files.checklists].map(
        ([name, { value }]) => [name, listOf(name, value, files.documents.value)] as const,
      ),
    ),
    advice: new Map(Object.entries(advice).map(([name, specs]) => [name, specs.map(adviceOf)] as const)),
    timeline: { stages: timeline.stages, plan: timeline.plan, margin: timeline.margin },
    calendar: createCalendar(files.calendar.value.years),
    faq: createFaq({ entries: faqEntries, decoys, lexicon: { replace: lexicon }, thresholds }),
    faqEntries,
    decoys,
    lexicon,
    thresholds,
    phrases: { commands, say: sayOf(say) },
    openings: new Map(
      [...dialogs.values()].flatMap(({ id, opens }) => opens.map((word) => [normalise(word), id] as const)),
    ),
    looseOpenings: [...dialogs.values()].flatMap(({ id, opensLoosely }) =>
      opensLoosely.map((word) => ({ word: normalise(word), dialog: id })),
    ),
    commands: new Map(
      schema.COMMANDS.flatMap((command) =>
        commands[command].map((word) => [normalise(word), command] as const),
      ),
    ),
    words: {
      yes: new Set(words.yes.map(normalise)),
      no: new Set(words.no.map(normalise)),
      edit: longestFirst(words.edit.map(normalise)),
      openingDay: words['opening-day'].map(normalise),
      corrections: understanding.改口词.map(normalise),
      language,
    },
    pauseHours: understanding.停顿小时,
    contact: files.contact.value,
    menu: files.menu.value,
    menuSays: files.menu.value.buttons
      .flatMap((button) => ('sub' in button ? button.sub : [button]))
      .flatMap((leaf) => ('says' in leaf ? [leaf] : [])),
    sources: sourcesOf(files.sources.value),
  };
}

function dialogOf(
  file: z.output<typeof schema.dialogFile>,
  provinces: ReadonlyMap<string, Province>,
): Dialog {
  const steps = file.steps.map((step): Step => {
    if ('end' in step) {
      const { end, when, list, advice, dates } = step;
      return {
        kind: 'end',
        id: end,
        dates,
        ...(when && { when }),
        ...(list && { list }),
        ...(advice && { advice }),
      };
    }
    const { ask, name, say, because, when, asked, reads, either, choices } = step;
    const options: Ask['options'] =
      reads === 'province'
        ? [...provinces.values()].map(({ name: province }) => ({
            id: province,
            label: province,
            also: [],
            anywhere: [],
          }))
        : Object.entries(choices).map(
            ([id, { hint, ...option }]: [
              string,
              { label: string; also: string[]; anywhere: string[]; hint?: string | undefined },
            ]) => ({
              id,
              ...option,
              ...(hint === undefined ? {} : { hint }),
            }),
          );
    return {
      kind: 'ask',
      fact: ask,
      name,
      say,
      because,
      reads,
      options,
      either: new Map(Object.entries(either)),
      ...(when && { when }),
      ...(asked && { asked }),
    };
  });
  return { id: file.id, title: file.title, opens: file.opens, opensLoosely: file['opens-loosely'], steps };
}

function listOf(
  id: string,
  file: z.output<typeof schema.checklistFile>,
  documents: z.output<typeof schema.documentsFile>,
): ListSpec {
  const papers = new Map(
    Object.entries(documents).map(([name, paper]): [string, PaperSpec] => [name, { id: name, ...paper }]),
  );
  return {
    id,
    groups: file.groups,
    checked: file.checked,
    items: file.items.flatMap(({ document: name, note, ...item }): ItemSpec[] => {
      const document = papers.get(name);
      return document ? [{ ...item, document, ...(note === undefined ? {} : { note }) }] : [];
    }),
    notNeeded: file['not-needed'].map(({ id: name, text, rules, when }) => ({
      id: name,
      text,
      rules,
      ...(when && { when }),
    })),
  };
}

function adviceOf({
  when,
  periods,
  ...spec
}: z.output<typeof schema.adviceFile>[string][number]): AdviceSpec {
  return {
    ...spec,
    ...(when && { when }),
    periods: periods.map(({ to, ...period }) => ({ ...period, ...(to && { to }) })),
  };
}

function faqEntryOf(
  { checked, takes, ...entry }: z.output<typeof schema.faqFile>['entries'][number],
  fileChecked: string,
): FaqEntry {
  return { ...entry, checked: checked ?? fileChecked, ...(takes && { takes }) };
}

function sayOf(
  say: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<PhraseId, readonly string[]>> {
  const filled: Partial<Record<PhraseId, readonly string[]>> = {};
  for (const id of PHRASES) filled[id] = say[id] ?? [];
  return filled as Record<PhraseId, readonly string[]>;
}

function sourcesOf(file: z.output<typeof schema.sourcesFile>): ReadonlyMap<string, Source> {
  return new Map(
    Object.entries(file).map(([key, source]): [string, Source] => [
      key,
      'memory' in source
        ? { key, title: undefined, url: undefined }
        : { key, title: source.title, url: source.url },
    ]),
  );
}

/** Names of provinces (short, full, other) and cities (with and without 市), normalised. */
function placesOf(provinces: ReadonlyMap<string, Province>): readonly Place[] {
  return [...provinces.values()].flatMap(({ name, full, also, cities }) => [
    ...[name, full, `${name}省`, `${name}市`, ...also].map((place) => ({
      name: normalise(place),
      province: name,
      isProvince: true,
    })),
    ...cities.map((place) => ({ name: normalise(place), province: name, isProvince: false })),
  ]);
}

function longestFirst(words: readonly string[]): readonly string[] {
  return [...words].sort((a, b) => b.length - a.length);
}

function nameOf(file: string): string {
  return file.replace(/^.*\//, '').replace(/\.yaml$/, '');
}

function isProblems<T>(result: Parsed<T> | readonly Problem[]): result is readonly Problem[] {
  return Array.isArray(result);
}
