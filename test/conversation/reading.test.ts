/** Reading: the pages of something longer than a message, the parts and the items of a list, and what comes in between. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { aPerson, type Person, theHandbook } from '../support.ts';

const LISTED = ['备案', '企业', '未上架', '广东', '是', '都不涉及', '没有', '认证了'];

let handbook: Handbook;

beforeAll(async () => {
  handbook = await theHandbook();
});

function told(...texts: readonly string[]): Person {
  const person = aPerson(handbook);
  for (const text of texts) person.say(text);
  return person;
}

describe('更多', () => {
  it.each([
    '备案要多久',
    '谢谢',
    '好的',
    '呱呱呱呱',
    '帮助',
    '我的信息',
    '第8条',
    '要填的信息',
    '12月30日上线',
  ])('goes on where one stood after %s', (between) => {
    const person = told(...LISTED, '全部', '更多');
    const third = told(...LISTED, '全部', '更多', '更多').say('第3页');
    person.say(between);
    expect(person.say('更多')).toBe(third);
  });

  it('says that nothing is left only when nothing is, and how to see it again', () => {
    const person = told(...LISTED, '全部');
    const pages = person.allPages();
    expect(pages).toMatch(/（第 5\/5 页）/);
    expect(person.say('更多')).toMatch(/^后面没有了。\n.*「清单」/);
    expect(told('备案').say('更多')).not.toContain('清单');
  });

  it('in an old message shows its own page, whatever was read since', () => {
    const person = told(...LISTED, '全部');
    const more = person.choices().find(({ label }) => label === '更多');
    if (!more) throw new Error('there is no 更多');
    const second = person.say('更多');
    person.say('更多');
    person.say('备案要多久');
    expect(person.does({ kind: 'pick', text: more.text, pick: more.id })).toBe(second);
    expect(person.say('上一页')).toMatch(/（第 1\/5 页）/);
  });

  it('after the first page of a list begins with all of it', () => {
    expect(told(...LISTED).say('更多')).toBe(told(...LISTED).say('全部'));
  });

  it('goes on with what a longer answer interrupted, when that is at its end', () => {
    const person = told(...LISTED, '全部');
    person.say('驳回诊断');
    person.say(
      '1.身份证照片不清晰 2.应急联系电话与负责人电话相同 3.备注太简单 4.通讯地址未精确到门牌号 5.缺少授权书 6.承诺书签字不规范 7.主办单位证件已过期 8.空壳主体',
    );
    expect(person.say('更多')).toContain('（第 2/3 页）');
    expect(person.say('更多')).toContain('（第 3/3 页）');
    expect(person.say('更多')).toMatch(/（第 2\/5 页）/);
  });
});

describe('pages by their number', () => {
  it.each([
    ['第2页', 2],
    ['第三页', 3],
    ['翻到第4页', 4],
    ['5页', 5],
  ] as const)('%s', (text, page) => {
    expect(told(...LISTED).say(text)).toContain(`（第 ${page}/5 页）`);
  });

  it('says how many there are', () => {
    expect(told(...LISTED).say('第9页')).toContain('一共 5 页');
    expect(told('备案').say('第2页')).not.toContain('共');
  });

  it('has no page before the first', () => {
    expect(told(...LISTED, '全部').say('上一页')).toContain('第一页');
  });
});

describe('items of a list', () => {
  it.each(['8', '第8条', '第8项', '第八项', '第8项是什么意思', '8怎么填', '第8条没看懂', '清单第8项'])(
    '%s is the eighth, in full',
    (text) => {
      const said = told(...LISTED).say(text);
      expect(said).toMatch(/^8\. 应急联系电话\n怎么准备：/);
      expect(said).toContain('常见错误：');
      expect(said).toContain('为什么要：');
      expect(said).toMatch(/^依据：/m);
    },
  );

  it('tells how a paper is photographed', () => {
    expect(told(...LISTED).say('营业执照')).toMatch(/^1\. 营业执照\n[\s\S]*怎么拍：JPG/);
  });

  it('keeps its numbers until other things are numbered', () => {
    const person = told(...LISTED, '8', '备案要多久');
    expect(person.say('3')).toMatch(/^3\. 互联网信息服务核准承诺书/);
    person.say('菜单');
    expect(person.say('2')).not.toMatch(/^2\. /);
  });

  it('is read as one of the options where those were shown last, and as an item of the list else', () => {
    const person = told(...LISTED, '进度');
    expect(person.say('第3项')).toContain('备案进度：收到短信');
    expect(told(...LISTED, '进度').say('第12条')).toMatch(/^12\. /);
  });

  it('says how many there are, and does nothing else', () => {
    const person = told(...LISTED);
    expect(person.say('40')).toContain('清单只有 14 项');
    expect(person.say('更多')).toContain('（第 1/5 页）');
  });

  it('is left by 返回, which takes nothing back then', () => {
    const person = told(...LISTED, '8');
    expect(person.say('返回')).toMatch(/^【备案清单】要准备 3 样/);
    expect(person.say('返回')).toMatch(/^撤回了，「微信认证」请重新答。/);
    expect(told(...LISTED, '全部', '更多').say('返回')).toContain('【备案清单】要准备');
    expect(told(...LISTED, '8', '谢谢').say('返回')).toMatch(/^撤回了/);
  });

  it('leads to its neighbours by a tap', () => {
    const person = told(...LISTED, '2');
    expect(person.tap('第3项 →')).toMatch(/^3\. /);
    expect(person.tap('← 第2项')).toMatch(/^2\. /);
  });
});

describe('parts of a list', () => {
  it.each([
    ['要填的信息', '8. 应急联系电话'],
    ['每份的要求', '易错：'],
    ['不需要的', '· 域名证书：不需要'],
    ['时间', '【时间】按今天'],
  ])('%s is said or tapped', (part, holds) => {
    expect(told(...LISTED).say(part)).toContain(holds);
    const person = told(...LISTED);
    const choice = person.choices().find(({ text }) => text === part);
    expect(person.does({ kind: 'pick', text: part, pick: choice?.id ?? '' })).toContain(holds);
  });

  it('tapped in an old message of another mini-program is that one’s', () => {
    const person = told(...LISTED);
    const choice = person.choices().find(({ text }) => text === '要填的信息');
    for (const text of ['新的小程序', '个人']) person.say(text);
    const said = person.does({ kind: 'pick', text: '要填的信息', pick: choice?.id ?? '' });
    expect(said).toMatch(/^【1号小程序】/);
    expect(said).toContain('应急联系电话');
  });

  it('of a list that is there no more says so', () => {
    const person = told(...LISTED);
    const choice = person.choices().find(({ text }) => text === '要填的信息');
    for (const text of ['重新开始']) person.say(text);
    expect(person.does({ kind: 'pick', text: '要填的信息', pick: choice?.id ?? '' })).toContain('已经变了');
  });
});
