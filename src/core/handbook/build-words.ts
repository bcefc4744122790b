/** The words of content/understanding.yaml, content/phrases.yaml and the dialogs, as texts are compared with them. */
import type { z } from 'zod';
import type { Dialog } from '../dialog/dialog.ts';
import type { LanguageWords } from '../dialog/reading/language.ts';
import { NAMED_PARTS } from '../knowledge/checklist.ts';
import type { SearchWords, Thresholds } from '../knowledge/search/targets.ts';
import { canonical, normalise } from '../text/normalise.ts';
import { longestFirst } from '../text/regexp.ts';
import type { Files } from './files.ts';
import type { Handbook } from './handbook.ts';
import * as schema from './schema.ts';

type Understanding = z.output<typeof schema.understandingFile>;

/** Words that tell questions, denials and fillers. */
export function languageOf(understanding: Understanding): LanguageWords {
  return {
    questionWords: understanding.疑问词.map(normalise),
    questionEndings: understanding.疑问结尾.map(normalise),
    denials: understanding.否定词.map(normalise),
    fillersBefore: longestFirst(understanding.前缀词.map(normalise)),
    fillersAfter: longestFirst(understanding.后缀词.map(normalise)),
  };
}

/** When to answer, when to guess. */
export function thresholdsOf(understanding: Understanding): Thresholds {
  return {
    direct: understanding.直接回答阈值,
    tentative: understanding.试答阈值,
    suggest: understanding.推荐阈值,
    suggestions: understanding.推荐条数,
    weights: understanding.权重,
  };
}

/** Everything that is heard to the letter. */
export function wordsFrom(
  files: Files,
  dialogs: ReadonlyMap<string, Dialog>,
  language: LanguageWords,
): Pick<
  Handbook,
  | 'openings'
  | 'prefixOpeners'
  | 'looseOpeners'
  | 'distinguishingFacts'
  | 'commands'
  | 'commandPrefixes'
  | 'words'
> {
  const { commands, parts, ...words } = files.phrases.value;
  const understanding = files.understanding.value;
  return {
    openings: new Map(
      [...dialogs.values()].flatMap(({ id, opens }) => opens.map((word) => [normalise(word), id] as const)),
    ),
    prefixOpeners: [...dialogs.values()]
      .flatMap(({ id, opensWith }) => opensWith.map((word) => ({ word: canonical(word), dialog: id })))
      .sort((a, b) => b.word.length - a.word.length),
    looseOpeners: [...dialogs.values()].flatMap(({ id, opensLoosely }) =>
      opensLoosely.map((word) => ({ word: normalise(word), dialog: id })),
    ),
    distinguishingFacts: words['told-apart-by'],
    commands: new Map(
      schema.COMMANDS.flatMap((command) =>
        commands[command].map((word) => [normalise(word), command] as const),
      ),
    ),
    commandPrefixes: {
      switch: commands.switch.map(normalise),
      remove: commands.remove.map(normalise),
      resume: commands.resume.map(normalise),
    },
    words: {
      parts: new Map(
        NAMED_PARTS.flatMap((part) => parts[part].map((word) => [normalise(word), part] as const)),
      ),
      yes: new Set(words.yes.map(normalise)),
      no: new Set(words.no.map(normalise)),
      none: words.none,
      edit: longestFirst(words.edit.map(normalise)),
      openingDay: words['opening-day'].map(normalise),
      corrections: understanding.改口词.map(normalise),
      reports: understanding.转述词.map(normalise),
      selves: understanding.自称.map(normalise),
      notKnown: new Set(understanding.不懂的话.map(normalise)),
      aboutItem: new Set(understanding.问一项的话.map(normalise)),
      language,
    },
  };
}

/** Words by which questions are searched. */
export function searchWordsOf(
  understanding: Understanding,
  { questionWords, questionEndings }: LanguageWords,
): SearchWords {
  return {
    ours: understanding.我们的事,
    courtesiesBefore: understanding.客套开头,
    courtesiesAfter: understanding.客套结尾,
    joins: understanding.并列词,
    questionWords,
    questionEnds: questionEndings,
  };
}
