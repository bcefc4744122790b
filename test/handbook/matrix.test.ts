/** The golden matrix: who gets which paper changes on purpose only. */
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { MATRIX_FILE, matrixOf } from '../../src/commands/golden-matrix.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { ROOT, theHandbook } from '../support.ts';

let handbook: Handbook;

beforeAll(async () => {
  handbook = await theHandbook();
});

test('everybody gets what the golden matrix says (after a wanted change: npm run matrix)', async () => {
  const golden = await readFile(`${ROOT}${MATRIX_FILE}`, 'utf8');
  expect(matrixOf(handbook).split('\n')).toEqual(golden.split('\n'));
});

test('a paper that some merchants lose is one changed line', () => {
  const list = handbook.lists.get('filing');
  if (!list) throw new Error('there is no filing list');
  const items = list.items.map((item) =>
    item.document.id === 'guangdong-promise-person'
      ? { ...item, when: { subject: 'person', province: '北京' } }
      : item,
  );
  const changed = matrixOf({ ...handbook, lists: new Map([['filing', { ...list, items }]]) }).split('\n');
  const before = matrixOf(handbook).split('\n');
  expect(changed.filter((line) => !before.includes(line))).toEqual([
    'guangdong-promise-person | subject=person province=北京',
  ]);
});

test('a province that changes its rule changes the cases of the papers that follow from it', () => {
  const derive: typeof handbook.derive = (answers) => {
    const facts = handbook.derive(answers);
    return answers.province === '北京' ? { ...facts, residence: 'proof' } : facts;
  };
  const changed = matrixOf({ ...handbook, derive }).split('\n');
  const line = (text: string) => text.split('\n').find((each) => each.startsWith('residence-proof '));
  expect(line(matrixOf(handbook))).not.toContain('北京');
  expect(line(changed.join('\n'))).toContain('北京');
});
