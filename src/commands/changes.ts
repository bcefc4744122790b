/** What a change of content changes: for each changed file, which cases and texts are gone and which are new. */
import { asksOf } from '../core/dialog/dialog.ts';
import type { Problem } from '../core/errors.ts';
import { build } from '../core/handbook/build.ts';
import { readFiles } from '../core/handbook/files.ts';
import { PHRASES } from '../core/handbook/phrases.ts';
import { LINE_KINDS } from '../core/knowledge/checklist.ts';
import { matrixLines } from './golden-matrix.ts';

export interface Change {
  readonly file: string;
  readonly gone: readonly string[];
  readonly fresh: readonly string[];
  /** Why this file cannot be looked at without the others. */
  readonly alone?: string;
}

/** One entry for each file that differs: what changes when only this file is changed in `before`.
 *  @returns the reason when `before` cannot be read by the program as it is now. */
export function changesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly Change[] | string {
  const base = statementsOf(before);
  if (typeof base === 'string') return base;
  const files = [...new Set([...before.keys(), ...after.keys()])].sort();
  return files.flatMap((file): Change[] => {
    const text = after.get(file);
    if (text === before.get(file)) return [];
    const mixed = new Map(before);
    if (text === undefined) mixed.delete(file);
    else mixed.set(file, text);
    const now = statementsOf(mixed);
    if (typeof now === 'string') return [{ file, gone: [], fresh: [], alone: now }];
    const [old, young] = [new Set(base), new Set(now)];
    return [
      { file, gone: base.filter((line) => !young.has(line)), fresh: now.filter((line) => !old.has(line)) },
    ];
  });
}

/** Everything that a merchant may be told, one statement a line; or why the texts cannot be read. */
function statementsOf(texts: ReadonlyMap<string, string>): readonly string[] | string {
  const problems: Problem[] = [];
  const files = readFiles(texts, problems);
  if (!files) {
    const [first] = problems;
    return first ? `${first.file}:${first.line}:${first.column}: ${first.reason}` : 'no files';
  }
  const handbook = build(files);
  const papers = Object.entries(files.documents.value).map(
    ([id, { name, how, mistake, letter, source, confidence, checked }]) =>
      `${id}: ${name}：${how} ／ ${mistake} ／ ${letter ? `${Object.values(letter).join(' ／ ')} ／ ` : ''}${source.join(', ')}, ${confidence}, ${checked}`,
  );
  const advice = [...handbook.advice].flatMap(([name, specs]) =>
    specs.flatMap(({ id, periods, source }) =>
      periods.map(
        ({ from, to, title, lines }) =>
          `${name}/${id} ${from}…${to ?? ''}: ${title} ／ ${lines.join(' ／ ')} ／ ${source.join(', ')}`,
      ),
    ),
  );
  const questions = [...handbook.dialogs.values()].flatMap((dialog) =>
    asksOf(dialog).map(
      ({ fact, say, options }) =>
        `${dialog.id}/${fact}: ${say} ${options.map(({ label }) => `[${label}]`).join(' ')}`,
    ),
  );
  const words = [...handbook.provinces.values()].flatMap((province) =>
    Object.entries(province.words).map(([key, text]) => `${province.name} {words.${key}}: ${text}`),
  );
  const answers = handbook.faqEntries.map(
    ({ id, question, answer, variants }) =>
      `${id}: ${question} ／ ${[answer, ...variants.map((variant) => variant.answer)].map((lines) => lines.join(' ')).join(' ／ ')}`,
  );
  const outOfScope = handbook.outOfScope.map(
    ({ id, topic, reply = [] }) => `${id}: ${topic} ／ ${reply.join(' ')}`,
  );
  const lines = [...handbook.lists.values()].flatMap((list) =>
    LINE_KINDS.flatMap((kind) => list[kind].map(({ id, text }) => `${list.id}/${id}: ${text}`)),
  );
  const findings = [...handbook.findings.values()].flatMap(({ spec }) =>
    spec.findings.map(
      ({ id, name, say, papers, adds, source, confidence }) =>
        `${id}: ${name} ／ ${say.join(' ')} ／ ${[...papers, ...adds.map((row) => `+ ${row.join(' or ')}`)].join(', ')} ／ ${source.join(', ')}, ${confidence}`,
    ),
  );
  const phrases = PHRASES.map((id) => `${id}: ${handbook.phrases.say[id].join(' ／ ')}`);
  return [
    ...matrixLines(handbook),
    ...questions,
    ...papers,
    ...lines,
    ...advice,
    ...words,
    ...answers,
    ...outOfScope,
    ...findings,
    ...phrases,
  ];
}
