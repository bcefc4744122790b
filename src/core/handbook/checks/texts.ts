/** Checks what merchants read: blanks that the program can fill, words that only one place may use, promises. */

import { LINE_KEYS } from '../../knowledge/checklist.ts';
import { blanksIn } from '../../text/template.ts';
import type { Files } from '../files.ts';
import type { Path } from '../parse.ts';
import { blanksOfPhrase, MOMENT_BLANKS, PHRASES } from '../phrases.ts';
import type { Space } from './answer-space.ts';
import type { Located, Report } from './report.ts';

/** Only the phrase `source` may say this: the line that names the origin of an answer. */
const EVIDENCE = '依据：';
const NOT_NEEDED = '不需要';
/** Nobody can promise what an authority decides. */
const PROMISES =
  /(?<!社|不|不能|不敢|无法|没人|谁也不|没人能)保证(?!明|书|金|类)|一定(?:能|会)?通过|包过|百分百|100%/u;

/** A paper is known by what stands before the first （ of its name. */
const SPLIT_NAME = /（[^）]*）./u;

/** @param spaces one for each dialog, by its id. */
export function checkTexts(files: Files, spaces: ReadonlyMap<string, Space>, report: Report): void {
  checkPhrases(files, report);
  const shownWithResults = blanksOfResults(files, spaces);
  for (const file of everyFile(files)) {
    eachText(file.value, (text, path) => {
      if (text.includes(EVIDENCE) && !isSourcePhrase(files, file, path()))
        report.error(file, path(), `only the phrase "source" says ${EVIDENCE}`);
      if (file === files.phrases || !text.includes('{')) return;
      const known = blanksAt(files, file, path(), shownWithResults);
      for (const blank of blanksIn(text)) {
        if (!known) report.error(file, path(), `the blank {${blank}} is not filled in here`);
        else if (!known(blank)) report.error(file, path(), `unknown blank {${blank}}`);
      }
    });
  }
  for (const file of files.checklists.values()) {
    for (const [i, { text }] of file.value['not-needed'].entries()) {
      if (!text.includes(NOT_NEEDED))
        report.error(
          file,
          ['not-needed', i, 'text'],
          `says what is not needed without the word ${NOT_NEEDED}`,
        );
    }
  }
  for (const [id, { name }] of Object.entries(files.documents.value))
    if (SPLIT_NAME.test(name))
      report.error(
        files.documents,
        [id, 'name'],
        'brackets in a name stand at its end: it is told by what stands before',
      );
  checkPromises(files, report);
}

function checkPhrases({ phrases: file }: Files, report: Report): void {
  const known = new Set<string>(PHRASES);
  for (const id of PHRASES) {
    const lines = file.value.say[id];
    if (!lines) {
      report.error(file, ['say'], `the phrase "${id}" is missing`);
      continue;
    }
    const wanted = blanksOfPhrase(id);
    const used = lines.flatMap(blanksIn);
    for (const blank of wanted)
      if (!used.includes(blank)) report.error(file, ['say', id], `the phrase "${id}" leaves out {${blank}}`);
    for (const [i, line] of lines.entries()) {
      for (const blank of blanksIn(line))
        if (!wanted.includes(blank))
          report.error(file, ['say', id, i], `the phrase "${id}" has no blank {${blank}}`);
    }
  }
  for (const id of Object.keys(file.value.say))
    if (!known.has(id)) report.error(file, ['say', id], `nobody says the phrase "${id}"`);
}

/** Which blanks a text may have; `undefined` where none is filled in. Whether a value is known on every way that leads
 *  there is checked with the ways themselves (check-ways.ts). */
function blanksAt(
  files: Files,
  file: Located,
  path: Path,
  shownWithResults: (blank: string) => boolean,
): ((blank: string) => boolean) | undefined {
  const dialog = files.dialogs.find((each) => each === file);
  if (dialog) {
    const [steps, index, key] = path;
    if (steps !== 'steps' || typeof index !== 'number' || path.length !== 3) return undefined;
    const asked = dialog.value.steps.flatMap((step) => ('ask' in step ? [step.ask] : []));
    if (key === 'because') return (blank) => blank === 'label' || asked.includes(blank);
    const earlier = dialog.value.steps.slice(0, index).flatMap((step) => ('ask' in step ? [step.ask] : []));
    return key === 'say' || key === 'again' ? (blank) => earlier.includes(blank) : undefined;
  }
  const filled =
    (file === files.documents && ['name', 'how', 'mistake'].includes(String(path[1]))) ||
    isAdviceText(file, files, path) ||
    isListText(file, files, path) ||
    isFindingText(file, files, path);
  return filled ? shownWithResults : undefined;
}

/** Blanks of all texts that are shown with a result: the province and its words, the labels of answers. */
function blanksOfResults(files: Files, spaces: ReadonlyMap<string, Space>): (blank: string) => boolean {
  const steps = [...spaces.values()].flatMap(({ dialog }) => dialog.steps);
  const labels = steps.flatMap((step) => (step.kind === 'ask' ? [`label.${step.fact}`] : []));
  const words = files.provinces.value.provinces.flatMap((province) => Object.keys(province.words));
  const known = new Set<string>([
    'province',
    ...MOMENT_BLANKS,
    ...labels,
    ...words.map((key) => `words.${key}`),
  ]);
  return (blank) => known.has(blank);
}

function isAdviceText(file: Located, files: Files, path: Path): boolean {
  return file === files.advice && path[2] === 'periods' && (path[4] === 'title' || path[4] === 'lines');
}

function isListText(file: Located, files: Files, path: Path): boolean {
  if (![...files.checklists.values()].some((list) => list === file)) return false;
  const isLine = Object.values(LINE_KEYS).some((key) => key === path[0]);
  return (path[0] === 'items' && path[2] === 'note') || (isLine && path[2] === 'text');
}

function isFindingText(file: Located, files: Files, path: Path): boolean {
  return files.findings.some((each) => each === file) && path.includes('say');
}

function isSourcePhrase(files: Files, file: Located, path: Path): boolean {
  return file === files.phrases && path[0] === 'say' && path[1] === 'source';
}

/** Merchants' own wordings (questions, phrasings) may ask for a promise; our texts give none. */
function checkPromises(files: Files, report: Report): void {
  const ours: readonly (readonly [Located & { readonly value: unknown }, (path: Path) => boolean])[] = [
    ...files.faq.map((file) => [file, (path: Path) => path.includes('answer')] as const),
    ...files.findings.map((file) => [file, (path: Path) => path.includes('say')] as const),
    [files.outOfScope, (path) => path[2] === 'reply'],
    [files.documents, () => true],
    [files.advice, () => true],
    [files.phrases, (path) => path[0] === 'say'],
    [files.provinces, (path) => path[2] === 'words'],
    [files.contact, () => true],
    ...[...files.checklists.values()].map((file) => [file, () => true] as const),
    ...files.dialogs.map((file) => [file, (path: Path) => path[2] === 'say' || path[2] === 'again'] as const),
  ];
  for (const [file, isOurs] of ours) {
    eachText(file.value, (text, path) => {
      const promise = PROMISES.exec(text);
      if (promise && isOurs(path())) report.warn(file, path(), `sounds like a promise: ${promise[0]}`);
    });
  }
}

function everyFile(files: Files): readonly (Located & { readonly value: unknown })[] {
  return [
    ...files.dialogs,
    ...files.checklists.values(),
    ...files.faq,
    ...files.findings,
    files.provinces,
    files.documents,
    files.sources,
    files.advice,
    files.calendar,
    files.outOfScope,
    files.phrases,
    files.contact,
    files.menu,
  ];
}

/** Hands over every text below a value; `path` tells where it stands. */
function eachText(value: unknown, visit: (text: string, path: () => Path) => void): void {
  const trail: (string | number)[] = [];
  below(value);

  function below(at: unknown): void {
    if (typeof at === 'string') visit(at, () => [...trail]);
    else if (Array.isArray(at)) for (let i = 0; i < at.length; i++) into(i, at[i]);
    else if (typeof at === 'object' && at !== null)
      for (const [key, item] of Object.entries(at)) into(key, item);
  }

  function into(key: string | number, item: unknown): void {
    trail.push(key);
    below(item);
    trail.pop();
  }
}
