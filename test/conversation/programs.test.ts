/** Several mini-programs of one merchant: each keeps its own answers, whatever is said or tapped, and none is lost. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MOST_PROGRAMS,
  numberOf,
  programOf,
  programsOf,
} from '../../src/core/conversation/session/programs.ts';
import {
  knownFacts,
  parseSession,
  type Session,
  writeSession,
} from '../../src/core/conversation/session/session.ts';
import { locate } from '../../src/core/conversation/session/whereabouts.ts';
import { asksOf } from '../../src/core/dialog/dialog.ts';
import { aPerson, bytesOfSay, choicesIn, type Person, theHandbook } from '../support.ts';

const handbook = await theHandbook();

function sessionOf(person: Person): Session {
  if (!person.session) throw new Error('no session');
  return person.session;
}

/** A person who has said all this, one after another. */
function told(...texts: readonly string[]): Person {
  const person = aPerson(handbook);
  for (const text of texts) person.say(text);
  return person;
}

const factsOf = (person: Person, number: number) => {
  const program = programOf(sessionOf(person), number);
  return program && knownFacts(program);
};
const present = (person: Person) => numberOf(sessionOf(person));
const numbers = (person: Person) => programsOf(sessionOf(person)).map(({ number }) => number);
const FILING = ['备案', '企业', '未上架', '广东', '不是本人', '都不涉及', '没有', '还没认证'];

describe('主体不变', () => {
  it('takes over what the other one has of the subject also where no dialog is open, and says so', () => {
    const person = told('备案', '企业', '未上架', '广东', '新的小程序');
    person.become({ ...sessionOf(person), dialog: undefined });
    expect(person.say('主体不变')).toMatch(/^好，主体类型：企业；备案省份：广东。[\s\S]*1\. 备案\n2\. 认证/);
    expect(factsOf(person, 2)).toEqual({ subject: 'company', province: '广东' });
  });
});

describe('新的小程序', () => {
  it('puts the present one away and starts the same dialog afresh, with its number and the way back', () => {
    const person = told('备案', '企业');
    expect(person.say('再来一个')).toMatch(/2号[\s\S]*1号[\s\S]*切换[\s\S]*小程序登记的主体是哪一种？/);
    expect([factsOf(person, 1), factsOf(person, 2)]).toEqual([{ subject: 'company' }, {}]);
  });

  it('asks what to do where no dialog is open', () => {
    const person = told('备案', '企业');
    person.become({ ...sessionOf(person), dialog: undefined });
    expect(person.say('新的小程序')).toMatch(/2号[\s\S]*1\. 备案\n2\. 认证/);
    const passing = told('进度', '收到短信');
    expect(passing.say('新的小程序')).toMatch(/2号[\s\S]*1\. 备案\n2\. 认证/);
  });

  it('keeps no empty one: without answers the present one is the new one', () => {
    const person = told('新的小程序', '备案', '再来一个');
    expect(numbers(person)).toEqual([1]);
    person.say('企业');
    person.say('再来一个');
    person.say('切换1');
    person.say('再来一个');
    expect([present(person), numbers(person)]).toEqual([2, [1, 2]]);
  });

  it('asks what is meant where the open question has an option of that name', () => {
    const person = told('备案', '企业');
    expect(person.say('新的小程序')).toMatch(/1\. 未上架\n2\. 另记一个小程序$/);
    expect(numbers(person)).toEqual([1]);
    const asked = person.session;
    person.say('2');
    expect(numbers(person)).toEqual([1, 2]);
    person.become(asked);
    person.say('1');
    expect([numbers(person), factsOf(person, 1)]).toEqual([[1], { subject: 'company', listing: 'unlisted' }]);
  });

  it('leaves 新小程序 to the question of the listing', () => {
    const person = told('备案', '企业', '新小程序');
    expect([numbers(person), factsOf(person, 1)]).toEqual([[1], { subject: 'company', listing: 'unlisted' }]);
  });

  it('stops at nine and says what to do', () => {
    const person = told('备案', '企业');
    for (let i = 2; i <= MOST_PROGRAMS; i++) {
      person.say('再来一个');
      person.say('企业');
    }
    const before = programsOf(sessionOf(person));
    expect(person.say('再来一个')).toMatch(/最多分开记 9 个[\s\S]*移除[\s\S]*9号/);
    expect(programsOf(sessionOf(person))).toEqual(before);
    person.say('3');
    person.say('是');
    person.say('再来一个');
    expect(present(person)).toBe(3);
  });

  it('takes along what was said of it, when a correction was no correction', () => {
    const person = told(...FILING);
    expect(person.say('我是上海的个体户')).toMatch(/3\. 这是另一个小程序$/);
    person.say('3');
    expect(factsOf(person, 1)).toMatchObject({ subject: 'company', province: '广东' });
    expect(factsOf(person, 2)).toEqual({ subject: 'sole-trader', province: '上海' });
  });
});

describe('切换', () => {
  it('lists all with number, answers and what is left, and a bare number switches', () => {
    const person = told(...FILING, '再来一个', '我是成都的个体户');
    const list = person.say('切换').split('\n');
    expect(list.slice(1, 3)).toEqual([
      '1号：广东 · 企业 · 未上架（备案清单已好）',
      expect.stringMatching(/^2号：四川 · 个体工商户（备案还剩 \d+ 题） ← 现在$/),
    ]);
    expect(person.say('1')).toMatch(/^现在是1号：广东 · 企业 · 未上架。\n[\s\S]*1\. 清单/);
    expect(present(person)).toBe(1);
  });

  it('says nothing of what is left where nothing was answered yet', () => {
    expect(told('备案', '企业', '再来一个').say('切换')).toMatch(/^2号：[^（\n]+ ← 现在$/m);
  });

  it('lists again after a number that none of them has', () => {
    const person = told('备案', '企业', '再来一个', '切换');
    expect(person.say('7')).toMatch(/^没有 7号。[\s\S]*1号：企业/);
    expect(person.say('切换12')).toMatch(/^没有 12号。[\s\S]*1号：企业/);
    expect(present(person)).toBe(2);
  });

  it.each(['切换1', '切换 1号', '切换到1号', '回到第一个', '切换①', '换到1号小程序'])(
    'understands %s, and asks the open question again',
    (text) => {
      const person = told('备案', '企业', '再来一个');
      expect(person.say(text)).toMatch(/^现在是1号：企业。[\s\S]*小程序现在是什么状态？/);
      expect(present(person)).toBe(1);
    },
  );

  it('with one only says so, offers another and comes back to the question', () => {
    const person = told('备案', '企业');
    expect(person.say('切换')).toMatch(/只记着1号：企业[\s\S]*新的小程序[\s\S]*小程序现在是什么状态？/);
    person.tap('新的小程序');
    expect(numbers(person)).toEqual([1, 2]);
  });

  it('keeps the dialog that waits below', () => {
    const person = told('备案', '企业', '进度', '再来一个');
    expect(sessionOf(person)).toMatchObject({ dialog: 'filing', number: 2 });
    person.say('切换1');
    expect(person.say('收到短信')).toMatch(/继续备案/);
  });

  it('fits nine mini-programs into one message', () => {
    const person = told('备案');
    for (let i = 1; i <= MOST_PROGRAMS; i++) {
      for (const text of ['事业单位', '已上架，未备案', '内蒙古', '不是本人']) person.say(text);
      if (i < MOST_PROGRAMS) person.say('再来一个');
    }
    person.say('切换');
    expect(person.session?.more).toBeUndefined();
    expect(choicesIn(person.last.say)).toHaveLength(MOST_PROGRAMS + 2);
    expect(bytesOfSay(person.last.say)).toBeLessThanOrEqual(2047);
  });
});

describe('the mini-program at hand', () => {
  it('is the only one that 返回 undoes, step by step as if there had been no switch', () => {
    const person = told('备案', '我是广东的企业', '未上架', '再来一个', '个人');
    person.say('切换1');
    person.say('返回');
    expect(factsOf(person, 1)).toEqual({ subject: 'company', province: '广东' });
    person.say('返回');
    expect(factsOf(person, 1)).toEqual({});
    expect(person.say('返回')).toMatch(/前面没有可以撤回的/);
    expect(factsOf(person, 2)).toEqual({ subject: 'person' });
  });

  it('is named by 我的信息, 清单 and 继续 where there are several, and only there', () => {
    const person = told(...FILING);
    for (const text of ['我的信息', '清单', '继续']) expect(person.say(text)).not.toMatch(/号小程序/);
    person.say('再来一个');
    person.say('切换1');
    for (const text of ['我的信息', '清单', '继续']) expect(person.say(text)).toMatch(/^【1号小程序】\n/);
  });

  it('is the one that numbers count for, in questions and in 我的信息', () => {
    const person = told('备案', '企业', '再来一个', '2', '我的信息');
    expect(person.say('1')).toMatch(/^小程序登记的主体是哪一种？/);
    person.say('3');
    expect([factsOf(person, 1), factsOf(person, 2)]).toEqual([{ subject: 'company' }, { subject: 'person' }]);
    person.say('新的小程序');
    person.say('1');
    expect(factsOf(person, 2)).toEqual({ subject: 'person', listing: 'unlisted' });
  });

  it('is the only one that 重新开始 clears; 删除我的数据 clears all', () => {
    const person = told('备案', '企业', '再来一个', '个人', '重新开始');
    expect([factsOf(person, 1), factsOf(person, 2)]).toEqual([{ subject: 'company' }, {}]);
    expect(present(person)).toBe(2);
    person.say('删除我的数据');
    expect(person.session).toBeUndefined();
  });
});

describe('an option in an older message', () => {
  it('counts for the mini-program that it was offered for, and says which', () => {
    const person = told('备案');
    const first = person.choices();
    person.say('企业');
    person.say('再来一个');
    const second = person.choices();
    person.say('个人');
    const tap = (from: typeof first, end: string) => {
      const choice = from.find(({ id }) => id.endsWith(end));
      if (!choice) throw new Error(`no option ${end}`);
      return person.does({ kind: 'pick', text: choice.text, pick: choice.id });
    };
    expect(tap(first, 'subject.sole-trader')).toMatch(/^【1号小程序】\n改好了，主体类型：个体工商户/);
    expect([factsOf(person, 1), factsOf(person, 2)]).toEqual([
      { subject: 'sole-trader' },
      { subject: 'person' },
    ]);
    expect(tap(second, 'subject.social')).toMatch(/^【2号小程序】\n改好了，主体类型：社会组织/);
    expect([factsOf(person, 1), factsOf(person, 2)]).toEqual([
      { subject: 'sole-trader' },
      { subject: 'social' },
    ]);
  });

  it('of one that was removed changes nothing and says so', () => {
    const person = told('备案');
    const choice = person.choices().find(({ id }) => id.endsWith('person'));
    for (const text of ['企业', '再来一个', '个体户', '移除1', '是']) person.say(text);
    expect(person.does({ kind: 'pick', text: '个人', pick: choice?.id ?? '' })).toMatch(/^没有 1号。/);
    expect(factsOf(person, 2)).toEqual({ subject: 'sole-trader' });
  });
});

describe('主体和 1号 一样', () => {
  it('takes over what is said of the subject and nothing else, and asks only for the rest', () => {
    const person = told(...FILING, '再来一个');
    expect(person.tap('主体和 1号 一样')).toMatch(
      /^好，主体类型：企业；备案省份：广东。\n小程序现在是什么状态？/,
    );
    expect(factsOf(person, 2)).toEqual({ subject: 'company', province: '广东' });
    expect(person.say('返回')).toMatch(/^撤回了[\s\S]*小程序登记的主体是哪一种？/);
    expect(factsOf(person, 2)).toEqual({});
  });

  it.each(['主体和1号一样', '主体 和 1 号 一样', '主体一样', '同一个主体'])('may be typed: %s', (text) => {
    const person = told('备案', '企业', '再来一个', text);
    expect(factsOf(person, 2)).toEqual({ subject: 'company' });
  });

  it('leaves out answers of a branch that is no longer taken', () => {
    const person = told('备案', '社会组织', '基金会', '不对，我是企业', '再来一个', '主体一样');
    expect(factsOf(person, 1)).toEqual({ subject: 'company', 'social-kind': 'foundation' });
    expect(factsOf(person, 2)).toEqual({ subject: 'company' });
  });

  it('is offered from the one that was left last, and not once the subject is known', () => {
    const person = told('备案', '企业', '再来一个', '个人');
    expect(person.say('再来一个')).toMatch(/主体和 2号 一样/);
    person.say('个体户');
    expect(person.say('切换3')).not.toMatch(/一样/);
  });

  it('is spoken in the words of the other dialog where the present one does not ask for a fact', () => {
    const person = told(...FILING, '再来一个', '认证');
    expect(person.say('主体一样')).toMatch(/^好，主体类型：企业；备案省份：广东。/);
  });

  it('has every kind of subject and every province among what is taken over', () => {
    const about = [...handbook.dialogs.values()]
      .flatMap(asksOf)
      .flatMap(({ about, fact }) => (about ? fact : []));
    expect([...new Set(about)].sort()).toEqual([
      'company-kind',
      'count-chongqing',
      'holder',
      'id-local',
      'other-kind',
      'principal',
      'province',
      'seal',
      'social-kind',
      'subject',
    ]);
  });
});

describe('移除', () => {
  it('asks first, and a no keeps everything', () => {
    const person = told('备案', '企业', '再来一个', '个人');
    expect(person.say('移除1号')).toMatch(/^要移除1号：企业吗？[\s\S]*1\. 是，移除\n2\. 不移除$/);
    expect(person.say('不移除')).toMatch(/^好的，留着。/);
    expect(numbers(person)).toEqual([1, 2]);
  });

  it('drops one; the others keep their numbers', () => {
    const person = told('备案', '企业', '再来一个', '个人', '再来一个', '个体户');
    person.say('删除2号');
    expect(person.say('是')).toMatch(/^2号移除了。\n现在是3号：个体工商户。/);
    expect(numbers(person)).toEqual([1, 3]);
  });

  it('of the present one goes to the one that was left last', () => {
    const person = told('备案', '企业', '再来一个', '个人', '再来一个', '移除3', '是');
    expect([present(person), numbers(person)]).toEqual([2, [1, 2]]);
  });

  it('without a number asks which', () => {
    const person = told('备案', '企业', '再来一个', '个人', '切换');
    expect(person.tap('移除小程序')).toMatch(/^要移除哪一个[\s\S]*1号：企业/);
    expect(person.say('1')).toMatch(/^要移除1号：企业吗？/);
    person.say('1');
    expect(numbers(person)).toEqual([2]);
  });

  it('is not done by a yes that comes later', () => {
    const person = told('备案', '企业', '再来一个', '个人', '移除1', '不移除', '备案要多久', '是');
    expect(numbers(person)).toEqual([1, 2]);
  });

  it('is asked again below an answer that comes between', () => {
    const person = told('备案', '企业', '再来一个', '个人', '移除1');
    expect(person.say('备案要多久')).toMatch(/依据：[\s\S]*要移除1号：企业吗？/);
    expect(numbers(person)).toEqual([1, 2]);
    person.say('是');
    expect(numbers(person)).toEqual([2]);
  });

  it('leaves the only one and says what clears it', () => {
    const person = told('备案', '企业');
    expect(person.say('移除1')).toMatch(/重新开始[\s\S]*删除我的数据/);
    expect(factsOf(person, 1)).toEqual({ subject: 'company' });
  });
});

describe('the session', () => {
  it('of an older version is that of number one', () => {
    const person = aPerson(handbook);
    person.become(
      parseSession(
        '{"version":1,"turn":1,"heard":0,"dialog":"filing","answers":[[1,"subject","company"]],"misses":0}',
      ),
    );
    person.say('再来一个');
    expect(factsOf(person, 1)).toEqual({ subject: 'company' });
  });

  it('keeps what a newer version has written beside a mini-program that is put away', () => {
    const person = told('备案', '企业', '再来一个', '个人');
    const { others = [], ...rest } = sessionOf(person);
    person.become({ ...rest, others: others.map((other) => ({ ...other, invented: { later: true } })) });
    person.say('未上架');
    expect(person.session?.others).toMatchObject([{ invented: { later: true } }]);
  });

  it('of one talk stays below 1 KB and of nine below 4 KB', () => {
    const person = told(...FILING);
    expect(writeSession(sessionOf(person)).length).toBeLessThan(1024);
    for (let i = 2; i <= MOST_PROGRAMS; i++) {
      person.say('再来一个');
      for (const text of FILING.slice(1)) person.say(text);
      for (const text of ['不对，我是个体户', '不对，我是企业', '认证', '对公打款', '公司名'])
        person.say(text);
    }
    expect(numbers(person)).toHaveLength(MOST_PROGRAMS);
    expect(Buffer.byteLength(writeSession(sessionOf(person)))).toBeLessThan(4096);
  });

  it('holds neither names nor texts of the merchant', () => {
    const person = told('备案', '企业', '再来一个', '我叫王小明开了家小店', '切换', '王小明的那个', '切换1');
    expect(writeSession(sessionOf(person))).not.toMatch(/王小明|小店/);
  });
});

describe('whatever is said, tapped or switched', () => {
  const SAID = [
    '企业',
    '个体户',
    '个人',
    '1',
    '2',
    '广东',
    '成都',
    '返回',
    '我的信息',
    '改1',
    '继续',
    '更多',
  ];
  const MORE = ['备案', '认证', '进度', '重新开始', '不对，我是企业', '我是上海的个体户', '备案要多久', '是'];
  const GOING = ['切换', '切换1', '切换2', '切换3', '再来一个', '主体一样', '新的小程序'];
  const step = fc.oneof(
    fc.constantFrom(...SAID),
    fc.constantFrom(...MORE),
    fc.constantFrom(...GOING),
    fc.nat(40),
  );

  it('only the mini-program that is at hand afterwards may have changed', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) => {
        const person = told('备案', '企业', '再来一个', '个人');
        const seen = person.choices().slice();
        for (const each of steps) {
          const before = programsOf(sessionOf(person));
          const choice = typeof each === 'number' ? seen[each % Math.max(1, seen.length)] : undefined;
          if (choice) person.does({ kind: 'pick', text: choice.text, pick: choice.id });
          else person.say(`${each}`);
          seen.push(...person.choices().filter(({ id }) => !/^c\.(?:forget|remove)|^r\./.test(id)));
          expect(bytesOfSay(person.last.say)).toBeLessThanOrEqual(2047);
          for (const { number, answers, dialog } of before) {
            if (number === present(person)) continue;
            const now = programOf(sessionOf(person), number);
            expect(now && { answers: now.answers, dialog: now.dialog }).toEqual({ answers, dialog });
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('switching there and back leaves one where one stood', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 9 }), (draws) => {
        const person = told('备案', '企业', '再来一个');
        for (const draw of draws) {
          const { position } = locate(handbook, sessionOf(person));
          const options = position?.open?.options ?? [];
          const option = options[draw % Math.max(1, options.length)];
          if (option) person.say(option.label);
        }
        const before = sessionOf(person);
        person.say('切换1');
        person.say('切换2');
        const back = sessionOf(person);
        expect(knownFacts(back)).toEqual(knownFacts(before));
        // At a result below which a dialog waits, coming back goes on with that one.
        const waiting = before.below === undefined ? before : { ...before, dialog: before.below };
        const stood = locate(handbook, before).position?.end ? waiting : before;
        expect(locate(handbook, back).position).toEqual(locate(handbook, stood).position);
      }),
      { numRuns: 60 },
    );
  });
});
