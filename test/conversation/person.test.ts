/** 人工: what is said to a person is kept for that person, and the assistant is quiet until it is wanted again. */
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSession } from '../../src/core/conversation/session/session.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { aPerson, type Person, SEAL, theHandbook } from '../support.ts';

let handbook: Handbook;

beforeAll(async () => {
  handbook = await theHandbook();
});

/** @param at hours after Tuesday, 24 November 2026, 10:00 in Shanghai. */
function told(texts: readonly string[], { agents = false, at = 0 } = {}): Person {
  const person = aPerson({ ...handbook, contact: { ...handbook.contact, agents } });
  person.wait(at);
  for (const text of texts) person.say(text);
  return person;
}

const keptBy = (person: Person) => (person.session?.person?.kept ?? []).map((sealed) => SEAL.open(sealed));
const steps = (person: Person) =>
  person.last.events.flatMap((event) => (event.kind === 'handover' ? [event.step] : []));

describe('after 人工', () => {
  it('the merchant is told what is kept, for how long, and the way back', () => {
    const person = told([]);
    const said = person.say('人工');
    expect(said).toContain(handbook.contact.how);
    expect(said).toContain(handbook.contact.hours);
    expect(said).toMatch(/加密保存，最多 30 天[\s\S]*「回到助手」/);
    expect(steps(person)).toEqual(['opened']);
  });

  it('what is said is kept sealed, with the phone number and without the identity number', () => {
    const person = told(['人工', '我的小程序叫老王面馆，管局审核已经25天了']);
    expect(steps(person)).toEqual(['kept']);
    person.say('请打我电话 13800138000，身份证 110101199003077777');
    expect(keptBy(person)).toEqual([
      expect.stringMatching(/^2026-11-24T02:00:0\dZ? ?.*我的小程序叫老王面馆，管局审核已经25天了$/),
      expect.stringMatching(/请打我电话 13800138000，身份证 110\*{15}$/),
    ]);
    const stored = person.session ? writeSession(person.session) : '';
    expect(stored).not.toMatch(/老王|13800138000|110101/);
  });

  it('the first message is acknowledged, further ones are not answered, and later ones again', () => {
    const person = told(['人工']);
    expect(person.say('我的备案卡住了')).toContain('已经留给人工');
    expect(person.say('备案要多久')).toBe('【silence】');
    expect(person.say('有人吗')).toBe('【silence】');
    person.wait(1);
    expect(person.say('还在吗')).toContain('已经留给人工');
    expect(keptBy(person)).toHaveLength(4);
  });

  it.each([
    ['回到助手', '接着来'],
    ['清单', '接着来'],
    ['备案', '小程序登记的主体'],
    ['菜单', '接着来'],
  ])('%s ends it', (words, answer) => {
    const person = told(['人工', '我的备案卡住了']);
    const said = person.say(words);
    expect(said).toContain(answer);
    expect(steps(person)).toEqual(['ended']);
    expect(person.say('备案要多久')).toContain('依据：');
    expect(keptBy(person)).toHaveLength(1);
  });

  it('a tap ends it, and does what it says', () => {
    const person = told(['备案']);
    const company = person.choices().find(({ label }) => label.includes('企业'));
    person.say('人工');
    expect(person.does({ kind: 'pick', text: '企业', pick: company?.id ?? '' })).toContain('主体类型：企业');
    expect(steps(person)).toEqual(['ended']);
  });

  it('the question that was open is asked again', () => {
    const person = told(['备案', '企业', '人工', '你好']);
    expect(person.say('回到助手')).toMatch(/^好，我接着来。[\s\S]*小程序现在是什么状态？/);
  });

  it('pictures are left to the back office, and do not break the quiet', () => {
    const person = told(['人工']);
    expect(person.does({ kind: 'image' })).toBe('【silence】');
    expect(person.does({ kind: 'sticker' })).toBe('【silence】');
    expect(keptBy(person)).toEqual([]);
  });

  it('all is deleted on request', () => {
    const person = told(['人工', '我的备案卡住了']);
    expect(person.say('删除我的数据')).toContain('已全部删除');
    expect(person.session).toBeUndefined();
  });

  it('the assistant answers again after a week, and nothing is kept any more', () => {
    const person = told(['人工', '我的备案卡住了']);
    person.wait(24 * 8);
    expect(person.say('备案要多久')).toContain('依据：');
    expect(keptBy(person)).toEqual([]);
  });

  it('so much is kept, and no more', () => {
    const person = told(['人工']);
    for (let i = 0; i < 40; i += 1) person.say(`第${i}句：${'啊'.repeat(300)}`);
    expect(person.say('再说一句')).toContain('满了');
    expect(keptBy(person).length).toBeLessThanOrEqual(20);
    expect(writeSession(person.session ?? fail()).length).toBeLessThan(16_000);
  });
});

describe('hours', () => {
  it.each([
    ['on a working day at ten', 0, false],
    ['in the evening', 12, true],
    ['on a Sunday', 24 * 5, true],
  ] as const)('%s', (_, at, isClosed) => {
    expect(told(['人工'], { at }).session?.person?.state).toBe('waiting');
    const person = told([], { at });
    expect(person.say('人工').includes('现在没人在')).toBe(isClosed);
  });
});

describe('where agents sit', () => {
  it('the merchant is told in a sentence, and what is said next is transferred', () => {
    const person = told([], { agents: true });
    expect(person.say('人工')).toContain('正在转给人工客服');
    person.say('备案卡住了');
    expect(person.last.say).toEqual({ kind: 'transfer' });
    expect(keptBy(person)).toEqual([]);
    expect(person.say('回到助手')).toContain('接着来');
  });

  it('outside of their hours it is kept instead', () => {
    const person = told([], { agents: true, at: 12 });
    expect(person.say('人工')).toContain('现在没人在');
    expect(person.say('备案卡住了')).toContain('已经留给人工');
    expect(keptBy(person)).toHaveLength(1);
  });
});

function fail(): never {
  throw new Error('nothing is remembered');
}
