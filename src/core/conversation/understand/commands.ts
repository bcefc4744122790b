/** What is said to the letter: yes and no, commands, and commands with what they are about (切换2, 改主体类型). */
import { asksOf } from '../../dialog/dialog.ts';
import { normalise } from '../../text/normalise.ts';
import { numberIn, programNumber } from '../../text/numbers.ts';
import { fill } from '../../text/template.ts';
import { hasSeveral } from '../session/programs.ts';
import { isAskedYesOrNo, isCount, numberOfOption, type Recogniser } from './recogniser.ts';

/** The yes or no that is waited for. */
export const yesOrNo: Recogniser = (said, at) => {
  if (!isAskedYesOrNo(at) || numberOfOption(said, at) !== undefined) return undefined;
  const { yes, no } = at.handbook.words;
  if (yes.has(said.letters)) return { kind: 'confirm', yes: true };
  return no.has(said.letters) ? { kind: 'confirm', yes: false } : undefined;
};

/** 新的小程序 may also say of the present one that it is new. */
export const newProgram: Recogniser = (said, { handbook, dialog, position, known }) => {
  if (handbook.commands.get(said.letters) !== 'new') return undefined;
  const open = position?.open;
  const reading =
    dialog && open?.reads === 'choice'
      ? handbook.readers.get(dialog.id)?.answer(open, said, known.province)
      : undefined;
  return dialog && open && reading?.kind === 'option'
    ? { kind: 'new-or-answer', dialog: dialog.id, fact: open.fact, value: reading.value }
    : { kind: 'command', command: 'new' };
};

/** A whole message that is a command. */
export const command: Recogniser = (said, { handbook, session }) => {
  const id = handbook.commands.get(said.letters);
  return id && (id !== 'same' || hasSeveral(session)) ? { kind: 'command', command: id } : undefined;
};

/** 切换2, 移除2号, 主体和 1号 一样. */
export const numberedProgram: Recogniser = ({ letters }, { handbook, session }) => {
  for (const kind of ['switch', 'remove'] as const) {
    for (const word of handbook.commandPrefixes[kind]) {
      const number = letters.startsWith(word) ? programNumber(letters.slice(word.length)) : undefined;
      if (number !== undefined) return { kind, number };
    }
  }
  const same = (number: number) => normalise(fill(handbook.phrases.say['same-subject'].join(''), { number }));
  const other = session.others?.find(({ number }) => letters === same(number));
  return other && { kind: 'same', number: other.number };
};

/** 改2, 改主体类型. */
export const edit: Recogniser = ({ letters }, { handbook, dialog }) => {
  const verb = handbook.words.edit.find((word) => letters.startsWith(word));
  if (verb === undefined) return undefined;
  const rest = letters.slice(verb.length);
  if (rest === '') return { kind: 'edit', target: undefined };
  const number = numberIn(rest);
  if (number !== undefined) return { kind: 'edit', target: number };
  const ask = dialog && asksOf(dialog).find(({ name }) => isNameOf(normalise(name), rest));
  return ask && { kind: 'edit', target: ask.fact };
};

/** 不改 while an answer is being changed keeps it as it was. */
export const keepAnswer: Recogniser = ({ letters }, at) =>
  at.editing !== undefined && at.handbook.words.no.has(letters) && !isCount(letters, at)
    ? { kind: 'keep' }
    : undefined;

/** 主体 names 主体类型, 省份 names 备案省份. */
function isNameOf(name: string, word: string): boolean {
  return word.length >= 2 && (name.startsWith(word) || name.endsWith(word) || word.startsWith(name));
}
