/** Answers that list provinces say the same as content/provinces.yaml, so that a province whose rule changes is not left
 *  behind in an answer. */
import { beforeAll, describe, expect, test } from 'vitest';
import { clausesOf } from '../../src/facts.ts';
import type { Handbook } from '../../src/handbook/handbook.ts';
import type { FaqEntry } from '../../src/knowledge/faq.ts';
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

/** The provinces named by the lines of the general answer that hold this fragment. */
function linesWith(id: string, fragment: string): readonly string[] {
  const lines = entry(id).answer.filter((line) => line.includes(fragment));
  if (lines.length === 0) throw new Error(`${id} has no line with "${fragment}"`);
  return namedIn(lines.join('\n'));
}

/** The provinces for which a variant with this fragment is given, whatever else it asks for. */
function variantsWith(id: string, fragment: string): readonly string[] {
  const variants = entry(id).variants.filter(({ answer }) => answer.join('\n').includes(fragment));
  if (variants.length === 0) throw new Error(`${id} has no variant with "${fragment}"`);
  return variants.flatMap(({ when }) => clausesOf(when).flatMap(({ province }) => province ?? [])).sort();
}

describe('who may be 主体负责人 (F049)', () => {
  test('the general answer names every province in which somebody else may be', () => {
    expect(linesWith('F049', '可凭授权书由别人担任')).toEqual(provincesWith('legal-rep', 'letter'));
    expect(linesWith('F049', '说法不一')).toEqual(provincesWith('legal-rep', 'disputed'));
    expect(linesWith('F049', '只限')).toEqual(provincesWith('legal-rep', 'public-bodies'));
  });

  test('a company is told of its province what the province says', () => {
    expect(variantsWith('F049', '换成别人后台会拦')).toEqual(
      provincesWith('legal-rep', 'required', 'public-bodies'),
    );
    expect(variantsWith('F049', '可以凭授权书由别人担任')).toEqual(provincesWith('legal-rep', 'letter'));
    expect(variantsWith('F049', '填法人最稳')).toEqual(provincesWith('legal-rep', 'disputed'));
  });
});

test('the phone answer names the provinces with a rule on numbers (F054)', () => {
  expect(linesWith('F054', '要本省号')).toEqual(
    [...provincesWith('local-phone', 'individuals'), '广西', '陕西'].sort(),
  );
  expect(linesWith('F054', '旧规定')).toEqual(provincesWith('local-phone', 'older-text'));
  expect(linesWith('F054', '建议本省号')).toEqual(provincesWith('local-phone', 'recommended'));
  for (const province of variantsWith('F054', '不要求本地号'))
    expect(provincesWith('local-phone', 'none')).toContain(province);
});

test('the residence answer names all 31 provinces, each where it belongs (F056)', () => {
  expect(linesWith('F056', '要居住类证明')).toEqual(provincesWith('residence', 'proof'));
  expect(linesWith('F056', '只认居住证')).toEqual(provincesWith('residence', 'permit-only'));
  expect(linesWith('F056', '只收本省身份证')).toEqual(provincesWith('residence', 'local-only'));
  expect(linesWith('F056', '说法不一')).toEqual(provincesWith('residence', 'undecided'));
  expect(linesWith('F056', '没提要求')).toEqual(provincesWith('residence', 'none-named'));
  expect(namedIn(entry('F056').answer.join('\n'))).toHaveLength(31);
});

test('the answer on heads from abroad names the provinces where somebody is authorised (F040)', () => {
  expect(linesWith('F040', '两个负责人都由他担任')).toEqual(provincesWith('outside-head', 'deputy'));
  expect(linesWith('F040', '担任小程序负责人')).toEqual(provincesWith('outside-head', 'manager'));
});
