/** What can be tapped, by what it is for. Each is made once: it is the same for everybody, and so the channel writes it once
 *  (src/wechat/channel.ts). Part of say.ts. */
import type { Ask, Dialog } from '../../dialog/dialog.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import type { Command } from '../../handbook/schema.ts';
import type { FaqEntry } from '../../knowledge/search/faq.ts';
import { memoizeByObject } from '../../memory/memo.ts';
import { fill } from '../../text/template.ts';
import type { Choice, Line } from '../messages.ts';

export interface Choices {
  command(command: Command): Choice;
  opening(dialog: Dialog): Choice;
  guess(entry: FaqEntry): Choice;
  /** Says that this answer was not the right one. */
  miss(entry: FaqEntry): Choice;
  menu(): readonly Choice[];
}

/** The options of a question, numbered, and what the numbers stand for. */
export interface Options {
  readonly lines: readonly Line[];
  readonly shown: { readonly prefix: string; readonly ids: readonly string[] };
}

/** Those of one handbook. */
export function createChoices(handbook: Handbook): Choices {
  const commands = new Map<Command, Choice>();
  const label = handbook.phrases.say['not-answered'].map((line) => fill(line, {})).join('\n');
  const menu = handbook.menuSays.map(({ name, says }, i) => ({ label: name, text: says, id: `s.${i}` }));

  return {
    command,
    opening: memoizeByObject(({ title, opens, id }) => ({
      label: title,
      text: opens[0] ?? title,
      id: `o.${id}`,
    })),
    guess: memoizeByObject(({ question, id }) => ({ label: question, text: question, id: `q.${id}` })),
    miss: memoizeByObject(({ id }) => ({ label, text: label, id: `n.${id}` })),
    menu: () => menu,
  };

  function command(id: Command): Choice {
    const known = commands.get(id);
    if (known !== undefined) return known;
    const text = handbook.phrases.commands[id][0] ?? id;
    const choice = { label: text, text, id: `c.${id}` };
    commands.set(id, choice);
    return choice;
  }
}

/** The options of questions of dialogs. @returns a function of the dialog, the question, the first part of the options' ids,
 *  and the options that are wanted, where that is not all. */
export function createOptions() {
  const whole = memoizeByObject((_: Ask) => new Map<string, Options>());
  return (dialog: Dialog, ask: Ask, kind: string, only?: readonly string[]): Options => {
    if (only !== undefined) return optionsOf(dialog, ask, kind, only);
    const key = `${kind}.${dialog.id}`;
    const made = whole(ask);
    const options = made.get(key) ?? optionsOf(dialog, ask, kind);
    made.set(key, options);
    return options;
  };
}

function optionsOf({ id: dialog }: Dialog, ask: Ask, kind: string, only?: readonly string[]): Options {
  const options = ask.options.filter(({ id }) => only?.includes(id) ?? true);
  const lines = options.map(({ id, label, hint }, i): Line => {
    const choice = { label: `${i + 1}. ${label}`, text: label, id: `${kind}.${dialog}.${ask.fact}.${id}` };
    return hint === undefined ? choice : [choice, `（${hint}）`];
  });
  return { lines, shown: { prefix: `a.${dialog}.${ask.fact}.`, ids: options.map(({ id }) => id) } };
}
