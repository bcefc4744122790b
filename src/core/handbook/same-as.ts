/** Copies questions that one dialog shares with another (`same-as`), so that what a merchant has said there is known
 *  here. */
import type { z } from 'zod';
import type { Problem } from '../errors.ts';
import type { Parsed } from './parse.ts';
import type { DialogFile, dialogFile } from './schema.ts';

type Written = Parsed<z.output<typeof dialogFile>>;

/** The dialogs with every shared question in its place; a place in it is reported where `same-as` stands.
 *  @param problems takes what names no question. */
export function withShared(dialogs: readonly Written[], problems: Problem[]): Parsed<DialogFile>[] {
  return dialogs.map((file) => {
    const steps = file.value.steps.flatMap((step, i): DialogFile['steps'] => {
      if (!('same-as' in step)) return [step];
      const name = step['same-as'];
      const ask = askNamed(dialogs, name);
      if (!ask) {
        problems.push(file.at(['steps', i, 'same-as'], `there is no question "${name}" written in a dialog`));
        return [];
      }
      return [{ ...ask, when: step.when ?? ask.when, asked: step.asked ?? ask.asked, 'same-as': name }];
    });
    return { file: file.file, at: file.at, value: { ...file.value, steps } };
  });
}

function askNamed(dialogs: readonly Written[], name: string) {
  const [id, fact] = name.split('.');
  for (const { value } of dialogs)
    for (const step of value.id === id ? value.steps : [])
      if ('ask' in step && step.ask === fact) return step;
  return undefined;
}
