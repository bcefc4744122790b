/** Parsed files → a handbook: dialogs with their readers, lists, advice, the index of questions. It checks nothing. */
import type { z } from 'zod';
import type { Ask, Dialog, Exit, Step } from '../dialog/dialog.ts';
import type { Place } from '../dialog/reading/places.ts';
import { createReader } from '../dialog/reading/reader.ts';
import { createWordingIndex } from '../dialog/reading/wording-index.ts';
import { walk } from '../dialog/walk.ts';
import { createCalendar } from '../knowledge/calendar.ts';
import {
  checklist,
  type ItemSpec,
  type LineSpec,
  type ListSpec,
  type PaperSpec,
} from '../knowledge/checklist.ts';
import type { AdviceSpec } from '../knowledge/deadlines.ts';
import { createDerive, type Province } from '../knowledge/derive.ts';
import { checklistEitherWay } from '../knowledge/either-way.ts';
import { createFindings, type Findings, type FindingsSpec } from '../knowledge/findings/findings.ts';
import { createFaq, type FaqIndex } from '../knowledge/search/faq.ts';
import type { FaqEntry, Wish } from '../knowledge/search/targets.ts';
import { CLEAN } from '../pasted.ts';
import { normalise } from '../text/normalise.ts';
import { expressionOf, literalPattern, parsePattern } from '../text/pattern.ts';
import { languageOf, searchWordsOf, thresholdsOf, wordsFrom } from './build-words.ts';
import type { Files } from './files.ts';
import type { Handbook, Source } from './handbook.ts';
import { PHRASES, type PhraseId } from './phrases.ts';
import type * as schema from './schema.ts';

/** The handbook of files that were read, without the cross-checks: for comparing with an earlier state of the content.
 *  @param learnt what was learnt from the phrasings of these files. */
export function build(files: Files, learnt?: FaqIndex): Omit<Handbook, 'warnings'> {
  const provinces = new Map(
    files.provinces.value.provinces.map((province) => [province.name, province] as const),
  );
  const papers = new Map(
    Object.entries(files.documents.value).map(([id, { letter, ...paper }]): [string, PaperSpec] => [
      id,
      { id, ...paper, ...(letter && { letter }) },
    ]),
  );
  const places = placesOf(provinces);
  const findings = new Map(
    files.findings.map(
      ({ value }) =>
        [
          value.finds,
          createFindings(
            findingsOf(value),
            places.map(({ name }) => name),
          ),
        ] as const,
    ),
  );
  const optionsOf = createOptions(provinces, findings);
  const dialogs = new Map(files.dialogs.map(({ value }) => [value.id, dialogOf(value, optionsOf)] as const));
  const understanding = files.understanding.value;
  const language = languageOf(understanding);
  const index = createWordingIndex(dialogs.values(), places);
  const thresholds = thresholdsOf(understanding);
  const faqEntries = files.faq.flatMap(({ value }) =>
    value.entries.map((entry) => faqEntryOf(entry, value.checked)),
  );
  const outOfScope = files.outOfScope.value.entries.map(({ id, topic, phrases, reply }) => ({
    id,
    topic,
    phrases,
    ...(reply && { reply }),
  }));
  const wishes = files.intents.value.entries.map(
    ({ id, phrases, ...entry }): Wish => ({
      id,
      phrases,
      does:
        'opens' in entry
          ? { opens: entry.opens, facts: entry.facts }
          : { command: entry.command, asks: entry.asks },
    }),
  );
  const searchWords = searchWordsOf(understanding, language);
  const { typos, synonyms, idle } = files.lexicon.value;
  const replace = [...typos, ...synonyms].flatMap(({ write, for: words }) =>
    words.map((word) => [word, write] as const),
  );
  const lexicon = { replace, idle };
  const { commands, parts, say } = files.phrases.value;
  const { timeline, ...advice } = files.advice.value;
  const derive = createDerive(provinces);
  const readers = new Map(
    [...dialogs].map(
      ([id, dialog]) => [id, createReader(dialog, places, language, index, findings)] as const,
    ),
  );
  const faq = createFaq({
    entries: faqEntries,
    wishes,
    outOfScope,
    lexicon,
    thresholds,
    words: searchWords,
    ...(learnt && { learnt }),
  });
  return {
    readers,
    faq,
    findings,
    walk: (dialog, known) => walk(dialog, known, derive),
    checklist,
    checklistAt: (list, dialog, position) =>
      checklistEitherWay(list, dialog, position, (of, known) => walk(of, known, derive)),
    dialogs,
    derive,
    provinces,
    papers,
    lists: new Map(
      [...files.checklists].map(([name, { value }]) => [name, listOf(name, value, papers)] as const),
    ),
    advice: new Map(Object.entries(advice).map(([name, specs]) => [name, specs.map(adviceOf)] as const)),
    timeline: { stages: timeline.stages, plan: timeline.plan, margin: timeline.margin },
    calendar: createCalendar(files.calendar.value.years),
    faqEntries,
    outOfScope,
    wishes,
    searchWords,
    lexicon,
    thresholds,
    phrases: { commands, parts, say: sayOf(say) },
    ...wordsFrom(files, dialogs, language),
    pauseHours: understanding.停顿小时,
    contact: files.contact.value,
    menu: files.menu.value,
    menuSays: files.menu.value.buttons
      .flatMap((button) => ('sub' in button ? button.sub : [button]))
      .flatMap((leaf) => ('says' in leaf ? [leaf] : [])),
    sources: sourcesOf(files.sources.value),
  };
}

type AskStep = Extract<schema.DialogFile['steps'][number], { ask: string }>;

/** The options of questions; those of a question that several dialogs share are the very same list. */
function createOptions(
  provinces: ReadonlyMap<string, Province>,
  findings: ReadonlyMap<string, Findings>,
): (ask: Pick<AskStep, 'reads' | 'choices'>) => Ask['options'] {
  const known = new Map<unknown, Ask['options']>();
  return ({ reads, choices }) => {
    const from = reads === 'choice' ? choices : reads === 'province' ? provinces : findings.get(reads);
    const before = known.get(from);
    if (before) return before;
    const options =
      reads === 'choice'
        ? chosen(choices)
        : typedOptions(reads === 'province' ? provinces : findings.get(reads));
    known.set(from, options);
    return options;
  };
}

function chosen(choices: AskStep['choices']): Ask['options'] {
  return Object.entries(choices).map(
    ([id, { hint, ...option }]: [
      string,
      { label: string; also: string[]; anywhere: string[]; hint?: string | undefined },
    ]) => ({ id, ...option, ...(hint === undefined ? {} : { hint }) }),
  );
}

function dialogOf(
  file: schema.DialogFile,
  optionsOf: (ask: Pick<AskStep, 'reads' | 'choices'>) => Ask['options'],
): Dialog {
  const steps = file.steps.map((step): Step => {
    if ('end' in step) {
      const { end, when, list, advice, dates, exits, findings: found, 'papers-of': papersOf } = step;
      return {
        kind: 'end',
        id: end,
        dates,
        exits: exits.map(exitOf),
        ...(when && { when }),
        ...(list && { list }),
        ...(advice && { advice }),
        ...(found && { findings: found }),
        ...(papersOf && { papersOf }),
      };
    }
    const {
      ask,
      name,
      say,
      again,
      explain,
      because,
      when,
      about,
      asked,
      reads,
      anew,
      listed,
      either,
      skip,
      choices,
    } = step;
    return {
      kind: 'ask',
      fact: ask,
      name,
      say,
      because,
      reads,
      askEveryTime: anew,
      listed,
      options: optionsOf({ reads, choices }),
      either: new Map(Object.entries(either)),
      ...(again !== undefined && { again }),
      ...(explain !== undefined && { explain }),
      ...(when && { when }),
      ...(about && { about }),
      ...(asked && { askWhen: asked }),
      ...(skip && { skip: { label: skip.label, says: wholly([literalPattern(skip.label), ...skip.also]) } }),
    };
  });
  return {
    id: file.id,
    title: file.title,
    opens: file.opens,
    offered: file.offered,
    opensLoosely: file['opens-loosely'],
    opensWith: file['opens-with'],
    ...(file.expected && { expected: file.expected }),
    detours: file.detours.map(({ when, to, until }) => ({ when, dialog: to, until })),
    steps,
  };
}

/** What a typed answer can be: a province, or what is found in a pasted text. */
function typedOptions(from: ReadonlyMap<string, Province> | Findings | undefined): Ask['options'] {
  const option = (id: string, label: string) => ({ id, label, also: [], anywhere: [] });
  if (!from) return [];
  if (!('spec' in from)) return [...from.keys()].map((name) => option(name, name));
  const { findings, clean } = from.spec;
  return [...findings.map(({ id, name }) => option(id, name)), ...(clean ? [option(CLEAN, clean.name)] : [])];
}

function findingsOf({
  'not-with': notWith,
  'told-with': toldWith,
  clean,
  again,
  findings,
  checked,
  ...file
}: z.output<typeof schema.findingsFile>): FindingsSpec {
  return {
    ...file,
    notWith,
    toldWith,
    ...(clean && { clean }),
    ...(again && { again }),
    findings: findings.map(({ when, trait: traits, ...finding }) => ({
      ...finding,
      traits,
      checked: finding.checked ?? checked,
      ...(when && { when }),
    })),
  };
}

function exitOf({ id, label, also, when, opens, facts, command, question }: schema.WrittenExit): Exit {
  return {
    id,
    label,
    says: wholly([literalPattern(label), ...also]),
    ...(when && { when }),
    does:
      opens !== undefined
        ? { kind: 'open', dialog: opens, facts }
        : command !== undefined
          ? { kind: 'command', command }
          : { kind: 'question', question: question ?? '' },
  };
}

/** Matches letters that one of these patterns is short for, and nothing around them. */
function wholly(patterns: readonly string[]): RegExp {
  const sources = patterns.map((written) => expressionOf(parsePattern(written).pieces, GAP_IN_EXIT));
  return new RegExp(`^(?:${sources.join('|')})$`, 'u');
}

/** Characters that … stands for. */
const GAP_IN_EXIT = 12;

function listOf(
  id: string,
  file: z.output<typeof schema.checklistFile>,
  papers: ReadonlyMap<string, PaperSpec>,
): ListSpec {
  const photos = papers.get(file.photographed?.as ?? '');
  return {
    id,
    groups: file.groups,
    toFill: file['to-fill'],
    photographed: file.photographed?.groups ?? [],
    ...(photos && { photos }),
    checked: file.checked,
    items: file.items.flatMap(({ document: name, note, ...item }): ItemSpec[] => {
      const document = papers.get(name);
      return document ? [{ ...item, document, ...(note === undefined ? {} : { note }) }] : [];
    }),
    generated: linesOf(file.generated),
    ifAsked: linesOf(file['if-asked']),
    remarks: linesOf(file.remarks),
    notNeeded: linesOf(file['not-needed']),
  };
}

function linesOf(lines: z.output<typeof schema.checklistFile>['not-needed']): readonly LineSpec[] {
  return lines.map(({ id, text, rules, when }) => ({ id, text, rules, ...(when && { when }) }));
}

function adviceOf({
  when,
  overdue,
  periods,
  'until-told': untilTold,
  'once-told': onceTold,
  ...spec
}: z.output<typeof schema.adviceFile>[string][number]): AdviceSpec {
  return {
    ...spec,
    ...(when && { when }),
    ...(overdue && { overdue }),
    ...(untilTold && { untilTold }),
    ...(onceTold && { onceTold }),
    periods: periods.map(({ to, brief, ...period }) => ({
      ...period,
      ...(to && { to }),
      ...(brief && { brief }),
    })),
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
        ? { key, title: undefined, by: undefined, url: undefined }
        : { key, title: source.title, by: source.by, url: source.url },
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
