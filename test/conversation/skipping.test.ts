/** Questions that may be skipped: the list then shows both cases, and marks what holds in one only. */
import { beforeAll, describe, expect, it } from 'vitest';
import { knownFacts } from '../../src/core/conversation/session/session.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { aPerson, type Person, theHandbook } from '../support.ts';

let handbook: Handbook;

beforeAll(async () => {
  handbook = await theHandbook();
});

function told(...texts: readonly string[]): Person {
  const person = aPerson(handbook);
  for (const text of texts) person.say(text);
  return person;
}

describe('who does not know the administrator', () => {
  const asked = ['备案', '企业', '未上架', '湖北'];
  const rest = ['都不涉及', '没有', '都没有', '认证了'];

  it('hears what the word means, and then goes on without', () => {
    const person = told(...asked);
    expect(person.say('不清楚')).toMatch(/^管理员就是[\s\S]*3\. 不清楚，先跳过/);
    expect(person.tap('不清楚，先跳过')).toContain('小程序会做下面这些');
  });

  it.each(['跳过', '先跳过', '还没定', '3', '下一题'])('may say %s', (words) => {
    expect(told(...asked).say(words)).toMatch(/^好，管理员：不清楚，先跳过。/);
  });

  it('gets a list of both cases, with a mark where it is one only', () => {
    const list = told(...asked, '跳过', ...rest).say('清单');
    expect(list).toContain('1. 营业执照\n');
    expect(list).toContain('2. 法定代表人身份证（两面）\n');
    expect(list).toContain('管理员身份证（两面）（管理员不是本人才要）');
    expect(list).toContain('小程序负责人授权书（管理员不是本人才要）');
  });

  it('is not told that a letter is not needed where it may be', () => {
    expect(told(...asked, '跳过', ...rest).say('不需要的')).not.toMatch(/^· 授权书：/m);
    expect(told(...asked, '是本人', ...rest).say('不需要的')).toMatch(/^· 授权书：/m);
  });

  it('gets the list of one case once it is known', () => {
    const person = told(...asked, '跳过', ...rest);
    person.say('管理员是我自己，我是法人');
    const list = told(...asked, '跳过', ...rest, '改4', '是本人').say('清单');
    expect(list).not.toContain('才要');
    expect(list).not.toContain('授权书');
    expect(knownFacts(person.session ?? fail()).subject).toBe('company');
  });
});

it('a person who does not know whose the card is sees the permit marked', () => {
  const said = told('备案', '个人', '未上架', '上海', '跳过', '记账工具', '没有', '没有', '还没认证').say(
    '清单',
  );
  expect(said).toContain('居住证或暂住证（身份证不是本省的才要）');
});

function fail(): never {
  throw new Error('nothing is remembered');
}
