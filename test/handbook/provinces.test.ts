/** Answers that list provinces say the same as content/provinces.yaml, so that a province whose rule changes is not left
 *  behind in an answer. */
import { beforeAll, describe, expect, test } from 'vitest';
import { clausesOf } from '../../src/core/facts.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import type { FaqEntry } from '../../src/core/knowledge/search/targets.ts';
import { theHandbook } from '../support.ts';

let handbook: Handbook;

beforeAll(async () => {
  handbook = await theHandbook();
});

function entry(id: string): FaqEntry {
  const found = handbook.faq.byId(id);
  if (!found) throw new Error(`there is no answer ${id}`);
  return found;
}

/** The provinces whose fact has one of these values. */
function provincesWith(fact: string, ...values: readonly string[]): readonly string[] {
  return [...handbook.provinces.values()]
    .filter(({ facts }) => values.includes(facts[fact] ?? ''))
    .map(({ name }) => name)
    .sort();
}

/** The provinces that a text names. */
function namedIn(text: string): readonly string[] {
  return [...handbook.provinces.keys()].filter((name) => text.includes(name)).sort();
}

/** The provinces named behind this fragment, up to the end of the clause, in a line of the general answer. */
function namedAfter(id: string, fragment: string): readonly string[] {
  const line = entry(id).answer.find((each) => each.includes(fragment));
  if (line === undefined) throw new Error(`${id} has no line with "${fragment}"`);
  const [clause = ''] = line.slice(line.indexOf(fragment) + fragment.length).split(/[；。]/u);
  return namedIn(clause);
}

/** The provinces named before this fragment, from the beginning of the clause, in a line of the general answer. */
function namedBefore(id: string, fragment: string): readonly string[] {
  const line = entry(id).answer.find((each) => each.includes(fragment));
  if (line === undefined) throw new Error(`${id} has no line with "${fragment}"`);
  return namedIn(
    line
      .slice(0, line.indexOf(fragment))
      .split(/[；。]/u)
      .at(-1) ?? '',
  );
}

describe('who may be 主体负责人', () => {
  test.each([
    ['F049', '换人要《主体负责人授权书》：'],
    ['F040', '用护照；'],
  ])('%s names every province in which somebody else needs a letter', (id, fragment) => {
    expect(namedAfter(id, fragment).filter((name) => !['北京', '海南'].includes(name))).toEqual(
      provincesWith('head', 'letter'),
    );
  });

  test('F049 names those where nobody needs one, and those with rules of their own', () => {
    expect(namedAfter('F049', '换人不用授权书：')).toEqual(provincesWith('head', 'free', 'liaoning'));
    for (const name of provincesWith('head', 'sichuan', 'guangdong', 'public-letter'))
      expect(entry('F049').answer.join('\n')).toContain(name);
  });

  test('X032 names the same', () => {
    expect(namedBefore('X032', '可以凭授权书换人')).toEqual(provincesWith('head', 'letter'));
    expect(namedAfter('X032', '可以凭授权书换人；')).toEqual(provincesWith('head', 'free', 'liaoning'));
  });

  test('the answer for each province follows its fact', () => {
    const facts = entry('F049').variants.flatMap(({ when }) =>
      clausesOf(when).flatMap(({ head }) => head ?? []),
    );
    const values = new Set([...handbook.provinces.values()].map((province) => province.facts.head));
    expect(new Set(facts)).toEqual(values);
  });
});

describe('whose administrator needs a letter', () => {
  const needing = () => provincesWith('manager-letter', 'required', 'fujian', 'sichuan');

  test('F050 names all of them, and who makes it', () => {
    expect(namedBefore('F050', '要《小程序负责人授权书》')).toEqual(needing());
    expect(namedAfter('F050', '授权书》；')).toEqual(provincesWith('manager-letter', 'generated'));
  });

  test('F035 names the same for a company', () => {
    const variant = entry('F035').variants.find(({ answer }) =>
      answer.join().includes('小程序负责人授权书：'),
    );
    const line = variant?.answer.find((each) => each.includes('小程序负责人授权书：')) ?? '';
    expect(namedIn(line.split('；')[0] ?? '')).toEqual(needing());
  });

  test('R-11 names the same', () => {
    const finding = handbook.findings.get('rejection')?.byId('R-11');
    expect(namedIn(finding?.say[0] ?? '')).toEqual(needing());
  });
});

describe('residence of individuals', () => {
  test.each(['F013', 'F037', 'F056'])('%s names every province that WeChat names', (id) => {
    const line = entry(id).answer.find((each) => each.includes('要居住证或暂住证')) ?? '';
    expect(namedIn(line.split('；')[0] ?? '')).toEqual(provincesWith('residence', 'proof'));
  });

  test('F056 names all others with what older texts say of them', () => {
    const line = entry('F056').answer.find((each) => each.startsWith('· 其他省')) ?? '';
    const [silent = '', older = ''] = line.split('也没提，');
    expect(namedIn(silent)).toEqual(provincesWith('residence', 'none-named'));
    expect(namedIn(older.split('的旧资料说')[0] ?? '')).toEqual(provincesWith('residence', 'local-only'));
    expect(namedIn(older.split('只收本省身份证，')[1] ?? '')).toEqual(
      provincesWith('residence', 'undecided'),
    );
  });
});

describe('seals and promises', () => {
  test.each(['Q01', 'F036', 'F047'])('%s names every province where a seal must be made', (id) => {
    const line = entry(id).answer.find((each) => /必须(?:先|)刻章/u.test(each)) ?? '';
    expect(namedIn(line)).toEqual(provincesWith('seal-rule', 'required'));
  });

  test('F059 names the two provinces with a promise on paper', () => {
    expect(
      namedIn(
        entry('F059')
          .answer.filter((line) => line.startsWith('· '))
          .join('\n'),
      ),
    ).toEqual(provincesWith('promise', 'guangdong', 'xinjiang'));
  });
});

test('an empty subject: the eleven provinces are the same wherever they are named (N-T4)', () => {
  const eleven = ['上海', '云南', '北京', '四川', '天津', '山西', '广西', '江苏', '浙江', '贵州', '辽宁'];
  expect(namedBefore('F100', '：直接新增')).toEqual(eleven);
  expect(
    entry('F100')
      .variants.flatMap(({ when }) => clausesOf(when).flatMap(({ province }) => province ?? []))
      .sort(),
  ).toEqual(eleven);
  expect(namedIn(handbook.findings.get('rejection')?.byId('R-09')?.say[1] ?? '')).toEqual(eleven);
});
