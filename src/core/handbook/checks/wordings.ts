/** What merchants say: no wording may mean two things, or be swallowed by what is understood before it (the order stands
 *  in src/core/conversation/understand/understand.ts). */

import { type Ask, labelOf } from '../../dialog/dialog.ts';
import { formsOf } from '../../text/forms.ts';
import { normalise } from '../../text/normalise.ts';
import { wholeNumber } from '../../text/numbers.ts';
import { allForms, literalPattern, parsePattern } from '../../text/pattern.ts';
import { toPinyin } from '../../text/sounds.ts';
import type { Files } from '../files.ts';
import type { Handbook } from '../handbook.ts';
import type { Path } from '../parse.ts';
import { createReport, type Located, type Report } from './report.ts';

type Built = Omit<Handbook, 'warnings'>;

/** Options that make a choice, that are read at a glance, that one digit can still stand for. */
const FEWEST_OPTIONS = 2;
const EASY_OPTIONS = 6;
const MOST_OPTIONS = 9;
const FEWEST_PHRASINGS = 3;

/** Commands, openings, options and places. Of the wordings only those that are written out: patterns are short for
 *  hundreds of thousands and wait for `checkSaidWords`. */
export function checkWords(files: Files, handbook: Built, report: Report): void {
  const taken = checkCommands(files, report);
  eachQuestion(files, handbook, (file, path, ask) => {
    checkNumberOfOptions(file, path, ask, report);
    checkWordings(
      file,
      ask,
      wordingsOf(ask, path).filter(({ written }) => !written.includes('(')),
      taken,
      report,
    );
  });
  checkPlaces(files, report);
}

/** All that merchants may say, over all patterns and phrasings; takes seconds, so not at a start. */
export function checkSaidWords(files: Files, handbook: Built, report: Report): void {
  const taken = checkCommands(files, createReport());
  eachQuestion(files, handbook, (file, path, ask) => {
    const patterns = wordingsOf(ask, path);
    const all = patterns.flatMap((each) =>
      allForms(parsePattern(each.written).pieces).map((written) => ({
        ...each,
        written,
        text: textOf(written),
      })),
    );
    checkWordings(file, ask, all, taken, report);
    checkSounds(
      file,
      ask,
      patterns.filter(({ written }) => !/[(…]/u.test(written)),
      report,
    );
  });
  checkPhrasings(files, taken, report);
  checkMenu(files, handbook, taken, report);
}

function eachQuestion(
  files: Files,
  { dialogs }: Built,
  look: (file: Located, path: Path, ask: Ask) => void,
): void {
  for (const file of files.dialogs) {
    const dialog = dialogs.get(file.value.id);
    for (const [i, step] of (dialog?.steps ?? []).entries()) {
      const written = file.value.steps[i];
      // A shared question is looked at where it is written.
      const isShared = written !== undefined && 'ask' in written && written['same-as'] !== undefined;
      if (step.kind === 'ask' && step.reads === 'choice' && !isShared) look(file, ['steps', i], step);
    }
  }
}

/** Commands and openings are whole messages and come before everything else. */
function checkCommands(files: Files, report: Report): ReadonlyMap<string, string> {
  const taken = new Map<string, string>();
  const take = (file: Located, path: Path, word: string, meaning: string) => {
    const bare = normalise(word);
    const before = taken.get(bare);
    if (before !== undefined && before !== meaning) report.error(file, path, `「${word}」 is also ${before}`);
    else taken.set(bare, meaning);
  };
  for (const [command, words] of Object.entries(files.phrases.value.commands))
    for (const [i, word] of words.entries())
      take(files.phrases, ['commands', command, i], word, `the command "${command}"`);
  for (const [i, word] of files.phrases.value.edit.entries())
    take(files.phrases, ['edit', i], word, 'a word for changing an answer');
  const loose = new Map<string, string>();
  for (const file of files.dialogs) {
    const { id, opens, 'opens-loosely': loosely } = file.value;
    for (const [i, word] of opens.entries()) take(file, ['opens', i], word, `what opens the dialog "${id}"`);
    for (const [i, word] of loosely.entries()) {
      const other = loose.get(normalise(word));
      if (other !== undefined && other !== id)
        report.error(file, ['opens-loosely', i], `「${word}」 also opens the dialog "${other}"`);
      loose.set(normalise(word), id);
    }
  }
  return taken;
}

/** A digit or numeral without a word of measure: the number of an option. */
const NUMERAL = /^(?:[0-9]{1,2}|[一二三四五六七八九十两]{1,2}|[a-h])$/u;

interface Wording {
  readonly option: string;
  /** As it is compared. */
  readonly text: string;
  readonly written: string;
  readonly path: Path;
  readonly isLabel: boolean;
}

function checkNumberOfOptions(file: Located, path: Path, { options, listed }: Ask, report: Report): void {
  if (options.length < FEWEST_OPTIONS)
    report.error(file, [...path, 'ask'], 'a question has at least two options');
  if (!listed) return;
  if (options.length > MOST_OPTIONS)
    report.error(file, [...path, 'choices'], `${options.length} options; at most ${MOST_OPTIONS}`);
  else if (options.length > EASY_OPTIONS)
    report.warn(
      file,
      [...path, 'choices'],
      `${options.length} options; more than ${EASY_OPTIONS} are hard to read`,
    );
}

/** No wording of two options (words that fit both belong under `either`), none that is never heard as an answer. */
function checkWordings(
  file: Located,
  ask: Ask,
  wordings: readonly Wording[],
  taken: ReadonlyMap<string, string>,
  report: Report,
): void {
  const texts = new Map<string, Wording>();
  const reported = new Set<string>();
  for (const wording of wordings) {
    const { text, path, written } = wording;
    const problem = problemOf(wording);
    if (!texts.has(text)) texts.set(text, wording);
    const key = `${path.join('.')} ${text}`;
    if (problem === undefined || reported.has(key)) continue;
    reported.add(key);
    report.error(file, path, `「${written}」 ${problem}`);
  }

  function problemOf({ option, text }: Wording): string | undefined {
    const meaning = taken.get(text);
    if (meaning !== undefined) return `is never heard as an answer: it is also ${meaning}`;
    if (NUMERAL.test(text) && ask.options[(wholeNumber(text) ?? 0) - 1]?.id !== option)
      return 'is the number of another option, or of none';
    const same = texts.get(text);
    return same === undefined || same.option === option
      ? undefined
      : `also means 「${labelOf(ask, same.option)}」`;
  }
}

/** What sounds like two options is not guessed. A label must be understood by its sound, so nothing may sound like it. */
function checkSounds(file: Located, ask: Ask, wordings: readonly Wording[], report: Report): void {
  const sounds = new Map<string, Wording>();
  for (const wording of wordings) {
    const { text, path, written, option } = wording;
    if (text.length < 2) continue;
    const sound = toPinyin(text);
    const bySound = sounds.get(sound);
    if (!bySound) sounds.set(sound, wording);
    if (bySound === undefined || bySound.option === option || bySound.text === text) continue;
    const reason = `「${written}」 sounds like 「${bySound.written}」 of 「${labelOf(ask, bySound.option)}」`;
    if (wording.isLabel || bySound.isLabel) report.error(file, path, reason);
    else report.warn(file, path, reason);
  }
}

function wordingsOf(ask: Ask, path: Path): readonly Wording[] {
  return ask.options.flatMap(({ id, label, also, anywhere }) => {
    const at = [...path, 'choices', id];
    const wording = (written: string, where: Path, isLabel = false): Wording => ({
      option: id,
      written,
      text: textOf(written),
      path: where,
      isLabel,
    });
    return [
      wording(literalPattern(label), [...at, 'label'], true),
      ...also.map((text, i) => wording(text, [...at, 'also', i])),
      ...anywhere.map((text, i) => wording(text, [...at, 'anywhere', i])),
    ];
  });
}

function textOf(written: string): string {
  return written.split('…').map(normalise).join('');
}

/** A place must stand for one province. (Two provinces may sound alike: then they are not guessed by sound.) */
function checkPlaces({ provinces: file }: Files, report: Report): void {
  const seen = new Map<string, string>();
  for (const [i, { name, full, also, cities }] of file.value.provinces.entries()) {
    const places: readonly (readonly [string, Path])[] = [
      [name, ['name']],
      [full, ['full']],
      ...also.map((place, j) => [place, ['also', j]] as const),
      ...cities.map((place, j) => [place, ['cities', j]] as const),
    ];
    for (const [place, path] of places) {
      const other = seen.get(normalise(place));
      if (other !== undefined && other !== name)
        report.error(file, ['provinces', i, ...path], `「${place}」 also stands for ${other}`);
      seen.set(normalise(place), name);
    }
  }
}

function checkPhrasings(files: Files, taken: ReadonlyMap<string, string>, report: Report): void {
  const seen = new Map<string, string>();
  const hear = (file: Located, path: Path, text: string, id: string) => {
    const bare = normalise(text);
    const before = seen.get(bare);
    if (before !== undefined)
      report.warn(
        file,
        path,
        before === id ? `「${text}」 stands here twice` : `「${text}」 is also a phrasing of ${before}`,
      );
    const meaning = taken.get(bare);
    if (meaning !== undefined) report.warn(file, path, `「${text}」 is never asked: it is ${meaning}`);
    seen.set(bare, id);
  };
  for (const file of files.faq) {
    for (const [i, { id, question, also }] of file.value.entries.entries()) {
      const path = ['entries', i];
      hear(file, [...path, 'question'], question, id);
      for (const [j, text] of also.entries()) hear(file, [...path, 'also', j], text, id);
      if (also.length + 1 < FEWEST_PHRASINGS)
        report.warn(file, [...path, 'question'], `fewer than ${FEWEST_PHRASINGS} ways to ask this`);
    }
  }
  for (const [i, { id, phrases }] of files.intents.value.entries.entries())
    for (const [j, text] of phrases.entries())
      hear(files.intents, ['entries', i, 'phrases', j], text, `the intent ${id}`);
  for (const [i, { id, phrases }] of files.outOfScope.value.entries.entries())
    for (const [j, text] of phrases.entries())
      hear(files.outOfScope, ['entries', i, 'phrases', j], text, `the subject ${id}, which is out of scope`);
}

function checkMenu(
  { menu: file }: Files,
  handbook: Built,
  taken: ReadonlyMap<string, string>,
  report: Report,
): void {
  for (const [i, button] of file.value.buttons.entries()) {
    const leaves = 'sub' in button ? button.sub : [button];
    for (const [j, leaf] of leaves.entries()) {
      if (!('says' in leaf) || taken.has(normalise(leaf.says)) || handbook.faq.exact(formsOf(leaf.says)))
        continue;
      const path = 'sub' in button ? ['buttons', i, 'sub', j, 'says'] : ['buttons', i, 'says'];
      report.warn(file, path, `「${leaf.says}」 is no command, no opening and no question to the letter`);
    }
  }
}
