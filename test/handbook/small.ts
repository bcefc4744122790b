/** A handbook of a few lines, for tests of the content check: what is broken in it is the only thing that is wrong. Small, so
 *  that no editor of the real content breaks these tests; that the real content is right is told by paths.test.ts. */
import { readFile } from 'node:fs/promises';
import { HandbookError, type Problem } from '../../src/core/errors.ts';
import { createHandbook } from '../../src/core/handbook/load.ts';
import { blanksOfPhrase, PHRASES as PHRASE_IDS } from '../../src/core/handbook/phrases.ts';
import { COMMANDS } from '../../src/core/handbook/schema.ts';
import { NAMED_PARTS } from '../../src/core/knowledge/checklist.ts';
import { ROOT, TODAY } from '../support.ts';

const REAL = ['content/understanding.yaml', 'content/contact.yaml'];

export const DIALOG = 'dialogs/filing.yaml';
export const LIST = 'content/checklists/filing.yaml';
export const DOCUMENTS = 'content/documents.yaml';
export const ADVICE = 'content/advice.yaml';
export const PROVINCES = 'content/provinces.yaml';
export const SOURCES = 'content/sources.yaml';
export const FAQ = 'content/faq/time.yaml';
export const OUT_OF_SCOPE = 'content/out-of-scope.yaml';
const INTENTS = 'content/intents.yaml';
export const PHRASES = 'content/phrases.yaml';
export const CALENDAR = 'content/calendar.yaml';
export const MENU = 'content/menu.yaml';

const SMALL: Readonly<Record<string, string>> = {
  [DIALOG]: `id: filing
title: 备案
opens: [备案]
opens-loosely: [想备案]
steps:
  - ask: subject
    name: 主体类型
    say: 主体是哪一种？
    because: 主体是{label}
    choices:
      company: { label: 企业, also: [公司] }
      person: { label: 个人, also: [自己] }
  - ask: province
    name: 备案省份
    say: 备案省份是哪里？
    because: 省份是{label}
    reads: province
  - ask: id-local
    name: 身份证归属
    say: 您的身份证是{province}的吗？
    because: 身份证{label}
    when: { subject: person, residence: proof }
    choices:
      "yes": { label: 是本省的 }
      "no": { label: 不是本省的, also: [外地] }
  - ask: admin
    name: 管理员
    say: 管理员是本人吗？
    because: 管理员{label}
    when: { subject: [company] }
    choices:
      same: { label: 是本人 }
      other: { label: 另有其人, also: [员工] }
  - end: list
    list: filing
    advice: filing
    exits: [{ id: on, label: 看看怎么用, command: help }]
order: 1
`,
  [LIST]: `checked: 2026-11
groups: [证件, 授权]
items:
  - document: licence
    group: 证件
    when: { subject: company }
  - document: id-card
    group: 证件
    when: { subject: person }
  - document: residence-proof
    group: 证件
    when: { id-local: "no" }
  - document: letter
    group: 授权
    when: { admin: other }
not-needed:
  - id: domain
    text: 域名证书：不需要，没有这一栏
    source: [FORM]
`,
  [DOCUMENTS]: `licence:
  name: 营业执照
  how: 剩余有效期超过{words.validity}
  mistake: 复印件会被退回
  source: [FORM]
  confidence: high
  checked: 2026-11
id-card:
  name: 身份证
  how: 两面
  mistake: 缺角会被退回
  source: [FORM]
  confidence: high
  checked: 2026-11
residence-proof:
  name: 居住证明
  how: '{province}的居住证'
  mistake: 过期的不行
  source: [FORM]
  confidence: high
  checked: 2026-11
letter:
  name: 授权书
  how: 手写签名
  mistake: 日期超过1个月
  source: [FORM]
  confidence: high
  checked: 2026-11
`,
  [ADVICE]: `timeline:
  source: [FORM]
  checked: 2026-11
  plan: 30
  margin: 7
  stages:
    - { id: platform, name: 初审, note: 一两天, shortest: 1, longest: 2 }
    - { id: bureau, name: 管局, note: 最多二十天, shortest: 1, longest: 20 }
filing:
  - id: deadline
    when: { subject: [company, person] }
    source: [FORM]
    confidence: high
    checked: 2026-11
    periods:
      - from: 2023-09-01
        to: 2024-03-31
        title: 期限前
        lines: [月底前完成]
      - from: 2024-04-01
        title: 期限后
        lines: [今天就提交]
`,
  [PROVINCES]: `checked: 2026-11
provinces:
  - name: 广东
    full: 广东省
    code: "440000"
    also: [粤]
    cities: [广州]
    facts: { residence: proof }
    words: { validity: 3个月 }
    source: [FORM]
    confidence: high
  - name: 北京
    full: 北京市
    code: "110000"
    also: [京]
    cities: [海淀]
    facts: { residence: none-named }
    words: { validity: 3个月 }
    source: [FORM]
    confidence: high
`,
  [SOURCES]: `FORM:
  kind: official
  title: 备案页面
  by: 备案页面的人
  url: https://example.com/form
`,
  [FAQ]: `checked: 2026-11
entries:
  - id: F021
    question: 备案要多久
    also: [备案几天能好, 多久能下来]
    answer: 一般20到30个工作日
    variants:
      - when: { subject: person }
        answer: 个人也一样
    source: [FORM]
    confidence: high
    see: [F022]
    takes: { dialog: filing, facts: { subject: person } }
  - id: F022
    question: 截止日期是哪天
    also: [最后期限是什么时候, 还来得及吗]
    answer: 期限已过
    source: [FORM]
    confidence: high
`,
  [OUT_OF_SCOPE]: `entries:
  - id: D01
    topic: 天气
    phrases: [今天天气怎么样]
    reply: 天气我不知道
`,
  [CALENDAR]: `years:
  - year: 2026
    source: [FORM]
    checked: 2026-11
    holidays:
      - { name: 元旦, from: 2026-01-01, to: 2026-01-03 }
    workdays: [2026-01-04]
`,
  'content/lexicon.yaml': `synonyms: []
`,
  [INTENTS]: `checked: 2026-11
entries:
  - id: OPEN-FILING
    topic: 要备案
    opens: filing
    phrases: [我想弄备案]
`,
  [MENU]: `buttons:
  - { name: 备案, says: 备案 }
`,
};

/** Every phrase says its blanks; every command has one word. */
function smallPhrases(): string {
  const commands = COMMANDS.map((command) => `  ${command}: [命令${command}]\n`);
  const say = PHRASE_IDS.map((id) => {
    const blanks = blanksOfPhrase(id).map((blank) => `{${blank}}`);
    return `  ${id}: ["${id}：${blanks.join('，')}"]\n`;
  });
  return [
    'commands:\n',
    ...commands,
    ...NAMED_PARTS.map((part, i) => `${i === 0 ? 'parts:\n' : ''}  ${part}: [部分${part}]\n`),
    'yes: [是]\nno: [不]\nnone: [都不是]\nedit: [改]\nopening-day: [上线]\nsay:\n',
    ...say,
  ].join('');
}

/** The small handbook's texts. */
export async function smallTexts(): Promise<Map<string, string>> {
  const real = await Promise.all(
    REAL.map(async (path) => [path, await readFile(`${ROOT}${path}`, 'utf8')] as const),
  );
  return new Map([...Object.entries(SMALL), [PHRASES, smallPhrases()], ...real]);
}

/** The texts with one place of one file changed. @throws Error when the file does not hold `from`. */
export async function smallWith(file: string, from: string, to: string): Promise<Map<string, string>> {
  const texts = await smallTexts();
  const text = texts.get(file) ?? '';
  if (!text.includes(from)) throw new Error(`${file} does not hold: ${from}`);
  return texts.set(file, text.replace(from, to));
}

/** All errors of a handbook, or its warnings. */
export function problemsOf(
  texts: ReadonlyMap<string, string>,
  kind: 'errors' | 'warnings',
  today = TODAY,
): readonly Problem[] {
  try {
    const { warnings } = createHandbook(texts, today);
    return kind === 'errors' ? [] : warnings;
  } catch (error) {
    if (error instanceof HandbookError) return kind === 'errors' ? error.problems : [];
    throw error;
  }
}

/** Where a text stands in a file, as problems name it. */
export function placeOf(text: string, marker: string): { line: number; column: number } {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`not in the file: ${marker}`);
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
