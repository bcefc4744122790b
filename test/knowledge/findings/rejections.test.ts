/** 驳回诊断: which reasons are found in what back offices write and merchants retell, what is offered where nothing is sure,
 *  which papers change, and where a pasted reason counts as one. */

import { describe, expect, it } from 'vitest';
import { knownFacts } from '../../../src/core/conversation/session/session.ts';
import { askOf } from '../../../src/core/dialog/dialog.ts';
import { formsOf } from '../../../src/core/text/forms.ts';
import { aPerson, type Person, theHandbook } from '../../support.ts';
import { misread, readPasted } from './pasted.ts';

const handbook = await theHandbook();
const findings = handbook.findings.get('rejection');
const dialog = handbook.dialogs.get('rejection');
const ask = dialog && askOf(dialog, 'rejection');
const reader = handbook.readers.get('rejection');
if (!findings || !ask || !reader) throw new Error('there is no dialog about rejections');

const SHARP = '营业执照图片不清晰，请重新上传';
const NO_LETTER = '小程序负责人非法定代表人，请上传授权书';

/** The session as it is stored. */
const kept = (person: Person) => JSON.stringify(person.session);
const foundBy = (person: Person) => knownFacts(person.session ?? fail()).rejection;
function fail(): never {
  throw new Error('nothing is remembered');
}

function answers(person: Person, ...texts: readonly string[]): void {
  for (const text of texts) person.say(text);
}

/** A company in 湖南 whose administrator is somebody else, with its list. */
function withList(): Person {
  const person = aPerson(handbook);
  answers(person, '备案', '企业', '备案被驳回', '湖南', '不是本人', '都不涉及', '没有', '已认证，在有效期');
  return person;
}

describe('what is found in a pasted text', async () => {
  const development = await readPasted('development');
  const heldOut = await readPasted('held-out');

  it('has at least 120 texts, each half of them blind to the other', () => {
    const reasons = [...development, ...heldOut].filter((one) => 'find' in one || 'guess' in one);
    expect(reasons.length).toBeGreaterThanOrEqual(120);
    const texts = [...development, ...heldOut].map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it.each(development.map((one) => [one.text, one] as const))('%s', (_, one) => {
    expect(misread(findings, reader, ask, one)).toBeUndefined();
  });

  it('reads at least 97 in 100 of the texts right that no pattern was made for', () => {
    const wrong = heldOut.flatMap((one) => misread(findings, reader, ask, one) ?? []);
    expect(1 - wrong.length / heldOut.length, wrong.join('\n')).toBeGreaterThanOrEqual(0.97);
  });

  it('finds every reason by each of its own names, or one that stands in them', () => {
    const lost = findings.spec.findings.flatMap(({ id, name, also }) =>
      [name, ...also].filter((text) => misread(findings, reader, ask, { text, among: id }) !== undefined),
    );
    expect(lost).toEqual([]);
  });

  it('knows all 39 reasons of a filing', () => {
    const rules = new Set(findings.spec.findings.flatMap((finding) => finding.rules));
    const reasons = Array.from({ length: 39 }, (_, i) => `R-${String(i + 1).padStart(2, '0')}`);
    expect(reasons.filter((rule) => !rules.has(rule))).toEqual([]);
  });

  it('shows all of them, in their order', () => {
    const person = aPerson(handbook);
    answers(person, '驳回诊断', '1.备注过于简单；2.地址不详细；3.主办单位证件已过期；4.空壳主体');
    expect(foundBy(person)).toBe('R-25+R-21+R-03+R-09');
  });

  it('does not carry a word from one sentence into the next', () => {
    expect(findings.read(formsOf('请核对身份证。地址不完整'))).toMatchObject({ value: 'R-21' });
    expect(findings.read(formsOf('请核对身份证，照片不完整'))).toMatchObject({ value: 'R-01' });
  });

  it('reads beyond the 400 characters that other messages are read by', () => {
    const polite = '您好，您提交的备案信息已由工作人员核对，现将结果告知如下。'.repeat(14);
    expect(polite.length).toBeGreaterThan(400);
    expect(findings.read(formsOf(`${polite}主体下无任何网站，属于空壳类主体。`))).toMatchObject({
      value: 'R-09',
    });
  });
});

describe('where nothing is sure', () => {
  it('offers guesses, numbered and to tap, and 以上都不是 as the last', () => {
    const person = aPerson(handbook);
    answers(person, '驳回诊断', '上传的图片质量有待提高');
    const labels = person.choices().map(({ label }) => label);
    expect(labels).toContain('1. 证件照片不清楚');
    expect(labels.at(-1)).toBe(`${labels.length}. 以上都不是`);
    expect(person.say('1')).toContain('1. 证件照片不清楚');
  });

  it.each([
    ['tapped', (person: Person) => person.tap('以上都不是')],
    ['typed', (person: Person) => person.say('都不是')],
    ['by its number', (person: Person) => person.say(String(person.choices().length))],
  ] as const)('leads on to a person when none of them is meant: %s', (_, decline) => {
    const person = aPerson(handbook);
    answers(person, '驳回诊断', '上传的图片质量有待提高');
    decline(person);
    expect(person.choices().map(({ text }) => text)).toEqual(['人工', '菜单']);
    expect(foundBy(person)).toBeUndefined();
    expect(person.say('1')).toContain('服务时间');
    person.say('回到助手');
    expect(person.say(SHARP)).toContain('1. 证件照片不清楚');
  });

  it('answers a short question instead of taking it for a reason', () => {
    const person = aPerson(handbook);
    answers(person, '驳回诊断');
    expect(person.say('电子营业执照可以吗')).toContain('接着刚才的');
    expect(foundBy(person)).toBeUndefined();
  });
});

describe('which papers change', () => {
  it('names those of the merchant’s own list by their numbers', () => {
    const person = withList();
    const list = person.allPages();
    const reply = person.say(`${NO_LETTER}；${SHARP}`);
    const named = [...reply.matchAll(/^· (\d+\. .+)$/gm)].map(([, line = '']) => line);
    expect(named.map((line) => line.replace(/^\d+\. /, ''))).toEqual([
      '营业执照',
      '法定代表人身份证（两面）',
      '管理员身份证（两面）',
      '小程序负责人授权书',
      '所有照片的格式',
    ]);
    for (const line of named) expect(list).toContain(`\n${line}：`);
  });

  it('adds what the list does not have', () => {
    const person = aPerson(handbook);
    answers(person, '备案', '企业', '备案被驳回', '湖南', '是本人', '都不涉及', '没有', '已认证，在有效期');
    expect(person.allPages()).not.toContain('小程序负责人授权书：');
    expect(person.say(NO_LETTER)).toMatch(/清单上还要加的：\n· 小程序负责人授权书：法定代表人授权管理员/);
  });

  it('names the residence proof by its number on the list of who needs one', () => {
    const person = aPerson(handbook);
    answers(
      person,
      '备案',
      '个人',
      '备案被驳回',
      '上海',
      '外省',
      '都不涉及',
      '没有',
      '没有',
      '已认证，在有效期',
    );
    const reply = person.say('未提供居住证明，请补充');
    expect(reply).toMatch(/· \d+\. 居住证或暂住证/);
    expect(reply).not.toContain('还要加的');
  });

  it('offers the way to the list where there is none yet, and comes back to a reason with numbers', () => {
    const person = aPerson(handbook);
    answers(person, '驳回诊断', NO_LETTER);
    expect(person.choices().map(({ label }) => label)).toContain('领一份您的备案清单，看哪几份要重做');
    person.tap('领一份您的备案清单，看哪几份要重做');
    answers(person, '企业', '备案被驳回', '湖南', '不是本人', '都不涉及', '没有', '已认证，在有效期');
    expect(person.say(NO_LETTER)).toMatch(/· \d+\. 小程序负责人授权书/);
  });

  it('says so when what is found is asked of others', () => {
    expect(withList().say('请提供居住证')).toContain('这像是「外省个人没有居住证」');
  });
});

describe('清单, 返回, 更多, 继续 afterwards', () => {
  it('shows the list of the filing, page after page', () => {
    const person = withList();
    person.say(SHARP);
    expect(person.say('清单')).toContain('小程序负责人授权书');
    expect(person.say('更多')).toContain('（要重做）');
    expect(person.say('更多')).toMatch(/第 2\/\d 页/);
  });

  it('takes the reason back, and asks for it again', () => {
    const person = aPerson(handbook);
    answers(person, '驳回诊断', SHARP);
    expect(person.say('返回')).toMatch(/^撤回了，「驳回原因」请重新答。\n把后台显示的驳回原因/);
    expect(foundBy(person)).toBeUndefined();
  });

  it('takes it back by its name when the list is looked at meanwhile', () => {
    const person = withList();
    answers(person, SHARP, '清单');
    expect(person.say('返回')).toMatch(/^撤回了「驳回原因」。\n【备案清单】/);
  });

  it.each(['继续', '继续备案', '备案'])('goes on with the filing that waits: %s', (words) => {
    const person = aPerson(handbook);
    answers(person, '备案', '企业', `驳回原因：${SHARP}`);
    expect(person.choices().at(-1)?.label).toMatch(/^继续备案/);
    expect(person.say(words)).toContain('小程序现在是什么状态？');
  });
});

describe('where a pasted reason counts as one', () => {
  it('opens the dialog by itself', () => {
    const person = aPerson(handbook);
    expect(person.say(SHARP)).toContain('1. 证件照片不清楚');
    expect(person.say('备注过于简单')).toContain('1. 备注太简单或不相符');
  });

  it('opens it after the progress ended with 被驳回, told in one’s own words too', () => {
    const person = aPerson(handbook);
    answers(person, '进度', '被驳回');
    expect(person.say('说我地址写得不够详细')).toContain('1. 通讯地址不详细');
  });

  it('opens it after the answer about rejections asked for the reason', () => {
    const person = aPerson(handbook);
    expect(person.say('备案被驳回了怎么办')).toContain('把驳回原因原样发给我');
    expect(person.say('说我证件拍糊了')).toContain('1. 证件照片不清楚');
  });

  it.each([
    ['a phrasing of a question to the letter', '经营范围有敏感词'],
    ['a question', '证件照片模糊要紧吗'],
    ['talk about oneself', '我的地址不详细'],
    ['what is not ours', '领养老金要刷脸认证，刷不过'],
  ])('does not open it for %s', (_, text) => {
    const person = aPerson(handbook);
    person.say(text);
    expect(person.session?.dialog).not.toBe('rejection');
  });

  it('stays an answer on the side while another question is open', () => {
    const person = aPerson(handbook);
    answers(person, '备案', '企业');
    expect(person.say(SHARP)).toContain('接着刚才的：\n小程序现在是什么状态？');
    expect(person.session?.dialog).toBe('filing');
  });

  it('reads a text with a phone number, and says that such numbers do not belong here', () => {
    const person = aPerson(handbook);
    person.say('驳回诊断');
    const reply = person.say('手机号13800138000为空号，请更换');
    expect(reply).toContain('请不要在这里发证件号、手机号');
    expect(reply).toContain('1. 手机号不是本人，或打不通');
  });

  it('keeps nothing of what was pasted', async () => {
    for (const one of await readPasted('development')) {
      const person = aPerson(handbook);
      answers(person, '驳回诊断', one.text);
      for (const word of one.text.match(/\p{Script=Han}{2,}|\d{6,}/gu) ?? [])
        expect(kept(person)).not.toContain(word);
    }
  });
});

describe('reasons that are pasted as a list', () => {
  const pasted = (text: string) => {
    const person = aPerson(handbook);
    answers(person, '驳回诊断', text);
    return person;
  };

  it.each([
    [
      '1.身份证照片不清晰 2.应急联系电话与负责人电话相同 3.备注太简单 4.通讯地址未精确到门牌号 5.缺少授权书',
      'R-01+R-18+R-25+R-21+R-11',
    ],
    [
      '经审核… 1.主体负责人证件照片不清晰 2.应急联系电话与负责人电话相同 3.小程序备注需填写小程序实际服务内容 4.承诺书签字不规范',
      'R-01+R-18+R-25+R-12',
    ],
    ['①照片模糊；②地址不详细；③缺少授权书', 'R-01+R-21+R-11'],
    ['照片模糊\n地址不详细\n请修改后重新提交', 'R-01+R-21'],
  ])('%s', (text, value) => {
    expect(foundBy(pasted(text))).toBe(value);
  });

  it('are all shown, page by page, and counted as many as they are', () => {
    const person = pasted(
      '1.身份证照片不清晰 2.应急联系电话与负责人电话相同 3.备注太简单 4.通讯地址未精确到门牌号 5.缺少授权书 6.承诺书签字不规范 7.主办单位证件已过期 8.空壳主体',
    );
    const all = person.allPages();
    expect(all).toMatch(/^看到 8 处要处理：/);
    expect([...all.matchAll(/^(\d)\. /gm)].map(([, number]) => Number(number))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    expect(all).toMatch(/（第 (\d)\/\1 页）/);
  });

  it('are named by their number where they are not recognised, with their words while those are at hand', () => {
    const person = pasted('1、备注信息不符合要求 2、负责人邮箱填写错误');
    const said = person.allPages();
    expect(said).toMatch(/^看到 1 处要处理：/);
    expect(said).toContain('第 2 条没认出来：「负责人邮箱填写错误」');
    expect(kept(person)).not.toContain('邮箱填写错误');
    person.say('备案');
    expect(person.say('驳回诊断')).not.toContain('负责人邮箱');
  });

  it('count once where they say the same, and what the reviewer asks for counts for none', () => {
    const twice = pasted('1.照片模糊；2.证件照片不清晰；3.地址不详细');
    expect(twice.allPages()).toMatch(/^看到 2 处要处理：/);
    const asked = pasted(
      '1、小程序名称与主体不一致，请修改小程序名称或提供商标证明；2、负责人照片背景不符合要求，请重新拍摄；3、备注内容不详细，请补充具体服务内容。',
    );
    expect(asked.allPages()).toMatch(/^看到 3 处要处理：\n1\. 名称[\s\S]*\n2\. 人脸[\s\S]*\n3\. 备注/);
  });
});

describe('a rejected merchant', () => {
  it('is asked for the reason first, gets the remedy, and then what is still open', () => {
    const person = aPerson(handbook);
    expect(person.say('我们公司备案被驳回了')).toContain('把后台显示的驳回原因原样复制发给我');
    expect(person.say(SHARP)).toContain('1. 证件照片不清楚');
    expect(person.choices().at(-1)?.label).toMatch(/^继续备案/);
    expect(person.say('继续')).toContain('备案省份是哪里');
  });

  it('finds what to make anew marked on the list', () => {
    const person = aPerson(handbook);
    answers(person, '我们公司备案被驳回了', SHARP, '继续', '湖南', '不是本人', '都不涉及', '没有', '已认证');
    const list = person.say('清单');
    expect(list).toContain('1. 营业执照（要重做）');
    expect(list).not.toContain('小程序负责人授权书（要重做）');
    expect(list).toContain('▶ 现在做：按驳回原因改好，重新提交');
    expect(person.say('1')).toMatch(/^1\. 营业执照（要重做）/);
  });

  it.each(['没有原因，先跳过', '跳过', '不知道原因', '后台没写', '找不到原因'])(
    'may go on without: %s',
    (words) => {
      const person = aPerson(handbook);
      answers(person, '备案', '企业', '备案被驳回');
      expect(person.say(words)).toContain('备案省份是哪里');
    },
  );

  it('may answer the next question instead, and is asked no more', () => {
    const person = aPerson(handbook);
    answers(person, '备案', '企业', '备案被驳回');
    expect(person.say('长沙')).toMatch(/^好，备案省份：湖南。\n小程序管理员/);
  });

  it('takes the state back, and is asked for that', () => {
    const person = aPerson(handbook);
    answers(person, '备案', '企业', '备案被驳回');
    expect(person.say('返回')).toMatch(/^撤回了，「上架状态」请重新答。\n小程序现在是什么状态？/);
  });
});
