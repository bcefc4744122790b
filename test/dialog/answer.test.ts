/** How replies are read: numbers in any form, labels, other wordings, sounds, typos; and what must not be read. */
import { describe, expect, it } from 'vitest';
import type { Reader } from '../../src/dialog/answer.ts';
import { askOf, type Dialog } from '../../src/dialog/dialog.ts';
import { theHandbook } from '../support.ts';

const handbook = await theHandbook();
const dialog = handbook.dialogs.get('filing') as Dialog;
const reader = handbook.readers.get('filing') as Reader;

function read(fact: string, text: string): string {
  const ask = askOf(dialog, fact);
  if (!ask) throw new Error(`the dialog does not ask for ${fact}`);
  const reading = reader.answer(ask, text);
  switch (reading.kind) {
    case 'option':
      return reading.value;
    case 'several':
      return `which: ${[...reading.values].sort().join(' ')}`;
    default:
      return reading.kind;
  }
}

describe('a number in any form picks the option at that place', () => {
  it.each([
    '2',
    '２',
    '②',
    '2️⃣',
    ' 2 ',
    '2.',
    '2、',
    '二',
    '贰',
    '两',
    '第二个',
    '第2项',
    '选2',
    '选二',
    'B',
    'b',
    '2号',
    '我选2',
    '2吧',
  ])('%s', (text) => expect(read('subject', text)).toBe('sole-trader'));

  it('does not take a number without an option for one', () => expect(read('subject', '9')).toBe('nothing'));
});

describe('words', () => {
  it.each([
    ['subject', '企业', 'company'],
    ['subject', '個體工商戶', 'sole-trader'],
    ['subject', '我们是有限公司', 'company'],
    ['subject', '我是个体户', 'sole-trader'],
    ['subject', '就是我个人吧', 'person'],
    ['subject', 'getihu', 'sole-trader'],
    ['subject', '个体护', 'sole-trader'],
    ['subject', '气业', 'company'],
    ['subject', '个体商户', 'sole-trader'],
    ['subject', '我是开小饭馆的个体户', 'sole-trader'],
    ['listing', '还在开发', 'unlisted'],
    ['listing', '去年就上架了一直没备案', 'listed-unfiled'],
    ['listing', '审核没过', 'rejected'],
    ['listing', '上过现在搜不到了', 'removed'],
    ['admin', '不是', 'other'],
    ['admin', '是的', 'same'],
    ['admin', '是公司运营在管', 'other'],
    ['permit', '不涉及', 'none'],
    ['permit', '我卖衣服的', 'none'],
    ['icp', '第一次备案', 'none'],
    ['verification', '过期了', 'expired'],
    ['id-local', '外地的', 'no'],
  ])('%s: %s → %s', (fact, text, value) => expect(read(fact, text)).toBe(value));
});

describe('provinces', () => {
  it.each([
    ['广东', '广东'],
    ['广东省', '广东'],
    ['廣東', '广东'],
    ['内蒙古自治区', '内蒙古'],
    ['新疆维吾尔自治区', '新疆'],
    ['在深圳', '广东'],
    ['杭州市', '浙江'],
    ['我们公司在苏州工业园区', '江苏'],
    ['北京市海淀区', '北京'],
    ['guangdong', '广东'],
    ['粤', '广东'],
  ])('%s → %s', (text, province) => expect(read('province', text)).toBe(province));

  it('asks which when two provinces are named', () =>
    expect(read('province', '广东或者湖南')).toBe('which: 广东 湖南'));
  it('knows no place in 火星', () => expect(read('province', '火星')).toBe('nothing'));
});

describe('nothing is guessed', () => {
  it.each([
    ['学校', 'which: company institution social'],
    ['医院', 'which: company institution social'],
    ['不是企业', 'denied'],
    ['企业或者个体户', 'which: company sole-trader'],
    ['随便', 'nothing'],
    ['', 'nothing'],
    ['？？？', 'nothing'],
  ])('%s → %s', (text, reading) => expect(read('subject', text)).toBe(reading));

  it('does not take 民办 for 公办, though one character differs', () => {
    const subject = reader.mentions('民办幼儿园').find(({ fact }) => fact === 'subject');
    expect(subject?.values).toEqual(['social']);
  });
});

describe('facts in a sentence', () => {
  function mentions(text: string): Record<string, string> {
    return Object.fromEntries(reader.mentions(text).map(({ fact, values }) => [fact, values.join('|')]));
  }

  it('takes all that are said', () =>
    expect(mentions('我是广东的个体户，小程序去年上架了还没备案')).toEqual({
      subject: 'sole-trader',
      province: '广东',
      listing: 'listed-unfiled',
    }));
  it('takes terse words', () =>
    expect(mentions('企业 广东 未上架')).toEqual({
      subject: 'company',
      province: '广东',
      listing: 'unlisted',
    }));
  it('knows what a kind belongs to', () =>
    expect(mentions('我们是基金会')).toEqual({ subject: 'social', 'social-kind': 'foundation' }));
  it('names both when two are named', () =>
    expect(mentions('企业主体还是个体户')).toEqual({ subject: 'company|sole-trader' }));
  it('takes nothing that is denied', () => expect(mentions('我们不是个体户')).toEqual({}));
  it('takes no dish for a province', () => expect(mentions('我开粤菜馆')).toEqual({}));
});

describe('questions', () => {
  it.each(['个体户要交什么材料？', '企业还是个体有什么区别', '备案要多久', '能不能加急', '要钱吗'])(
    '%s is one',
    (text) => expect(reader.isQuestion(text)).toBe(true),
  );
  it.each(['个体户', '我是广东的个体户', '还没上架'])('%s is none', (text) =>
    expect(reader.isQuestion(text)).toBe(false),
  );
});
