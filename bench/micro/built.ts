/** The built program, module by module and with the types of its sources: what is timed is what runs in production, not
 *  what a loader makes of TypeScript. micro.ts and growth.ts take everything from here, the stores apart
 *  (growth/stores.ts). */
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The address of a built module, by its path in src without the ending. */
export const at = (module: string) => new URL(`../../dist/${module}.js`, import.meta.url).href;

const handbooks: typeof import('../../src/core/handbook/handbook.ts') = await import(
  at('core/handbook/handbook')
);
const disk: typeof import('../../src/app/read-content.ts') = await import(at('app/read-content'));
const faqs: typeof import('../../src/core/knowledge/search/faq.ts') = await import(
  at('core/knowledge/search/faq')
);
const say: typeof import('../../src/core/conversation/render/renderer.ts') = await import(
  at('core/conversation/render/renderer')
);
const prepared: typeof import('../../src/app/prepared-file.ts') = await import(at('app/prepared-file'));
const sessions: typeof import('../../src/core/conversation/session/session.ts') = await import(
  at('core/conversation/session/session')
);
const several: typeof import('../../src/core/conversation/session/programs.ts') = await import(
  at('core/conversation/session/programs')
);
const turns: typeof import('../../src/core/conversation/turn.ts') = await import(
  at('core/conversation/turn')
);
const xml: typeof import('../../src/wechat/xml/xml.ts') = await import(at('wechat/xml/xml'));
const replies: typeof import('../../src/wechat/reply.ts') = await import(at('wechat/reply'));
const channel: typeof import('../../src/wechat/channel.ts') = await import(at('wechat/channel'));
const messages: typeof import('../../src/wechat/message.ts') = await import(at('wechat/message'));
const envelopes: typeof import('../../src/wechat/envelope.ts') = await import(at('wechat/envelope'));
const records: typeof import('../../src/store/record.ts') = await import(at('store/record'));
const stores: typeof import('../../src/core/conversation/session/store.ts') = await import(
  at('core/conversation/session/store')
);

export const { createHandbook } = handbooks;
export const { readTexts } = disk;
export const { readPrepared } = prepared;
export const { createFaq } = faqs;
export const { createRenderer } = say;
export const { freshSession, parseSession, withAnswers, writeSession } = sessions;
export const { MOST_PROGRAMS, switched } = several;
export const { turn } = turns;
export const { parseXml, readXml } = xml;
export const { writeReply } = replies;
export const { createWechatChannel, wechatLimits } = channel;
export const { readMessage } = messages;
export const { createEnvelope } = envelopes;
export const { step } = records;
export const { RETENTION } = stores;

export type { Say, Utterance } from '../../src/core/conversation/messages.ts';
export type { TurnParts } from '../../src/core/conversation/outcome.ts';
export type { Session } from '../../src/core/conversation/session/session.ts';
export type { Handbook } from '../../src/core/handbook/handbook.ts';
export type { FaqEntry } from '../../src/core/knowledge/search/faq.ts';

/** The questions in a file of test/understanding, as merchants ask them. @throws Error when it holds none. */
export function questionsIn(text: string): readonly string[] {
  const file: unknown = parse(text);
  const list = typeof file === 'object' && file !== null && 'questions' in file ? file.questions : undefined;
  if (!Array.isArray(list)) throw new Error('no list of questions');
  const asked = list.flatMap((one: unknown) =>
    typeof one === 'object' && one !== null && 'ask' in one && typeof one.ask === 'string' ? [one.ask] : [],
  );
  if (asked.length === 0) throw new Error('no questions');
  return asked;
}
