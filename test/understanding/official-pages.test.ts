/** Every question of the official pages is answered: in its own meaning at once, in a merchant's words with one tap at
 *  most, and with that page's facts. The tables are docs/official-faq.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { aPerson, ROOT, theHandbook } from '../support.ts';

interface Row {
  readonly page: string;
  readonly section: string;
  readonly official: string;
  readonly merchant: string;
  readonly ids: readonly string[];
  readonly says: readonly string[];
}

function rowsOf(markdown: string): readonly Row[] {
  let page = '';
  return markdown.split('\n').flatMap((line): Row[] => {
    page = /^## (.+)/.exec(line)?.[1] ?? page;
    const [, section, official, merchant, ids, says, last] = line.split('|').map((cell) => cell.trim());
    if (!section || !official || !merchant || !ids || !says || last === undefined) return [];
    if (section === '章节' || /^-+$/.test(section)) return [];
    return [{ page, section, official, merchant, ids: ids.split(' '), says: says.split('、') }];
  });
}

const rows = rowsOf(readFileSync(join(ROOT, 'docs', 'official-faq.md'), 'utf8'));
/** So begins a reply that is no answer. */
const UNSURE = /^我不太确定|^这个我不知道/;
let handbook: Handbook;
beforeAll(async () => {
  handbook = await theHandbook();
});

/** What is read in answer to the question, by somebody who writes for the first time; with `tap`, after the guess that is
 *  one of the entries was tapped. */
function answerTo(question: string, { ids }: Row, tap: boolean): string {
  const person = aPerson(handbook);
  person.say(question);
  const guess = person.choices().find(({ id }) => ids.some((wanted) => id === `q.${wanted}`));
  const read = person.allPages();
  if (!tap || !guess || !UNSURE.test(read)) return read;
  const again = aPerson(handbook);
  again.say(question);
  again.does({ kind: 'pick', text: guess.text, pick: guess.id });
  return again.allPages();
}

describe('the tables', () => {
  it('hold every section of the official pages that was at hand', () => {
    const sections = new Set(
      rows.filter(({ page }) => page.startsWith('备案常见问答')).map((row) => row.section),
    );
    expect([...sections].map((section) => section.split('.')[0])).toEqual(
      expect.arrayContaining(['1', '2', '3', '4', '5', '7', '8', '9', '10', '11', '12', '13', '14', '15']),
    );
    expect(rows.length).toBeGreaterThan(100);
  });

  it('name entries and reasons that exist', () => {
    const known = (id: string) =>
      handbook.faq.byId(id) ?? handbook.findings.get('rejection')?.byId(id) ?? `missing: ${id}`;
    expect(rows.flatMap(({ ids }) => ids.map(known)).filter((found) => typeof found === 'string')).toEqual(
      [],
    );
  });
});

describe.each(rows)('$page $section: $official', (row) => {
  it('is answered at once, with the facts of the page', () => {
    const read = answerTo(row.official, row, false);
    expect(
      row.says.filter((word) => !read.includes(word)),
      read,
    ).toEqual([]);
    expect(read).not.toMatch(UNSURE);
  });

  it(`is answered to a merchant with one tap at most: ${row.merchant}`, () => {
    const read = answerTo(row.merchant, row, true);
    expect(
      row.says.filter((word) => !read.includes(word)),
      read,
    ).toEqual([]);
    expect(read).not.toMatch(UNSURE);
  });
});
