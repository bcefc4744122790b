/** Cells of the golden matrix, written by hand from the facts (the rule is named in each title): what single merchants must
 *  have on their list, and must not. Letters by province stand in provinces-by-hand.test.ts. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { theHandbook } from '../support.ts';
import { itemOf, type Merchant, merchantOf } from './merchant.ts';

let handbook: Handbook;

beforeAll(async () => {
  handbook = await theHandbook();
});

const merchant = (answers: Readonly<Record<string, string>>): Merchant => merchantOf(handbook, answers);

describe('statements about words in names and scopes (N-L08 to N-L16)', () => {
  const UNIT = { subject: 'company' };
  const STATEMENTS = /^(?:beijing|hubei|zhejiang|jiangsu|statement|chongqing)-/u;
  const statements = ({ papers }: Merchant) => papers.filter((id) => STATEMENTS.test(id));

  test.each([
    ['N-L08 training in the name', { province: '北京', 'words-beijing': 'training' }, ['beijing-training']],
    ['N-L09 finance in the name', { province: '北京', 'words-beijing': 'finance' }, ['beijing-finance']],
    [
      'N-L08, N-L09 both',
      { province: '北京', 'words-beijing': 'both' },
      ['beijing-training', 'beijing-finance'],
    ],
    ['none of them', { province: '北京', 'words-beijing': 'none' }, []],
    ['N-L10 shop words', { province: '湖北', 'words-hubei': 'commerce' }, ['hubei-ecommerce']],
    ['N-L11 training', { province: '湖北', 'words-hubei': 'training' }, ['hubei-training']],
    ['N-L11 finance in the scope', { province: '湖北', 'words-hubei': 'finance' }, ['hubei-finance']],
    ['none of them', { province: '湖北', 'words-hubei': 'none' }, []],
    ['N-L12 finance', { province: '浙江', 'words-finance': 'yes' }, ['zhejiang-finance']],
    ['none of them', { province: '浙江', 'words-finance': 'no' }, []],
    ['N-L13 finance', { province: '江苏', 'words-finance': 'yes' }, ['jiangsu-finance']],
    ['N-L14 the sixth', { province: '重庆', icp: 'several', 'count-chongqing': 'many' }, ['chongqing-plan']],
    ['N-L14 the third', { province: '重庆', icp: 'several', 'count-chongqing': 'few' }, []],
    ['N-L15 own form', { province: '贵州', permit: 'scope-only' }, ['statement-guizhou']],
    ['N-L15 own form', { province: '重庆', permit: 'scope-only' }, ['statement-chongqing']],
    ['N-L15 own form', { province: '山西', permit: 'scope-only' }, ['statement-shanxi']],
    ['N-L15 general form', { province: '广东', permit: 'scope-only' }, ['statement-general']],
    ['N-L15 general form', { province: '上海', permit: 'scope-only' }, ['statement-general']],
    ['N-L15 general form', { province: '西藏', permit: 'scope-only' }, ['statement-general']],
    ['nothing in the scope', { province: '广东', permit: 'none' }, []],
  ])('%s: %o', (_, answers, wanted) => {
    expect(statements(merchant({ ...UNIT, ...answers }))).toEqual(wanted);
  });

  test.each([
    ['北京', 'words-beijing', ['beijing-training', 'beijing-finance']],
    ['湖北', 'words-hubei', ['hubei-ecommerce', 'hubei-training', 'hubei-finance']],
    ['浙江', 'words-finance', ['zhejiang-finance']],
    ['江苏', 'words-finance', ['jiangsu-finance']],
  ])('%s: who skips the question sees every statement, marked', (province, fact, wanted) => {
    const list = merchant({ ...UNIT, province, [fact]: 'unsure' });
    expect(statements(list)).toEqual(wanted);
    for (const id of wanted) expect(itemOf(list, id)).toContain('才要');
  });

  test('the question is asked only where its answer changes an item', () => {
    const words = ({ asked }: Merchant) => asked.filter((fact) => fact.startsWith('words-'));
    for (const province of handbook.provinces.keys()) {
      const wanted = {
        北京: ['words-beijing'],
        湖北: ['words-hubei'],
        浙江: ['words-finance'],
        江苏: ['words-finance'],
      };
      expect(words(merchant({ ...UNIT, province }))).toEqual(wanted[province as keyof typeof wanted] ?? []);
      expect(words(merchant({ subject: 'person', province }))).toEqual([]);
    }
  });

  test('N-C24: schools and associations in 湖北 too', () => {
    for (const subject of [{ subject: 'institution' }, { subject: 'social', 'social-kind': 'association' }])
      expect(merchant({ ...subject, province: '湖北', 'words-hubei': 'commerce' }).papers).toContain(
        'hubei-ecommerce',
      );
  });

  test('who does the business signs no statement that he does not', () => {
    const finance = { subject: 'company', province: '浙江', permit: 'more', 'permit-more': 'finance' };
    expect(merchant(finance).asked).not.toContain('words-finance');
    const school = { subject: 'company', province: '北京', permit: 'training', 'words-beijing': 'both' };
    expect(statements(merchant(school))).toEqual(['beijing-finance']);
  });

  test('N-L15: a religious subject shows its permit, not a statement of its own', () => {
    const mosque = merchant({
      subject: 'other',
      'other-kind': 'religious',
      province: '宁夏',
      permit: 'scope-only',
    });
    expect(itemOf(mosque, 'permit-religion')).toContain('不能用「不涉及」承诺书');
  });

  test('section 3: a letter says what to write, who signs, the date, where it goes, and links the file and the page', () => {
    const list = merchant({ subject: 'company', province: '北京', 'words-beijing': 'training' });
    const letter = itemOf(list, 'beijing-training');
    for (const part of ['写什么：', '谁签：', '日期', '传到：', '下载', '材料示例页', '易错：'])
      expect(letter).toContain(part);
    for (const paper of handbook.papers.values())
      if (paper.letter?.file)
        expect(paper.letter.file).toMatch(/^https:\/\/(?:res\.wx\.qq\.com|mmgame\.qpic\.cn)\//);
  });

  test('section 3: 广东 is good for half a year, 新疆 for 90 days, all others a month', () => {
    const dateOf = (id: string) => handbook.papers.get(id)?.letter?.date ?? '';
    expect(dateOf('guangdong-promise-unit')).toContain('半年');
    expect(dateOf('guangdong-promise-person')).toContain('半年');
    expect(dateOf('xinjiang-promise-unit')).toContain('90 天');
    expect(dateOf('authorization')).toContain('一个月');
  });
});

describe('what only other access providers ask for is no item (N-C12 to N-C14, N-C23, section 3)', () => {
  test.each([
    ['江苏', {}, '真实性承诺书、责任告知书、承诺视频'],
    ['新疆', {}, '党建备案信息确认函'],
    ['内蒙古', {}, '手持证件照'],
    ['湖南', { icp: 'several' }, '建设方案书'],
    ['四川', {}, '名称情况说明'],
  ])('%s: one line 后台出现上传栏才要', (province, answers, paper) => {
    const list = merchant({ subject: 'company', province, ...answers });
    expect(list.names.join(' ')).not.toContain(paper.split('、')[0]);
    const lines = list.text.split('\n').filter((line) => line.includes('后台出现上传栏才要'));
    expect(lines.length).toBe(1);
    expect(lines[0]).toContain(paper);
  });

  test('N-C23: no number of the province and no age is asked of anybody', () => {
    for (const province of ['湖南', '湖北', '甘肃', '广西', '陕西', '黑龙江']) {
      for (const subject of ['company', 'person'])
        expect(merchant({ subject, province }).names.join(' ')).not.toMatch(/本省手机号|年龄/u);
      expect(merchant({ subject: 'person', province: '湖南' }).text).toContain('旧资料还提到');
    }
  });

  test('N-C07: the age of the manager in 天津 is WeChat’s own rule', () => {
    expect(merchant({ subject: 'company', province: '天津', admin: 'other' }).remarks).toContain(
      'tianjin-age',
    );
    expect(merchant({ subject: 'company', province: '黑龙江', admin: 'other' }).remarks).not.toContain(
      'tianjin-age',
    );
  });

  test('N-D01: dangerous chemicals are one remark, in 山东 only', () => {
    expect(merchant({ subject: 'company', province: '山东' }).remarks).toContain('shandong-chemicals');
    expect(merchant({ subject: 'company', province: '江苏' }).remarks).not.toContain('shandong-chemicals');
  });
});

describe('kinds of filing (N-C01)', () => {
  const dates = ({ text }: Merchant) => text.slice(text.indexOf('【时间】'));

  test('a first filing: the 12381 message goes to 主体负责人', () => {
    const list = merchant({ subject: 'company', province: '浙江', icp: 'none' });
    expect(dates(list)).toContain('短信发给主体负责人');
    expect(list.papers).toContain('business-licence');
  });

  test('an additional mini-program: no message, no stage for it, nothing of the subject', () => {
    const list = merchant({ subject: 'company', province: '浙江', icp: 'filed', admin: 'other' });
    expect(dates(list)).not.toContain('短信核验');
    expect(list.text).toContain('不发 12381 短信');
    expect(list.papers).toEqual([
      'admin-id',
      'face-check',
      'existing-filing',
      'manager-contact',
      'emergency',
      'applet-name',
      'service-type',
      'pre-approval-none',
      'remark',
      'photo-format',
    ]);
  });

  test('the same name on another platform: the message goes to 小程序负责人', () => {
    const list = merchant({ subject: 'company', province: '浙江', icp: 'same-name' });
    expect(dates(list)).toContain('短信发给小程序负责人');
    expect(itemOf(list, 'existing-same-name')).toContain('完全一致');
  });

  test('N-C03: after a rejection the platform takes up to seven working days', () => {
    expect(dates(merchant({ subject: 'company', province: '浙江', listing: 'rejected' }))).toContain(
      '最多 7 个工作日',
    );
    expect(dates(merchant({ subject: 'company', province: '浙江' }))).toContain('1–2 个工作日');
  });

  test('who does not know about an earlier filing sees what that would change', () => {
    const list = merchant({ subject: 'company', province: '浙江', icp: 'unsure' });
    expect(list.papers).toContain('business-licence');
    expect(list.remarks).toContain('unsure-added');
  });

  test('N-C11: 广东’s promise is not signed again', () => {
    const list = merchant({ subject: 'company', province: '广东', icp: 'filed' });
    expect(list.not).toContain('guangdong-promise-again');
  });

  test('N-U9, N-S23: who is not verified yet has the verification among the dates', () => {
    const company = merchant({ subject: 'company', province: '浙江', verification: 'unverified' });
    expect(dates(company)).toContain('微信认证');
    const person = merchant({ subject: 'person', province: '北京', verification: 'unverified' });
    expect(dates(person)).not.toContain('微信认证');
  });
});

describe('papers of the category (N-K10 to N-K70)', () => {
  const SHOP = { subject: 'sole-trader', province: '四川' };
  const categoryOf = (answers: Readonly<Record<string, string>>) =>
    merchant({ ...SHOP, ...answers }).papers.filter((id) => id.startsWith('category-'));

  test.each([
    ['N-K10', 'food', ['category-food'], '预包装食品销售备案凭证'],
    ['N-K11', 'restaurant', ['category-restaurant'], '食品经营许可证'],
    ['N-K14', 'fresh', ['category-fresh'], '初级食用农产品'],
    ['N-K15', 'alcohol', ['category-alcohol'], '食品经营许可证'],
    ['N-K16', 'health-food', ['category-health-food'], '保健食品'],
    ['N-K18', 'jewellery', ['category-jewellery'], '贵金属'],
    ['N-K19', 'books', ['category-books'], '出版物经营许可证'],
    ['N-K22', 'prepaid', ['category-prepaid'], '单用途预付卡'],
    ['N-K23', 'mall', ['category-mall'], '增值电信业务经营许可证'],
    ['N-K27', 'massage', ['category-massage'], '公共场所卫生许可证'],
    ['N-K31', 'jobs', ['category-jobs'], '人力资源服务许可证'],
    ['N-K35', 'hotel', ['category-hotel'], '特种行业许可证'],
    ['N-K36', 'travel', ['category-travel'], '旅行社业务经营许可证'],
    ['N-K48', 'forum', ['category-forum'], '非经营性互联网信息服务备案核准'],
  ])('%s: %s', (_, trade, wanted, paper) => {
    const list = merchant({ ...SHOP, trade });
    expect(categoryOf({ trade })).toEqual(wanted);
    expect(itemOf(list, wanted[0] ?? '')).toContain(paper);
  });

  test.each(['goods', 'supermarket', 'beauty', 'housekeeping', 'cars', 'tool'])('no paper: %s', (trade) => {
    expect(categoryOf({ trade })).toEqual([]);
    expect(merchant({ ...SHOP, trade }).text).toContain('不用另交资质');
  });

  test('N-C25: a list says that an approved category is a precondition', () => {
    for (const subject of ['company', 'sole-trader', 'institution', 'person'])
      expect(merchant({ subject, province: '浙江' }).text).toContain('服务类目要先通过，备案入口才开');
  });

  test('N-K06: an individual who sells is told first that the category is closed', () => {
    expect(merchant({ subject: 'person', province: '北京', trade: 'fresh' }).text).toContain(
      '个人主体没有「卖生鲜、初级农产品」的类目',
    );
    expect(merchant({ subject: 'person', province: '北京', trade: 'beauty' }).text).not.toContain(
      '个人主体没有',
    );
  });

  test('N-K70: only 福建 wants the food paper in the filing itself, only 广东 the hospital’s', () => {
    expect(merchant({ ...SHOP, province: '福建', trade: 'food' }).papers).toContain('fujian-food');
    expect(merchant({ ...SHOP, province: '浙江', trade: 'food' }).papers).not.toContain('fujian-food');
    const hospital = { subject: 'institution', permit: 'more', 'permit-more': 'healthcare' };
    expect(merchant({ ...hospital, province: '广东' }).papers).toContain('medical-licence');
    const elsewhere = merchant({ ...hospital, province: '浙江' });
    expect(elsewhere.papers).not.toContain('medical-licence');
    expect(elsewhere.papers).toContain('category-medical');
  });
});

describe('AI and mini-games (N-A, N-G, N-T2, N-T5)', () => {
  test('N-C25: individuals are asked about AI, units are not', () => {
    expect(merchant({ subject: 'person', province: '北京' }).asked).toContain('ai');
    expect(merchant({ subject: 'company', province: '北京' }).asked).not.toContain('ai');
  });

  test('N-A02: an individual with AI is told first that it cannot be published', () => {
    expect(merchant({ subject: 'person', province: '北京', ai: 'yes' }).next).toBe(
      '先停一下：个人主体做不了 AI 功能',
    );
  });

  test('N-T5, N-A03: a sole trader with AI prepares the filing of the algorithm', () => {
    const list = merchant({ subject: 'sole-trader', province: '浙江', ai: 'yes' });
    expect(itemOf(list, 'category-ai')).toContain('合作协议');
    expect(list.names).toContain('算法备案');
  });

  const game = (answers: Readonly<Record<string, string>>) =>
    merchant({ province: '四川', permit: 'content', 'permit-content': 'game', ...answers });

  test('N-T2b: without purchases no 版号, but the self-review, the copyright and the introduction', () => {
    const { papers } = game({ subject: 'company', 'game-pay': 'no' });
    for (const id of ['game-self-review', 'game-copyright', 'game-introduction'])
      expect(papers).toContain(id);
    expect(papers).not.toContain('permit-game');
  });

  test('N-T2a: with purchases the 版号 as well', () => {
    expect(game({ subject: 'company', 'game-pay': 'yes' }).papers).toContain('permit-game');
    expect(itemOf(game({ subject: 'company', 'game-pay': 'unsure' }), 'permit-game')).toContain('不用版号');
  });

  test('N-G01: an individual may make a game that lives on advertising', () => {
    const { papers } = game({ subject: 'person', 'game-pay': 'no' });
    expect(papers).not.toContain('person-closed');
    expect(papers).toContain('game-self-review');
  });

  test('N-L19: the statement on a game of somebody else in 北京 and 广东 only', () => {
    for (const [province, id] of [
      ['北京', 'game-statement-beijing'],
      ['广东', 'game-statement-guangdong'],
    ] as const) {
      const { papers } = game({ subject: 'company', province });
      expect(papers.filter((paper) => paper.startsWith('game-statement'))).toEqual([id]);
    }
    expect(game({ subject: 'company' }).papers.join()).not.toContain('game-statement');
  });
});

describe('persons in charge (N-C04 to N-C07, N-C16)', () => {
  test('N-C05: who is authorised replaces the legal representative’s card, whose name is still filled in', () => {
    const list = merchant({ subject: 'company', province: '吉林', admin: 'other', principal: 'other' });
    expect(list.papers).toContain('principal-other-id');
    expect(list.papers).not.toContain('legal-rep-id');
    expect(list.papers).toContain('head-name-number');
  });

  test('N-C06: in 辽宁 finance leaves the role to the legal representative', () => {
    const finance = {
      subject: 'company',
      province: '辽宁',
      admin: 'other',
      permit: 'more',
      'permit-more': 'finance',
    };
    expect(merchant(finance).asked).not.toContain('principal');
    expect(merchant(finance).papers).toContain('legal-rep-id');
  });

  test('N-C16: an administrator from Hong Kong, Macao, Taiwan or abroad is replaced before the face check', () => {
    for (const holder of ['hk-macao', 'taiwan', 'foreign']) {
      const list = merchant({
        subject: 'company',
        'company-kind': 'foreign-invested',
        holder,
        province: '湖南',
      });
      expect(list.papers).toContain('manager-mainland');
      expect(list.papers).toContain('authorization');
      expect(list.names.join()).not.toContain('被授权人');
    }
  });

  test('N-C07: in 福建 the operator of a sole trader is the manager himself', () => {
    const list = merchant({ subject: 'sole-trader', province: '福建', admin: 'other' });
    expect(list.papers).toContain('manager-operator');
    expect(list.papers).not.toContain('admin-id');
    expect(list.papers).not.toContain('authorization');
  });

  test('E-06: only the administrator passes the face check', () => {
    const { text, papers } = merchant({ subject: 'company', province: '云南', admin: 'other' });
    expect(papers).toContain('face-check');
    expect(text).toContain('只有管理员刷脸');
  });

  test('1.2-个人: an individual never has an authorisation or a licence, in no province', () => {
    for (const province of handbook.provinces.keys()) {
      const { papers } = merchant({ subject: 'person', province });
      for (const paper of ['authorization', 'principal-letter', 'business-licence'])
        expect(papers).not.toContain(paper);
    }
  });
});

describe('certificates by kind of subject (1.2)', () => {
  const papersOf = (answers: Readonly<Record<string, string>>) =>
    merchant({ province: '浙江', ...answers }).papers;

  test('1.2-企业: a company shows its licence', () => {
    expect(papersOf({ subject: 'company' })).toContain('business-licence');
  });

  test('1.2-基金会: a foundation shows its certificate; what other providers ask for is one line', () => {
    const list = merchant({ province: '浙江', subject: 'social', 'social-kind': 'foundation' });
    expect(list.papers).toContain('foundation-certificate');
    expect(list.papers).not.toContain('business-licence');
    expect(list.ifAsked).toContain('foundation-statement');
  });

  test('1.2-律师事务所: a law firm shows its practising licence', () => {
    for (const province of ['浙江', '天津', '北京'])
      expect(papersOf({ subject: 'other', 'other-kind': 'law-firm', province })).toContain(
        'law-firm-licence',
      );
  });

  test('1.2-代表机构: a representative office shows its registration', () => {
    expect(papersOf({ subject: 'other', 'other-kind': 'rep-office' })).toContain('rep-office-certificate');
  });

  test('1.2-境外: a subject from abroad has no list at all', () => {
    expect(() => merchant({ subject: 'other', 'other-kind': 'overseas' })).toThrow('do not end with a list');
  });

  test('E-11, 8-宁夏: certificates last more than three months, in 宁夏 more than six', () => {
    expect(itemOf(merchant({ subject: 'company', province: '浙江' }), 'business-licence')).toContain('3个月');
    const ningxia = itemOf(merchant({ subject: 'company', province: '宁夏' }), 'business-licence');
    expect(ningxia).toContain('6个月');
    expect(ningxia).not.toContain('3个月');
  });
});

describe('pre-approval (section 3)', () => {
  const permitsOf = ({ papers }: Merchant) => papers.filter((id) => id.startsWith('permit-'));

  test('3.2-食品零售餐饮: a restaurant needs no permit paper and is told so', () => {
    const restaurant = merchant({ subject: 'sole-trader', province: '四川', permit: 'none' });
    expect(permitsOf(restaurant)).toEqual([]);
    expect(restaurant.not).toContain('food-licence');
    expect(restaurant.text).toContain('食品经营许可证');
  });

  test('3.2-新闻: news needs the licence for internet news', () => {
    const news = merchant({
      subject: 'company',
      province: '北京',
      permit: 'content',
      'permit-content': 'news',
    });
    expect(permitsOf(news)).toEqual(['permit-news']);
  });

  test('P-05: an individual is told that such business is closed, not which permit to get', () => {
    const person = merchant({
      subject: 'person',
      province: '北京',
      permit: 'content',
      'permit-content': 'news',
    });
    expect(permitsOf(person)).toEqual([]);
    expect(person.papers).toContain('person-closed');
  });
});

test('E-17, S-06, S-08: nobody needs a domain certificate or a paper application', () => {
  for (const subject of ['company', 'sole-trader', 'person', 'institution']) {
    const { not, text } = merchant({ subject, province: '浙江' });
    for (const paper of ['domain-certificate', 'paper-application']) expect(not).toContain(paper);
    expect(text.slice(0, text.indexOf('\n不需要准备\n'))).not.toContain('域名证书');
  }
});

test('S-14, S-15: a company needs no tax registration and no bank permit; an individual is not even told', () => {
  for (const paper of ['tax-registration', 'bank-permit']) {
    expect(merchant({ subject: 'company', province: '浙江' }).not).toContain(paper);
    expect(merchant({ subject: 'person', province: '北京' }).not).not.toContain(paper);
  }
});
