/** The content check: each rule on a small handbook in which exactly one thing is wrong, with the place that is named. */
import { describe, expect, test } from 'vitest';
import { asksOf } from '../../src/core/dialog/dialog.ts';
import { build } from '../../src/core/handbook/build.ts';
import { checkDeeply } from '../../src/core/handbook/checks/all.ts';
import { readFiles } from '../../src/core/handbook/files.ts';
import {
  ADVICE,
  CALENDAR,
  DIALOG,
  DOCUMENTS,
  FAQ,
  LIST,
  MENU,
  OUT_OF_SCOPE,
  PHRASES,
  PROVINCES,
  placeOf,
  problemsOf,
  smallTexts,
  smallWith,
} from './small.ts';

/** No note on the coming year is due on this day, and nothing is stale. */
const QUIET_DAY = '2026-06-15';

interface Broken {
  readonly title: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The text at whose beginning the problem is placed. */
  readonly at: string;
  /** The file of the problem where it is not the changed one. */
  readonly where?: string;
  readonly reason: string;
  readonly today?: string;
}

async function expectOne(kind: 'errors' | 'warnings', broken: Broken): Promise<void> {
  const texts = await smallWith(broken.file, broken.from, broken.to);
  const file = broken.where ?? broken.file;
  expect(problemsOf(texts, kind, broken.today ?? QUIET_DAY)).toEqual([
    { file, ...placeOf(texts.get(file) ?? '', broken.at), reason: broken.reason },
  ]);
}

function errors(of: string, cases: readonly Broken[]): void {
  describe(of, () => {
    for (const broken of cases) test(broken.title, () => expectOne('errors', broken));
  });
}

function warnings(of: string, cases: readonly Broken[]): void {
  describe(of, () => {
    for (const broken of cases) test(broken.title, () => expectOne('warnings', broken));
  });
}

test('finds nothing wrong with the small handbook itself', async () => {
  const texts = await smallTexts();
  expect(problemsOf(texts, 'errors', QUIET_DAY)).toEqual([]);
  expect(problemsOf(texts, 'warnings', QUIET_DAY)).toEqual([]);
});

describe('a question that another dialog asks', () => {
  const other = 'dialogs/other.yaml';
  const withOther = async (steps: string) => {
    const texts = new Map(await smallTexts());
    texts.set(
      other,
      `id: other\norder: 2\ntitle: 其他\nopens: [其他的事]\nsteps:\n${steps}  - end: list\n    list: filing\n    advice: filing\n`,
    );
    return texts;
  };

  test('stands in both, with its options and wordings, and is asked where this dialog says', async () => {
    const texts = await withOther(
      '  - same-as: filing.subject\n  - same-as: filing.admin\n    when: { subject: [company, person] }\n    asked: never\n',
    );
    const files = readFiles(texts, []);
    if (!files) throw new Error('the small handbook cannot be read');
    const { dialogs } = build(files);
    const [subject, admin] = asksOf(dialogs.get('other') ?? { steps: [] });
    expect(subject).toEqual(asksOf(dialogs.get('filing') ?? { steps: [] })[0]);
    expect(admin).toMatchObject({
      fact: 'admin',
      when: { subject: ['company', 'person'] },
      askWhen: [],
    });
  });

  test.each(['nowhere.subject', 'filing.nothing', 'other.subject'])(
    'must be written there: %s is refused where it is named',
    async (name) => {
      const texts = await withOther(`  - same-as: ${name}\n`);
      expect(problemsOf(texts, 'errors', QUIET_DAY)).toEqual([
        {
          file: other,
          ...placeOf(texts.get(other) ?? '', 'same-as'),
          reason: `there is no question "${name}" written in a dialog`,
        },
      ]);
    },
  );

  test('is checked where it is written only', async () => {
    const texts = await withOther('  - same-as: filing.subject\n  - same-as: filing.province\n');
    texts.set(DIALOG, (texts.get(DIALOG) ?? '').replace('also: [自己]', 'also: [公司]'));
    const problems = problemsOf(texts, 'errors', QUIET_DAY);
    expect(problems.filter(({ reason }) => reason.includes('also means')).map(({ file }) => file)).toEqual([
      DIALOG,
    ]);
  });
});

errors('names that point to nothing', [
  {
    title: 'refuses to tell mini-programs apart by a fact that no question asks for',
    file: PHRASES,
    from: 'say:\n',
    to: 'told-apart-by: [subject, colour]\nsay:\n',
    at: 'colour',
    reason: 'no question is about "colour"',
  },
  {
    title: 'refuses a wording with a bracket that is not closed, and tells which character opens it',
    file: DIALOG,
    from: 'also: [员工]',
    to: 'also: [员工, 我的(员工|同事]',
    at: '我的(员工',
    reason: '「我的(员工|同事」, character 3: a bracket is not closed',
  },
  {
    title: 'refuses alternatives outside of brackets',
    file: DIALOG,
    from: 'also: [外地]',
    to: 'also: [外地, 外省|外市]',
    at: '外省|外市',
    reason: '「外省|外市」, character 3: "|" stands outside of brackets',
  },
  {
    title: 'refuses a fact that nothing sets',
    file: LIST,
    from: '{ admin: other }',
    to: '{ manager: other }',
    at: 'manager',
    reason: 'unknown fact "manager": no question and no province sets it',
  },
  {
    title: 'refuses a value that a question does not offer',
    file: LIST,
    from: '{ admin: other }',
    to: '{ admin: others }',
    at: 'admin: others',
    reason: 'the fact "admin" never has the value "others"',
  },
  {
    title: 'names the one wrong value of a list of values',
    file: LIST,
    from: '{ admin: other }',
    to: '{ admin: [other, nobody] }',
    at: 'nobody',
    reason: 'the fact "admin" never has the value "nobody"',
  },
  {
    title: 'names the one wrong clause of a list of clauses',
    file: LIST,
    from: '{ admin: other }',
    to: '[{ admin: other }, { subject: robot }]',
    at: 'subject: robot',
    reason: 'the fact "subject" never has the value "robot"',
  },
  {
    title: 'refuses a value that no province has',
    file: DIALOG,
    from: 'residence: proof }',
    to: 'residence: proofs }',
    at: 'residence: proofs',
    reason: 'the fact "residence" never has the value "proofs"',
  },
  {
    title: 'refuses a province that is not there',
    file: LIST,
    from: '{ admin: other }',
    to: '{ admin: other, province: 广西 }',
    at: 'province: 广西',
    reason: 'the fact "province" never has the value "广西"',
  },
  {
    title: 'lets a question look at earlier answers only',
    file: DIALOG,
    from: 'when: { subject: person, residence: proof }',
    to: 'when: { subject: person, admin: same }',
    at: 'admin: same }',
    reason: 'the fact "admin" is only asked for further down',
  },
  {
    title: 'refuses a document that is not described',
    file: LIST,
    from: 'document: letter',
    to: 'document: latter',
    at: 'document: latter',
    reason: 'there is no document "latter" in content/documents.yaml',
  },
  {
    title: 'refuses a group that the list does not have',
    file: LIST,
    from: 'group: 授权',
    to: 'group: 委托',
    at: 'group: 委托',
    reason: 'the list has no group "委托"',
  },
  ...[DOCUMENTS, ADVICE, FAQ, PROVINCES, LIST].map((file) => ({
    title: `refuses an unknown source in ${file}`,
    file,
    from: '[FORM]',
    to: '[MISSING]',
    at: 'MISSING',
    reason: 'there is no source "MISSING" in content/sources.yaml',
  })),
  {
    title: 'refuses a list that no end shows',
    file: DIALOG,
    from: '    list: filing\n',
    to: '',
    at: 'checked',
    where: LIST,
    reason: 'no end of a dialog shows the list "filing"',
  },
  {
    title: 'refuses advice that no end shows',
    file: DIALOG,
    from: '    advice: filing\n',
    to: '',
    at: 'filing:',
    where: ADVICE,
    reason: 'no end of a dialog shows "filing"',
  },
  {
    title: 'refuses an end with a list that is not there',
    file: DIALOG,
    from: '  - end: list\n',
    to: '  - end: early\n    when: { subject: company, admin: same }\n    list: fling\n  - end: list\n',
    at: 'list: fling',
    reason: 'there is no list "fling" in content/checklists',
  },
  {
    title: 'refuses a neighbour that is not there',
    file: FAQ,
    from: 'see: [F022]',
    to: 'see: [F099]',
    at: 'F099',
    reason: 'there is no entry "F099"',
  },
  {
    title: 'refuses an answer that opens a dialog that is not there',
    file: FAQ,
    from: 'dialog: filing,',
    to: 'dialog: fling,',
    at: 'dialog: fling',
    reason: 'there is no dialog "fling"',
  },
  {
    title: 'refuses an answer that takes a fact which is not asked for',
    file: FAQ,
    from: 'facts: { subject: person }',
    to: 'facts: { subjects: person }',
    at: 'subjects',
    reason: 'the dialog does not ask for "subjects"',
  },
  {
    title: 'refuses an answer that takes an option which is not offered',
    file: FAQ,
    from: 'facts: { subject: person }',
    to: 'facts: { subject: persons }',
    at: 'subject: persons',
    reason: 'the question about "subject" has no option "persons"',
  },
  {
    title: 'refuses a variant of an answer for nobody',
    file: FAQ,
    from: '- when: { subject: person }',
    to: '- when: { subject: robot }',
    at: 'subject: robot',
    reason: 'the fact "subject" never has the value "robot"',
  },
  {
    title: 'refuses a word between options that are not offered',
    file: DIALOG,
    from: '    because: 主体是{label}',
    to: '    because: 主体是{label}\n    either:\n      店: [company, shop]',
    at: 'shop',
    reason: 'the question has no option "shop"',
  },
  {
    title: 'wants every province to say every fact',
    file: PROVINCES,
    from: 'facts: { residence: none-named }',
    to: 'facts: {}',
    at: 'facts: {}',
    reason: '北京 lacks the fact "residence" of the others',
  },
]);

errors('ids', [
  {
    title: 'refuses a second question with the same id',
    file: FAQ,
    from: '  - id: F021\n',
    to: '  - { id: F022, question: 甲, answer: 乙, source: [FORM], confidence: low }\n  - id: F021\n',
    at: 'id: F022\n',
    reason: `a second entry "F022" (the first is in ${FAQ})`,
  },
  {
    title: 'refuses a second subject out of scope with the same id',
    file: OUT_OF_SCOPE,
    from: 'reply: 天气我不知道',
    to: 'reply: 天气我不知道\n  - id: D01\n    topic: 新闻\n    phrases: [今天有什么新闻]',
    at: 'id: D01\n    topic: 新闻',
    reason: `a second subject out of scope "D01" (the first is in ${OUT_OF_SCOPE})`,
  },
  {
    title: 'refuses a second line with the same id',
    file: LIST,
    from: '    source: [FORM]\n',
    to: '    source: [FORM]\n  - { id: domain, text: 域名不需要, source: [FORM] }\n',
    at: 'id: domain, text',
    reason: `a second line "domain" (the first is in ${LIST})`,
  },
  {
    title: 'refuses a second piece of advice with the same id',
    file: ADVICE,
    from: 'filing:\n',
    to: 'filing:\n  - { id: deadline, source: [FORM], confidence: low, checked: 2026-11, periods: [{ from: 2023-09-01, title: 甲, lines: [乙] }] }\n',
    at: 'id: deadline\n',
    reason: `a second advice "deadline" (the first is in ${ADVICE})`,
  },
  {
    title: 'refuses two provinces with one code',
    file: PROVINCES,
    from: '"110000"',
    to: '"440000"',
    at: 'code: "440000"\n    also: [京]',
    reason: `a second code "440000" (the first is in ${PROVINCES})`,
  },
  {
    title: 'refuses a second question about the same fact',
    file: DIALOG,
    from: '  - end: list',
    to: '  - { ask: admin, name: 管, say: 谁, because: "{label}", choices: { same: 同, other: 异 } }\n  - end: list',
    at: 'ask: admin, name',
    reason: `a second question about "admin" (the first is in ${DIALOG})`,
  },
]);

errors('texts', [
  {
    title: 'refuses an unknown blank in a document',
    file: DOCUMENTS,
    from: '{words.validity}',
    to: '{words.valid}',
    at: 'how: 剩余',
    reason: 'unknown blank {words.valid}',
  },
  {
    title: 'refuses a blank in a question that no earlier answer fills',
    file: DIALOG,
    from: '您的身份证是{province}的吗？',
    to: '您的身份证是{admin}的吗？',
    at: 'say: 您的',
    reason: 'unknown blank {admin}',
  },
  {
    title: 'refuses a blank in a question that is answered on some ways only',
    file: DIALOG,
    from: 'say: 管理员是本人吗？',
    to: 'say: 管理员是本人吗？（{id-local}）',
    at: 'say: 管理员',
    reason: '{id-local} is not always answered where this is said',
  },
  {
    title: 'refuses an unknown blank in a reason',
    file: DIALOG,
    from: 'because: 主体是{label}',
    to: 'because: 主体是{lable}',
    at: 'because: 主体是',
    reason: 'unknown blank {lable}',
  },
  {
    title: 'refuses a blank in an answer, where none is filled in',
    file: FAQ,
    from: '一般20到30个工作日',
    to: '一般{plan}个工作日',
    at: 'answer: 一般',
    reason: 'the blank {plan} is not filled in here',
  },
  {
    title: 'refuses an unknown blank in advice',
    file: ADVICE,
    from: '[今天就提交]',
    to: '["{today}就提交"]',
    at: '"{today}',
    reason: 'unknown blank {today}',
  },
  {
    title: 'refuses the label of an answer that not everybody gave',
    file: ADVICE,
    from: '[今天就提交]',
    to: '["{label.admin}今天就提交"]',
    at: 'id: deadline',
    reason: '{label.admin} is not always answered where this is shown',
  },
  {
    title: 'refuses a province without the words that a document shows',
    file: PROVINCES,
    from: 'words: { validity: 3个月 }',
    to: 'words: {}',
    at: 'words: {}',
    reason: '广东 lacks the words "validity" that the document "licence" shows',
  },
  {
    title: 'refuses empty words where a document shows them',
    file: PROVINCES,
    from: 'words: { validity: 3个月 }',
    to: "words: { validity: '' }",
    at: "validity: ''",
    reason: '广东: "validity" is empty, but the document "licence" shows it',
  },
  {
    title: 'misses a phrase',
    file: PHRASES,
    from: '  no-more: ["no-more："]\n',
    to: '',
    at: 'say:',
    reason: 'the phrase "no-more" is missing',
  },
  {
    title: 'refuses a phrase that nobody says',
    file: PHRASES,
    from: '  no-more:',
    to: '  hello: ["您好"]\n  no-more:',
    at: 'hello:',
    reason: 'nobody says the phrase "hello"',
  },
  {
    title: 'refuses a phrase that leaves out one of its blanks',
    file: PHRASES,
    from: 'noted: ["noted：{facts}"]',
    to: 'noted: ["记下了"]',
    at: 'noted:',
    reason: 'the phrase "noted" leaves out {facts}',
  },
  {
    title: 'refuses a blank that a phrase does not have',
    file: PHRASES,
    from: 'no-more: ["no-more：',
    to: 'no-more: ["{title}后面没有了。',
    at: '"{title}后面',
    reason: 'the phrase "no-more" has no blank {title}',
  },
  {
    title: 'keeps 依据： for the line under an answer',
    file: DOCUMENTS,
    from: 'how: 两面',
    to: 'how: 两面，依据：身份证法',
    at: 'how: 两面',
    reason: 'only the phrase "source" says 依据：',
  },
  {
    title: 'refuses brackets in the middle of the name of a paper',
    file: DOCUMENTS,
    from: 'name: 授权书',
    to: 'name: 法定代表人（负责人）授权书',
    at: 'name: 法定代表人（负责人）授权书',
    reason: 'brackets in a name stand at its end: it is told by what stands before',
  },
  {
    title: 'wants 不需要 in what is not needed',
    file: LIST,
    from: '域名证书：不需要，没有这一栏',
    to: '域名证书：没有这一栏',
    at: 'text: 域名',
    reason: 'says what is not needed without the word 不需要',
  },
]);

errors('wordings', [
  {
    title: 'refuses a wording of two options',
    file: DIALOG,
    from: 'also: [自己]',
    to: 'also: [自己, 「公司」]',
    at: '「公司」',
    reason: '「「公司」」 also means 「企业」',
  },
  {
    title: 'refuses a wording that is the number of another option',
    file: DIALOG,
    from: 'also: [外地]',
    to: 'also: [外地, 一]',
    at: '一]',
    reason: '「一」 is the number of another option, or of none',
  },
  {
    title: 'refuses an option that is named like a command',
    file: DIALOG,
    from: 'also: [外地]',
    to: 'also: [外地, 命令back]',
    at: '命令back',
    reason: '「命令back」 is never heard as an answer: it is also the command "back"',
  },
  {
    title: 'refuses an option that is named like what opens a dialog',
    file: DIALOG,
    from: 'also: [外地]',
    to: 'also: [外地, 备案]',
    at: '备案] }',
    reason: '「备案」 is never heard as an answer: it is also what opens the dialog "filing"',
  },
  {
    title: 'refuses a command that opens a dialog',
    file: DIALOG,
    from: 'opens: [备案]',
    to: 'opens: [备案, 命令help]',
    at: '命令help',
    reason: '「命令help」 is also the command "help"',
  },
  {
    title: 'refuses a word of two commands',
    file: PHRASES,
    from: 'list: [命令list]',
    to: 'list: [命令list, 命令back]',
    at: '命令back]\n  more',
    reason: '「命令back」 is also the command "back"',
  },
  {
    title: 'refuses a city of two provinces',
    file: PROVINCES,
    from: 'cities: [海淀]',
    to: 'cities: [海淀, 广州]',
    at: '广州]\n    facts: { residence: none-named }',
    reason: '「广州」 also stands for 广东',
  },
  {
    title: 'refuses a question with one option',
    file: DIALOG,
    from: '      same: { label: 是本人 }\n',
    to: '',
    at: 'ask: admin',
    reason: 'a question has at least two options',
  },
  {
    title: 'refuses a question with ten options',
    file: DIALOG,
    from: '      same: { label: 是本人 }\n',
    to: [...'甲乙丙丁戊己庚辛']
      .map((label, i) => `      o${i}: { label: ${label} }\n`)
      .concat('      same: { label: 是本人 }\n')
      .join(''),
    at: 'choices:\n      o0',
    reason: '10 options; at most 9',
  },
]);

errors('ways through a dialog', [
  {
    title: 'finds a question that nobody reaches',
    file: DIALOG,
    from: 'when: { subject: [company] }',
    to: 'when: { subject: company, id-local: "no" }',
    at: 'ask: admin',
    reason: 'no answers lead to the question about "admin"',
  },
  {
    title: 'finds an item that nobody gets',
    file: LIST,
    from: '{ id-local: "no" }',
    to: '{ id-local: "no", admin: other }',
    at: 'document: residence-proof',
    reason: 'no answers lead to the document "residence-proof"',
  },
  {
    title: 'finds a line on what is not needed that nobody gets',
    file: LIST,
    from: '    text: 域名证书',
    to: '    when: { subject: person, admin: same }\n    text: 域名证书',
    at: 'id: domain',
    reason: 'no answers lead to the line "domain"',
  },
  {
    title: 'finds an end that nobody reaches',
    file: DIALOG,
    from: '    advice: filing\n',
    to: '    advice: filing\n  - end: never\n    list: filing\n',
    at: 'end: never',
    reason: 'no answers lead to the end "never"',
  },
  {
    title: 'finds answers that reach no end',
    file: DIALOG,
    from: '  - end: list\n',
    to: '  - end: list\n    when: { subject: person }\n',
    at: 'steps:',
    reason: 'these answers reach no end: subject company, province 广东, admin same',
  },
  {
    title: 'finds answers that end with nothing on the list',
    file: LIST,
    from: 'when: { subject: company }',
    to: 'when: { subject: company, admin: same, province: 广东 }',
    at: 'end: list',
    where: DIALOG,
    reason: 'these answers end with nothing to show: subject company, province 北京, admin same',
  },
  {
    title: 'finds a question whose answer changes nothing',
    file: DIALOG,
    from: '  - end: list\n',
    to: '  - { ask: colour, name: 颜色, say: 什么颜色？, because: "{label}", choices: { red: 红色, blue: 蓝色 } }\n  - end: list\n',
    at: 'ask: colour',
    reason: 'the answer about "colour" changes no result',
  },
  {
    title: 'finds a document that some merchants would get twice',
    file: LIST,
    from: '  - document: letter\n',
    to: '  - document: letter\n    group: 授权\n    when: { province: 广东 }\n  - document: letter\n',
    at: 'document: letter\n    group: 授权\n    when: { admin: other }',
    reason: '"授权书" is listed twice for these answers: subject company, province 广东, admin other',
  },
]);

describe('content that would stop the check', () => {
  const LEVELS = Array.from({ length: 12 }, (_, i) =>
    i === 0 ? 'x0: &x0 [a]' : `x${i}: &x${i} [${Array.from({ length: 9 }, () => `*x${i - 1}`).join(', ')}]`,
  ).join('\n');

  test.each([
    ['aliases of aliases', LEVELS],
    ['an alias of itself', 'x0: &x0 [*x0]'],
  ])('%s are told with the line of the first', async (_, text) => {
    const texts = new Map([...(await smallTexts()), [MENU, `# first\n${text}\n`]]);
    const problems = problemsOf(texts, 'errors', QUIET_DAY);
    expect(problems[0]).toMatchObject({ file: MENU, line: text === LEVELS ? 3 : 2 });
  });

  test.each([
    ['2^40 forms', '(甲|乙)'.repeat(40)],
    ['seven gaps', '甲…乙…丙…丁…戊…己…庚…辛'],
  ])('a wording of %s is told with its place', async (_, wording) => {
    await expectOne('errors', {
      title: '',
      file: DIALOG,
      from: 'also: [员工]',
      to: `also: [员工, ${wording}]`,
      at: wording,
      reason: `「${wording.slice(0, 40)}」: more than a million forms, or more than six …; write it as several wordings`,
    });
  });

  test.each(['2026-13', '2026-00', '2026-02-30', '2026-6-1'])(
    'a day checked that there is not: %s',
    async (day) => {
      const texts = await smallTexts();
      const faq = texts.get(FAQ) ?? '';
      texts.set(FAQ, faq.replace(/checked: \S+?(?=[,}\s])/, `checked: ${day}`));
      expect(problemsOf(texts, 'errors', QUIET_DAY).map(({ reason }) => reason)).toEqual([
        'the day checked is written 2026-11-24 (or 2026-11)',
      ]);
    },
  );
});

test('finds one paper under two ids, told apart by what stands in brackets only', async () => {
  const texts = await smallTexts();
  texts.set(
    DOCUMENTS,
    `${texts.get(DOCUMENTS)}other-letter:\n  name: 授权书（原件）\n  how: 手写签名\n  mistake: 日期超过1个月\n  source: [FORM]\n  confidence: high\n  checked: 2026-11\n`,
  );
  texts.set(
    LIST,
    (texts.get(LIST) ?? '').replace(
      '  - document: letter\n',
      '  - document: other-letter\n    group: 授权\n    when: { province: 广东 }\n  - document: letter\n',
    ),
  );
  expect(problemsOf(texts, 'errors', QUIET_DAY).map(({ reason }) => reason)).toEqual([
    '"授权书" is listed twice for these answers: subject company, province 广东, admin other',
  ]);
});

errors('dates', [
  {
    title: 'finds a gap between two periods',
    file: ADVICE,
    from: 'from: 2024-04-01',
    to: 'from: 2024-04-02',
    at: 'from: 2024-04-02',
    reason: '"deadline": a gap after 2024-03-31',
  },
  {
    title: 'finds an overlap of two periods',
    file: ADVICE,
    from: 'from: 2024-04-01',
    to: 'from: 2024-03-31',
    at: 'from: 2024-03-31',
    reason: '"deadline": overlaps the period before, until 2024-03-31',
  },
  {
    title: 'lets only the last period be open',
    file: ADVICE,
    from: '        to: 2024-03-31\n',
    to: '',
    at: 'from: 2023-09-01',
    reason: '"deadline": only the last period may be open, the next begins 2024-04-01',
  },
  {
    title: 'finds a stage that is shorter than its shortest',
    file: ADVICE,
    from: 'shortest: 1, longest: 2 }',
    to: 'shortest: 3, longest: 2 }',
    at: 'shortest: 3',
    reason: 'longer than the longest',
  },
  {
    title: 'finds a make-up day in the middle of the week',
    file: CALENDAR,
    from: 'workdays: [2026-01-04]',
    to: 'workdays: [2026-01-05]',
    at: '2026-01-05',
    reason: '2026-01-05 is a working day anyway, not a make-up day',
  },
]);

warnings('warnings', [
  {
    title: 'warns of a document that no list names',
    file: DOCUMENTS,
    from: 'licence:\n',
    to: 'old: { name: 旧, how: 无, mistake: 无, source: [FORM], confidence: low, checked: 2026-11 }\nlicence:\n',
    at: 'old:',
    reason: 'no list and no finding names the document "old"',
  },
  {
    title: 'warns of more options than are read at a glance',
    file: DIALOG,
    from: '      same: { label: 是本人 }\n',
    to: [...'甲乙丙丁戊']
      .map((label, i) => `      o${i}: { label: ${label} }\n`)
      .concat('      same: { label: 是本人 }\n')
      .join(''),
    at: 'choices:\n      o0',
    reason: '7 options; more than 6 are hard to read',
  },
  {
    title: 'warns of a promise',
    file: FAQ,
    from: '一般20到30个工作日',
    to: '保证20个工作日下来',
    at: 'answer: 保证',
    reason: 'sounds like a promise: 保证',
  },
  {
    title: 'warns of facts that nobody compared for ninety days',
    file: DOCUMENTS,
    from: 'checked: 2026-11',
    to: 'checked: 2026-03-16',
    at: 'checked: 2026-03-16',
    reason: 'not compared with its source since 2026-03-16 (more than 90 days)',
  },
  {
    title: 'counts a month to its last day',
    file: DOCUMENTS,
    from: 'checked: 2026-11',
    to: 'checked: 2026-02',
    at: 'checked: 2026-02',
    reason: 'not compared with its source since 2026-02 (more than 90 days)',
    today: '2026-05-30',
  },
  {
    title: 'notes in November that the next year is not here yet',
    file: CALENDAR,
    from: 'years:',
    to: 'years: # 2026',
    at: 'years: # 2026',
    reason: 'the year 2027 is not here yet; the notice comes out these weeks',
    today: '2026-11-24',
  },
  {
    title: 'notes the same until 14 December',
    file: CALENDAR,
    from: 'years:',
    to: 'years: # 2026',
    at: 'years: # 2026',
    reason: 'the year 2027 is not here yet; the notice comes out these weeks',
    today: '2026-12-14',
  },
  {
    title: 'is loud from 15 December on when the next year is missing',
    file: CALENDAR,
    from: 'years:',
    to: 'years: # 2026',
    at: 'years: # 2026',
    reason: 'OVERDUE: the year 2027 is missing; merchants read ranges instead of dates',
    today: '2026-12-15',
  },
  {
    title: 'warns of advice whose last period is over',
    file: ADVICE,
    from: 'from: 2024-04-01\n',
    to: 'from: 2024-04-01\n        to: 2026-06-14\n',
    at: 'to: 2026-06-14',
    reason: '"deadline" is over since 2026-06-14 and says nothing any more',
  },
]);

test('does not call a fact stale on the ninetieth day', async () => {
  const texts = await smallWith(DOCUMENTS, 'checked: 2026-11', 'checked: 2026-03-17');
  expect(problemsOf(texts, 'warnings', QUIET_DAY)).toEqual([]);
});

test('lets a document deny a promise and name a proof of residence', async () => {
  const texts = await smallWith(FAQ, '一般20到30个工作日', '谁也不能保证，社保证明也要');
  expect(problemsOf(texts, 'warnings', QUIET_DAY)).toEqual([]);
});

test('warns of more than eight questions on one way', async () => {
  const more = [...'甲乙丙丁戊己']
    .map(
      (name, i) =>
        `  - { ask: q${i}, name: ${name}, say: ${name}, because: "{label}", choices: { a: ${name}一样, b: ${name}另样 } }\n`,
    )
    .join('');
  const texts = await smallWith(DIALOG, '  - end: list\n', `${more}  - end: list\n`);
  const list = texts.get(LIST) ?? '';
  texts.set(
    LIST,
    list.replace('{ admin: other }', '{ admin: other, q0: a, q1: a, q2: a, q3: a, q4: a, q5: a }'),
  );
  expect(problemsOf(texts, 'errors', QUIET_DAY)).toEqual([]);
  expect(problemsOf(texts, 'warnings', QUIET_DAY)).toEqual([
    {
      file: DIALOG,
      ...placeOf(texts.get(DIALOG) ?? '', 'steps:'),
      reason: '9 questions on one way; more than 8 are tiring',
    },
  ]);
});

test('reports the mistakes of all files at once, in the order of the files', async () => {
  const texts = await smallWith(LIST, 'document: letter', 'document: latter');
  texts.set(FAQ, (texts.get(FAQ) ?? '').replace('see: [F022]', 'see: [F099]'));
  expect(problemsOf(texts, 'errors').map(({ file }) => file)).toEqual([LIST, FAQ]);
});

describe('the deep check', () => {
  async function deep(file: string, from: string, to: string) {
    const texts = await smallWith(file, from, to);
    const files = readFiles(texts, []);
    if (!files) throw new Error('the small handbook cannot be read');
    const { errors, warnings } = checkDeeply(files, build(files));
    return { errors, warnings: warnings.map(({ reason }) => reason), text: texts.get(file) ?? '' };
  }

  test('finds nothing wrong with the small handbook itself', async () => {
    expect(await deep(FAQ, '备案', '备案')).toMatchObject({ errors: [], warnings: [] });
  });

  test('takes a label for what it says, whatever marks stand in it', async () => {
    const labelled = await deep(DIALOG, 'label: 企业', 'label: 企业（「公司」|厂）');
    expect(labelled).toMatchObject({ errors: [], warnings: [] });
  });

  test('refuses a pattern that stands for a wording of another option', async () => {
    const { errors, text } = await deep(DIALOG, 'also: [自己]', 'also: [自己, (大|)公司]');
    expect(errors).toEqual([
      { file: DIALOG, ...placeOf(text, '(大|)公司'), reason: '「公司」 also means 「企业」' },
    ]);
  });

  test('refuses a wording that sounds like the label of another option', async () => {
    const { errors, text } = await deep(DIALOG, 'also: [自己]', 'also: [自己, 起业]');
    expect(errors).toEqual([
      { file: DIALOG, ...placeOf(text, '起业'), reason: '「起业」 sounds like 「企业」 of 「企业」' },
    ]);
  });

  test('warns of two wordings that sound alike, since neither is guessed by its sound then', async () => {
    const { errors, warnings } = await deep(DIALOG, 'also: [自己]', 'also: [自己, 公私]');
    expect(errors).toEqual([]);
    expect(warnings).toEqual(['「公私」 sounds like 「公司」 of 「企业」']);
  });

  test('finds a phrasing of two questions', async () => {
    const { warnings } = await deep(FAQ, '还来得及吗', '备案几天能好');
    expect(warnings).toEqual(['「备案几天能好」 is also a phrasing of F021']);
  });

  test('finds a question that is swallowed by a command', async () => {
    const { warnings } = await deep(FAQ, '还来得及吗', '命令help');
    expect(warnings).toEqual(['「命令help」 is never asked: it is the command "help"']);
  });

  test('asks for three ways to put a question', async () => {
    const { warnings } = await deep(
      FAQ,
      'also: [最后期限是什么时候, 还来得及吗]',
      'also: [最后期限是什么时候]',
    );
    expect(warnings).toEqual(['fewer than 3 ways to ask this']);
  });

  test('finds a menu entry that says nothing known', async () => {
    const { warnings } = await deep(MENU, 'says: 备案', 'says: 备案的事');
    expect(warnings).toEqual(['「备案的事」 is no command, no opening and no question to the letter']);
  });

  test('finds phrasings that are nearer to another question than to their own', async () => {
    const { warnings } = await deep(
      FAQ,
      'also: [最后期限是什么时候, 还来得及吗]',
      'also: [备案几天能好呢, 多久能下来啊, 期限是哪天, 哪天截止, 截止是什么时候]',
    );
    expect(warnings.filter((reason) => reason.startsWith('F022'))).toEqual([
      'F022: 2 of 6 phrasings are nearer to another entry: 「备案几天能好呢」→F021 「多久能下来啊」→F021',
    ]);
  });
});

/** The ways on from the end of the small dialog. */
const EXITS = '    exits: [{ id: on, label: 看看怎么用, command: help }]\n';

errors('ways on', [
  {
    title: 'refuses an exit that does nothing, or two things',
    file: DIALOG,
    from: EXITS,
    to: '    exits: [{ id: on, label: 去认证 }]\n',
    at: '{ id: on',
    reason: 'say what it does: opens, command or question',
  },
  {
    title: 'refuses an exit into a dialog that is not there',
    file: DIALOG,
    from: EXITS,
    to: '    exits:\n      - { id: on, label: 去认证, opens: nowhere }\n',
    at: 'opens: nowhere',
    reason: 'there is no dialog "nowhere"',
  },
  {
    title: 'refuses an answer that the dialog does not know',
    file: DIALOG,
    from: EXITS,
    to: '    exits:\n      - { id: on, label: 换个主体, opens: filing, facts: { subject: nobody } }\n',
    at: 'subject: nobody',
    reason: 'the dialog "filing" has no answer "subject: nobody"',
  },
  {
    title: 'refuses a question that is not there',
    file: DIALOG,
    from: EXITS,
    to: '    exits:\n      - { id: on, label: 问一下, question: F999 }\n',
    at: 'question: F999',
    reason: 'there is no question "F999" in content/faq',
  },
  {
    title: 'refuses an exit that is called like a command',
    file: DIALOG,
    from: EXITS,
    to: '    exits:\n      - { id: on, label: 命令help, opens: filing }\n',
    at: 'label: 命令help',
    reason: '「命令help」 says something else: it is a command, or opens another dialog',
  },
  {
    title: 'refuses to go through a dialog first that is not there',
    file: DIALOG,
    from: 'steps:\n',
    to: 'detours:\n  - { when: { subject: company }, to: nowhere, until: subject }\nsteps:\n',
    at: 'to: nowhere',
    reason: 'there is no dialog "nowhere"',
  },
  {
    title: 'refuses to go through a dialog first for a question that nobody can skip',
    file: DIALOG,
    from: 'steps:\n',
    to: 'detours:\n  - { when: { subject: company }, to: filing, until: subject }\nsteps:\n',
    at: 'until: subject',
    reason: 'the dialog "filing" has no question "subject" that can be skipped',
  },
  {
    title: 'refuses an option that is called like what is no option',
    file: DIALOG,
    from: '      same: { label: 是本人 }',
    to: '      kept: { label: 是本人 }',
    at: 'kept:',
    reason: 'no option may be called "kept"',
  },
  {
    title: 'refuses to be late after a stage that is not there',
    file: ADVICE,
    from: '  - id: deadline\n',
    to: '  - id: deadline\n    overdue: { stage: nowhere }\n',
    at: 'overdue:',
    reason: 'there is no stage "nowhere"',
  },
  {
    title: 'refuses advice about what nobody is asked for',
    file: ADVICE,
    from: '  - id: deadline\n',
    to: '  - id: deadline\n    once-told: nothing\n',
    at: 'once-told:',
    reason: 'no question asks for "nothing"',
  },
  {
    title: 'refuses photographs of a group that holds no papers',
    file: LIST,
    from: 'groups: [证件, 授权]\n',
    to: 'groups: [证件, 授权]\nphotographed: { groups: [照片], as: licence }\n',
    at: '照片',
    reason: 'the list has no papers in a group "照片"',
  },
]);

warnings('ways on', [
  {
    title: 'warns of an end that leads nowhere',
    file: DIALOG,
    from: EXITS,
    to: '',
    at: 'end: list',
    reason: 'the end "list" leads nowhere: exits',
  },
]);
