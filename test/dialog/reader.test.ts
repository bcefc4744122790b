/** How replies are read: numbers in any form, labels, other wordings, sounds, typos; and what must not be read. */

import { describe, expect, it } from 'vitest';
import { askOf, asksOf, type Dialog } from '../../src/core/dialog/dialog.ts';
import type { Reader } from '../../src/core/dialog/reading/reader.ts';
import { formsOf } from '../../src/core/text/forms.ts';
import { allForms, parsePattern } from '../../src/core/text/pattern.ts';
import { aPerson, theHandbook } from '../support.ts';

const handbook = await theHandbook();
const dialog = handbook.dialogs.get('filing') as Dialog;
const reader = handbook.readers.get('filing') as Reader;

function read(fact: string, text: string, known: Readonly<Record<string, string>> = {}): string {
  const ask = askOf(dialog, fact);
  if (!ask) throw new Error(`the dialog does not ask for ${fact}`);
  const reading = reader.answer(ask, formsOf(text), known.province);
  switch (reading.kind) {
    case 'option':
      return reading.value;
    case 'several':
      return `which: ${[...reading.values].sort().join(' ')}`;
    default:
      return reading.kind;
  }
}

describe('a number in any form picks the option at that place', () => {
  it.each([
    '2',
    '２',
    '②',
    '2️⃣',
    ' 2 ',
    '2.',
    '2、',
    '二',
    '贰',
    '两',
    '第二个',
    '第2项',
    '选2',
    '选二',
    'B',
    'b',
    '2号',
    '我选2',
    '2吧',
  ])('%s', (text) => expect(read('subject', text)).toBe('sole-trader'));

  it('does not take a number without an option for one', () => expect(read('subject', '9')).toBe('nothing'));
});

describe('words', () => {
  it.each([
    ['subject', '企业', 'company'],
    ['subject', '個體工商戶', 'sole-trader'],
    ['subject', '我们是有限公司', 'company'],
    ['subject', '我是个体户', 'sole-trader'],
    ['subject', '就是我个人吧', 'person'],
    ['subject', 'getihu', 'sole-trader'],
    ['subject', '个体护', 'sole-trader'],
    ['subject', '气业', 'company'],
    ['subject', '个体商户', 'sole-trader'],
    ['subject', '我是开小饭馆的个体户', 'sole-trader'],
    ['listing', '还在开发', 'unlisted'],
    ['listing', '去年就上架了一直没备案', 'listed-unfiled'],
    ['listing', '审核没过', 'rejected'],
    ['listing', '上过现在搜不到了', 'removed'],
    ['admin', '不是', 'other'],
    ['admin', '是的', 'same'],
    ['admin', '是公司运营在管', 'other'],
    ['permit', '不涉及', 'none'],
    ['permit', '我卖衣服的', 'none'],
    ['icp', '第一次备案', 'none'],
    ['verification', '过期了', 'expired'],
    ['id-local', '外地的', 'no'],
  ])('%s: %s → %s', (fact, text, value) => expect(read(fact, text)).toBe(value));
});

describe('one wording over two clauses', () => {
  it.each([
    ['verification', '去年认证的，今年没续', 'expired'],
    ['verification', '去年认证的，挺好', 'verified'],
  ])('%s: %s → %s', (fact, text, value) => expect(read(fact, text)).toBe(value));
});

describe('a number of people', () => {
  it.each(['三个人的公司', '十来个人的企业'])('is no 个人: %s', (text) =>
    expect(read('subject', text)).toBe('company'),
  );
});

function mentions(text: string): Record<string, string> {
  return Object.fromEntries(
    reader.mentions(formsOf(text)).map(({ fact, values }) => [fact, values.join('|')]),
  );
}

describe('provinces', () => {
  it.each([
    ['广东', '广东'],
    ['广东省', '广东'],
    ['廣東', '广东'],
    ['内蒙古自治区', '内蒙古'],
    ['新疆维吾尔自治区', '新疆'],
    ['在深圳', '广东'],
    ['杭州市', '浙江'],
    ['我们公司在苏州工业园区', '江苏'],
    ['北京市海淀区', '北京'],
    ['guangdong', '广东'],
    ['粤', '广东'],
  ])('%s → %s', (text, province) => expect(read('province', text)).toBe(province));

  it('asks which when two provinces are named', () =>
    expect(read('province', '广东或者湖南')).toBe('which: 广东 湖南'));
  it.each([
    ['我是湖南的，公司注册在深圳', '广东'],
    ['老家在四川，执照办在重庆', '重庆'],
    ['身份证是安徽的，人在上海', '上海'],
  ])('takes the one where the firm is registered: %s → %s', (text, province) =>
    expect(read('province', text)).toBe(province),
  );
  it('knows no place in 火星', () => expect(read('province', '火星')).toBe('nothing'));
});

describe('nothing is guessed', () => {
  it.each([
    ['学校', 'which: company institution social'],
    ['医院', 'which: company institution social'],
    ['不是企业', 'denied'],
    ['企业或者个体户', 'which: company sole-trader'],
    ['随便', 'nothing'],
    ['', 'nothing'],
    ['？？？', 'nothing'],
  ])('%s → %s', (text, reading) => expect(read('subject', text)).toBe(reading));

  it('does not take 民办 for 公办, though one character differs', () => {
    const subject = reader.mentions(formsOf('民办幼儿园')).find(({ fact }) => fact === 'subject');
    expect(subject?.values).toEqual(['social']);
  });
});

describe('facts in a sentence', () => {
  it('takes all that are said', () =>
    expect(mentions('我是广东的个体户，小程序去年上架了还没备案')).toEqual({
      subject: 'sole-trader',
      province: '广东',
      listing: 'listed-unfiled',
    }));
  it('takes terse words', () =>
    expect(mentions('企业 广东 未上架')).toEqual({
      subject: 'company',
      province: '广东',
      listing: 'unlisted',
    }));
  it('knows what a kind belongs to', () =>
    expect(mentions('我们是基金会')).toEqual({ subject: 'social', 'social-kind': 'foundation' }));
  it('names both when two are named', () =>
    expect(mentions('企业主体还是个体户')).toEqual({ subject: 'company|sole-trader' }));
  it('takes nothing that is denied', () => expect(mentions('我们不是个体户')).toEqual({}));
  it('takes no dish for a province', () => expect(mentions('我开粤菜馆')).toEqual({}));
});

describe('questions', () => {
  it.each(['个体户要交什么材料？', '企业还是个体有什么区别', '备案要多久', '能不能加急', '要钱吗'])(
    '%s is one',
    (text) => expect(reader.isQuestion(formsOf(text))).toBe(true),
  );
  it.each(['个体户', '我是广东的个体户', '还没上架'])('%s is none', (text) =>
    expect(reader.isQuestion(formsOf(text))).toBe(false),
  );
});

describe('a description says what somebody is, or leaves two kinds to choose from', () => {
  it.each([
    ['我们是做软件的公司', 'company'],
    ['我们是重庆的公司', 'company'],
    ['小公司，就三个人', 'company'],
    ['老板一个人投资的，个独企业', 'company'],
    ['外商独资', 'company'],
    ['分公司', 'company'],
    ['农业合作社', 'company'],
    ['奶茶店，个体户执照', 'sole-trader'],
    ['老婆名字办的个体执照', 'sole-trader'],
    ['我没有营业执照', 'person'],
    ['用我自己身份证注册的', 'person'],
    ['学校，公办的', 'institution'],
    ['乡镇卫生院', 'institution'],
    ['民办小学', 'social'],
    ['XX市商会', 'social'],
    ['慈善基金会', 'social'],
    ['街道办事处', 'other'],
    ['市教育局', 'other'],
    ['台资公司，公司在台湾', 'which: company other'],
    ['村委会', 'other'],
    ['新加坡公司，国内没有主体', 'other'],
    ['香港有限公司', 'other'],
  ])('%s → %s', (text, value) => expect(read('subject', text)).toBe(value));

  it.each([
    ['XX市商会', 'social-kind', 'association'],
    ['民办小学', 'social-kind', 'nonprofit'],
    ['外商独资', 'company-kind', 'foreign-invested'],
    ['xx镇人民政府', 'other-kind', 'government'],
    ['外国公司驻京代表处', 'other-kind', 'rep-office'],
    ['香港那边的公司', 'other-kind', 'overseas'],
  ])('%s also says %s: %s', (text, fact, value) => {
    const mention = reader.mentions(formsOf(text), askOf(dialog, 'subject')).find((one) => one.fact === fact);
    expect(mention?.values).toEqual([value]);
  });
});

describe('what fits several options narrows down', () => {
  it.each([
    ['上架了', 'which: listed-filed listed-unfiled'],
    ['没备案', 'which: listed-unfiled unlisted'],
    ['一直在用，从来没备过', 'listed-unfiled'],
    ['备案没搞过，一直开着用', 'listed-unfiled'],
    ['备案有了，也上架了', 'listed-filed'],
    ['没上架，也没备案', 'unlisted'],
    ['以前上架过，后来被下架了', 'removed'],
    ['没备案给我下架了', 'removed'],
    ['打算备案好了再上线', 'unlisted'],
  ])('%s → %s', (text, reading) => expect(read('listing', text)).toBe(reading));

  it('asks between the kinds that a private school may be, and takes a named one', () => {
    expect(read('subject', '私立学校')).toBe('which: company social');
    expect(read('subject', '私立学校，是有限公司')).toBe('company');
  });
  it('hears two other facts together, and neither from half of them', () => {
    const listing = (text: string) =>
      reader.mentions(formsOf(text)).find(({ fact }) => fact === 'listing')?.values;
    expect(listing('个体户，小程序上线两年没备案')).toEqual(['listed-unfiled']);
    expect(listing('个体户，小程序上线两年')).toBeUndefined();
  });
});

describe('denials', () => {
  it.each([
    ['subject', '不是个体户，是公司', 'company'],
    ['subject', '不是企业、个体户', 'denied'],
    ['subject', '不是，个体户', 'sole-trader'],
    ['admin', '不是老板，是技术那边的小哥', 'other'],
    ['permit', '不做直播', 'denied'],
    ['permit', '没有做培训', 'denied'],
    ['permit', '培训没做', 'denied'],
    ['verification', '加过V了，没过期', 'verified'],
    ['verification', '以前认证过，现在过期了', 'expired'],
    ['province', '不是广东，是广西', '广西'],
    ['province', '不在上海', 'denied'],
  ])('%s: %s → %s', (fact, text, reading) => expect(read(fact, text)).toBe(reading));
});

describe('who is the administrator', () => {
  it.each([
    ['是我老婆', 'other'],
    ['法人是我老公，我是管理员', 'other'],
    ['管理员填的是我表姐', 'other'],
    ['管理员是老板儿子', 'other'],
    ['店长在管', 'other'],
    ['对，是我', 'same'],
    ['经营者自己当管理员', 'same'],
    ['法人＝管理员', 'same'],
    ['都是我一个人', 'same'],
    ['管理员是我', 'which: other same'],
  ])('%s → %s', (text, reading) => expect(read('admin', text)).toBe(reading));
});

describe('what needs a permit', () => {
  it.each(['就一花店，没啥要审批的', '以上都不', '美甲店', '火锅店', '家政保洁，这些都不做', '音乐餐厅'])(
    '%s needs none',
    (text) => expect(read('permit', text)).toBe('none'),
  );
  it.each([
    '营业范围提到医疗器械，实际不卖',
    '范围里有培训俩字但没开展',
    '有写培训，实际没搞',
    '执照上有，但不做',
  ])('%s stands in the licence only', (text) => expect(read('permit', text)).toBe('scope-only'));
  it.each([
    ['医疗', 'which: drugs more'],
    ['文化传媒', 'which: content none'],
    ['直播和药品都有', 'which: content drugs'],
    ['不太懂', 'nothing'],
    ['前面没看懂', 'nothing'],
  ])('%s → %s', (text, reading) => expect(read('permit', text)).toBe(reading));
});

describe('how many numbers there are', () => {
  it.each([
    ['一个', 'filed'],
    ['两个', 'several'],
    ['2个', 'several'],
    ['不止一个，好几个域名都备了', 'several'],
    ['网站、APP都有备案', 'several'],
    ['有个沪ICP备的号', 'filed'],
    ['公司从来没有网站，也没备过案', 'none'],
    ['有网站但是网站没备案', 'none'],
    ['应该没有吧', 'unsure'],
    ['2', 'filed'],
  ])('%s → %s', (text, reading) => expect(read('icp', text)).toBe(reading));

  it('takes 一个 for a number of things and not for the first option, 1 for the first option', () => {
    const standing = () => {
      const person = aPerson(handbook);
      person.say('我是广东的公司，小程序还没上架，管理员是法人本人，都不涉及前置审批');
      expect(person.choices().map(({ id }) => id)).toContain('a.filing.icp.filed');
      return person;
    };
    const icpAfter = (text: string) => {
      const person = standing();
      person.say(text);
      return person.session?.answers.find(([, fact]) => fact === 'icp')?.[2];
    };
    expect(icpAfter('一个')).toBe('filed');
    expect(icpAfter('1')).toBe('none');
  });
});

describe('a question that names the province', () => {
  it.each([
    ['是上海的', 'yes'],
    ['湖南的', 'no'],
    ['不是上海的', 'no'],
    ['户口在老家安徽', 'no'],
    ['土生土长，本省身份证', 'yes'],
    ['身份证是安徽的，人在上海有居住证', 'no'],
    ['人在安徽，身份证是上海的', 'yes'],
  ])('%s → %s', (text, value) => expect(read('id-local', text, { province: '上海' })).toBe(value));

  it('is not answered by a place when no province is known', () =>
    expect(read('id-local', '湖南的')).toBe('nothing'));
});

describe('places', () => {
  it.each([
    ['fuzhou', 'which: 江西 福建'],
    ['shenzhen', '广东'],
    ['香港', 'nothing'],
  ])('%s → %s', (text, reading) => expect(read('province', text)).toBe(reading));

  it('takes the place where somebody lives for the province, and the ID card from elsewhere for what it is', () => {
    expect(mentions('我是个人，安徽身份证，人在上海')).toMatchObject({
      subject: 'person',
      province: '上海',
      'id-local': 'no',
    });
    expect(mentions('我是个人，身份证是上海的')).toMatchObject({ province: '上海' });
  });

  it.each([
    ['我们公司在广州，开诊所', { permit: 'more', 'permit-more': 'healthcare' }],
    ['我们公司在杭州，开宠物诊所', { permit: 'none', trade: 'pet-hospital' }],
    ['我们公司在长沙，开琴行教钢琴', { permit: 'training' }],
    ['我们公司在长沙，做小说阅读', { permit: 'content', 'permit-content': 'publishing' }],
    ['我们公司在长沙，卖隐形眼镜', { permit: 'drugs' }],
    ['我们公司在长沙，做顺风车', { trade: 'carpool' }],
  ])('takes what needs a permit where it is first told: %s', (text, facts) =>
    expect(mentions(text)).toMatchObject(facts),
  );

  it('takes the first part of a firm’s full name for its province', () =>
    expect(mentions('武汉某某贸易有限公司，小程序上架了')).toMatchObject({
      subject: 'company',
      province: '湖北',
    }));

  it.each(['我们卖四川火锅', '店在南京路', '做兰州拉面的'])('hears no province in %s', (text) =>
    expect(reader.mentions(formsOf(text)).find(({ fact }) => fact === 'province')).toBeUndefined(),
  );
  it('never takes 香港 for the papers of the head while the province is asked', () =>
    expect(reader.mentions(formsOf('香港'), askOf(dialog, 'province'))).toEqual([]));
});

describe('ways of writing', () => {
  it.each([
    ['subject', '我哋係有限公司', 'company'],
    ['subject', 'ge ti gong shang hu', 'sole-trader'],
    ['subject', '第1个吧', 'company'],
    ['listing', '仲未上架', 'unlisted'],
    ['admin', '唔係', 'other'],
    ['verification', '还没上认证呢，没认证', 'unverified'],
    ['id-local', '对对对', 'yes'],
    ['permit', '没有没有', 'none'],
    ['icp', '木有', 'none'],
    ['icp', '小程序 没备过', 'none'],
  ])('%s: %s → %s', (fact, text, value) => expect(read(fact, text)).toBe(value));
});

describe('what looks like a question and is none', () => {
  it.each([
    '还没上架呢',
    '没认证呢',
    '个体户嘛',
    '目前还是没备案',
    '没什么要审批的',
    '有好几个网站',
    '以上都不',
    '还没',
  ])('%s', (text) => expect(reader.isQuestion(formsOf(text))).toBe(false));
  it.each(['可以嘛', '个体户呢', '企业还是个体户好', '备案了没', '能备不'])('but %s is one', (text) =>
    expect(reader.isQuestion(formsOf(text))).toBe(true),
  );
});

describe('whole talks', () => {
  function factsAfter(...texts: readonly string[]): Record<string, string | null> {
    const person = aPerson(handbook);
    for (const text of texts) person.say(text);
    return Object.fromEntries((person.session?.answers ?? []).map(([, fact, value]) => [fact, value]));
  }

  it('takes all facts of a first sentence', () => {
    expect(factsAfter('我是个体户，广东的，还没上架')).toEqual({
      subject: 'sole-trader',
      province: '广东',
      listing: 'unlisted',
    });
    expect(factsAfter('公司在苏州，小程序上线两年没备案，管理员是我同事')).toEqual({
      subject: 'company',
      province: '江苏',
      listing: 'listed-unfiled',
      admin: 'other',
    });
  });
  it('opens with a sentence about oneself, also where a question for such people is near', () => {
    expect(factsAfter('我是个体户')).toEqual({ subject: 'sole-trader' });
    expect(factsAfter('我是个人没执照')).toEqual({ subject: 'person' });
  });
  it('takes nothing from a topic', () => expect(factsAfter('企业认证流程')).toEqual({}));
  it('opens with a sentence that says what somebody is', () =>
    expect(factsAfter('我们学校是公办的')).toEqual({ subject: 'institution' }));
  it('says back what it took where one thing is denied and another named', () => {
    const person = aPerson(handbook);
    person.say('备案');
    expect(person.say('不是个体户，是公司')).toContain('主体类型：企业');
  });
  it('answers a question in between and takes nothing from it', () =>
    expect(factsAfter('备案', '企业还是个体户好')).toEqual({}));
  it('proposes what would change an earlier answer, also beside an answer to the open question', () => {
    const person = aPerson(handbook);
    person.say('备案');
    person.say('企业');
    person.say('还没上架，我是个体户');
    expect(person.session?.proposed).toEqual([
      ['listing', 'unlisted'],
      ['subject', 'sole-trader'],
    ]);
  });
});

describe('wordings', () => {
  it('answer the question for which they are written', () => {
    const lost = asksOf(dialog)
      .filter(({ reads }) => reads === 'choice')
      .flatMap((ask) =>
        ask.options.flatMap(({ id, also, anywhere }) =>
          [...also, ...anywhere]
            .filter((written) => !written.includes('…'))
            .flatMap((written) => allForms(parsePattern(written).pieces).slice(0, 40))
            .map((text) => ({ text, fact: ask.fact, wanted: id, got: read(ask.fact, text) })),
        ),
      )
      .filter(({ wanted, got }) => wanted !== got);
    expect(lost).toEqual([]);
  });
});
