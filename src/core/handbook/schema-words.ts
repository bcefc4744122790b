/** The shapes of the files that say how people speak: what is out of scope, intents, synonyms, and understanding. */
import { z } from 'zod';
import { NAMED_PARTS, type NamedPart } from '../knowledge/checklist.ts';
import { checked, id, paragraphs, source, value, words } from './schema-parts.ts';

const share = z.number().min(0).max(1);

export const outOfScopeFile = z.strictObject({
  checked: checked.optional(),
  entries: z.array(
    z.strictObject({
      id,
      topic: value,
      phrases: words.min(1),
      reply: paragraphs.optional(),
      /** What a reply that states a fact rests on. */
      source: source.optional(),
      checked: checked.optional(),
    }),
  ),
});

export const COMMANDS = [
  'back',
  'restart',
  'facts',
  'list',
  'more',
  'previous',
  'all',
  'resume',
  'menu',
  'help',
  'person',
  'assistant',
  'forget',
  'new',
  'switch',
  'remove',
  'same',
] as const;
export type Command = (typeof COMMANDS)[number];

export const intentsFile = z.strictObject({
  checked,
  entries: z.array(
    z.union([
      z.strictObject({
        id,
        topic: value,
        opens: id,
        /** What is told by saying so: 备案号下来了 tells the stage. */
        facts: z.record(z.string(), value).default({}),
        phrases: words.min(1),
      }),
      z.strictObject({
        id,
        topic: value,
        command: z.enum(COMMANDS),
        /** Whether it is asked first whether that is meant. */
        asks: z.boolean().default(false),
        phrases: words.min(1),
      }),
    ]),
  ),
});

export const lexiconFile = z.strictObject({
  /** Words of English sentences that carry no meaning here. */
  idle: words.default([]),
  synonyms: z.array(z.strictObject({ write: value, for: words.min(1) })).default([]),
  typos: z.array(z.strictObject({ write: value, for: words.min(1) })).default([]),
});

export const understandingFile = z.strictObject({
  直接回答阈值: share,
  试答阈值: share,
  推荐阈值: share,
  推荐条数: z.number().int().min(1).max(5),
  权重: z.array(z.number()),
  停顿小时: z.number().positive(),
  我们的事: words,
  客套开头: words,
  客套结尾: words,
  并列词: words,
  疑问词: words,
  疑问结尾: words,
  否定词: words,
  前缀词: words,
  后缀词: words,
  改口词: words,
  转述词: words,
  自称: words,
  不懂的话: words,
  问一项的话: words,
});

export const phrasesFile = z.strictObject({
  commands: z.strictObject(
    Object.fromEntries(COMMANDS.map((command) => [command, words.min(1)])) as Record<Command, typeof words>,
  ),
  /** What the parts of a list are called; the first word of each is the one that is shown. */
  parts: z.strictObject(
    Object.fromEntries(NAMED_PARTS.map((part) => [part, words.min(1)])) as Record<NamedPart, typeof words>,
  ),
  yes: words.min(1),
  no: words.min(1),
  /** None of the guesses at a pasted text; the first one is shown below them. */
  none: words.min(1),
  edit: words.min(1),
  'opening-day': words.min(1),
  /** Facts that tell the mini-programs of one merchant apart; the first three that are known are named. */
  'told-apart-by': words.default([]),
  say: z.record(z.string(), z.array(z.string()).min(1)),
});
