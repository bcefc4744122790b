/** Every province and kind of subject against the table that was typed by hand (provinces-by-hand.yaml). */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { ROOT, theHandbook } from '../support.ts';
import { itemOf, type Merchant, merchantOf } from './merchant.ts';

const row = z.strictObject({
  head: z.string().regex(/^[MLF]{4}$/),
  manager: z.string().regex(/^[YNGO]{4}$/),
  promise: z.enum(['GD', 'XJ', '-']),
  residence: z.enum(['Y', '-']),
  seal: z.enum(['Y', '-']),
});
const table = z
  .record(z.string(), row)
  .parse(parse(await readFile(`${ROOT}test/handbook/provinces-by-hand.yaml`, 'utf8')));
const provinces = Object.entries(table).map(([province, cells]) => ({ province, ...cells }));

/** In the order of the table's letters. */
const UNITS = [
  ['company', { subject: 'company' }],
  ['sole trader', { subject: 'sole-trader', seal: 'yes' }],
  ['public institution', { subject: 'institution' }],
  ['government office', { subject: 'other', 'other-kind': 'government' }],
] as const;

const PRINCIPAL = '主体负责人授权书';
const MANAGER = '小程序负责人授权书';
const PROMISES = ['互联网信息服务核准承诺书', '新疆维吾尔自治区互联网信息服务承诺书'];
const HEDGE = '以后台提示为准';

let handbook: Handbook;

beforeAll(async () => {
  handbook = await theHandbook();
});

const merchant = (answers: Readonly<Record<string, string>>) => merchantOf(handbook, answers);
const lettersOf = ({ names }: Merchant) => names.filter((name) => name.includes('授权书'));
const promisesOf = ({ names }: Merchant) => names.filter((name) => PROMISES.includes(name));

/** Whoever may be 主体负责人, as the merchant answers. @throws Error where the question is not asked. */
const withHead = (answers: Readonly<Record<string, string>>, principal: string) =>
  merchant({ ...answers, admin: 'other', principal });

test('all 31 provinces stand in the table', () => {
  expect(Object.keys(table).sort()).toEqual([...handbook.provinces.keys()].sort());
});

describe.each(provinces)('$province', ({ province, head, manager, promise, residence, seal }) => {
  describe.each(UNITS.map(([name, answers], i) => [name, answers, head[i], manager[i]] as const))(
    '%s',
    (_, answers, mayHead, mayManage) => {
      const base = { ...answers, province };
      const own = mayManage === 'Y' ? [MANAGER] : [];

      test('whose administrator is the legal representative signs no letter', () => {
        const list = merchant({ ...base, admin: 'same' });
        expect(lettersOf(list)).toEqual([]);
        expect(list.generated).not.toContain('manager-letter-generated');
      });

      test('whose administrator is somebody else', () => {
        const list = merchant({ ...base, admin: 'other' });
        expect(lettersOf(list)).toEqual(own);
        expect(list.generated.includes('manager-letter-generated')).toBe(mayManage === 'G');
        expect(list.not.includes('manager-letter-none')).toBe(mayManage === 'N');
        expect(list.papers.includes('manager-operator')).toBe(mayManage === 'O');
      });

      test('whose legal representative leaves the role to somebody else', () => {
        if (mayHead === 'M') {
          expect(merchant({ ...base, admin: 'other' }).asked).not.toContain('principal');
          expect(() => withHead(base, 'other')).toThrow('does not count');
          return;
        }
        const list = withHead(base, 'other');
        expect(lettersOf(list)).toEqual([...(mayHead === 'L' ? [PRINCIPAL] : []), ...own]);
        expect(list.not.includes('principal-letter-free')).toBe(mayHead === 'F');
        expect(lettersOf(withHead(base, 'legal'))).toEqual(own);
      });

      test('who does not know yet sees the letter marked, where there is one', () => {
        if (mayHead !== 'L') return expect(['M', 'F']).toContain(mayHead);
        const list = withHead(base, 'unsure');
        expect(itemOf(list, 'principal-letter')).toContain('由法定代表人自己当的，不用这份');
      });

      test('signs a commitment letter on paper only where WeChat has one', () => {
        const wanted = { GD: [PROMISES[0]], XJ: [PROMISES[1]], '-': [] }[promise];
        for (const admin of ['same', 'other']) {
          const list = merchant({ ...base, admin });
          expect(promisesOf(list)).toEqual(wanted);
          expect(list.text.includes('互联网信息服务承诺书：平台自动生成，阅读确认')).toBe(promise === '-');
        }
      });

      test('with an earlier filing hands in nothing of the subject again', () => {
        for (const icp of ['filed', 'several', 'same-name']) {
          const { seal: _, ...added } = { seal: '', ...base };
          const list = merchant({
            ...added,
            ...(own.length > 0 && 'seal' in base && { seal: 'yes' }),
            admin: 'other',
            icp,
          });
          expect(promisesOf(list)).toEqual(promise === 'XJ' ? [PROMISES[1]] : []);
          expect(lettersOf(list)).toEqual(own);
          for (const paper of [
            'business-licence',
            'legal-rep-id',
            'operator-id',
            'head-id',
            'principal',
            'address',
          ])
            expect(list.papers).not.toContain(paper);
          expect(list.not).toContain('subject-again');
        }
      });
    },
  );

  test('a sole trader without a seal', () => {
    const base = { subject: 'sole-trader', province, seal: 'no' };
    const list = merchant({ ...base, admin: 'same' });
    expect(list.papers.includes('trader-seal')).toBe(seal === 'Y');
    expect(list.text.includes('个体工商户无公章')).toBe(seal === '-');
    if (manager[1] !== 'Y') return;
    const letter = itemOf(merchant({ ...base, admin: 'other' }), 'authorization');
    expect(letter).toContain(seal === 'Y' ? '不收手印' : '手印');
  });

  describe('an individual', () => {
    test('from here shows no residence proof', () => {
      const list = merchant({ subject: 'person', province });
      expect(list.papers).not.toContain('residence-proof');
      expect(lettersOf(list)).toEqual([]);
      expect(promisesOf(list)).toEqual({ GD: [PROMISES[0]], XJ: [PROMISES[1]], '-': [] }[promise]);
    });

    test('from elsewhere shows one only where WeChat names it; else one line says so', () => {
      const asked = merchant({ subject: 'person', province }).asked.includes('id-local');
      const list = merchant({ subject: 'person', province, ...(asked && { 'id-local': 'no' }) });
      expect(list.papers.includes('residence-proof')).toBe(residence === 'Y');
      expect(list.papers.filter((id) => id.startsWith('residence')).length).toBe(residence === 'Y' ? 1 : 0);
      if (residence === 'Y') expect(itemOf(list, 'residence-proof')).not.toContain(HEDGE);
      else expect(list.text).toMatch(/微信没(?:有列出要什么居住证明|把.+列进要居住证明的省)/u);
    });
  });

  test('where the official page is plain nothing is hedged', () => {
    for (const [, answers] of UNITS.slice(0, 3)) {
      const list = merchant({ ...answers, province, admin: 'other' });
      for (const id of list.papers) expect(itemOf(list, id)).not.toContain(HEDGE);
    }
  });
});
