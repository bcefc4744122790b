/** The recognisers, each alone: what it recognises, where, and as what. Their order: src/core/conversation/understand. */
import { beforeAll, describe, expect, it } from 'vitest';
import { freshSession } from '../../src/core/conversation/session/session.ts';
import { locate } from '../../src/core/conversation/session/whereabouts.ts';
import type { IntentKind } from '../../src/core/conversation/understand/intent.ts';
import type { Recogniser, Situation } from '../../src/core/conversation/understand/recogniser.ts';
import { ORDER, recognise } from '../../src/core/conversation/understand/understand.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { formsOf } from '../../src/core/text/forms.ts';
import { aPerson, TODAY, theHandbook } from '../support.ts';

let handbook: Handbook;
beforeAll(async () => {
  handbook = await theHandbook();
});

/** Where somebody stands who has said this. */
function situationAfter(...said: readonly string[]): Situation {
  const person = aPerson(handbook);
  for (const text of said) person.say(text);
  const session = person.session ?? freshSession(new Date('2026-11-24T02:00:00Z'));
  return { handbook, session, today: TODAY, ...locate(handbook, session) };
}

const hear = () => expect.fail('another text was heard');

const REASON = '驳回原因：法定代表人身份证照片不清晰，请重新上传';

const LISTED = ['备案', '个体户', '未上架', '广东', '是', '都不涉及', '没有', '有公章', '没认证'];

/** What each recognises, after what was said, and as what; and what it leaves to others at the same place. */
const EXAMPLES: Readonly<
  Record<
    keyof typeof ORDER,
    {
      readonly after?: readonly string[];
      readonly says: string;
      readonly as: IntentKind;
      readonly leaves: string;
    }
  >
> = {
  yesOrNo: { after: ['备案', '企业', '我是个体户'], says: '是', as: 'confirm', leaves: '广东' },
  itemNumber: { after: LISTED, says: '第2条是什么意思', as: 'item-number', leaves: '第二天' },
  shownNumber: { after: ['备案'], says: '第二个', as: 'answer', leaves: '第二天' },
  pageNumber: { after: LISTED, says: '第2页', as: 'page-number', leaves: '第二天' },
  partName: { after: LISTED, says: '要填的信息', as: 'part', leaves: '要填的信息在哪里填' },
  newProgram: { after: ['备案'], says: '新的小程序', as: 'command', leaves: '新的公司' },
  command: { after: ['备案'], says: '返回', as: 'command', leaves: '返回码是多少' },
  notAnswered: { after: ['备案要多久'], says: '没答对？', as: 'not-answered', leaves: '没答对吗我看看' },
  numberedProgram: {
    after: ['备案', '企业', '新的小程序'],
    says: '切换1',
    as: 'switch',
    leaves: '切换到哪里',
  },
  edit: { after: ['备案', '企业'], says: '改主体', as: 'edit', leaves: '主体能改吗' },
  keepAnswer: { after: ['备案', '企业', '改1'], says: '不改', as: 'keep', leaves: '个体户' },
  exitSaid: { after: ['我们是香港公司'], says: '用内地公司办备案', as: 'open', leaves: '内地公司备案要多久' },
  itemName: { after: LISTED, says: '营业执照', as: 'item', leaves: '营业执照过期了' },
  identityNumber: {
    says: '我的身份证是 110101199003077777',
    as: 'identity-number',
    leaves: '我的身份证丢了',
  },
  opening: { says: '小程序备案', as: 'open', leaves: '小程序备案要钱吗' },
  skipped: { after: ['驳回诊断'], says: '没有原因，先跳过', as: 'skip', leaves: '原因是照片模糊' },
  noLetters: { after: ['备案'], says: '？！', as: 'unclear', leaves: '啊' },
  notKnown: { after: ['备案'], says: '什么意思', as: 'explain', leaves: '企业是什么意思' },
  pastedOpening: { says: REASON, as: 'open', leaves: '照片不清晰' },
  noneOfThese: {
    after: ['驳回原因：上传的图片质量有待提高'],
    says: '都不是',
    as: 'denied',
    leaves: '不知道',
  },
  openingDay: { says: '我想1月15日上线', as: 'opening-day', leaves: '我想早点上线' },
  pastedAgain: { after: [REASON], says: '主办者名称与营业执照不一致', as: 'answer', leaves: '备案要多久' },
  pastedUnasked: {
    says: '请上传清晰完整的营业执照照片，当前照片模糊',
    as: 'open',
    leaves: '营业执照丢了怎么办',
  },
  toldInstead: { after: ['备案', '企业', '打回来了'], says: '长沙', as: 'skip', leaves: '照片不清晰' },
  inDialog: { after: ['备案'], says: '我们是公司', as: 'answer', leaves: '今天天气不错' },
  pastedEarly: {
    after: ['检查备注'],
    says: '本小程序用于展示公司生产的五金配件，方便客户了解产品规格和联系方式，不涉及新闻、出版等内容',
    as: 'answer',
    leaves: '五金配件',
  },
  aboutOneself: { says: '我们公司在广东做餐饮', as: 'open', leaves: '公司备案要多久' },
  question: { says: '备案要多久', as: 'question', leaves: '我想吃火锅' },
  pastedInQuestion: {
    says: '公司小程序被管局驳回了说承诺书不对怎么弄',
    as: 'open',
    leaves: '承诺书要不要交',
  },
  pastedGuess: { after: [REASON], says: '材料有问题', as: 'which', leaves: '今天天气不错' },
  guess: { says: '执照和管理员都搬家了', as: 'question', leaves: '今天天气不错' },
};

describe('the order', () => {
  it('has an example for each of its recognisers', () => {
    expect(Object.keys(EXAMPLES)).toEqual(Object.keys(ORDER));
  });
});

describe.each(Object.entries(EXAMPLES))('%s', (name, { after = [], says, as, leaves }) => {
  const recogniser: Recogniser = ORDER[name as keyof typeof ORDER];

  it(`recognises 「${says}」 by itself`, () => {
    expect(recogniser(formsOf(says), situationAfter(...after), hear)?.kind).toBe(as);
  });

  it('is the one in the order that recognises it', () => {
    expect(recognise(formsOf(says), situationAfter(...after)).by).toBe(name);
  });

  it(`leaves 「${leaves}」 to others`, () => {
    expect(recogniser(formsOf(leaves), situationAfter(...after), hear)).toBeUndefined();
  });
});
