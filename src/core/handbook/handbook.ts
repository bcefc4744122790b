/** dialogs/ and content/ as one checked, frozen value. Replaced as a whole when content changes, never changed.
 *  Problems are collected over all files, so that an editor sees everything at once. */
import type { z } from 'zod';
import type { Dialog } from '../dialog/dialog.ts';
import type { LanguageWords } from '../dialog/reading/language.ts';
import type { Reader } from '../dialog/reading/reader.ts';
import type { Derive, Position } from '../dialog/walk.ts';
import type { Problem } from '../errors.ts';
import type { Facts } from '../facts.ts';
import type { Calendar } from '../knowledge/calendar.ts';
import type { Checklist, ListSpec, NamedPart, PaperSpec } from '../knowledge/checklist.ts';
import type { AdviceSpec, TimelineSpec } from '../knowledge/deadlines.ts';
import type { Province } from '../knowledge/derive.ts';
import type { Findings } from '../knowledge/findings/findings.ts';
import type { Faq } from '../knowledge/search/faq.ts';
import type { Lexicon } from '../knowledge/search/reword.ts';
import type { FaqEntry, OutOfScope, SearchWords, Thresholds, Wish } from '../knowledge/search/targets.ts';
import type { PhraseId } from './phrases.ts';
import type * as schema from './schema.ts';

export type { PhraseId } from './phrases.ts';

export interface Phrases {
  readonly commands: Readonly<Record<schema.Command, readonly string[]>>;
  readonly parts: Readonly<Record<NamedPart, readonly string[]>>;
  readonly say: Readonly<Record<PhraseId, readonly string[]>>;
}

export interface Source {
  readonly key: string;
  /** How a merchant reads it; `undefined` for what has no published page. */
  readonly title: string | undefined;
  /** Who says so. */
  readonly by: string | undefined;
  readonly url: string | undefined;
}

export interface Handbook {
  /** What reads replies, by dialog. */
  readonly readers: ReadonlyMap<string, Reader>;
  readonly faq: Faq;
  /** What finds things in pasted texts, by `Ask.reads`. */
  readonly findings: ReadonlyMap<string, Findings>;
  /** Where somebody with these answers stands in the dialog. */
  walk(dialog: Dialog, known: Facts): Position;
  /** The documents that follow from these facts. */
  checklist(list: ListSpec, facts: Facts): Checklist;
  /** The same where somebody stands; a question that was skipped may have any answer. */
  checklistAt(list: ListSpec, dialog: Dialog, position: Position): Checklist;
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
  readonly outOfScope: readonly OutOfScope[];
  /** What people want done, as they say it. */
  readonly wishes: readonly Wish[];
  readonly searchWords: SearchWords;
  readonly lexicon: Lexicon;
  readonly thresholds: Thresholds;
  readonly phrases: Phrases;
  /** Whole messages, normalised, that open a dialog, and its id. */
  readonly openings: ReadonlyMap<string, string>;
  /** Words that open a dialog at the start of a message and hand it the rest, longest first. */
  readonly prefixOpeners: readonly { readonly word: string; readonly dialog: string }[];
  /** Normalised words that open a dialog wherever they stand, in the order of the dialogs. */
  readonly looseOpeners: readonly { readonly word: string; readonly dialog: string }[];
  /** Facts that tell mini-programs of one merchant apart, the most telling first. */
  readonly distinguishingFacts: readonly string[];
  /** Whole messages, normalised, that are commands. */
  readonly commands: ReadonlyMap<string, schema.Command>;
  /** Commands that may be followed by what they are about (切换2, 继续备案): their words, normalised. */
  readonly commandPrefixes: Readonly<Record<'switch' | 'remove' | 'resume', readonly string[]>>;
  readonly words: {
    /** Whole messages, normalised, that name a part of a list. */
    readonly parts: ReadonlyMap<string, NamedPart>;
    readonly yes: ReadonlySet<string>;
    readonly no: ReadonlySet<string>;
    /** As they are written; the first is shown below guesses. */
    readonly none: readonly string[];
    readonly edit: readonly string[];
    readonly openingDay: readonly string[];
    readonly corrections: readonly string[];
    /** So begins what repeats the words of a screen or of the platform: 提示…, 说我…. */
    readonly reports: readonly string[];
    /** So begins who speaks of themselves: 我们是. */
    readonly selves: readonly string[];
    /** Whole messages of who does not know what a question means or what to answer. */
    /** What is asked about an item of a list, behind its number. */
    readonly aboutItem: ReadonlySet<string>;
    readonly notKnown: ReadonlySet<string>;
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
