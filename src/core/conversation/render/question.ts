/** A question with its options, or with the guesses at a pasted text. */
import { type Ask, type Dialog, isPasted, labelOf, type Skip } from '../../dialog/dialog.ts';
import { KEPT } from '../../dialog/reserved.ts';
import type { Facts } from '../../facts.ts';
import { NONE, SKIPPED } from '../../pasted.ts';
import { fill } from '../../text/template.ts';
import { encode, optionPrefix } from '../choice-id.ts';
import type { Choice, Line } from '../messages.ts';
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
  /** Its answer is being changed: the present one is marked, and may stay. */
  readonly isChanging?: boolean;
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
  return (dialog, ask, answers, style = {}) => {
    const { only, program = 1, again = false, isChanging = false } = style;
    const written = (again ? ask.again : undefined) ?? ask.say;
    const say = fill(written, written.includes('{') ? labels(dialog, answers) : {});
    const present = isChanging ? answers[ask.fact] : undefined;
    const keeping = present === undefined ? undefined : keepChoice(dialog, ask, program);
    if ((ask.reads !== 'choice' || !ask.listed) && !only) {
      const skipping = ask.skip ? [skipChoice(dialog, ask, ask.skip)] : [];
      if (present === undefined || !keeping) return { block: [say, ...skipping], shown: undefined };
      const now = phraseLine('present-is', { label: labelOf(ask, present) });
      return { block: [now, say, keeping], shown: undefined };
    }
    if (isPasted(ask)) return guesses(dialog, ask, only ?? []);
    const { lines, shown } = options(dialog, ask, program, only);
    if (!keeping) return skippable(dialog, ask, { block: [say, ...lines], shown }, only, program);
    const marked = lines.map((line, i) =>
      shown.ids[i] === present ? [line, phraseLine('present')].flat() : line,
    );
    const last = { ...keeping, label: `${lines.length + 1}. ${keeping.label}` };
    return { block: [say, ...marked, last], shown: { prefix: shown.prefix, ids: [...shown.ids, KEPT] } };
  };

  /** With the way past it, as the last of all options. */
  function skippable(
    dialog: Dialog,
    ask: Ask,
    asked: Question,
    only: readonly string[] | undefined,
    program: number,
  ): Question {
    const { shown, block } = asked;
    if (!ask.skip || !shown || (only && only.length < ask.options.length)) return asked;
    const choice = skipChoice(dialog, ask, ask.skip, program);
    const last = { ...choice, label: `${shown.ids.length + 1}. ${choice.label}` };
    return { block: [...block, last], shown: { prefix: shown.prefix, ids: [...shown.ids, SKIPPED] } };
  }

  function skipChoice({ id: dialog }: Dialog, { fact }: Ask, { label }: Skip, program = 1): Choice {
    return { label, text: label, id: encode({ kind: 'option', program, dialog, fact, option: SKIPPED }) };
  }

  function keepChoice({ id: dialog }: Dialog, { fact }: Ask, program: number): Choice {
    const label = phraseLine('keep');
    return { label, text: label, id: encode({ kind: 'option', program, dialog, fact, option: KEPT }) };
  }

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
