/** The shapes of the files in dialogs/ and content/, as zod schemas. */
import { z } from 'zod';
import { PARTS, SHAPES } from '../knowledge/findings/traits.ts';
import { PASTED } from '../pasted.ts';
import {
  checked,
  confidence,
  day,
  id,
  letter,
  line,
  paragraphs,
  pattern,
  patterns,
  rules,
  source,
  value,
  when,
  words,
} from './schema-parts.ts';
import { COMMANDS } from './schema-words.ts';

export * from './schema-words.ts';

const option = z.union([
  value.transform((label) => ({ label, also: [], anywhere: [] })),
  z.strictObject({
    label: value,
    also: patterns.default([]),
    anywhere: patterns.default([]),
    hint: value.optional(),
  }),
]);

const asked = z.union([z.literal('never').transform(() => []), when]).optional();

const ask = z.strictObject({
  ask: id,
  name: value,
  say: value,
  /** The same in other words, for who was not understood. */
  again: value.optional(),
  /** What it is about, for who does not know: what the word means, and where one looks it up. */
  explain: value.optional(),
  because: value,
  when: when.optional(),
  about: z.literal('subject').optional(),
  asked,
  reads: z.enum(['choice', 'province', ...PASTED]).default('choice'),
  /** Tells how things stand today: forgotten when the dialog is opened again. */
  anew: z.boolean().default(false),
  /** Whether its options are shown; too many are only understood. */
  listed: z.boolean().default(true),
  either: z.record(pattern, words.min(2)).default({}),
  /** For pasted texts: how one goes on without. */
  skip: z.strictObject({ label: value, also: patterns.default([]) }).optional(),
  choices: z.record(id, option).default({}),
});

/** A question of another dialog, asked here word for word. */
const shared = z.strictObject({
  'same-as': z.string().regex(/^[A-Za-z0-9-]+\.[A-Za-z0-9-]+$/, 'a question is named dialog.fact'),
  /** Where it is asked for others, or otherwise, than there. */
  when: when.optional(),
  asked,
});

/** What makes sense next, to be tapped: opens a dialog with facts, gives a command, or asks a question. */
const exit = z
  .strictObject({
    id,
    label: value,
    /** Whole messages that say the same. */
    also: patterns.default([]),
    when: when.optional(),
    opens: id.optional(),
    facts: z.record(z.string(), value).default({}),
    command: z.enum(COMMANDS).optional(),
    question: value.optional(),
  })
  .refine(
    ({ opens, command, question }) =>
      [opens, command, question].filter((does) => does !== undefined).length === 1,
    'say what it does: opens, command or question',
  );
export type WrittenExit = z.output<typeof exit>;

const end = z.strictObject({
  end: id,
  when: when.optional(),
  list: id.optional(),
  advice: id.optional(),
  dates: z.boolean().default(false),
  /** The question whose findings are shown, and the dialog with the list that they change. */
  findings: id.optional(),
  'papers-of': id.optional(),
  exits: z.array(exit).default([]),
});

export const dialogFile = z.strictObject({
  id,
  /** Its place among the dialogs, where they are offered. */
  order: z.number().int().positive(),
  title: value,
  /** Whether it is offered wherever someone may begin; else only in the menu. */
  offered: z.boolean().default(true),
  opens: words.min(1),
  'opens-loosely': words.default([]),
  'opens-with': words.default([]),
  /** When this holds, a rejection told in the merchant's own words is accepted too. */
  expected: when.optional(),
  /** What the explanations of its questions rest on. */
  explained: z.strictObject({ source, checked }).optional(),
  /** Other dialogs that are gone through first: for whom, which one, and the fact that it is about. */
  detours: z.array(z.strictObject({ when, to: id, until: id })).default([]),
  steps: z.array(z.union([ask, end, shared])).min(1),
});

type WrittenDialog = z.output<typeof dialogFile>;
type WrittenStep = WrittenDialog['steps'][number];
export type WrittenAsk = Extract<WrittenStep, { ask: string }>;

/** A dialog whose shared questions stand in their places (share.ts); `same-as` tells where they are written. */
export type DialogFile = Omit<WrittenDialog, 'steps'> & {
  steps: ((WrittenAsk & { 'same-as'?: string }) | Extract<WrittenStep, { end: string }>)[];
};

export const sourcesFile = z.record(
  z.string(),
  z.union([
    z.strictObject({
      /** An official page, the papers of an access provider or another platform, or what somebody reports. */
      kind: z.enum(['official', 'provider', 'report']),
      title: value,
      /** Who says so, as a merchant reads it behind 依据：. */
      by: value,
      url: z.string().optional(),
      dated: z.string().optional(),
      note: z.string().optional(),
    }),
    z.strictObject({ memory: z.literal(true), title: z.string().optional() }),
  ]),
);

export const provincesFile = z.strictObject({
  checked,
  provinces: z
    .array(
      z.strictObject({
        name: value,
        full: value,
        code: z.string().regex(/^\d{6}$/, 'a code has six digits, in quotes'),
        also: words.default([]),
        cities: words.default([]),
        facts: z.record(z.string(), value),
        words: z.record(z.string(), z.string()).default({}),
        source,
        confidence,
      }),
    )
    .min(1),
});

export const documentsFile = z.record(
  id,
  z.strictObject({
    name: value,
    how: value,
    mistake: value,
    letter: letter.optional(),
    source,
    confidence,
    checked,
  }),
);

export const checklistFile = z.strictObject({
  checked,
  /** Groups of papers, and behind them groups of what is filled in or done. */
  groups: words,
  'to-fill': words.default([]),
  /** Groups whose papers are photographed, and the document that says how. */
  photographed: z.strictObject({ groups: words.min(1), as: id }).optional(),
  items: z.array(
    z.strictObject({
      document: id,
      group: value,
      when,
      rules,
      unsure: z.boolean().default(false),
      note: value.optional(),
    }),
  ),
  /** What the platform makes by itself: the name of each. */
  generated: z.array(line).default([]),
  /** What only other providers ask for: the name of each paper. */
  'if-asked': z.array(line).default([]),
  /** What else is good to know, a sentence each. */
  remarks: z.array(line).default([]),
  'not-needed': z.array(line).default([]),
});

const workingDays = z.number().int().nonnegative();

const stage = z.strictObject({
  id,
  /** For whom this stage exists; for everybody when absent. */
  when: when.optional(),
  name: value,
  note: value,
  shortest: workingDays,
  longest: workingDays,
  /** For whom it is otherwise; the first case that holds counts. */
  cases: z
    .array(
      z.union([
        z.strictObject({ when, skipped: z.literal(true) }),
        z.strictObject({
          when,
          name: value.optional(),
          note: value,
          shortest: workingDays,
          longest: workingDays,
        }),
      ]),
    )
    .default([]),
  rules,
});

const advice = z.strictObject({
  id,
  first: z.boolean().default(false),
  /** It comes first when more time than this has passed since it began: than the longest of a stage, than so many working
   *  days, than so many hours. */
  overdue: z
    .union([
      z.strictObject({ stage: id }).transform(({ stage }) => ({ kind: 'stage' as const, stage })),
      z
        .strictObject({ 'working-days': z.number().int().positive() })
        .transform((one) => ({ kind: 'working-days' as const, days: one['working-days'] })),
      z
        .strictObject({ hours: z.number().int().positive() })
        .transform(({ hours }) => ({ kind: 'hours' as const, hours })),
    ])
    .optional(),
  when: when.optional(),
  /** Shown only while, or only once, this was told: the reason of a rejection. */
  'until-told': id.optional(),
  'once-told': id.optional(),
  source,
  confidence,
  checked,
  rules,
  periods: z
    .array(
      z.strictObject({
        from: day,
        to: day.optional(),
        title: value,
        /** The one line that the first page of a list shows. */
        brief: value.optional(),
        lines: words.min(1),
      }),
    )
    .min(1),
});

export const adviceFile = z
  .object({
    timeline: z.strictObject({
      source,
      checked,
      plan: z.number().int().positive(),
      margin: z.number().int().nonnegative(),
      stages: z.array(stage).min(1),
    }),
  })
  .catchall(z.array(advice));

export const calendarFile = z.strictObject({
  years: z.array(
    z.strictObject({
      year: z.number().int(),
      source,
      checked,
      rules,
      holidays: z.array(z.strictObject({ name: value, from: day, to: day })),
      workdays: z.array(day),
    }),
  ),
});

export const faqFile = z.strictObject({
  checked,
  entries: z.array(
    z.strictObject({
      id,
      question: value,
      also: words.default([]),
      answer: paragraphs,
      variants: z.array(z.strictObject({ when, answer: paragraphs })).default([]),
      source,
      confidence,
      checked: checked.optional(),
      rules,
      see: words.default([]),
      named: words.default([]),
      takes: z.strictObject({ dialog: id, facts: z.record(z.string(), value) }).optional(),
    }),
  ),
});

const count = z.number().int().positive();

const trait = z
  .strictObject({
    says: patterns.min(1).optional(),
    lacks: patterns.min(1).optional(),
    is: z.array(z.enum(SHAPES)).min(1).optional(),
    has: z.array(z.enum(PARTS)).min(1).optional(),
    'width-below': count.optional(),
    'width-above': count.optional(),
    'characters-below': count.optional(),
    'characters-above': count.optional(),
    'chinese-below': count.optional(),
  })
  .refine((one) => Object.keys(one).length > 0, 'say by what it is recognised');

export const findingsFile = z.strictObject({
  finds: z.enum(PASTED),
  checked,
  clean: z.strictObject({ name: value, say: paragraphs }).optional(),
  before: words.default([]),
  after: words.default([]),
  'not-with': words.default([]),
  not: words.default([]),
  denials: words.default([]),
  'told-with': words.default([]),
  around: words.default([]),
  remedies: words.default([]),
  longest: count,
  unasked: count.optional(),
  again: paragraphs.optional(),
  findings: z
    .array(
      z.strictObject({
        id,
        name: value,
        also: words.default([]),
        trait: z.union([trait.transform((one) => [one]), z.array(trait).min(1)]),
        when: when.optional(),
        say: paragraphs,
        papers: words.default([]),
        /** A row is one paper, or papers of which one is needed. */
        adds: z.array(z.union([value.transform((paper) => [paper]), z.array(value).min(1)])).default([]),
        source,
        confidence,
        checked: checked.optional(),
        rules,
      }),
    )
    .min(1),
});

export const contactFile = z.strictObject({
  name: value,
  introduction: value,
  agents: z.boolean(),
  how: value,
  hours: value,
  /** The same hours for the program: outside of them nobody is transferred, and the merchant is told. */
  open: z
    .strictObject({
      days: z.enum(['working-days', 'every-day']),
      from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is written "09:00", in quotes'),
      to: z.string().regex(/^([01]\d|2[0-4]):[0-5]\d$/, 'a time is written "18:00", in quotes'),
    })
    .optional(),
});

const menuLeaf = z.union([
  z.strictObject({ name: value, says: value }),
  z.strictObject({ name: value, url: z.url() }),
]);

export const menuFile = z.strictObject({
  buttons: z
    .array(z.union([z.strictObject({ name: value, sub: z.array(menuLeaf).min(1).max(5) }), menuLeaf]))
    .min(1)
    .max(3),
});
