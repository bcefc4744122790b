/** Every statement of fact in content/ with where it stands, its sources and the day it was checked. */
import { type Day, plusDays } from '../knowledge/calendar.ts';
import { LINE_KEYS } from '../knowledge/checklist.ts';
import type { Located } from './checks/report.ts';
import type { Files } from './files.ts';
import type { Path } from './parse.ts';

/** Days after which a fact must be compared with its source again. */
export const FRESH_DAYS = 90;

export interface Statement {
  readonly file: Located;
  /** Where its day stands: its own, or that of its file. */
  readonly path: Path;
  /** As an editor finds it in its file. */
  readonly name: string;
  /** Keys of content/sources.yaml. */
  readonly source: readonly string[];
  /** A day, or a month, which counts to its last day. */
  readonly checked: string;
}

/** All of them, in the order of the files. */
export function statementsIn(files: Files): readonly Statement[] {
  const { checklists, documents, faq, findings, advice, provinces, calendar, dialogs, outOfScope } = files;
  const { timeline, ...sections } = advice.value;
  return [
    ...[...checklists].flatMap(([list, file]) =>
      Object.values(LINE_KEYS).flatMap((key) =>
        file.value[key].map((line, i) => statement(file, [key, i], `${list}.${line.id}`, line)),
      ),
    ),
    ...Object.entries(documents.value).map(([name, one]) => statement(documents, [name], name, one)),
    ...faq.flatMap((file) =>
      file.value.entries.map((one, i) => statement(file, ['entries', i], one.id, one)),
    ),
    ...findings.flatMap((file) =>
      file.value.findings.map((one, i) => statement(file, ['findings', i], one.id, one)),
    ),
    statement(advice, ['timeline'], 'timeline', timeline),
    ...Object.entries(sections).flatMap(([section, specs]) =>
      specs.map((one, i) => statement(advice, [section, i], one.id, one)),
    ),
    ...dialogs.flatMap((file) =>
      file.value.explained
        ? [statement(file, ['explained'], `${file.value.id}.explained`, file.value.explained)]
        : [],
    ),
    ...outOfScope.value.entries.flatMap(({ id, source, ...one }, i) =>
      source ? [statement(outOfScope, ['entries', i], id, { ...one, source })] : [],
    ),
    ...provinces.value.provinces.map((one, i) => statement(provinces, ['provinces', i], one.name, one)),
    ...calendar.value.years.map((one, i) => statement(calendar, ['years', i], String(one.year), one)),
  ];
}

/** What has no day of its own has that of its file. */
function statement(
  file: Located & { readonly value: object },
  path: Path,
  name: string,
  { source, checked: own }: { readonly source: readonly string[]; readonly checked?: string | undefined },
): Statement {
  const whole = 'checked' in file.value && typeof file.value.checked === 'string' ? file.value.checked : '';
  return own === undefined
    ? { file, path: ['checked'], name, source, checked: whole }
    : { file, path: [...path, 'checked'], name, source, checked: own };
}

/** Whether only one source carries it, and that one is what somebody reports, or no published page at all. */
export function restsOnLittle({ source }: Statement, sources: Files['sources']['value']): boolean {
  const kinds = source.map((key) => {
    const known = sources[key];
    return known && 'kind' in known ? known.kind : 'memory';
  });
  const [only, ...others] = kinds.filter((kind) => kind !== 'memory');
  return only === undefined || (only === 'report' && others.length === 0);
}

/** Whether it has to be compared with its source by `day`. */
export function isDue({ checked }: Pick<Statement, 'checked'>, day: Day): boolean {
  return lastDayOf(checked) < plusDays(day, -FRESH_DAYS);
}

/** A month counts to its last day, so that `2026-11` is not stale before `2026-11-30` would be. */
function lastDayOf(checked: string): Day {
  if (checked.length > 7) return checked;
  const [year = 0, month = 1] = checked.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}
