/** What one turn promises, whatever is said: pages that fit, exact undo, no position in the session, nothing guessed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRenderer } from '../../src/core/conversation/render/renderer.ts';
import { isWithPerson } from '../../src/core/conversation/session/handover.ts';
import {
  freshSession,
  knownFacts,
  parseSession,
  withAnswers,
  writeSession,
} from '../../src/core/conversation/session/session.ts';
import { locate } from '../../src/core/conversation/session/whereabouts.ts';
import { turn } from '../../src/core/conversation/turn.ts';
import { asksOf } from '../../src/core/dialog/dialog.ts';
import { walk } from '../../src/core/dialog/walk.ts';
import { formsOf } from '../../src/core/text/forms.ts';
import { wechatLimits } from '../../src/wechat/channel.ts';
import { aPerson, bytesOfSay, type Person, SEAL, TODAY, textOf, theHandbook } from '../support.ts';

const handbook = await theHandbook();
const dialog = handbook.dialogs.get('filing');
if (!dialog) throw new Error('there is no filing dialog');

/** Answers every open question by a draw among its options until the dialog ends; returns what was answered, in order. */
function answerAll(person: Person, draw: (count: number) => number): string[][] {
  const given: string[][] = [];
  for (let i = 0; i < 20; i++) {
    const { position } = locate(handbook, person.session ?? fail('no session'));
    if (!position?.open) break;
    const option = position.open.options[draw(position.open.options.length)];
    if (!option) throw new Error('a question without options');
    given.push([position.open.fact, option.id]);
    person.say(option.label);
  }
  return given;
}

function fail(why: string): never {
  throw new Error(why);
}

const draws = fc.array(fc.nat(30), { minLength: 16, maxLength: 16 });
const drawn = (numbers: readonly number[]) => {
  let i = 0;
  return (count: number) => (numbers[i++] ?? 0) % count;
};

describe('properties', () => {
  it('every page of every result fits into 2,047 bytes, and no blank is left', () => {
    fc.assert(
      fc.property(draws, (numbers) => {
        const person = aPerson(handbook);
        person.say('备案');
        answerAll(person, drawn(numbers));
        for (let page = 0; page < 12; page++) {
          expect(bytesOfSay(person.last.say)).toBeLessThanOrEqual(2047);
          if (!person.session?.more) break;
          expect(person.say('更多')).not.toMatch(/\{[^}]*\}|undefined|NaN/);
        }
        expect(person.session?.more).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  it('返回 restores exactly what was known before the last answer', () => {
    fc.assert(
      fc.property(draws, fc.nat(8), (numbers, stop) => {
        const person = aPerson(handbook);
        person.say('备案');
        const draw = drawn(numbers);
        for (let i = 0; i < stop; i++) {
          const { position } = locate(handbook, person.session ?? fail('no session'));
          if (!position?.open) return;
          person.say(position.open.options[draw(position.open.options.length)]?.label ?? '');
        }
        const session = person.session ?? fail('no session');
        const before = {
          known: knownFacts(session),
          open: locate(handbook, session).position?.open?.fact,
        };
        const open = locate(handbook, session).position?.open;
        if (!open) return;
        person.say(open.options[draw(open.options.length)]?.label ?? '');
        person.say('返回');
        const after = person.session ?? fail('no session');
        expect({ known: knownFacts(after), open: locate(handbook, after).position?.open?.fact }).toEqual(
          before,
        );
      }),
      { numRuns: 150 },
    );
  });

  it('the order of the answers does not change the list', () => {
    fc.assert(
      fc.property(draws, fc.array(fc.nat(100), { minLength: 12, maxLength: 12 }), (numbers, keys) => {
        const person = aPerson(handbook);
        person.say('备案');
        const given = answerAll(person, drawn(numbers));
        const shuffled = given.map((pair, i) => ({ pair, key: keys[i] ?? 0 })).sort((a, b) => a.key - b.key);
        const one = walk(dialog, Object.fromEntries(given), handbook.derive);
        const other = walk(dialog, Object.fromEntries(shuffled.map(({ pair }) => pair)), handbook.derive);
        expect(other.facts).toEqual(one.facts);
      }),
      { numRuns: 100 },
    );
  });

  it('whatever is typed is answered within the limit, and the session stays readable and small', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        '',
        ' ',
        '？',
        '…',
        '。。。',
        '2',
        '99',
        '0',
        '改',
        '改99',
        '改主体',
        '__proto__',
        'constructor',
        ']]>',
        '<a href="x">',
        '😀👨‍👩‍👧‍👦',
        '更多',
        '继续',
        '清单',
        '返回',
        '我的信息',
        '菜单',
        '帮助',
        '人工',
        '重新开始',
        '备案',
        '是',
        '不是',
        '不对，我是个体户',
        '备案要多久？多少钱？',
        '我是香港公司',
        '学校',
        '\u0000',
        '\ud800',
        '我'.repeat(20_000),
      ),
    );
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1, maxLength: 12 }), (texts) => {
        const person = aPerson(handbook);
        for (const text of texts) {
          person.say(text);
          // Whoever has asked for a person is left alone.
          if (!isWithPerson(person.session ?? {})) expect(person.last.say.kind).toBe('text');
          expect(bytesOfSay(person.last.say)).toBeLessThanOrEqual(2047);
          if (person.session) {
            const text = writeSession(person.session);
            expect(parseSession(text)).toEqual(JSON.parse(text));
            // What was kept for a person stays readable to operators after the assistant is back.
            expect(text.length).toBeLessThan(person.session.person ? 18_000 : 1500);
          }
        }
      }),
      { numRuns: 250, examples: [[['人工', '我'.repeat(20_000), '更多']]] },
    );
  });
});

describe('the session', () => {
  it('of a usual talk stays below 450 bytes', () => {
    const person = aPerson(handbook);
    for (const text of [
      '备案',
      '企业',
      '未上架',
      '广东',
      '不是本人',
      '都不涉及',
      '没有',
      '还没认证',
      '备案要多久',
      '更多',
    ])
      person.say(text);
    expect(writeSession(person.session ?? fail('no session')).length).toBeLessThan(450);
  });

  it('holds no text of the merchant', () => {
    const person = aPerson(handbook);
    for (const text of ['备案', '我叫王小明在杭州开公司', '这是我的秘密句子', '备案要多久呀王小明'])
      person.say(text);
    expect(writeSession(person.session ?? fail('no session'))).not.toMatch(/王小明|秘密|句子/);
  });

  it('keeps fields of a newer version', () => {
    const person = aPerson(handbook);
    person.say('备案');
    person.become({ ...(person.session ?? fail('no session')), version: 7, invented: { later: true } });
    person.say('企业');
    expect(person.session).toMatchObject({ version: 7, invented: { later: true } });
  });

  it('that cannot be read starts afresh and says so, and the message still counts', () => {
    const renderer = createRenderer(handbook);
    const parts = {
      handbook,
      renderer,
      limits: wechatLimits,
      today: TODAY,
      sessionDays: 30,
      seal: SEAL.seal,
    };
    const at = new Date('2026-11-24T02:00:00Z');
    const done = turn(parts, 'damaged', { id: 'u1', who: 'w', at, kind: 'text', text: '我们公司要备案' });
    expect(textOf(done.say)).toContain(`${renderer.phrase('damaged').join('\n')}\n好，主体类型：企业。`);
    expect(done.events.map(({ kind }) => kind)).toEqual([
      'understood',
      'damaged',
      'opened',
      'answered',
      'asked',
    ]);
    expect(done.session).toMatchObject({ turn: 1, dialog: 'filing', answers: [[1, 'subject', 'company']] });
  });

  it('keeps forty answers: those that were changed longest ago go, and none that stands', () => {
    const facts = ['a', 'b', 'c'];
    let session = freshSession(new Date(0));
    for (let turn = 1; turn <= 50; turn++) {
      const fact = facts[turn % 3] ?? 'a';
      session = withAnswers({ ...session, turn }, [[turn === 1 ? 'first' : fact, `${turn}`]]);
      expect(session.answers).toHaveLength(Math.min(turn, 40));
    }
    expect(knownFacts(session)).toEqual({ first: '1', a: '48', b: '49', c: '50' });
    expect(session.answers.slice(1).map(([turn]) => turn)).toEqual(
      Array.from({ length: 39 }, (_, i) => i + 12),
    );
  });
});

describe('a change of an answer', () => {
  it('is understood with every word for it, the longest first', () => {
    for (const verb of handbook.words.edit) {
      const person = aPerson(handbook);
      person.say('备案');
      person.say('企业');
      expect(person.say(`${verb}主体类型`)).toContain('1. 企业');
      expect(knownFacts(person.session ?? fail('no session'))).toEqual({ subject: 'company' });
    }
  });

  it('asks which one, where there is something to change, and says so where there is nothing', () => {
    const person = aPerson(handbook);
    const [which = ''] = handbook.phrases.say['edit-which'];
    const [nothing = ''] = handbook.phrases.say['facts-empty-title'];
    person.say('备案');
    expect(person.say('改')).toContain(nothing);
    expect(textOf(person.last.say)).not.toContain(which);
    person.say('企业');
    expect(person.say('改')).toContain(which);
  });

  it('is proposed, and made or left by a tap', () => {
    const person = aPerson(handbook);
    for (const [tapped, subject] of [
      ['不改', 'company'],
      ['是，改过来', 'sole-trader'],
    ] as const) {
      person.say('备案');
      person.say('企业');
      person.say('我是个体户');
      person.tap(tapped);
      expect(knownFacts(person.session ?? fail('no session'))).toMatchObject({ subject });
    }
  });
});

describe('guesses', () => {
  const vague = ['执照和管理员都搬家了', '主体那边的手机', '执照那边的管理员呢', '证件的那个手机'];
  const unsure =
    vague.find((text) => handbook.faq.find(formsOf(text)).kind === 'suggest') ??
    fail('nothing is vague any more: write another text');

  it('have numbers where no question owns them', () => {
    const person = aPerson(handbook);
    expect(person.say(unsure)).toMatch(/^1\. /m);
    person.say('1');
    expect(person.last.events).toContainEqual({ kind: 'understood', as: 'question' });
  });

  it('have none where a question is open', () => {
    const person = aPerson(handbook);
    person.say('备案');
    const said = person.say(unsure);
    expect(said).toMatch(/^· /m);
    expect(said.match(/^1\. .*$/gm)).toEqual(['1. 企业']);
  });
});

it('更多 says so when nothing is left, also after an answer that was whole', () => {
  const person = aPerson(handbook);
  const [nothing = ''] = handbook.phrases.say['no-more'];
  expect(person.say('更多')).toContain(nothing);
  person.say('备案要多久');
  expect(person.say('更多')).toContain(nothing);
});

describe('a rejection in the merchant’s own words', () => {
  const told = '我的授权书没盖章';

  it('is accepted where it is expected: after a talk that ended with a rejection', () => {
    const person = aPerson(handbook);
    person.say('备案进度');
    person.say('驳回了');
    expect(locate(handbook, person.session ?? fail('no session')).position?.end).toBeDefined();
    person.say(told);
    expect(person.session?.dialog).toBe('rejection');
  });

  it('is no pasted reason where nobody was rejected', () => {
    const person = aPerson(handbook);
    person.say(told);
    expect(person.session?.dialog).toBeUndefined();
  });
});

describe('numbers', () => {
  it('count for the question that was shown, also after a detour', () => {
    const person = aPerson(handbook);
    person.say('备案');
    person.say('备案要多久');
    person.say('2');
    expect(knownFacts(person.session ?? fail('no session'))).toEqual({ subject: 'sole-trader' });
  });

  it('beyond the options say so and ask again', () => {
    const person = aPerson(handbook);
    person.say('备案');
    expect(person.say('9')).toMatch(/没有第 9 项[\s\S]*小程序登记的主体/);
    expect(knownFacts(person.session ?? fail('no session'))).toEqual({});
  });

  it('of an option that is gone ask the question again', () => {
    const person = aPerson(handbook);
    person.say('备案');
    const session = person.session ?? fail('no session');
    person.become({ ...session, shown: { prefix: 'a.filing.subject.', ids: ['something-else', 'company'] } });
    expect(person.say('1')).toMatch(/更新了[\s\S]*小程序登记的主体/);
    expect(knownFacts(person.session ?? fail('no session'))).toEqual({});
  });
});

describe('commands', () => {
  it('match whole messages only', () => {
    const person = aPerson(handbook);
    person.say('备案');
    person.say('企业');
    person.say('我想返回上一级单位的名称怎么填');
    expect(knownFacts(person.session ?? fail('no session'))).toEqual({ subject: 'company' });
  });

  it('我的信息 shows one fact a line, numbered, and 改2 changes the second', () => {
    const person = aPerson(handbook);
    for (const text of ['备案', '企业', '未上架', '广东']) person.say(text);
    expect(person.say('我的信息').split('\n').slice(1)).toEqual([
      '1. 主体类型：企业',
      '2. 上架状态：未上架',
      '3. 备案省份：广东',
    ]);
    expect(person.say('改2')).toMatch(/小程序现在是什么状态/);
    person.say('被下架了');
    expect(knownFacts(person.session ?? fail('no session'))).toMatchObject({
      listing: 'removed',
      province: '广东',
    });
  });

  it('删除我的数据 leaves nothing and says the same whether there was something or not', () => {
    const person = aPerson(handbook);
    person.say('备案');
    person.say('企业');
    const said = person.say('删除我的数据');
    expect(person.session).toBeUndefined();
    expect(aPerson(handbook).say('删除我的数据')).toBe(said);
  });

  it('改 with a fact that is not there says so', () => {
    const person = aPerson(handbook);
    person.say('备案');
    person.say('企业');
    expect(person.say('改7')).toMatch(/没有第 7 项/);
  });
});

describe('a pause', () => {
  it('offers to go on or to start again when the dialog is opened anew', () => {
    const person = aPerson(handbook);
    person.say('备案');
    person.say('企业');
    person.wait(48);
    expect(person.say('备案')).toMatch(/没填完[\s\S]*1\. 继续上次\n2\. 重新开始/);
    expect(person.tap('继续上次')).toMatch(/小程序现在是什么状态/);
  });

  it('does not stop an answer to the question that is still in the chat', () => {
    const person = aPerson(handbook);
    person.say('备案');
    person.wait(48);
    person.say('企业');
    expect(knownFacts(person.session ?? fail('no session'))).toEqual({ subject: 'company' });
  });
});

it('an option that is tapped in an older message changes that answer and says so', () => {
  const person = aPerson(handbook);
  person.say('备案');
  const old = person.choices();
  person.say('企业');
  const choice = old.find(({ id }) => id.endsWith('sole-trader')) ?? fail('no such option');
  expect(person.does({ kind: 'pick', text: choice.text, pick: choice.id })).toMatch(
    /^改好了，主体类型：个体工商户/,
  );
});

describe('a word that says more than the option that is asked for', () => {
  const knownAfter = (text: string) => {
    const person = aPerson(handbook);
    for (const said of ['备案', '企业', '未上架', '浙江', '是本人', text]) person.say(said);
    const { permit, ...facts } = knownFacts(person.session ?? fail('no session'));
    return { permit, fine: facts['permit-content'] ?? facts['permit-more'] };
  };

  it('answers the finer question too', () => {
    expect(knownAfter('网约车')).toEqual({ permit: 'more', fine: 'ride-hailing' });
    expect(knownAfter('互联网医院')).toEqual({ permit: 'more', fine: 'healthcare' });
    expect(knownAfter('短剧')).toEqual({ permit: 'content', fine: 'audiovisual' });
    expect(knownAfter('我们是做网约车的')).toEqual({ permit: 'more', fine: 'ride-hailing' });
  });

  it('leaves the finer question open where it says no more', () => {
    expect(knownAfter('视频、直播、音乐、新闻、出版、游戏')).toEqual({ permit: 'content', fine: undefined });
    expect(knownAfter('第5个吧')).toEqual({ permit: 'content', fine: undefined });
  });
});

it('every question has a name, and names differ', () => {
  const names = asksOf(dialog).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('a list comes with what to do first, what is not needed, and dates in working days', () => {
  const person = aPerson(handbook);
  for (const text of ['备案', '企业', '未上架', '广东', '不是本人', '都不涉及', '没有', '还没认证'])
    person.say(text);
  const all = person.allPages();
  const places = [
    '【备案清单】要准备',
    '【证件】',
    '不需要准备',
    '没认证的单位账号，备案入口打不开',
    '【时间】按今天（2026-11-24）',
    '微信认证（或年审）：2026-11-25～12-15',
  ];
  expect(
    places.map((words) => all.indexOf(words)).every((at, i, list) => at >= 0 && at > (list[i - 1] ?? -1)),
  ).toBe(true);
});

describe('a second dialog inside the first', () => {
  it('lies above it, and 继续 goes on with the first when the second has ended', () => {
    const person = aPerson(handbook);
    for (const text of ['备案', '企业', '未上架', '进度']) person.say(text);
    expect(person.say('收到短信')).toMatch(/短信核验[\s\S]*继续备案（还剩 \d+ 题）$/);
    expect(person.say('继续')).toMatch(/^备案省份是哪里？/);
    expect(person.session?.below).toBeUndefined();
  });

  it('that only tells how things stand is asked anew each time', () => {
    const person = aPerson(handbook);
    for (const text of ['进度', '收到短信']) person.say(text);
    expect(person.say('进度')).toMatch(/1\. /);
    expect(knownFacts(person.session ?? fail('no session'))).toEqual({});
  });
});
