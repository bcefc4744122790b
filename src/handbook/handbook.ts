/** dialogs/ and content/ as one checked, frozen value. Replaced as a whole when content changes, never changed.
 *  Problems are collected over all files, so that an editor sees everything at once. */
import type { z } from 'zod';
import type { LanguageWords } from '../dialog/answer.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { Derive } from '../dialog/walk.ts';
import { HandbookError, type Problem } from '../errors.ts';
import type { Calendar } from '../knowledge/calendar.ts';
import type { ListSpec, PaperSpec } from '../knowledge/checklist.ts';
import type { AdviceSpec, TimelineSpec } from '../knowledge/deadlines.ts';
import type { Province } from '../knowledge/derive.ts';
import type { Decoy, FaqEntry, Thresholds } from '../knowledge/faq.ts';
import { build } from './build.ts';
import { check } from './check.ts';
import { type Parsed, parse } from './parse.ts';
import type { PhraseId } from './phrases.ts';
import type { Prepared } from './prepared.ts';
import type { Remembered } from './remembered.ts';
import * as schema from './schema.ts';
import { withShared } from './share.ts';

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

export interface Handbook extends Remembered {
  readonly dialogs: ReadonlyMap<string, Dialog>;
  readonly derive: Derive;
  readonly provinces: ReadonlyMap<string, Province>;
  readonly lists: ReadonlyMap<string, ListSpec>;
  /** Every paper, by its id. */
  readonly papers: ReadonlyMap<string, PaperSpec>;
  readonly advice: ReadonlyMap<string, readonly AdviceSpec[]>;
  readonly timeline: TimelineSpec;
  readonly calendar: Calendar;
  readonly faqEntries: readonly FaqEntry[];
  readonly decoys: readonly Decoy[];
  readonly lexicon: readonly (readonly [string, string])[];
  readonly thresholds: Thresholds;
  readonly phrases: Phrases;
  /** Whole messages, normalised, that open a dialog, and its id. */
  readonly openings: ReadonlyMap<string, string>;
  /** Words that open a dialog at the start of a message and hand it the rest, longest first. */
  readonly beginnings: readonly { readonly word: string; readonly dialog: string }[];
  /** Normalised words that open a dialog wherever they stand, in the order of the dialogs. */
  readonly looseOpenings: readonly { readonly word: string; readonly dialog: string }[];
  /** Facts that tell mini-programs of one merchant apart, the most telling first. */
  readonly toldApartBy: readonly string[];
  /** Whole messages, normalised, that are commands. */
  readonly commands: ReadonlyMap<string, schema.Command>;
  /** Commands that may be followed by what they are about (切换2, 继续备案): their words, normalised. */
  readonly leading: Readonly<Record<'switch' | 'remove' | 'resume', readonly string[]>>;
  readonly words: {
    readonly yes: ReadonlySet<string>;
    readonly no: ReadonlySet<string>;
    /** As they are written; the first is shown below guesses. */
    readonly none: readonly string[];
    readonly edit: readonly string[];
    readonly openingDay: readonly string[];
    readonly corrections: readonly string[];
    /** So begins what repeats the words of a screen or of the platform: 提示…, 说我…. */
    readonly reports: readonly string[];
    readonly language: LanguageWords;
  };
  /** After such a pause an unfinished dialog is offered, not just gone on with. */
  readonly pauseHours: number;
  readonly contact: z.output<typeof schema.contactFile>;
  readonly menu: z.output<typeof schema.menuFile>;
  /** The menu's entries that say something, from left to right and top to bottom. */
  readonly menuSays: readonly { readonly name: string; readonly says: string }[];
  readonly sources: ReadonlyMap<string, Source>;
  /** Things that are allowed and still want a look: shown by the content check. None where the files were checked before. */
  readonly warnings: readonly Problem[];
}

/** Files of the handbook after parsing, for the cross-checks. */
export interface Files {
  readonly dialogs: readonly Parsed<schema.DialogFile>[];
  readonly checklists: ReadonlyMap<string, Parsed<z.output<typeof schema.checklistFile>>>;
  readonly faq: readonly Parsed<z.output<typeof schema.faqFile>>[];
  readonly findings: readonly Parsed<z.output<typeof schema.findingsFile>>[];
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
 *  @param prepared what was prepared of these very texts, which were checked then.
 *  @throws HandbookError with every problem of every file. */
export function createHandbook(
  texts: ReadonlyMap<string, string>,
  today: string,
  prepared?: Prepared,
): Handbook {
  const problems: Problem[] = [];
  const files = readFiles(texts, problems, prepared);
  if (!files) throw new HandbookError(problems);
  const handbook = build(files, prepared?.learnt);
  // What was prepared was checked then, and the texts are the same.
  if (prepared) return Object.freeze({ ...handbook, warnings: [] });
  const { errors, warnings } = check(files, handbook, today);
  if (errors.length > 0) throw new HandbookError(errors);
  return Object.freeze({ ...handbook, warnings });
}

/** The files with the places of their values, for checks that need more than a start does (src/commands).
 *  @returns `undefined` when a file cannot be read; `problems` then holds the reasons. */
export function readFiles(
  texts: ReadonlyMap<string, string>,
  problems: Problem[],
  prepared?: Prepared,
): Files | undefined {
  const seen = new Set<string>();
  const one = <S extends z.ZodType>(file: string, shape: S): Parsed<z.output<S>> | undefined => {
    seen.add(file);
    const text = texts.get(file);
    if (text === undefined) {
      problems.push({ file, line: 1, column: 1, reason: 'the file is missing' });
      return undefined;
    }
    const result = parse(file, text, shape, prepared?.held.get(file));
    if (!isProblems(result)) return result;
    problems.push(...result);
    return undefined;
  };
  const all = <S extends z.ZodType>(folder: string, shape: S): Parsed<z.output<S>>[] =>
    [...texts.keys()].filter((file) => file.startsWith(folder)).flatMap((file) => one(file, shape) ?? []);

  const written = all('dialogs/', schema.dialogFile).sort((a, b) => a.value.order - b.value.order);
  const dialogs = withShared(written, problems);
  const checklists = all('content/checklists/', schema.checklistFile);
  const faq = all('content/faq/', schema.faqFile);
  const findings = all('content/findings/', schema.findingsFile);
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
    findings,
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

function isProblems<T>(result: Parsed<T> | readonly Problem[]): result is readonly Problem[] {
  return Array.isArray(result);
}

function nameOf(file: string): string {
  return file.replace(/^.*\//, '').replace(/\.yaml$/, '');
}
