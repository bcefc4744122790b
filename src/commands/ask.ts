/** `npm run ask`: prints the order in which a text is understood. `npm run ask -- 备案 企业 广东`: says the texts one after
 *  another as one merchant and prints, for each, which recogniser understood it, as what, what else was near and why, and what
 *  is answered. `npm run ask -- --after 备案,企业 流程 什么意思`: each of these texts alone, said where 备案,企业 leads. */
import { parseArgs } from 'node:util';

import { readTexts } from '../app/read-content.ts';
import { plain } from '../core/conversation/messages.ts';
import { createRenderer } from '../core/conversation/render/renderer.ts';
import { freshSession, type Session } from '../core/conversation/session/session.ts';
import { locate } from '../core/conversation/session/whereabouts.ts';
import { turn } from '../core/conversation/turn.ts';
import type { Intent } from '../core/conversation/understand/intent.ts';
import { type ORDER, recognise } from '../core/conversation/understand/understand.ts';
import type { Handbook } from '../core/handbook/handbook.ts';
import { createHandbook } from '../core/handbook/load.ts';
import { dayOf } from '../core/knowledge/calendar.ts';
import { formsOf, type TextForms } from '../core/text/forms.ts';
import { wechatLimits } from '../wechat/channel.ts';
import { ROOT } from './root.ts';

/** What each recogniser looks for, for editors. */
const MEANINGS: Readonly<Record<keyof typeof ORDER, string>> = {
  yesOrNo: '正在等的“是”或“不是”',
  itemNumber: '清单的某一项：第8条、第8项是什么意思',
  shownNumber: '刚才列出的编号',
  pageNumber: '第2页',
  partName: '清单的一部分：要填的信息、时间',
  newProgram: '“新的小程序”（也可能是答案：问清楚）',
  command: '整句命令（返回、清单、我的信息……，content/phrases.yaml 的 commands）',
  notAnswered: '“没答对？”：说的是刚才那个答案',
  numberedProgram: '切换2、移除2号、主体和 1号 一样',
  edit: '改2、改主体类型',
  keepAnswer: '正在改的那一题：不改了',
  exitSaid: '走完之后的下一步（dialogs/*.yaml 的 exits）',
  itemName: '清单上某样材料的名字',
  identityNumber: '身份证号或手机号：提醒，贴进来的内容照读',
  opening: '打开对话的整句话（dialogs/*.yaml 的 opens）、继续备案',
  skipped: '要贴的内容手头没有：先跳过',
  noLetters: '没有文字（只有标点、表情）',
  notKnown: '对着一道题说不清楚、什么意思：先解释（understanding.yaml 的 不懂的话）',
  pastedOpening: '开头词加贴进来的内容（驳回原因：……，opens-with）',
  noneOfThese: '列出的猜测都不是',
  openingDay: '想哪天上线：倒推提交日',
  pastedAgain: '刚看完一段，接着贴下一段',
  pastedUnasked: '没问就贴来的驳回原因（拿得准才算）',
  toldInstead: '先问的那段没贴，答了后面的题',
  inDialog: '当前这一题的答案、顺带说的信息、改口',
  pastedEarly: '还没问到就贴来的名称或备注',
  aboutOneself: '还没开始：一句话介绍自己，直接打开对话',
  question: '问题（content/faq）、想做的事（content/intents.yaml），再看宽松开场词',
  pastedInQuestion: '问怎么办时连驳回原因一起说了（拿得准才算）',
  pastedGuess: '刚看完一段，猜下一段是什么',
  guess: '像什么问题：先按最像的答（您是想问……吧？），或给猜测',
};

/** The signals in the words of docs/understanding.md, for editors. */
const SIGNAL_NAMES: Readonly<Record<string, string>> = {
  bias: '起点',
  odds: '领先别的',
  score: '总分',
  covered: '说法里见过的',
  'covered ahead': '比第二名多见过的',
  length: '说了多少',
  familiar: '用词都见过',
  'out of scope': '像不归我们管的',
  'names ours': '说到我们的事',
};

const { values, positionals: texts } = parseArgs({
  options: { after: { type: 'string' } },
  allowPositionals: true,
});
if (texts.length === 0) {
  const lines = Object.entries(MEANINGS).map(([name, meaning], i) => `${i + 1}. ${name}：${meaning}`);
  process.stdout.write(`${['一条消息按这个顺序来认，第一个认出来的算数：', ...lines].join('\n')}\n`);
} else {
  const editor = await anEditor();
  const before = (values.after ?? '').split(/[,，]/u).filter((text) => text !== '');
  let session: Session | undefined;
  for (const text of before) session = editor.say(text, session).session;
  const start = session;
  for (const text of texts) {
    const { report, session: next } = editor.say(text, values.after === undefined ? session : start);
    session = next;
    process.stdout.write(`\n我：${text}\n${report}\n`);
  }
}

interface Editor {
  /** Says a text where a session stands. @returns the session after it, and what an editor wants to know about it. */
  say(
    text: string,
    session: Session | undefined,
  ): { readonly session: Session | undefined; readonly report: string };
}

async function anEditor(): Promise<Editor> {
  const at = new Date();
  const today = dayOf(at);
  const handbook = createHandbook(await readTexts(ROOT), today);
  const parts = {
    handbook,
    renderer: createRenderer(handbook),
    limits: wechatLimits,
    today,
    sessionDays: 30,
    seal: () => '',
  };
  return {
    say(text, session) {
      const known = session ?? freshSession(at);
      const said = formsOf(text);
      const { by, intent } = recognise(said, { handbook, session: known, today, ...locate(handbook, known) });
      const done = turn(parts, session, { id: 'ask', who: 'editor', at, kind: 'text', text });
      const answer = done.say.kind === 'text' ? done.say.lines.map(plain).join('\n') : `（${done.say.kind}）`;
      const lines = [
        `  由 ${by} 认出：${meaningOf(intent)}`,
        ...weightsOf(handbook, said),
        `助手：${answer}`,
      ];
      return { session: done.session, report: lines.join('\n') };
    },
  };
}

/** What the text is like, how sure that is, and what makes it so. */
function weightsOf({ faq, thresholds }: Handbook, said: TextForms): readonly string[] {
  const { compared, exact, chance, signals, nearest } = faq.weigh(said);
  if (nearest.length === 0) return [`  比的是「${compared}」：什么都不像`];
  const { direct, tentative, suggest } = thresholds;
  return [
    `  比的是「${compared}」：${nearest.map(({ id, title, share }) => `${id} ${title} ${(share * 100).toFixed(0)}%`).join(' · ')}`,
    exact
      ? '  把握：一字不差'
      : `  把握：${chance.toFixed(2)}（直接答 ${direct}，试答 ${tentative}，列出 ${suggest}）`,
    ...(exact
      ? []
      : [
          `  依据：${signals.map(({ name, adds }) => `${SIGNAL_NAMES[name] ?? name} ${signed(adds)}`).join(' · ')}`,
        ]),
  ];
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
}

/** An intent in a line: its kind, and what it holds. */
function meaningOf({ kind, ...held }: Intent): string {
  const parts = Object.entries(held).map(([name, value]) => `${name}=${shortOf(value)}`);
  return [kind, ...parts].join(' ');
}

function shortOf(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) =>
    ['entry', 'subject'].includes(key) && typeof inner === 'object' && inner !== null && 'id' in inner
      ? inner.id
      : key === 'entries' && Array.isArray(inner)
        ? inner.map(({ id }: { id: string }) => id)
        : inner,
  );
}
