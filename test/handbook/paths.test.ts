/** Every way through the real dialogs: each question speaks, each end ends with a list or advice that fits into messages.
 *  The content check proves its rules over classes of answers; here the same is looked at from outside, on answer sets in
 *  which every two answers meet, spoken through turn(). */
import { beforeAll, describe, expect, test } from 'vitest';
import { readTexts } from '../../src/app/read-content.ts';
import { casesOf } from '../../src/commands/cases.ts';
import { checkSizes } from '../../src/commands/check-sizes.ts';
import { freshSession } from '../../src/core/conversation/session/session.ts';
import { type Ask, askOf, asksOf, isPasted } from '../../src/core/dialog/dialog.ts';
import { everyPath, type Position } from '../../src/core/dialog/walk.ts';
import { matches } from '../../src/core/facts.ts';
import { spacesOf } from '../../src/core/handbook/checks/all.ts';
import { samplesOf } from '../../src/core/handbook/checks/answer-samples.ts';
import type { Space } from '../../src/core/handbook/checks/answer-space.ts';
import { readFiles } from '../../src/core/handbook/files.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { checklist, knownAs } from '../../src/core/knowledge/checklist.ts';
import { counts } from '../../src/core/knowledge/findings/findings.ts';
import { idsOf } from '../../src/core/pasted.ts';
import { wechatLimits } from '../../src/wechat/channel.ts';
import { aPerson, bytesOfSay, hasMore, type Person, ROOT, TODAY, textOf, theHandbook } from '../support.ts';

const LIMIT = 2047;
/** Whole products are walked up to this size; beyond it the last questions keep their first option. */
const MOST_WAYS = 12_000;

let handbook: Handbook;
let spaces: readonly Space[];
let samples: ReadonlyMap<Space, readonly Position[]>;
let results: readonly Result[];

/** A result as a merchant gets it, message by message. */
interface Result {
  readonly position: Position;
  /** The first page of a list. */
  readonly overview: string | undefined;
  readonly pages: readonly string[];
  readonly text: string;
  /** Bytes of the largest message. */
  readonly bytes: number;
}

beforeAll(async () => {
  handbook = await theHandbook();
  spaces = [...spacesOf(handbook).values()];
  samples = new Map(spaces.map((space) => [space, samplesOf(space)] as const));
  results = spaces.flatMap((space) =>
    (samples.get(space) ?? []).map((position) => resultOf(space, position)),
  );
});

/** A person who has already given these answers. */
function personAt({ dialog }: Space, { answers }: Position): Person {
  const person = aPerson(handbook);
  person.become({
    ...freshSession(new Date('2026-11-24T02:00:00Z')),
    turn: 1,
    dialog: dialog.id,
    answers: Object.entries(answers).map(([fact, value]) => [1, fact, value]),
  });
  return person;
}

/** The result: the first page of 清单, and then all of it, up to the last 更多. */
function resultOf(space: Space, position: Position): Result {
  const person = personAt(space, position);
  const pages: string[] = [];
  let bytes = 0;
  const hear = (text: string) => {
    person.say(text);
    pages.push(textOf(person.last.say));
    bytes = Math.max(bytes, bytesOfSay(person.last.say));
  };
  hear(handbook.phrases.commands.list[0] ?? '');
  const overview = position.end?.list === undefined ? undefined : pages.pop();
  while (hasMore(person.session)) hear(handbook.phrases.commands.more[0] ?? '');
  return { position, overview, pages, text: pages.join('\n'), bytes };
}

describe('answer sets in which every two answers meet', () => {
  test('are many, reach every end, and give every answer', () => {
    for (const { position } of results) expect(position.end).toBeDefined();
    for (const space of spaces) {
      const positions = samples.get(space) ?? [];
      const given = new Set(
        positions.flatMap(({ answers }) => Object.entries(answers).map(([f, v]) => `${f} ${v}`)),
      );
      for (const { fact, options } of asksOf(space.dialog))
        for (const { id } of options) expect(given).toContain(`${fact} ${id}`);
      const ends = new Set(positions.map(({ end }) => end?.id));
      for (const step of space.dialog.steps) if (step.kind === 'end') expect(ends).toContain(step.id);
    }
  });

  test('give a list with items numbered one after another, or advice, in messages of at most 2,047 bytes', () => {
    for (const { position, text, bytes } of results) {
      expect(bytes).toBeLessThanOrEqual(LIMIT);
      if (position.end?.findings !== undefined) continue;
      const numbers = [...text.matchAll(/^(\d+)\. /gmu)].map(([, number]) => Number(number));
      const list = handbook.lists.get(position.end?.list ?? '');
      if (!list) {
        expect(numbers).toEqual([]);
        expect(text).toContain('▶');
        continue;
      }
      const items = checklist(list, position.facts).groups.flatMap((group) => group.items);
      expect(items.length).toBeGreaterThan(0);
      expect(numbers).toEqual(items.map((_, i) => i + 1));
      expect(new Set(items.map(({ item }) => item.document.id)).size).toBe(items.length);
    }
  });

  test('fill every blank, name no evidence outside answers, and give each item its reason and its mistake', () => {
    const lead = (id: 'because' | 'mistake') => (handbook.phrases.say[id][0] ?? '').replace(/\{.*/u, '');
    for (const { position, text } of results) {
      expect(text).not.toMatch(/[{}]|undefined|\[object/u);
      expect(text).not.toContain('依据：');
      if (position.end?.findings !== undefined) continue;
      const items = [...text.matchAll(/^\d+\. /gmu)].length;
      expect(text.split(lead('because')).length - 1).toBeLessThanOrEqual(items);
      expect(text.split(lead('mistake')).length - 1).toBe(items);
      expect(text).not.toMatch(new RegExp(`^${lead('because')}$`, 'mu'));
    }
  });

  test('say what was found in a pasted text and what to do, or that nothing was', () => {
    const found = results.filter(({ position }) => position.end?.findings !== undefined);
    expect(found.length).toBeGreaterThan(0);
    for (const { position, text } of found) {
      const ask = [...handbook.dialogs.values()]
        .flatMap((dialog) => asksOf(dialog))
        .find(({ fact }) => fact === position.end?.findings);
      const findings = handbook.findings.get(ask?.reads ?? '');
      const about = idsOf(position.answers[ask?.fact ?? ''] ?? '')
        .flatMap((id) => findings?.byId(id) ?? [])
        .filter((finding) => counts(finding, position.facts));
      for (const { name } of about) expect(text).toContain(name);
      if (about.length === 0)
        expect(text).toContain(findings?.spec.clean?.say[0] ?? handbook.phrases.say['found-none-left'][0]);
    }
  });

  test('say 不需要 in each line of what is not needed', () => {
    const title = handbook.phrases.say['not-needed-title'][0] ?? '';
    for (const { position, text } of results) {
      const list = handbook.lists.get(position.end?.list ?? '');
      if (!list) continue;
      const lines = text
        .slice(text.indexOf(`\n${title}\n`))
        .split('\n')
        .filter((line) => line.startsWith('· '));
      const expected = checklist(list, position.facts).notNeeded.length;
      const notNeeded = lines.slice(0, expected);
      expect(notNeeded).toHaveLength(expected);
      for (const line of notNeeded) expect(line).toContain('不需要');
    }
  });

  test('are cut into pages between items only', () => {
    const mistake = (handbook.phrases.say.mistake[0] ?? '').replace(/\{.*/u, '');
    for (const { position, pages } of results) {
      if (position.end?.findings !== undefined) continue;
      for (const page of pages) {
        const items = [...page.matchAll(/^\d+\. /gmu)].length;
        expect(page.split(mistake).length - 1).toBe(items);
      }
    }
  });
});

describe('the first page of a list', () => {
  const overviews = () =>
    results.flatMap(({ overview, position }) => (overview === undefined ? [] : [{ overview, position }]));

  test('holds every paper, the next step and the ways on, in at most 340 characters', () => {
    expect(overviews().length).toBeGreaterThan(2_000);
    for (const { overview, position } of overviews()) {
      expect([...overview].length, overview).toBeLessThanOrEqual(340);
      const list = handbook.lists.get(position.end?.list ?? '');
      if (!list) throw new Error('a list without a list');
      const { groups } = checklist(list, position.facts);
      const papers = groups.filter(({ isPapers }) => isPapers).flatMap(({ items }) => items);
      const numbers = [...overview.matchAll(/^(\d+)\. /gmu)].map(([, number]) => Number(number));
      const leading = papers.length > 0 ? papers : groups.flatMap(({ items }) => items);
      expect(numbers).toEqual(leading.map((_, i) => i + 1));
      for (const part of ['要求', '全部']) expect(overview).toContain(part);
      if (papers.length > 0) expect(overview).toContain('要填');
    }
  });

  test('leads to every item in two taps, and each item tells its reason, its mistake and its source', () => {
    for (const space of spaces) {
      for (const position of oneForEachAnswer(space, samples.get(space) ?? [])) {
        const list = handbook.lists.get(position.end?.list ?? '');
        if (!list) continue;
        const person = personAt(space, position);
        person.say('清单');
        const { groups } = checklist(list, position.facts);
        const items = groups.flatMap((group) => group.items);
        const tapped = new Set<string>();
        for (const choice of person.choices().filter(({ id }) => /^[ip]\./.test(id))) {
          person.does({ kind: 'pick', text: choice.text, pick: choice.id });
          let text = textOf(person.last.say);
          while (/^更多/mu.test(text.split('\n').at(-1) ?? '')) text += `\n${person.say('更多')}`;
          for (const [, number] of text.matchAll(/^(\d+)\. /gmu)) tapped.add(number ?? '');
        }
        expect([...tapped].map(Number).sort((a, b) => a - b)).toEqual(items.map((_, i) => i + 1));
        const text = person.say(`第${items.length}条`);
        expect(text).toContain(`${items.length}. `);
        for (const words of ['怎么准备：', '常见错误：', '为什么要：']) expect(text).toContain(words);
        expect(text).toMatch(/^依据：|^未见官方页面/mu);
      }
    }
  });

  test('stands in one message at most once with 以后台提示为准', () => {
    for (const { pages } of results)
      for (const page of pages) expect(page.split('以后台提示为准').length - 1, page).toBeLessThanOrEqual(1);
  });
});

describe('the usual way', () => {
  test('asks at most eight questions, and one more of whoever must be told apart first', () => {
    const filing = handbook.dialogs.get('filing');
    if (!filing) throw new Error('there is no filing dialog');
    const [first] = asksOf(filing);
    for (const subject of first?.options ?? []) {
      for (const province of handbook.provinces.keys()) {
        const known: Record<string, string> = { subject: subject.id };
        const asked: string[] = ['subject'];
        for (let open = handbook.walk(filing, known).open; open; open = handbook.walk(filing, known).open) {
          asked.push(open.fact);
          known[open.fact] = open.fact === 'province' ? province : (open.options[0]?.id ?? '');
        }
        expect(asked.length, `${subject.id} ${province}: ${asked.join(', ')}`).toBeLessThanOrEqual(
          asked[1] === 'listing' ? 8 : 9,
        );
      }
    }
  });
});

describe('the ways themselves', () => {
  test('ask only questions that speak, tapped from the opening to the end', () => {
    for (const space of spaces) {
      for (const position of oneForEachAnswer(space, samples.get(space) ?? [])) {
        const person = aPerson(handbook);
        person.say(space.dialog.opens[0] ?? '');
        for (const ask of asksOf(space.dialog)) {
          const value = position.answers[ask.fact];
          if (value === undefined) continue;
          expect(bytesOfSay(person.last.say)).toBeLessThanOrEqual(LIMIT);
          skipDetour(person, space);
          const asked = person.last.events.some((event) => event.kind === 'asked' && event.fact === ask.fact);
          if (!asked) continue;
          expect(textOf(person.last.say)).toMatch(/[？。]/u);
          answer(person, ask, value);
          expect(textOf(person.last.say)).not.toMatch(/[{}]|undefined/u);
        }
        skipDetour(person, space);
        const ended = person.last.events.find((event) => event.kind === 'ended');
        expect(ended).toMatchObject({ dialog: space.dialog.id, end: position.end?.id });
      }
    }
  });

  test('ask every question in other words when the answer was not understood', () => {
    for (const space of spaces) {
      for (const ask of asksOf(space.dialog)) expect(ask.again ?? ask.say, ask.fact).not.toBe(ask.say);
      const person = aPerson(handbook);
      const first = person.say(space.dialog.opens[0] ?? '');
      const second = person.say('呱呱呱呱');
      const open = asksOf(space.dialog).find((ask) => first.includes(ask.say));
      if (open?.reads !== 'choice') continue;
      expect(first).not.toContain(open.again);
      expect(second).toContain(open.again);
      expect(textOf(person.last.say).match(/^\d+\. /gmu)?.length).toBe(first.match(/^\d+\. /gmu)?.length);
    }
  });

  test('end with a list on which no paper stands twice or is said to be none, over whole products of answers', () => {
    for (const { dialog, derive } of spaces) {
      const fixed = fixedFacts(asksOf(dialog));
      let ways = 0;
      for (const { end, facts } of everyPath(dialog, derive, (ask) =>
        ask.options.map(({ id }) => id).slice(0, fixed.has(ask.fact) ? 1 : undefined),
      )) {
        ways += 1;
        const list = handbook.lists.get(end?.list ?? '');
        const given = list && checklist(list, facts);
        const papers = given?.groups.flatMap(({ items }) =>
          items.map(({ item }) => knownAs(item.document.name)),
        );
        if (papers && (papers.length === 0 || new Set(papers).size < papers.length))
          expect.fail(`${JSON.stringify(facts)}: ${papers.join(', ')}`);
        const others = [...(given?.generated ?? []), ...(given?.ifAsked ?? []), ...(given?.notNeeded ?? [])];
        const both = others
          .flatMap(({ text }) => text.split('、').map(knownAs))
          .filter((name) => papers?.includes(name));
        if (both.length > 0)
          expect.fail(`${JSON.stringify(facts)}: listed, and said to be none: ${both.join(', ')}`);
        expect(end).toBeDefined();
      }
      expect(ways).toBeGreaterThan(1);
    }
  });
});

test('the cases of the golden matrix say exactly who gets what', () => {
  for (const space of spaces) {
    for (const [name, list] of handbook.lists) {
      const positions = (samples.get(space) ?? []).filter(({ end }) => end?.list === name);
      if (positions.length === 0) continue;
      for (const { when, document } of list.items) {
        const cases = casesOf(space, when, (end) => end.list === name);
        for (const { facts, answers } of positions) {
          const covered = cases.some(({ columns }) =>
            columns.every(({ fact, values, not }) => {
              const own = writtenValue(space, fact, answers, facts);
              const named = values.some(
                (value) => own === value || own.startsWith(`${value}/`) || value === `${own}/–`,
              );
              return named !== not;
            }),
          );
          if (covered !== matches(when, facts)) expect.fail(`${document.id}: ${JSON.stringify(answers)}`);
        }
      }
    }
  }
});

test('every question, answer, phrase and block fits into a message', async () => {
  const files = readFiles(await readTexts(ROOT), []);
  if (!files) throw new Error('the content cannot be read');
  const { errors } = checkSizes(files, handbook, { limits: wechatLimits, today: TODAY });
  expect(errors).toEqual([]);
});

test('a text that is too long is reported where it stands', async () => {
  const texts = new Map(await readTexts(ROOT));
  const path = 'content/out-of-scope.yaml';
  texts.set(path, (texts.get(path) ?? '').replace('reply: |\n', `reply: |\n      ${'字'.repeat(700)}\n`));
  const files = readFiles(texts, []);
  if (!files) throw new Error('the content cannot be read');
  const { errors } = checkSizes(files, handbook, { limits: wechatLimits, today: TODAY });
  expect(errors.map(({ file, reason }) => `${file}: ${reason}`)).toEqual([
    expect.stringMatching(/^content\/out-of-scope\.yaml: the reply D\w+ takes 2\d{3} bytes; at most 2047$/u),
  ]);
});

/** Where another dialog is gone through first, its text is not at hand. */
function skipDetour(person: Person, { dialog }: Space): void {
  const asked = person.last.events.find(({ kind }) => kind === 'asked');
  const detour = dialog.detours.find(({ until }) => asked?.kind === 'asked' && asked.fact === until);
  const skip = detour && askOf(handbook.dialogs.get(detour.dialog) ?? dialog, detour.until)?.skip;
  if (skip) person.tap(skip.label);
}

function answer(person: Person, ask: Ask, value: string): void {
  if (isPasted(ask)) {
    // What is pasted is read elsewhere (test/knowledge); here the answer is as if it had been.
    const session = person.session ?? freshSession(new Date('2026-11-24T02:00:00Z'));
    person.become({ ...session, answers: [...session.answers, [session.turn, ask.fact, value]] });
    person.say(handbook.phrases.commands.list[0] ?? '');
  } else if (ask.reads === 'province') person.say(value);
  else person.tap(ask.options.find(({ id }) => id === value)?.label ?? '');
}

/** Few answer sets that give every answer at least once. */
function oneForEachAnswer({ dialog }: Space, positions: readonly Position[]): readonly Position[] {
  const given = new Set<string>();
  const never = new Set(
    asksOf(dialog)
      .filter(({ askWhen }) => askWhen !== undefined)
      .map(({ fact }) => fact),
  );
  return positions.filter(({ answers }) => {
    const entries = Object.entries(answers);
    if (entries.some(([fact]) => never.has(fact))) return false;
    const fresh = entries.map(([fact, value]) => `${fact} ${value}`).filter((key) => !given.has(key));
    for (const key of fresh) given.add(key);
    return fresh.length > 0;
  });
}

/** The questions that keep their first option, so that the product of the others stays small. */
function fixedFacts(asks: readonly Ask[]): ReadonlySet<string> {
  const own = asks.filter(({ when, askWhen }) => when === undefined && askWhen === undefined);
  const fixed = new Set<string>();
  const size = () =>
    own.filter(({ fact }) => !fixed.has(fact)).reduce((product, { options }) => product * options.length, 1);
  for (const { fact } of [...own].reverse()) if (size() > MOST_WAYS / 8) fixed.add(fact);
  return fixed;
}

/** An answer as a matrix writes it: with its finer kind, or what it counts as when it was not asked for. */
function writtenValue(
  { dialog }: Space,
  fact: string,
  answers: Readonly<Record<string, string>>,
  facts: Readonly<Record<string, string>>,
): string {
  const value = answers[fact] ?? facts[fact] ?? '–';
  const finer = asksOf(dialog).find(
    ({ when, fact: kind }) =>
      answers[kind] !== undefined && JSON.stringify(when) === JSON.stringify({ [fact]: value }),
  );
  return finer ? `${value}/${answers[finer.fact]}` : value;
}
