/** The pictures of the dialogs: current, well-formed, and with every question, option and end in them. */
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { parseStringPromise } from 'xml2js';
import { pictureFile, pictureOf } from '../../src/commands/diagram.ts';
import { asksOf } from '../../src/core/dialog/dialog.ts';
import { spacesOf } from '../../src/core/handbook/checks/all.ts';
import type { Space } from '../../src/core/handbook/checks/answer-space.ts';
import { ROOT, theHandbook } from '../support.ts';

let spaces: ReadonlyMap<string, Space>;

beforeAll(async () => {
  spaces = spacesOf(await theHandbook());
});

test('shows each dialog as it is (after a change: npm run diagrams)', async () => {
  for (const space of spaces.values()) {
    const kept = await readFile(`${ROOT}${pictureFile(space.dialog)}`, 'utf8');
    expect(kept.split('\n')).toEqual(pictureOf(space).split('\n'));
  }
});

test('draws every question with its options, every end, and nothing beside the page', async () => {
  for (const space of spaces.values()) {
    const svg = pictureOf(space);
    await expect(parseStringPromise(svg)).resolves.toHaveProperty('svg');
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = '']) => text).join('\n');
    for (const { name, fact, options } of asksOf(space.dialog)) {
      expect(texts).toContain(name);
      expect(texts).toContain(fact);
      // The findings of a pasted text run on over lines.
      for (const { label } of options) expect(texts.replaceAll('\n', '')).toContain(label);
    }
    for (const step of space.dialog.steps)
      if (step.kind === 'end') expect(texts).toContain(`end ${step.id} →`);
    const height = Number(/height="(\d+)"/.exec(svg)?.[1]);
    for (const [, y] of svg.matchAll(/<text x="\d+" y="(\d+)/g)) expect(Number(y)).toBeLessThan(height);
    for (const [, x, width] of svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g))
      expect(Number(x) + Number(width)).toBeLessThanOrEqual(1200);
  }
});

test('says in answers who is asked, also where that follows from the province', () => {
  const space = spaces.get('filing');
  if (!space) throw new Error('there is no filing dialog');
  expect(pictureOf(space)).toContain('if 主体类型 = 个人 and 备案省份 ≠ 北京、天津、河北、辽宁、湖南、海南');
});
