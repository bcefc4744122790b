/** Every rule of high confidence (rules.yaml) is seen by a merchant, and is seen no more when the content that carries it
 *  is taken out: a rule that gets lost fails here, and no row can pass by chance. */

import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readTexts } from '../../src/app/read-content.ts';
import { freshSession } from '../../src/core/conversation/session/session.ts';
import { everyPath } from '../../src/core/dialog/walk.ts';
import type { Problem } from '../../src/core/errors.ts';
import { type Files, readFiles } from '../../src/core/handbook/files.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { createCalendar } from '../../src/core/knowledge/calendar.ts';
import { LINE_KINDS } from '../../src/core/knowledge/checklist.ts';
import type { Faq } from '../../src/core/knowledge/search/faq.ts';
import type { FaqEntry, Found } from '../../src/core/knowledge/search/targets.ts';
import type { TextForms } from '../../src/core/text/forms.ts';
import { aPerson, type Person, ROOT, TODAY, theHandbook } from '../support.ts';

const id = z.string().min(1);
const fragments = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((one) => (typeof one === 'string' ? [one] : one));
const row = z.strictObject({
  rule: id,
  ask: fragments.optional(),
  dialog: z.string().default('filing'),
  as: z.record(z.string(), z.string()).default({}),
  today: z.string().default(TODAY),
  holds: fragments,
  lacks: fragments.default([]),
});
type Row = z.output<typeof row>;

const {
  rows,
  elsewhere,
  'not-shown': notShown,
  weaker,
} = z
  .strictObject({
    rows: z.array(row),
    elsewhere: z.array(z.strictObject({ rule: id, file: z.string(), why: z.string() })),
    'not-shown': z.array(z.strictObject({ rules: z.array(id), why: z.string() })),
    weaker: z.array(z.array(id)),
  })
  .parse(parse(await readFile(`${ROOT}test/handbook/rules.yaml`, 'utf8')));

/** What most merchants answer; other questions that a row does not name get their first option. */
const USUAL = {
  subject: 'company',
  listing: 'unlisted',
  province: '浙江',
  admin: 'same',
  permit: 'none',
  icp: 'none',
  verification: 'verified',
};

let handbook: Handbook;
let files: Files;

beforeAll(async () => {
  handbook = await theHandbook();
  const problems: Problem[] = [];
  const read = readFiles(await readTexts(ROOT), problems);
  if (!read) throw new Error(problems.map(({ reason }) => reason).join('; '));
  files = read;
});

describe.each([...new Set(rows.map(({ rule }) => rule))])('%s', (rule) => {
  const own = rows.filter((each) => each.rule === rule);

  test.each(own.map((each) => [titleOf(each), each] as const))('%s', (_title, each) => {
    const text = heard(handbook, each);
    for (const fragment of each.holds) expect(text).toContain(fragment);
    for (const fragment of each.lacks) expect(text).not.toContain(fragment);
  });

  test('is heard no more without the content that carries it', () => {
    const poorer = without(rule);
    for (const each of own) {
      const text = heard(poorer, each);
      expect(each.holds.filter((fragment) => text.includes(fragment))).toEqual([]);
    }
  });
});

test('taking out a rule that nothing carries changes nothing', () => {
  const same = without('no rule');
  for (const each of rows.filter((_, i) => i % 8 === 0))
    expect(heard(same, each)).toBe(heard(handbook, each));
});

test('every rule that content names is known here: with rows, or as a weaker one', () => {
  const known = new Set([...rows.map(({ rule }) => rule), ...weaker.flat()]);
  const named = new Set(carriers().flatMap(({ rules }) => rules));
  expect(named.size).toBeGreaterThan(300);
  expect([...named].filter((rule) => !known.has(rule))).toEqual([]);
});

describe('rules that no row is for', () => {
  test.each(elsewhere)('$rule is proven by $file', async ({ rule, file }) => {
    expect(await readFile(`${ROOT}${file}`, 'utf8')).toContain(rule);
  });

  test('stand in one place only', () => {
    const places = [
      ...new Set(rows.map(({ rule }) => rule)),
      ...elsewhere.map(({ rule }) => rule),
      ...notShown.flatMap(({ rules }) => rules),
      ...weaker.flat(),
    ];
    expect(places.filter((rule, i) => places.indexOf(rule) !== i)).toEqual([]);
  });
});

function titleOf({ ask, dialog, as }: Row): string {
  const who = Object.values(as).join(' ');
  return ask === undefined
    ? `in the result of ${dialog} (${who || 'as most'})`
    : `${ask.join(' / ')} ${who}`.trim();
}

/** What this merchant hears: the answer to the question, or all pages of the result. */
function heard(book: Handbook, { ask, dialog, as, today }: Row): string {
  const person = aPerson(book, { today });
  if (ask !== undefined) {
    if (Object.keys(as).length > 0) knows(person, as);
    for (const text of ask) person.say(text);
    return person.allPages();
  }
  knows(person, answersOf(dialog, as), dialog);
  person.say(book.phrases.commands.list[0] ?? '');
  return person.allPages();
}

/** Lets the person have given these answers. */
function knows(person: Person, answers: Readonly<Record<string, string>>, dialog?: string): void {
  person.become({
    ...freshSession(new Date('2026-11-24T02:00:00Z')),
    turn: 1,
    answers: Object.entries(answers).map(([fact, value]) => [1, fact, value]),
    ...(dialog !== undefined && { dialog }),
  });
}

/** All answers of a merchant who comes to the end of the dialog; every answer of the row counts there. */
function answersOf(name: string, as: Row['as']): Readonly<Record<string, string>> {
  const dialog = handbook.dialogs.get(name);
  if (!dialog) throw new Error(`there is no dialog ${name}`);
  const first = (options: readonly { id: string }[]) => options.slice(0, 1).map((option) => option.id);
  const usual = { ...USUAL, ...as };
  const [position] = everyPath(dialog, handbook.derive, ({ options }) => first(options), usual);
  for (const [fact, value] of Object.entries(as))
    if (position?.answers[fact] !== value) throw new Error(`the answer ${fact} ${value} does not count`);
  return position?.answers ?? {};
}

/** All content that can carry rules. */
function carriers(): readonly { readonly rules: readonly string[] }[] {
  return [
    ...[...handbook.lists.values()].flatMap((list) => [
      ...list.items,
      ...LINE_KINDS.flatMap((kind) => list[kind]),
    ]),
    ...[...handbook.advice.values()].flat(),
    ...files.advice.value.timeline.stages,
    ...files.calendar.value.years,
    ...handbook.faqEntries,
    ...[...handbook.findings.values()].flatMap(({ spec }) => spec.findings),
  ];
}

/** The handbook less all items, lines, advice, answers, findings, stages and years that carry the rule. */
function without(rule: string): Handbook {
  const stays = ({ rules }: { readonly rules: readonly string[] }) => !rules.includes(rule);
  const lists = new Map(
    [...handbook.lists].map(([name, list]) => [
      name,
      {
        ...list,
        items: list.items.filter(stays),
        generated: list.generated.filter(stays),
        ifAsked: list.ifAsked.filter(stays),
        remarks: list.remarks.filter(stays),
        notNeeded: list.notNeeded.filter(stays),
      },
    ]),
  );
  const advice = new Map([...handbook.advice].map(([name, specs]) => [name, specs.filter(stays)]));
  const findings = new Map(
    [...handbook.findings].map(([reads, found]) => {
      const byId = (name: string) => [found.byId(name)].find((finding) => finding && stays(finding));
      return [reads, { ...found, byId }] as const;
    }),
  );
  const stages = files.advice.value.timeline.stages.filter(stays);
  return {
    ...handbook,
    lists,
    advice,
    findings,
    timeline: { ...handbook.timeline, stages },
    calendar: createCalendar(files.calendar.value.years.filter(stays)),
    faq: faqWithout(
      handbook.faq,
      handbook.faqEntries.filter((entry) => !stays(entry)),
    ),
  };
}

/** The questions less some: the nearest one that is left answers in their place, however far it is. */
function faqWithout(faq: Faq, less: readonly FaqEntry[]): Faq {
  const gone = new Set(less.map((entry) => entry.id));
  const left = (entry: FaqEntry) => !gone.has(entry.id);
  const nearest = (said: TextForms, count: number) =>
    faq
      .nearest(said, count + gone.size)
      .filter(left)
      .slice(0, count);
  const instead = (found: Found, said: TextForms): Found => {
    if (found.kind === 'suggest') return { ...found, entries: found.entries.filter(left) };
    if (found.kind !== 'answer' || left(found.entry)) return found;
    const [entry] = nearest(said, 1);
    return entry ? { kind: 'answer', entry, share: 1 } : { kind: 'unknown' };
  };
  const known = (entry: FaqEntry | undefined) => (entry && left(entry) ? entry : undefined);
  return {
    ...faq,
    find: (said) => instead(faq.find(said), said),
    findEach: (said) => faq.findEach(said).map((found) => instead(found, said)),
    nearest,
    byId: (name) => known(faq.byId(name)),
    exact: (said) => known(faq.exact(said)),
  };
}
