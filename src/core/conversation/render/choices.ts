/** What can be tapped, by what it is for. */
import type { Ask, Dialog } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import { matches } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import type { Command } from '../../handbook/schema.ts';
import type { FaqEntry } from '../../knowledge/search/targets.ts';
import { encode, optionPrefix } from '../choice-id.ts';
import type { Choice, Line } from '../messages.ts';

export interface Choices {
  command(command: Command): Choice;
  opening(dialog: Dialog): Choice;
  guess(entry: FaqEntry): Choice;
  /** Says that this answer was not the right one. */
  miss(entry: FaqEntry): Choice;
  /** What makes sense next at the end that was reached. */
  exits(dialog: Dialog, position: Position): readonly Choice[];
  /** The entries of the account's menu that say something. */
  menu(): readonly Choice[];
  /** The options of a question, numbered; `only`: these alone. `program`: the mini-program for which they are offered. */
  options(dialog: Dialog, ask: Ask, program: number, only?: readonly string[]): Options;
}

/** The options of a question, and what the numbers stand for. */
export interface Options {
  readonly lines: readonly Line[];
  readonly shown: { readonly prefix: string; readonly ids: readonly string[] };
}

/** The choices of one handbook. */
export function createChoices({ phrases, menuSays }: Handbook): Choices {
  const notAnswered = phrases.say['not-answered'].join('\n');
  return {
    command: (command) => {
      const text = phrases.commands[command][0] ?? command;
      return { label: text, text, id: encode({ kind: 'command', command }) };
    },
    opening: ({ title, opens, id }) => ({
      label: title,
      text: opens[0] ?? title,
      id: encode({ kind: 'open', dialog: id }),
    }),
    guess: ({ question, id }) => ({
      label: question,
      text: question,
      id: encode({ kind: 'question', question: id }),
    }),
    miss: ({ id }) => ({
      label: notAnswered,
      text: notAnswered,
      id: encode({ kind: 'not-answered', question: id }),
    }),
    exits: (dialog, { end, facts }) =>
      (end?.exits ?? [])
        .filter(({ when }) => matches(when, facts))
        .map(({ id, label }) => ({
          label,
          text: label,
          id: encode({ kind: 'exit', dialog: dialog.id, exit: id }),
        })),
    menu: () =>
      menuSays.map(({ name, says }, place) => ({
        label: name,
        text: says,
        id: encode({ kind: 'menu', place }),
      })),
    options,
  };
}

function options({ id: dialog }: Dialog, ask: Ask, program: number, only?: readonly string[]): Options {
  const { fact } = ask;
  const offered = ask.options.filter(({ id }) => only?.includes(id) ?? true);
  const lines = offered.map(({ id, label, hint }, i): Line => {
    const tapped = encode({ kind: 'option', program, dialog, fact, option: id });
    const choice = { label: `${i + 1}. ${label}`, text: label, id: tapped };
    return hint === undefined ? choice : [choice, `（${hint}）`];
  });
  return { lines, shown: { prefix: optionPrefix(dialog, fact), ids: offered.map(({ id }) => id) } };
}
