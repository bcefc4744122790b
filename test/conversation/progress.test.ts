/** How things stand: dates count from the day that the merchant names, and what takes longer than is usual is said to. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { aPerson, type Person, theHandbook } from '../support.ts';

let handbook: Handbook;

beforeAll(async () => {
  handbook = await theHandbook();
});

/** Today is Tuesday, 24 November 2026. */
function told(...texts: readonly string[]): Person {
  const person = aPerson(handbook);
  for (const text of texts) person.say(text);
  return person;
}

describe('since when', () => {
  it.each([
    ['刚提交', '今天提交的，最晚 2026-11-26'],
    ['昨天提交的', '昨天提交的，最晚 2026-11-25'],
    ['上周四提交的', '11月19日提交的，最晚 2026-11-23'],
    ['上上周四提交的', '11月12日提交的，最晚 2026-11-16'],
    ['11月2日提交的', '11月2日提交的，最晚 2026-11-04'],
    ['2号提交的', '11月2日提交的，最晚 2026-11-04'],
    ['三天前提交的', '11月21日提交的，最晚 2026-11-24'],
    ['已经提交了一个星期还没消息', '11月17日提交的，最晚 2026-11-19'],
    ['提交半个月了', '11月9日提交的，最晚 2026-11-11'],
  ])('%s', (text, line) => {
    expect(told('进度').say(text)).toContain(line);
  });

  it('is kept while other things are said', () => {
    const person = told('进度', '11月2日提交的', '备案要多久');
    expect(person.say('继续')).toContain('11月2日提交的，最晚 2026-11-04');
  });

  it('is asked anew when it is opened anew', () => {
    const person = told('进度', '11月2日提交的', '进度');
    expect(person.say('刚提交')).toContain('今天提交的');
  });
});

describe('what takes too long', () => {
  it('comes first, with what to do', () => {
    const said = told('进度').say('11月2日提交的');
    expect(said).toMatch(/^好，备案进度：已提交。\n⚠ 11月2日到现在 22 天了，比平时久：\n\n▶ 不正常：/);
    expect(said).toContain('站内信');
  });

  it.each([
    ['管局审核，10月10日到的', true],
    ['管局审核，11月16日到的', false],
    ['管局审核', false],
  ])('at the bureau: %s', (text, isLate) => {
    expect(told('进度').say(text).includes('比平时久')).toBe(isLate);
  });

  it('counts hours for the text message', () => {
    expect(told('进度').say('收到短信')).toMatch(/今天收到的，11\/25 10:00 前要核验完/);
    expect(told('进度').say('三天前收到的短信')).toMatch(
      /⚠ 从11月21日算，24 小时已经过了：\n\n▶ 不正常的几种/,
    );
    expect(told('进度').say('收到短信')).not.toContain('⚠');
  });

  it('reckons with a re-submission', () => {
    const person = told('备案', '企业', '备案被驳回', '没有原因，先跳过', '进度');
    expect(person.say('三天前提交的')).toContain('最晚 2026-12-01');
    expect(person.say('继续')).not.toContain('比平时久');
  });
});

describe('a verification under way', () => {
  const asked = ['备案', '企业', '未上架', '广东', '是', '都不涉及', '没有'];

  it('is a state of its own: filing comes after it', () => {
    const said = told(...asked).say('认证还在审核中');
    expect(said).toContain('▶ 等认证通过，就能提交备案');
    expect(told(...asked, '认证还在审核中').say('时间')).toMatch(/微信认证（或年审）：2026-11-25～12-15/);
  });

  it('ends the dialog about it with what to do, and goes on when it is passed', () => {
    const person = told('认证', '企业', '在审');
    expect(person.choices().map(({ label }) => label)).toEqual(['认证通过了', '备案清单']);
    expect(person.tap('认证通过了')).toContain('微信认证：已认证');
  });
});
