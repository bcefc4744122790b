/** Derives where a person stands in a dialog from the answers: down the list, past steps whose `when` does not hold, to
 *  the first question without a valid answer or the first end. The position is never stored. */
import { type Facts, matches } from '../facts.ts';
import { type Ask, type Dialog, type End, optionsIn } from './dialog.ts';

/** Adds what follows from answers (src/core/knowledge/derive.ts). Pure. */
export type Derive = (answers: Facts) => Facts;

export interface Position {
  /** The answers that count: those of the branch taken. Answers of other branches are ignored, not cleaned up. */
  readonly answers: Facts;
  /** `answers` and all that follows from them: what conditions look at. */
  readonly facts: Facts;
  /** The question that is open, if the dialog has not ended. */
  readonly open?: Ask;
  /** The end that was reached. */
  readonly end?: End;
  /** About so many questions are left, the open one included: those on the way that the first options take. */
  readonly left: number;
}

/** @param known all answers by fact, also of other dialogs and other branches. */
export function walk(dialog: Dialog, known: Facts, derive: Derive): Position {
  const answers: Record<string, string> = {};
  let facts = derive(answers);
  for (const [index, step] of dialog.steps.entries()) {
    if (!matches(step.when, facts)) continue;
    if (step.kind === 'end') return { answers, facts, end: step, left: 0 };
    const answer = Object.hasOwn(known, step.fact) ? known[step.fact] : undefined;
    if (answer !== undefined && allows(step, answer)) {
      answers[step.fact] = answer;
      facts = derive(answers);
    } else if (matches(step.askWhen, facts)) {
      // Counted only where it is said.
      return {
        answers,
        facts,
        open: step,
        get left() {
          return left(dialog, index, known, answers, derive);
        },
      };
    }
  }
  return { answers, facts, left: 0 };
}

/** Whether `value` is an answer that the question knows (an option may have been removed since). */
export function allows(ask: Ask, value: string): boolean {
  return optionsIn(ask, value).every((id) => ask.options.some((option) => option.id === id));
}

/** Every set of answers that can be reached, for checks and tests. `values` gives the answers to try for a question
 *  (one for each class that no rule tells apart); facts that are never asked for come in through `known`. */
export function* everyPath(
  dialog: Dialog,
  derive: Derive,
  values: (ask: Ask) => readonly string[],
  known: Facts = {},
): Generator<Position> {
  const position = walk(dialog, known, derive);
  if (!position.open) {
    yield position;
    return;
  }
  for (const value of values(position.open))
    yield* everyPath(dialog, derive, values, { ...known, [position.open.fact]: value });
}

function left(dialog: Dialog, from: number, known: Facts, answered: Facts, derive: Derive): number {
  const answers: Record<string, string> = { ...answered };
  let count = 0;
  for (const step of dialog.steps.slice(from)) {
    const facts = derive(answers);
    if (!matches(step.when, facts)) continue;
    if (step.kind === 'end') break;
    const answer = Object.hasOwn(known, step.fact) ? known[step.fact] : undefined;
    if (answer !== undefined && allows(step, answer)) answers[step.fact] = answer;
    else if (matches(step.askWhen, facts)) {
      count += 1;
      answers[step.fact] = step.options[0]?.id ?? '';
    }
  }
  return count;
}
