/** Reads a pasted text as the answer to the question that asks for it. */
import { formsOf, type TextForms } from '../../text/forms.ts';
import type { Ask } from '../dialog.ts';
import type { Lookup } from './lookup.ts';
import { NOTHING, type Reading } from './reading.ts';
import type { TextFinder } from './text-finder.ts';

/** In a longer pasted text without a question mark, 什么 and 是否 ask nothing. */
const LONG_STATEMENT = 24;
/** Characters of a pasted text that may be a question. */
const SHORT_QUESTION = 30;
const CALLS_FOR_HELP = /(?:怎么|怎样|如何|咋)(?:改|办|弄|处理|解决|整)|为什么|为啥|是否/gu;

/** What decides whether a text is pasted: the dialog's questions, and what is found in such texts. */
export interface PastedReaderParts {
  readonly asks: readonly Ask[];
  /** By `Ask.reads`. */
  readonly finders: ReadonlyMap<string, TextFinder>;
  /** Whole replies, by fact. */
  readonly lookups: ReadonlyMap<string, Lookup>;
  readonly isQuestion: (said: TextForms) => boolean;
}

/** A pasted reason is an answer even where it holds a question, for the platform asks to confirm things; but not where a
 *  short text is one. Where finding nothing is a result, anything could be an answer: then a question is one only in
 *  quotation marks, and what answers another question is none. */
export function createPastedReader(parts: PastedReaderParts): (ask: Ask, said: TextForms) => Reading {
  const { asks, finders, lookups, isQuestion } = parts;

  return (ask, said) => {
    const finder = finders.get(ask.reads);
    const found = finder?.read(said);
    if (found?.kind === 'perhaps') return { kind: 'several', values: found.ids };
    if (found?.kind !== 'found') return NOTHING;
    const isSaidToUs = finder?.mayBeClean
      ? !found.quoted && (asksSomething(found.bare) || answersAnother(said.letters))
      : asksForHelp(found.bare);
    return isSaidToUs ? NOTHING : { kind: 'option', value: found.value, exact: true };
  };

  function asksSomething(bare: string): boolean {
    const isLong = bare.length > LONG_STATEMENT && !bare.includes('?');
    return !isLong && isQuestion(formsOf(bare));
  }

  function answersAnother(letters: string): boolean {
    return asks.some(
      ({ fact, reads }) => reads === 'choice' && lookups.get(fact)?.meant(letters)?.length === 1,
    );
  }

  /** 电子执照可以吗, but neither a paragraph of an authority nor a reason with a call for help: 照片模糊怎么改. */
  function asksForHelp(bare: string): boolean {
    const isShort = formsOf(bare).letters.length <= SHORT_QUESTION;
    return isShort && isQuestion(formsOf(bare.replace(CALLS_FOR_HELP, '')));
  }
}
