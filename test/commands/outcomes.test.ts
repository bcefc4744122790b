/** The fact-checker's page, and what it says about a change of content. */
import { beforeAll, expect, test } from 'vitest';
import { readTexts } from '../../src/app/read-content.ts';
import { changesBetween } from '../../src/commands/changes.ts';
import { outcomePage } from '../../src/commands/outcome-page.ts';
import { type Files, readFiles } from '../../src/core/handbook/files.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { createHandbook } from '../../src/core/handbook/load.ts';
import { DOCUMENTS, FAQ, LIST, PROVINCES, smallTexts, smallWith } from '../handbook/small.ts';
import { ROOT, TODAY, theHandbook } from '../support.ts';

let handbook: Handbook;
let files: Files | undefined;

beforeAll(async () => {
  handbook = await theHandbook();
  files = readFiles(await readTexts(ROOT), []);
});

test('names every line of every list with its words, source, confidence, day and rules', () => {
  if (!files) throw new Error('the content cannot be read');
  const page = outcomePage(handbook, files, { changes: [], base: undefined });
  for (const list of handbook.lists.values()) {
    for (const [i, { document, rules }] of list.items.entries()) {
      const article = page.slice(page.indexOf(`<article id="${list.id}-${i}">`)).split('</article>')[0] ?? '';
      expect(article).toContain(document.id);
      expect(article).toContain(document.how);
      expect(article).toContain(document.confidence);
      expect(article).toContain(rules.join(', '));
      expect(article).toContain('<ul class="cases"><li>');
      for (const key of document.source) {
        const source = handbook.sources.get(key);
        expect(article).toContain(
          source?.title ? (source.url ?? source.title).replaceAll('&', '&amp;') : key,
        );
      }
    }
  }
});

test('names every reason of a rejection with its remedy, papers, patterns, source and rules', () => {
  if (!files) throw new Error('the content cannot be read');
  const page = outcomePage(handbook, files, { changes: [], base: undefined });
  for (const finding of handbook.findings.get('rejection')?.spec.findings ?? []) {
    const article = page.slice(page.indexOf(`<article id="${finding.id}">`)).split('</article>')[0] ?? '';
    for (const text of [finding.name, ...finding.say, ...finding.papers, ...finding.adds.flat()])
      expect(article).toContain(text);
    for (const pattern of finding.traits.flatMap(({ says = [] }) => says)) expect(article).toContain(pattern);
    expect(article).toContain(`${finding.confidence} · ${finding.checked} · ${finding.rules.join(', ')}`);
  }
});

test('shows beside every question its sources with their day and kind', () => {
  if (!files) throw new Error('the content cannot be read');
  const page = outcomePage(handbook, files, { changes: [], base: undefined });
  for (const { id, answer, source, checked } of handbook.faqEntries) {
    const article = page.slice(page.indexOf(`<article id="${id}"><h3>`)).split('</article>')[0] ?? '';
    for (const line of answer)
      expect(article).toContain(line.replaceAll('&', '&amp;').replaceAll('"', '&quot;'));
    expect(article).toContain(checked);
    for (const key of source) {
      const known = files.sources.value[key];
      if (known && 'kind' in known) {
        expect(article).toContain(known.title);
        expect(article).toContain(known.dated ?? '');
        if (known.kind !== 'official') expect(article).toContain(`<b class="weak">${known.kind}</b>`);
      } else expect(article).toContain(key);
    }
  }
});

test('says whose list each basic list is', async () => {
  const texts = await smallTexts();
  const small = readFiles(texts, []);
  if (!small) throw new Error('the small handbook cannot be read');
  const page = outcomePage(createHandbook(texts, TODAY), small, { changes: [], base: undefined });
  expect([...page.matchAll(/<summary>([^<]*)</g)].map(([, who]) => who)).toEqual([
    '企业：广东 北京',
    '个人：广东 北京',
  ]);
});

test('tells for a changed condition who gets something new and who no longer does', async () => {
  const changes = changesBetween(
    await smallTexts(),
    await smallWith(LIST, '{ admin: other }', '{ subject: company }'),
  );
  expect(changes).toEqual([
    {
      file: LIST,
      gone: ['[filing: papers of the list filing] letter | admin=other'],
      fresh: ['[filing: papers of the list filing] letter | subject=company'],
    },
  ]);
});

test('tells for a changed province whose papers change, in another file', async () => {
  const changes = changesBetween(
    await smallTexts(),
    await smallWith(PROVINCES, 'residence: none-named', 'residence: proof'),
  );
  expect(changes).toEqual([{ file: PROVINCES, gone: [], fresh: [] }]);
  const asked = await smallWith(PROVINCES, 'words: { validity: 3个月 }', 'words: { validity: 6个月 }');
  expect(changesBetween(await smallTexts(), asked)).toEqual([
    { file: PROVINCES, gone: ['广东 {words.validity}: 3个月'], fresh: ['广东 {words.validity}: 6个月'] },
  ]);
});

test('keeps changes of several files apart, and says when one cannot be looked at alone', async () => {
  const after = await smallWith(FAQ, '一般20到30个工作日', '一般一个月');
  after.set(DOCUMENTS, 'licence: [');
  const changes = changesBetween(await smallTexts(), after);
  expect(changes).toEqual([
    { file: DOCUMENTS, gone: [], fresh: [], alone: expect.stringContaining(DOCUMENTS) },
    {
      file: FAQ,
      gone: ['F021: 备案要多久 ／ 一般20到30个工作日 ／ 个人也一样'],
      fresh: ['F021: 备案要多久 ／ 一般一个月 ／ 个人也一样'],
    },
  ]);
});

test('says why an earlier state cannot be read', async () => {
  const before = await smallTexts();
  before.delete(FAQ);
  before.set(DOCUMENTS, 'licence: [');
  expect(changesBetween(before, await smallTexts())).toContain(DOCUMENTS);
});
