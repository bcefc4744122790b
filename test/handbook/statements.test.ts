/** Facts in content/: each has a source and a day; what is due, and what rests on one weak source. */
import { expect, test } from 'vitest';
import { readTexts } from '../../src/app/read-content.ts';
import { readFiles } from '../../src/core/handbook/files.ts';
import { isDue, restsOnLittle, statementsIn } from '../../src/core/handbook/statements.ts';
import { ROOT } from '../support.ts';
import { DOCUMENTS, SOURCES, smallTexts, smallWith } from './small.ts';

test('names every fact of the content, with sources that are known and a day', async () => {
  const files = readFiles(await readTexts(ROOT), []);
  if (!files) throw new Error('the content cannot be read');
  const statements = statementsIn(files);
  const names = new Set(statements.map(({ name }) => name));
  const entries = files.faq.flatMap(({ value }) => value.entries.map(({ id }) => id));
  const reasons = files.findings.flatMap(({ value }) => value.findings.map(({ id }) => id));
  const papers = Object.keys(files.documents.value);
  const provinces = files.provinces.value.provinces.map(({ name }) => name);
  for (const name of [...entries, ...reasons, ...papers, ...provinces]) expect(names).toContain(name);
  for (const { source, checked } of statements) {
    expect(checked).toMatch(/^\d{4}-\d{2}(-\d{2})?$/);
    expect(source.filter((key) => files.sources.value[key] === undefined)).toEqual([]);
  }
});

/** The names of what rests on little, when the source of the small handbook is as written. */
async function weakWith(texts: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const files = readFiles(texts, []);
  if (!files) throw new Error('the small handbook cannot be read');
  return statementsIn(files)
    .filter((one) => restsOnLittle(one, files.sources.value))
    .map(({ name }) => name);
}

test('takes what only somebody reports, or nobody has published, for weak', async () => {
  expect(await weakWith(await smallTexts())).toEqual([]);
  const reported = await smallWith(SOURCES, 'kind: official', 'kind: report');
  expect(await weakWith(reported)).toContain('licence');
  const remembered = await smallWith(
    DOCUMENTS,
    'how: 两面\n  mistake: 缺角会被退回\n  source: [FORM]',
    'how: 两面\n  mistake: 缺角会被退回\n  source: [MEMORY]',
  );
  expect(await weakWith(remembered)).toEqual(['id-card']);
});

test('is due when ninety days have passed, a month from its last day on', () => {
  expect(isDue({ checked: '2026-11-30' }, '2027-02-28')).toBe(false);
  expect(isDue({ checked: '2026-11-30' }, '2027-03-01')).toBe(true);
  expect(isDue({ checked: '2026-11' }, '2027-02-28')).toBe(false);
});
