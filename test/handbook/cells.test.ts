/** Cells of the golden matrix, written by hand from the fact sheet (the rule is named in each title): what single
 *  merchants must have on their list, and must not. */
import { beforeAll, describe, expect, test } from 'vitest';
import { everyPath } from '../../src/dialog/walk.ts';
import type { Handbook } from '../../src/handbook/handbook.ts';
import { checklist } from '../../src/knowledge/checklist.ts';
import { createSayer, type Sayer } from '../../src/say.ts';
import { plain } from '../../src/talk.ts';
import { TODAY, theHandbook } from '../support.ts';

let handbook: Handbook;
let sayer: Sayer;

beforeAll(async () => {
  handbook = await theHandbook();
  sayer = createSayer(handbook);
});

interface Merchant {
  /** Ids of the papers and of what is to be filled in, as they are numbered. */
  readonly papers: readonly string[];
  /** Ids of what is not needed. */
  readonly not: readonly string[];
  /** The whole text of the result. */
  readonly text: string;
}

/** What most merchants answer; questions that are not named here get their first option. */
const USUAL = { listing: 'unlisted', permit: 'none', icp: 'none', verification: 'verified', admin: 'same' };

function merchant(answers: Readonly<Record<string, string>>): Merchant {
  const dialog = handbook.dialogs.get('filing');
  if (!dialog) throw new Error('there is no filing dialog');
  const first = (options: readonly { id: string }[]) => options.slice(0, 1).map(({ id }) => id);
  const [position] = everyPath(dialog, handbook.derive, ({ options }) => first(options), {
    ...USUAL,
    ...answers,
  });
  const list = handbook.lists.get(position?.end?.list ?? '');
  if (!position || !list) throw new Error('these answers do not end with a list');
  for (const [fact, value] of Object.entries(answers))
    if (position.answers[fact] !== value) throw new Error(`the answer ${fact} ${value} does not count`);
  const { groups, notNeeded } = checklist(list, position.facts);
  return {
    papers: groups.flatMap(({ items }) => items.map(({ item }) => item.document.id)),
    not: notNeeded.map(({ id }) => id),
    text: sayer.result(dialog, position, TODAY, new Date(0), position.answers).flat().map(plain).join('\n'),
  };
}

/** The lines of one item of a result. */
function itemOf({ text, papers }: Merchant, id: string): string {
  const number = papers.indexOf(id) + 1;
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`${number}. `));
  if (number === 0 || start < 0) throw new Error(`no item ${id} in: ${text}`);
  const length = lines.slice(start + 1).findIndex((line) => !line.startsWith('   '));
  return lines.slice(start, start + 1 + length).join('\n');
}

const LETTERS = ['jiangsu-notice', 'jiangsu-promise', 'jiangsu-video'];

describe('letters of the provinces (section 8, E-15)', () => {
  test('8-广东: a company signs and stamps the commitment letter of 广东, an individual gives a fingerprint', () => {
    const company = merchant({ subject: 'company', province: '广东' });
    expect(company.papers).toContain('guangdong-promise-unit');
    expect(itemOf(company, 'guangdong-promise-unit')).toContain('公章');
    const person = merchant({ subject: 'person', province: '广东', 'id-local': 'yes' });
    expect(person.papers).toContain('guangdong-promise-person');
    expect(itemOf(person, 'guangdong-promise-person')).toContain('手印');
  });

  test('8-江苏: an individual has the notice, the letter and the video; the notice is not stamped', () => {
    const person = merchant({ subject: 'person', province: '江苏', 'id-local': 'yes' });
    for (const letter of LETTERS) expect(person.papers).toContain(letter);
    expect(itemOf(person, 'jiangsu-notice')).toContain('不盖章');
  });

  test('8-江苏, 8-广东: a company elsewhere has no letter of either', () => {
    const { papers } = merchant({ subject: 'company', province: '浙江' });
    for (const letter of [...LETTERS, 'guangdong-promise-unit']) expect(papers).not.toContain(letter);
    expect(merchant({ subject: 'company', province: '江苏' }).papers).not.toContain('guangdong-promise-unit');
  });

  test('8-新疆: the party-building letter is only announced, with 以后台提示为准', () => {
    const company = merchant({ subject: 'company', province: '新疆' });
    expect(itemOf(company, 'xinjiang-party-letter')).toContain('以后台提示为准');
    expect(merchant({ subject: 'company', province: '西藏' }).papers).not.toContain('xinjiang-party-letter');
  });

  test('8-湖南: a plan for those who have several filings, for nobody else', () => {
    expect(merchant({ subject: 'company', province: '湖南', icp: 'several' }).papers).toContain(
      'construction-plan',
    );
    expect(merchant({ subject: 'company', province: '湖南', icp: 'filed' }).papers).not.toContain(
      'construction-plan',
    );
    expect(merchant({ subject: 'company', province: '湖北', icp: 'several' }).papers).not.toContain(
      'construction-plan',
    );
  });
});

describe('residence of individuals (P-01, P-02, section 8)', () => {
  const elsewhere = (province: string) => merchant({ subject: 'person', province, 'id-local': 'no' });

  test('8-上海: an ID card from elsewhere needs a residence permit; a student card does not do', () => {
    const item = itemOf(elsewhere('上海'), 'residence-proof');
    expect(item).toContain('居住证');
    expect(item).toContain('学生证');
  });

  test('8-北京: nothing is asked of an ID card from elsewhere, not even the question', () => {
    const person = merchant({ subject: 'person', province: '北京' });
    expect(person.papers.filter((id) => id.startsWith('residence'))).toEqual([]);
    expect(() => elsewhere('北京')).toThrow('does not count');
    expect(person.not).toContain('residence-not-named');
  });

  test('8-江西: only a residence permit of 江西 counts', () => {
    const { papers } = elsewhere('江西');
    expect(papers).toContain('residence-permit');
    expect(papers).not.toContain('residence-proof');
    expect(itemOf(elsewhere('江西'), 'residence-permit')).toContain('其他证明都不算');
  });

  test('8-山西: no paper helps an ID card from elsewhere, and the list says so', () => {
    const { papers } = elsewhere('山西');
    expect(papers).not.toContain('residence-proof');
    expect(itemOf(elsewhere('山西'), 'residence-local-only')).toContain('只收山西身份证');
  });

  test('8-云南, 8-陕西: where the texts differ the line says 以后台提示为准', () => {
    for (const province of ['云南', '陕西'])
      expect(itemOf(elsewhere(province), 'residence-undecided')).toContain('以后台提示为准');
  });

  test('P-01: an ID card of the province itself needs no residence proof', () => {
    const { papers } = merchant({ subject: 'person', province: '广东', 'id-local': 'yes' });
    expect(papers).not.toContain('residence-proof');
  });
});

describe('who signs for whom (E-05, E-06, E-08)', () => {
  const letter = 'authorization';

  test('E-08: a company whose administrator is somebody else needs the authorisation', () => {
    const company = merchant({ subject: 'company', province: '浙江', admin: 'other' });
    expect(company.papers).toContain(letter);
    expect(itemOf(company, letter)).toContain('管理员不是本人');
  });

  test('E-08: a company whose administrator is the legal representative needs none, and is told so', () => {
    const { papers, not } = merchant({ subject: 'company', province: '浙江', admin: 'same' });
    expect(papers.filter((id) => id.includes('authorization') || id.includes('letter'))).toEqual([]);
    expect(not).toContain('authorization-same');
  });

  test('1.2-个人: an individual never has an authorisation or a licence, in no province', () => {
    for (const province of handbook.provinces.keys()) {
      const { papers } = merchant({ subject: 'person', province });
      for (const paper of ['authorization', 'principal-letter', 'deputy-letter', 'business-licence'])
        expect(papers).not.toContain(paper);
    }
  });

  test('E-06: only the administrator passes the face check', () => {
    const { text, papers } = merchant({ subject: 'company', province: '四川', admin: 'other' });
    expect(papers).toContain('face-check');
    expect(text).toContain('只有管理员刷脸');
  });
});

describe('certificates by kind of subject (1.2)', () => {
  const papersOf = (answers: Readonly<Record<string, string>>) =>
    merchant({ province: '浙江', ...answers }).papers;

  test('1.2-企业: a company shows its licence', () => {
    expect(papersOf({ subject: 'company' })).toContain('business-licence');
  });

  test('1.2-基金会: a foundation shows its certificate, the civil-affairs papers and a non-finance letter', () => {
    const papers = papersOf({ subject: 'social', 'social-kind': 'foundation' });
    for (const paper of ['foundation-certificate', 'foundation-papers', 'non-finance-letter'])
      expect(papers).toContain(paper);
    expect(papers).not.toContain('business-licence');
  });

  test('1.2-律师事务所: a law firm shows its practising licence; 天津 wants the code certificate instead', () => {
    expect(papersOf({ subject: 'other', 'other-kind': 'law-firm' })).toContain('law-firm-licence');
    const tianjin = papersOf({ subject: 'other', 'other-kind': 'law-firm', province: '天津' });
    expect(tianjin).toContain('law-firm-code-certificate');
    expect(tianjin).not.toContain('law-firm-licence');
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

  test('3.2-不涉及: a word in the licence alone means a statement, and in 湖北 fewer words first', () => {
    const scope = { subject: 'company', permit: 'scope-only' };
    expect(merchant({ ...scope, province: '浙江' }).papers).toContain('scope-letter-own');
    expect(merchant({ ...scope, province: '湖北' }).papers).toContain('scope-reduce');
  });
});

describe('what is filled in (4.2, section 8)', () => {
  test('8-天津: the remark says whose number the emergency number is, for units and individuals each in its way', () => {
    const company = merchant({ subject: 'company', province: '天津' });
    expect(itemOf(company, 'emergency-owner')).toContain('员工');
    const person = merchant({ subject: 'person', province: '天津' });
    expect(itemOf(person, 'emergency-owner')).toContain('亲属');
  });

  test('R-17: an individual in 湖南 gives a number of 湖南, a company does not have to', () => {
    expect(merchant({ subject: 'person', province: '湖南' }).papers).toContain('local-mobile');
    expect(merchant({ subject: 'company', province: '湖南' }).papers).not.toContain('local-mobile');
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
