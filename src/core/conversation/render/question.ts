/** A question with its options, or with the guesses at a pasted text. */
import { type Ask, type Dialog, isPasted, labelOf } from '../../dialog/dialog.ts';
import type { Facts } from '../../facts.ts';
import { NONE } from '../../pasted.ts';
import { fill } from '../../text/template.ts';
import { encode, optionPrefix } from '../choice-id.ts';
import type { Line } from '../messages.ts';
import type { Shown } from '../session/session.ts';
import type { Choices } from './choices.ts';
import type { Labels } from './labels.ts';
import type { Block } from './pages.ts';
import type { Phrases } from './phrases.ts';

/** How a question is asked. */
export interface Style {
  /** With these options alone. */
  readonly only?: readonly string[];
  /** The number of the mini-program for which it is asked. */
  readonly program?: number;
  /** In its other words, where it has some. */
  readonly again?: boolean;
}

export interface Question {
  readonly block: Block;
  /** What the numbers stand for, where something is numbered. */
  readonly shown: Shown | undefined;
}

/** Renders a question. `answers`: what the question may name. */
export type RenderQuestion = (dialog: Dialog, ask: Ask, answers: Facts, style?: Style) => Question;

/** Questions in the words of one handbook. */
export function createQuestions(
  { phraseLine }: Phrases,
  { labels }: Labels,
  { options }: Choices,
  noneOfThese: string,
): RenderQuestion {
  return (dialog, ask, answers, { only, program = 1, again = false } = {}) => {
    const written = (again ? ask.again : undefined) ?? ask.say;
    const say = fill(written, written.includes('{') ? labels(dialog, answers) : {});
    if ((ask.reads !== 'choice' || !ask.listed) && !only) return { block: [say], shown: undefined };
    if (isPasted(ask)) return guesses(dialog, ask, only ?? []);
    const { lines, shown } = options(dialog, ask, program, only);
    return { block: [say, ...lines], shown };
  };

  /** What may be meant by a pasted text, and none of these. */
  function guesses(dialog: Dialog, ask: Ask, only: readonly string[]): Question {
    const { fact } = ask;
    const offered = [...only.map((id) => [id, labelOf(ask, id)] as const), [NONE, noneOfThese] as const];
    const lines = offered.map(
      ([option, label], i): Line => ({
        label: `${i + 1}. ${label}`,
        text: label,
        id: encode({ kind: 'option', program: 1, dialog: dialog.id, fact, option }),
      }),
    );
    const prefix = optionPrefix(dialog.id, fact);
    return {
      block: [phraseLine('which-found'), ...lines],
      shown: { prefix, ids: offered.map(([id]) => id) },
    };
  }
}
