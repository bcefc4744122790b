/** Changing one's mind: an answer that is being changed stands until there is a new one, and what waits for a yes is asked
 *  again below whatever comes between. */
import { beforeAll, describe, expect, it } from 'vitest';
import { knownFacts } from '../../src/core/conversation/session/session.ts';
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

const factsOf = (person: Person) => (person.session ? knownFacts(person.session) : {});

describe('改3', () => {
  it('shows the present answer and the way out, and changes nothing', () => {
    const person = told(...LISTED);
    const before = factsOf(person);
    expect(person.say('改2')).toMatch(/1\. 未上架 ← 现在[\s\S]*7\. 不改了/);
    expect(person.say('改3')).toMatch(/^现在是「广东」[\s\S]*不改了$/);
    expect(factsOf(person)).toEqual(before);
    expect(person.say('我的信息')).toContain('备案省份：广东');
    expect(person.say('清单')).toContain('【备案清单】要准备');
  });

  it.each(['不改了', '算了', '返回', '不改', '不用改了', '上一步'])('is left by %s', (words) => {
    const person = told(...LISTED, '改3');
    expect(person.say(words)).toMatch(/^好，没有改。\n您的备案清单今天就好了/);
    expect(factsOf(person).province).toBe('广东');
  });

  it('is left by its last number, and by a tap', () => {
    expect(told(...LISTED, '改2').say('7')).toContain('没有改');
    expect(told(...LISTED, '改3').tap('不改了')).toContain('没有改');
  });

  it('keeps its place over a question, and then takes the new answer', () => {
    const person = told(...LISTED, '改2');
    expect(person.say('备案要多久')).toMatch(/依据：[\s\S]*接着刚才的：\n小程序现在是什么状态？/);
    expect(person.say('已上架未备案')).toMatch(/^改好了，上架状态：已上架，未备案。\n【备案清单】/);
  });

  it('takes the same answer again, and goes on', () => {
    const person = told(...LISTED, '改2');
    expect(person.say('1')).toContain('【备案清单】');
    expect(factsOf(person).listing).toBe('unlisted');
  });

  it('lets another answer be corrected meanwhile', () => {
    const person = told(...LISTED, '改3');
    expect(person.say('我们其实是个体户')).toContain('个体工商户');
    expect(factsOf(person)).toMatchObject({ subject: 'sole-trader', province: '广东' });
  });
});

describe('a tap in an old message', () => {
  it('asks first where it would change a finished list, as typing does', () => {
    const person = aPerson(handbook);
    person.say('备案');
    const old = person.choices().find(({ label }) => label.includes('个体工商户'));
    for (const text of LISTED.slice(1)) person.say(text);
    const tapped = person.does({ kind: 'pick', text: old?.text ?? '', pick: old?.id ?? '' });
    expect(tapped).toContain('您是想把「主体类型」从企业改成个体工商户吗？');
    expect(factsOf(person).subject).toBe('company');
    expect(told(...LISTED).say('个体工商户')).toBe(tapped);
    expect(person.say('2')).toContain('不改');
    expect(factsOf(person).subject).toBe('company');
  });
});

describe('what waits for a yes', () => {
  it.each(['备案要多久', '我的信息', '清单', '谢谢', '没上架'])('still waits after %s', (between) => {
    const person = told('备案', '企业', '广东', '个体户');
    person.say(between);
    expect(person.say('是')).toContain('改好了，主体类型：个体工商户');
  });

  it('is asked again below what was told in between', () => {
    const person = told('备案', '企业', '个体户');
    expect(person.say('没上架')).toMatch(/好，上架状态：未上架。\n您是想把/);
    expect(person.say('备案要多久')).toMatch(/依据：[\s\S]*接着刚才的：\n您是想把/);
  });

  it('is given up when more is told once again, and by a no', () => {
    const person = told('备案', '企业', '个体户', '没上架', '广东');
    expect(person.last.events).toContainEqual({ kind: 'asked', dialog: 'filing', fact: 'admin' });
    expect(told('备案', '企业', '个体户').say('不改')).toContain('好的，不改');
  });
});

describe('taking back', () => {
  it('says what is asked again, or what stands again', () => {
    expect(told('备案', '企业', '未上架').say('返回')).toMatch(/^撤回了，「上架状态」请重新答。/);
    const changed = told(...LISTED, '改2', '已上架未备案');
    expect(changed.say('返回')).toMatch(/^撤回了，现在是上架状态：未上架。/);
  });

  it('of another city of the same province changes nothing, and says so', () => {
    const person = told('备案', '企业', '未上架', '广州');
    expect(person.say('不对，是深圳')).toMatch(/^好，备案省份：广东，和刚才记的一样。\n小程序管理员/);
    expect(told('备案', '企业', '未上架', '广州').say('不对，是杭州')).toContain('改好了，备案省份：浙江');
  });
});

describe('an end', () => {
  it('has a way on: a company from outside files through one inside', () => {
    for (const words of [
      '用内地公司办备案',
      '用深圳子公司备案',
      '我们在深圳有子公司',
      '深圳子公司是有限公司',
    ]) {
      const person = told('我是香港公司，想做小程序');
      expect(person.say(words), words).toContain('小程序现在是什么状态？');
      expect(factsOf(person).subject).toBe('company');
    }
    const person = told('我是香港公司，想做小程序');
    expect(person.tap('用内地公司办备案')).toContain('小程序现在是什么状态？');
  });

  it('says on 继续 since when the list is there, and what is next', () => {
    const person = told(...LISTED.slice(0, -1), '还没认证');
    person.wait(24 * 3);
    expect(aDayLater(person).say('继续')).toMatch(
      /^您的备案清单11月24日（3 天前）就好了。\n▶ 第一步：先认证，再备案\n1\. 清单\n2\. 先办微信认证/,
    );
  });
});

/** The same person, three days later. */
function aDayLater(person: Person): Person {
  const later = aPerson(handbook, { today: '2026-11-27' });
  later.become(person.session);
  return later;
}

describe('an answer that stands already', () => {
  it.each([
    [['备案', '企业'], '企业'],
    [['备案', '企业', '未上架'], '公司'],
    [['备案', '社会组织'], '社会组织'],
    [['备案', '企业', '未上架'], '没上架'],
  ])('is acknowledged when it is said again, and the open question asked: after %j, %s', (before, again) => {
    const person = told(...before);
    const facts = factsOf(person);
    expect(person.say(again)).toMatch(/^好，.+，和刚才记的一样。\n.+/);
    expect(factsOf(person)).toEqual(facts);
  });
});
