/** What is said while a name or a remark is wanted and is none, and how the two dialogs go on: the next text after a
 *  result, a change of subject or province, and what opens them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { readTexts } from '../../src/app/read-content.ts';
import { knownFacts } from '../../src/core/conversation/session/session.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { createHandbook } from '../../src/core/handbook/load.ts';
import { idsOf } from '../../src/core/pasted.ts';
import { aPerson, type Person, ROOT, TODAY, theHandbook } from '../support.ts';

let handbook: Handbook;
beforeAll(async () => {
  handbook = await theHandbook();
});

function talked(...texts: readonly string[]): Person {
  const person = aPerson(handbook);
  for (const text of texts) person.say(text);
  return person;
}

function knownOf(person: Person) {
  return person.session ? knownFacts(person.session) : {};
}

const WANTS_NAME = ['名称检查', '企业', '天津'];
const HAS_NAME = [...WANTS_NAME, '津门老味'];

/** What merchants say that is no name, where one is wanted and where one was just looked at. */
const NO_NAMES = [
  '我是个体户',
  '我们是广东的公司',
  '个体户',
  '名字最多几个字',
  '名称能带平台吗',
  '起名要注意什么',
  '英文名可以吗',
  '你好',
  '好的谢谢',
  '谢谢啦',
  '嗯嗯',
  '收到了',
  '我还没想好',
  '帮我想个名字',
  '备案',
  '备案要多久',
  '我想备案',
  '我的信息',
  '返回',
  '不对，我是个体户',
  '广东',
  '人工',
];

describe.each([
  ['a name is wanted', WANTS_NAME],
  ['a name was looked at', HAS_NAME],
] as const)('while %s', (_, before) => {
  test.each(NO_NAMES)('%s is no name', (text) => {
    const person = talked(...before);
    const name = knownOf(person)['new-name'];
    person.say(text);
    if (text !== '返回') expect([name, undefined]).toContain(knownOf(person)['new-name']);
    expect(person.last.events).not.toContainEqual(
      expect.objectContaining({ kind: 'answered', facts: expect.arrayContaining(['new-name']) }),
    );
  });
});

test('what corrects an answer while a name is wanted is taken or asked back', () => {
  expect(talked(...WANTS_NAME).say('我是个体户')).toContain('从企业改成个体工商户');
  expect(talked(...WANTS_NAME).say('广东')).toContain('从天津改成广东');
  expect(talked(...WANTS_NAME).say('不对，我是个体户')).toContain('改好了，主体类型：个体工商户。');
});

test('another name that is sent after a result is looked at as well', () => {
  const person = talked(...HAS_NAME);
  expect(person.say('津门老味平台')).toContain('带网站类的字');
  expect(person.say('那换成津门老味小馆')).toContain('没看到');
  expect(person.say('「饿了么」')).toContain('没看到');
});

test('a question after a result is answered, and the result stays', () => {
  const person = talked(...HAS_NAME);
  expect(person.say('名字最多几个字')).toContain('4–30 个字符');
  expect(knownOf(person)['new-name']).toBeDefined();
});

test('a change of subject or province looks at the same name anew, though it is not stored', () => {
  const person = talked('名称检查', '企业', '广东', '津门老味工作室');
  expect(person.say('返回')).toContain('撤回了，「名称检查」请重新答。');
  person.say('津门老味工作室');
  expect(person.say('改成天津')).toContain('带网站类的字');
  expect(person.say('不对，我是个人')).toContain('个人用了单位的字');
  expect(person.say('我的信息')).toContain('名称检查：带网站类的字、个人用了单位的字');
  expect(person.say('不对，我是企业')).not.toContain('个人用了单位的字');
  expect(JSON.stringify(person.session)).not.toContain('津门');
});

test('a name that comes with the opening words is kept while subject and province are asked', () => {
  const person = talked('名称是中国老王');
  expect(person.say('企业')).toContain('备案省份');
  expect(person.say('北京')).toContain('带国字头');
});

test('opening words do not open where they answer the open question, or where a known question is asked', () => {
  const verifying = talked('认证', '企业', '还没认证', '对公打款');
  verifying.say('名称是公司简称');
  expect(verifying.session?.dialog).toBe('verification');
  expect(talked('名字叫“同城资讯”给过不').session?.dialog).toBeUndefined();
  expect(talked('起名要注意什么').session?.dialog).toBeUndefined();
});

test('who has begun with 备案 is asked for the name only, and can go on with 备案 afterwards', () => {
  const person = talked('备案', '企业', '未上架', '四川');
  expect(person.say('名称检查')).toContain('把想用的名称发给我');
  expect(person.say('蓉城老灶点餐')).toContain('继续备案');
});

test('opening the dialog anew forgets the last name', () => {
  expect(talked(...HAS_NAME).say('名称检查')).toContain('把想用的名称发给我');
});

test('what is not understood after a result is met with how to send a name', () => {
  expect(talked(...HAS_NAME).say('饿了么')).toContain('加上引号');
});

describe('a remark', () => {
  const TEXT = '津门老味的小程序，供顾客使用，提供点餐和订单查询功能。应急电话为津门老味员工王明的号码。';

  test.each([
    '你好',
    '好的谢谢',
    '备注怎么写',
    '备注要多少字',
    '我是个体户',
    '我想备案',
    '返回',
    '怎么写才行呢',
  ])('%s is none where one is wanted', (text) => {
    const person = talked('备注', '检查我写好的', '企业', '天津');
    person.say(text);
    expect(knownOf(person)['remark-text']).toBeUndefined();
  });

  test('that is sent before it is asked for is taken, and checked when the rest is known', () => {
    const person = talked('检查备注');
    expect(person.say(TEXT)).toContain('小程序登记的主体是哪一种？');
    person.say('企业');
    expect(person.say('天津')).toContain('没看到它有我知道的毛病');
  });

  test('that was drafted, filled in and sent back is checked', () => {
    const person = talked('备注', '写草稿', '企业', '天津', '都不涉及', '点餐外卖');
    expect(person.say(TEXT)).toContain('没看到它有我知道的毛病');
    expect(idsOf(knownOf(person)['remark-text'] ?? '')).not.toContain('remark-tianjin-units');
    expect(knownOf(person)['remark-task']).toBe('check');
  });

  test('of a few words is looked at after a check, but not after a draft', () => {
    expect(talked('备注', '检查', '企业', '广东', TEXT).say('用于产品介绍')).toContain('不到 20 字');
    expect(
      talked('备注', '写草稿', '企业', '广东', '都不涉及', '点餐外卖').say('用于产品介绍'),
    ).not.toContain('不到 20 字');
  });

  test('in which somebody asks nothing is one, though 什么 stands in it', () => {
    const person = talked('备注', '检查', '企业', '广东');
    expect(person.say('老街茶社的小程序，供茶友使用，可以查看今天有什么茶、预约茶席和查询订单。')).toContain(
      '没看到',
    );
  });

  test('draft is shown for what was said in 备案, without asking again', () => {
    const person = talked('备案', '企业', '未上架', '湖南', '是本人', '都不涉及');
    person.say('备注');
    expect(person.say('写一份草稿')).toContain('小程序主要做什么？');
    expect(person.say('卖货')).toContain('【自营商品】');
  });

  test('of somebody abroad is not needed', () => {
    expect(talked('备注', '写草稿').say('我们是香港公司')).toContain('境外主体目前不用备案');
    expect(talked('名称检查').say('我们是香港公司')).toContain('境外主体目前不用备案');
  });
});

describe('a pasted reason', () => {
  /** The handbook in which the dialog about rejections also asks what somebody is. */
  async function askingMore(): Promise<Handbook> {
    const texts = new Map(await readTexts(ROOT));
    const file = 'dialogs/rejection.yaml';
    const steps = texts.get(file) ?? '';
    texts.set(file, steps.replace('\n  - end: remedies', '\n  - same-as: filing.subject\n  - end: remedies'));
    return createHandbook(texts, TODAY);
  }

  test('says nothing about the merchant, even where the dialog would ask for it', async () => {
    const person = aPerson(await askingMore());
    person.say('驳回诊断');
    person.say('管局说企业执照有点问题');
    expect(knownOf(person)).not.toHaveProperty('subject');
    person.say('驳回原因：主办者名称与营业执照不一致');
    expect(person.say('企业')).toContain('名称');
    expect(knownOf(person)).toMatchObject({ subject: 'company' });
  });
});
