/** Names and remarks of merchants, each with exactly the rules that it breaks for this subject and province: read as the
 *  dialogs read them, and said in the dialogs. For each rule there is one that breaks it and one that nearly does. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readTexts } from '../../../src/app/read-content.ts';
import { freshSession } from '../../../src/core/conversation/session/session.ts';
import type { Facts } from '../../../src/core/facts.ts';
import type { Handbook } from '../../../src/core/handbook/handbook.ts';
import { createHandbook } from '../../../src/core/handbook/load.ts';
import { counts, createFindings, type Findings } from '../../../src/core/knowledge/findings/findings.ts';
import { idsOf } from '../../../src/core/pasted.ts';
import { formsOf } from '../../../src/core/text/forms.ts';
import { normalise } from '../../../src/core/text/normalise.ts';
import { aPerson, ROOT, TODAY, textOf, theHandbook } from '../../support.ts';

const rows = z.array(
  z.strictObject({
    of: z.string(),
    /** Said so many times, one after another. */
    repeat: z.number().default(1),
    quoted: z.boolean().default(false),
    subject: z.string(),
    kind: z.string().optional(),
    province: z.string(),
    breaks: z.array(z.string()),
    near: z.string().optional(),
  }),
);
type Row = z.output<typeof rows>[number];

const NAMES = rowsOf('names.yaml');
const REMARKS = rowsOf('remarks.yaml');
const KINDS = [
  { reads: 'name', dialog: 'naming', asks: 'new-name', all: NAMES, facts: {} },
  { reads: 'remark', dialog: 'remark', asks: 'remark-text', all: REMARKS, facts: { 'remark-task': 'check' } },
] as const;

let handbook: Handbook;
beforeAll(async () => {
  handbook = await theHandbook();
});

function rowsOf(file: string): readonly Row[] {
  return rows.parse(parse(readFileSync(join(ROOT, 'test/knowledge/findings', file), 'utf8')));
}

function titleOf({ of, subject, province, breaks }: Row): string {
  return `${of.slice(0, 30)}, ${subject}, ${province}: ${breaks.join(', ') || 'nothing'}`;
}

function textIn({ of, repeat, quoted }: Row): string {
  const text = of.repeat(repeat);
  return quoted ? `「${text}」` : text;
}

function factsIn({ subject, kind, province }: Row): Facts {
  return { subject, province, ...(kind === undefined ? {} : { 'other-kind': kind }) };
}

function findingsFor(reads: 'name' | 'remark'): Findings {
  const findings = handbook.findings.get(reads);
  if (!findings) throw new Error(`nothing is found in a ${reads}`);
  return findings;
}

/** The ids that count, in alphabetical order; `undefined` when the text is not read as such. */
function foundIn(findings: Findings, row: Row): readonly string[] | undefined {
  const reading = findings.read(formsOf(textIn(row)));
  if (reading.kind !== 'found') return undefined;
  const facts = handbook.derive(factsIn(row));
  return idsOf(reading.value)
    .filter((id) => {
      const finding = findings.byId(id);
      return finding !== undefined && counts(finding, facts);
    })
    .sort();
}

test('there are at least 80 names and 40 remarks', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(80);
  expect(REMARKS.length).toBeGreaterThanOrEqual(40);
});

describe.each(KINDS)('a $reads', ({ reads, dialog, asks, all, facts }) => {
  test.each(all.map((row) => [titleOf(row), row] as const))('%s', (_, row) => {
    expect(foundIn(findingsFor(reads), row)).toEqual([...row.breaks].sort());
    const person = aPerson(handbook);
    const known = Object.entries({ ...facts, ...factsIn(row) });
    person.become({
      ...freshSession(new Date('2026-11-24T02:00:00Z')),
      turn: 1,
      dialog,
      answers: known.map(([fact, value]) => [1, fact, value]),
    });
    person.say(textIn(row));
    expect(person.last.events).toContainEqual(expect.objectContaining({ kind: 'found', fact: asks }));
    const said = person.allPages() + textOf(person.last.say);
    for (const id of row.breaks) expect(said).toContain(findingsFor(reads).byId(id)?.name);
    expect(JSON.stringify(person.session)).not.toContain(textIn(row));
  });

  test('breaks each rule once at least, and nearly breaks it once at least', () => {
    const ids = findingsFor(reads).spec.findings.map(({ id }) => id);
    const broken = new Set(all.flatMap(({ breaks }) => breaks));
    const near = new Set(all.flatMap((row) => row.near ?? []));
    expect(ids.filter((id) => !broken.has(id))).toEqual([]);
    expect(ids.filter((id) => !near.has(id))).toEqual([]);
    expect([...broken, ...near].filter((id) => !ids.includes(id))).toEqual([]);
    expect(all.filter((row) => row.near !== undefined && row.breaks.includes(row.near))).toEqual([]);
  });

  test('is read differently when any one rule is taken away', () => {
    const { spec } = findingsFor(reads);
    const places = [...handbook.provinces.values()].flatMap(({ name, full, also, cities }) =>
      [name, full, ...also, ...cities].map(normalise),
    );
    for (const { id } of spec.findings) {
      const fewer = createFindings(
        { ...spec, findings: spec.findings.filter((one) => one.id !== id) },
        places,
      );
      const wrong = all.filter((row) => foundIn(fewer, row)?.join() !== [...row.breaks].sort().join());
      expect(wrong.map(({ breaks }) => breaks.includes(id))).toContain(true);
    }
  });

  test('is said to be unsure wherever a rule is not sure: for the back office to decide, or not written by WeChat', () => {
    const unsure = findingsFor(reads).spec.findings.filter(({ confidence }) => confidence !== 'high');
    expect(unsure.length).toBeGreaterThan(5);
    expect(unsure.filter(({ id }) => !RESTS_ON_PATTERNS.has(id) && !saysSo(id)).map(({ id }) => id)).toEqual(
      [],
    );

    function saysSo(id: string): boolean {
      return (
        findingsFor(reads)
          .byId(id)
          ?.say.some((line) => /以后台|微信没[写列]/u.test(line)) === true
      );
    }
  });
});

/** Medium only because no page says it in these words; nothing in the back office would say more. */
const RESTS_ON_PATTERNS: ReadonlySet<string> = new Set(['R-25-empty', 'R-25-blanks']);

test('refuses a pattern of a finding with a bracket that is not closed, with line, column and character', async () => {
  const texts = new Map(await readTexts(ROOT));
  const file = 'content/findings/rejections.yaml';
  const lines = (texts.get(file) ?? '').split('\n');
  const line = lines.findIndex((one) => /^ +- .*\(.*\|.*\)/u.test(one));
  const before = lines[line] ?? expect.fail('no pattern with a group');
  lines[line] = before.replace(')', '');
  texts.set(file, lines.join('\n'));
  expect(() => createHandbook(texts, TODAY)).toThrow(
    new RegExp(
      `content/findings/rejections\\.yaml:${line + 1}:\\d+: .*, character \\d+: a bracket is not closed`,
    ),
  );
});
