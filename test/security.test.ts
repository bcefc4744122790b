/** docs/security.md tells the truth: every test that it names is there, under that title. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './support.ts';

const PAGE = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
const named = [...PAGE.matchAll(/`(test\/[^`]+\.test\.ts)` “([^”]+)”/g)].map(([, file = '', title = '']) => ({
  file,
  title,
}));

it('every row of docs/security.md names a test', () => {
  const [threats = ''] = PAGE.split('\n## What remains');
  const rows = threats.split('\n').filter((line) => /^\| (?!what can be tried)/.test(line));
  expect(rows.length).toBeGreaterThan(25);
  expect(rows.filter((row) => !/`test\/[^`]+` “[^”]+” ?(?:\||<br>)/.test(row))).toEqual([]);
});

it.each(named)('docs/security.md names $file “$title”, which is there', ({ file, title }) => {
  expect(readFileSync(join(ROOT, file), 'utf8')).toContain(`'${title}'`);
});
