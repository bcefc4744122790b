/** What is said when a text is not surely understood: a tentative answer, an explanation, a word in between, and in the end a
 *  person. */
import { beforeAll, describe, expect, it } from 'vitest';
import { knownFacts } from '../../src/core/conversation/session/session.ts';
import { asksOf } from '../../src/core/dialog/dialog.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { aPerson, type Person, theHandbook } from '../support.ts';

let handbook: Handbook;
beforeAll(async () => {
  handbook = await theHandbook();
});

function told(...said: readonly string[]) {
  const person = aPerson(handbook);
  for (const text of said) person.say(text);
  return person;
}

describe('a likely question', () => {
  const questions = [
    '备案能不能让财务去弄',
    '执照搬家了没换能备吗',
    '公司刚搬家要怎么弄备案',
    '老板不在国内备案行吗',
  ];
  let likely = '';
  beforeAll(() => {
    likely = questions.find((text) => aPerson(handbook).say(text).startsWith('您是想问「')) ?? '';
    expect(likely, 'nothing is likely only: write another question').not.toBe('');
  });

  it('is answered as a question back, with its source and the next guesses to tap', () => {
    const person = told();
    const said = person.say(likely);
    expect(said).toMatch(/^您是想问「[^」]+」吧？\n/);
    expect(said).toMatch(/^依据：/m);
    expect(said).toMatch(/^不是的话，您想问的是：\n· /m);
    expect(person.last.events).toContainEqual(expect.objectContaining({ kind: 'faq', outcome: 'tentative' }));
  });

  it('leaves the open question as it is', () => {
    const person = told('备案', '企业');
    const before = person.session && knownFacts(person.session);
    expect(person.say(likely)).toContain('小程序现在是什么状态？');
    expect(person.session && knownFacts(person.session)).toEqual(before);
  });
});

describe('who does not know what a question means', () => {
  it.each(['不清楚', '不知道', '什么意思', '在哪看', '不知道选哪个'])(
    '%s: it is explained and asked again',
    (text) => {
      const person = told('备案', '企业');
      const said = person.say(text);
      expect(said).toContain('上架就是点过「发布」');
      expect(said).toMatch(/1\. 未上架/);
    },
  );

  it('is offered a person after three useless rounds, in whatever mixture', () => {
    const person = told('备案', '企业', '未上架', '浙江');
    expect(person.say('不清楚')).toContain('管理员就是');
    expect(person.say('那要多久')).toContain('工作日');
    expect(person.say('哦嚯嚯嚯')).not.toContain('人工');
    expect(person.say('不清楚')).toContain('人工');
  });

  it('is understood where the question has such an option', () => {
    const ask = asksOf(handbook.dialogs.get('filing') ?? fail('no filing')).find(
      ({ fact }) => fact === 'icp',
    );
    const label = ask?.options.find(({ label: text }) => text.startsWith('不清楚'))?.label;
    const person = told('备案', '个体户', '未上架', '浙江', '是本人', '没有');
    expect(person.say('不清楚')).toContain(label ?? fail('no such option'));
  });
});

it('every question says in other words and in an explanation what it is about', () => {
  for (const dialog of handbook.dialogs.values()) {
    for (const { fact, say, again, explain } of asksOf(dialog)) {
      expect(new Set([say, again, explain]), `${dialog.id}.${fact}`).toHaveLength(3);
      expect([again, explain], `${dialog.id}.${fact}`).not.toContain(undefined);
    }
  }
});

describe('a word in between', () => {
  it.each(['等一下我问问老板', '好的', '谢谢', '明天再来'])(
    '%s is answered in a line, and the question still stands',
    (text) => {
      const person = told('备案');
      const said = person.say(text);
      expect(said.split('\n')).toHaveLength(1);
      expect(person.say('1')).toContain('主体类型：企业');
    },
  );

  it('does not lose the place in a list', () => {
    const person = told(...FILING);
    person.say('全部');
    const second = person.say('更多');
    expect(second).toMatch(/第 2\/\d 页/);
    person.say('谢谢');
    expect(person.say('更多')).toMatch(/第 3\/\d 页/);
  });
});

const FILING = ['备案', '企业', '未上架', '广东', '是', '都不涉及', '没有', '认证了'];

describe('what cannot be undone', () => {
  it.each([
    ['全部清空重来', '重新开始'],
    ['把我的记录删了', '删除我的数据'],
  ])('%s is asked first', (text, command) => {
    const person = told('备案', '企业');
    expect(person.say(text)).toContain(`1. ${command}`);
    expect(person.session && knownFacts(person.session)).toEqual({ subject: 'company' });
  });

  it('is done after the number, and left after the other one', () => {
    const person = told('备案', '企业', '全部清空重来');
    person.say('2');
    expect(person.session && knownFacts(person.session)).toEqual({ subject: 'company' });
    person.say('全部清空重来');
    person.say('1');
    expect(person.session && knownFacts(person.session)).toEqual({});
  });
});

describe('English', () => {
  it('is understood, and answered in Chinese below a line that says what this is', () => {
    const [line = ''] = handbook.phrases.say.english;
    const said = told().say('how long does filing take');
    expect(said.startsWith(line)).toBe(true);
    expect(said).toContain('工作日');
    expect(told().say('beian')).not.toContain(line);
  });
});

function fail(message: string): never {
  throw new Error(message);
}

describe('after 您说的是哪一个', () => {
  const options = (said: string) => [...said.matchAll(/^\d+\. (.+)$/gm)].map(([, label]) => label);
  const OFFERED = ['已上架，未备案', '已上架，已备案'];

  it('what fits several options is read among those that were offered', () => {
    const person = told('备案', '企业');
    expect(options(person.say('已上架'))).toEqual(OFFERED);
    person.say('没备案');
    expect(person.session && knownFacts(person.session)).toMatchObject({ listing: 'listed-unfiled' });
  });

  it('a question in between, and a text that is not understood, leave these open', () => {
    const person = told('备案', '企业', '已上架');
    expect(options(person.say('备案收费吗')).slice(-2)).toEqual(OFFERED);
    expect(options(person.say('呱呱呱呱'))).toEqual(OFFERED);
    expect(options(person.say('呱呱呱呱')).length).toBeGreaterThan(2);
  });

  it.each([
    ['前一个', 'listed-unfiled'],
    ['上面那个', 'listed-unfiled'],
    ['后者', 'listed-filed'],
  ])('%s counts, where two are shown', (said, listing) => {
    const person = told('备案', '企业', '已上架', said);
    expect(person.session && knownFacts(person.session)).toMatchObject({ listing });
  });

  it('a sentence about oneself may narrow the question behind it', () => {
    const person = told();
    expect(options(person.say('苏州的有限公司，小程序已上架'))).toEqual(OFFERED);
    person.say('没备案');
    expect(person.session && knownFacts(person.session)).toMatchObject({
      province: '江苏',
      listing: 'listed-unfiled',
    });
  });

  it('another option may still be meant', () => {
    const person = told('备案', '企业', '已上架', '未上架');
    expect(person.session && knownFacts(person.session)).toMatchObject({ listing: 'unlisted' });
  });
});

describe('what is said about oneself beside a question', () => {
  const known = (person: Person) => (person.session ? knownFacts(person.session) : {});

  it('is kept and said back, whatever is asked', () => {
    const person = aPerson(handbook);
    expect(person.say('我们是商会，小程序备案要啥')).toMatch(/^好，主体类型：社会组织。\n[\s\S]*依据：/);
    expect(known(person)).toMatchObject({ subject: 'social' });
    expect(person.say('备案')).not.toContain('主体类型是');
  });

  it('answers the open question as well', () => {
    const person = aPerson(handbook);
    person.say('备案');
    const reply = person.say('我是个体户，备案要多久');
    expect(reply).toMatch(/依据：[\s\S]*小程序现在是什么状态？/);
    expect(known(person)).toMatchObject({ subject: 'sole-trader' });
  });

  it('changes nothing that stands, and takes nothing from a question about others', () => {
    const person = aPerson(handbook);
    for (const text of ['备案', '企业', '我是个体户能备案吗']) person.say(text);
    expect(known(person)).toMatchObject({ subject: 'company' });
    const other = aPerson(handbook);
    other.say('广东的公司备案要多久');
    expect(known(other)).toEqual({});
  });
});
