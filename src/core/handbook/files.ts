/** The files of dialogs/ and content/, parsed, each value with its place for the checks. */
import type { z } from 'zod';
import type { Problem } from '../errors.ts';
import { type Parsed, parse } from './parse.ts';
import type { Prepared } from './prepared.ts';
import { withShared } from './same-as.ts';
import * as schema from './schema.ts';

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
  readonly outOfScope: Parsed<z.output<typeof schema.outOfScopeFile>>;
  readonly intents: Parsed<z.output<typeof schema.intentsFile>>;
  readonly lexicon: Parsed<z.output<typeof schema.lexiconFile>>;
  readonly phrases: Parsed<z.output<typeof schema.phrasesFile>>;
  readonly contact: Parsed<z.output<typeof schema.contactFile>>;
  readonly menu: Parsed<z.output<typeof schema.menuFile>>;
  readonly understanding: Parsed<z.output<typeof schema.understandingFile>>;
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
  const outOfScope = one('content/out-of-scope.yaml', schema.outOfScopeFile);
  const intents = one('content/intents.yaml', schema.intentsFile);
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
  if (!outOfScope || !intents || !lexicon || !phrases || !contact || !menu || !understanding)
    return undefined;
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
    outOfScope,
    intents,
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
