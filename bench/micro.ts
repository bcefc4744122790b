/** `npm run micro` in this folder: CPU of each stage of a message, of the built program alone, and what a start takes.
 *  Prints tables and appends them to docs/performance.md. How the stages grow: growth.ts. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endWithChildren, startChild } from './lib/child.ts';
import { spread, table } from './lib/figures.ts';
import { ask } from './lib/http.ts';
import { loadNow, machineLine, memoryOf } from './lib/machine.ts';
import {
  delivery,
  madeUpAccount,
  messageXml,
  openIdOf,
  readReply,
  request,
  sealedBody,
} from './lib/platform.ts';
import { TALK } from './lib/talk.ts';
import * as built from './micro/built.ts';
import { cells, createClock, usedSince } from './micro/clock.ts';
import { startConversation } from './micro/conversation.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
  },
});
const { quick } = options;
const clock = createClock(quick ? 3 : 7, quick ? 50 : 200);
endWithChildren();
const account = madeUpAccount();
const now = new Date();
const today = now.toISOString().slice(0, 10);
const load = loadNow();

const { handbook, hear, asked } = await startConversation(now);

const report = [
  `### ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC, stage by stage${quick ? ', quick' : ''}`,
  `${machineLine(built.ROOT, 'none')}; load ${load}. CPU of one process, garbage collection included.`,
  table(['stage', 'CPU µs, median', 'min – max'], [...turnRows(), ...(await wireRows()), ...storeRows()]),
  table(['start', 'min / median / max'], await startRows()),
].join('\n\n');
process.stdout.write(`${report}\n`);
if (!options['no-write']) appendFileSync(`${built.ROOT}docs/performance.md`, `\n${report}\n`);

function turnRows(): readonly (readonly string[])[] {
  const before: (string | undefined)[] = [];
  let session: string | undefined;
  for (const { says } of TALK) {
    before.push(session);
    session = hear(session, says).after;
  }
  const lines = TALK.map(({ says }, i) => ({ says, timing: clock.time(() => hear(before[i], says)) }));
  const whole = clock.time(() => {
    for (const [i, { says }] of TALK.entries()) hear(before[i], says);
  });
  let next = 0;
  return [
    [
      'a question asked, whatever it is (development set)',
      ...cells(clock.time(() => handbook.faq.findEach(asked[next++ % asked.length] ?? ''))),
    ],
    ['a turn, mean of the talk', ...cells(whole.map((time) => time / TALK.length))],
    ...lines.map(({ says, timing }, i) => [`a turn, line ${i + 1}: ${says}`, ...cells(timing)]),
  ];
}

async function wireRows(): Promise<readonly (readonly string[])[]> {
  const message = { openId: openIdOf(1), msgId: 1n, text: '备案要多久' };
  const seconds = Math.floor(now.getTime() / 1000);
  const plain = messageXml(account, message, seconds);
  const sealed = delivery(account, 'sealed', message);
  const query = new URLSearchParams(sealed.query);
  const element = await built.readXml(plain);
  const channel = built.createWechatChannel({
    who: (openId) => openId,
    idOf: (key) => key,
    stickerSentences: [],
  });
  const { say } = hear(hear(undefined, '备案').after, '备案要多久');
  const address = { toUser: message.openId, fromUser: account.originalId, createTime: now };
  const reply = built.writeReply(channel.speak(say), address);
  const envelope = built.createEnvelope({ ...account, tokens: [account.token] });
  const encrypt = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(sealed.body)?.[1] ?? '';
  const given = {
    encrypt,
    timestamp: query.get('timestamp') ?? '',
    nonce: query.get('nonce') ?? '',
    msgSignature: query.get('msg_signature') ?? '',
  };
  const { key, token } = envelope.open(given);
  return [
    ['XML read: a message', ...cells(await clock.timeLater(() => built.readXml(plain)))],
    ['XML read: an envelope', ...cells(await clock.timeLater(() => built.readXml(sealed.body)))],
    ['the same message by xml2js', ...cells(await clock.timeLater(() => built.parseXml(plain)))],
    ['the same envelope by xml2js', ...cells(await clock.timeLater(() => built.parseXml(sealed.body)))],
    ['message and utterance from XML', ...cells(clock.time(() => channel.hear(built.readMessage(element))))],
    ['reply to XML', ...cells(clock.time(() => built.writeReply(channel.speak(say), address)))],
    ['envelope opened', ...cells(clock.time(() => envelope.open(given)))],
    [
      `envelope sealed around ${Buffer.byteLength(reply)} bytes`,
      ...cells(clock.time(() => envelope.seal(reply, { key, token, timestamp: now, nonce: given.nonce }))),
    ],
    [
      'the same sealed with node:crypto alone',
      ...cells(clock.time(() => sealedBody(account, reply, seconds, given.nonce))),
    ],
  ];
}

/** What the store's own code takes beside the turn: the records of a merchant read and written. */
function storeRows(): readonly (readonly string[])[] {
  const { say, after } = hear(hear(undefined, '备案').after, '备案要多久');
  const kept = { session: after, reply: JSON.stringify({ at: now.getTime(), say }) };
  const id = (number: number) => `${number}`.padStart(22, 'u');
  let found: Parameters<typeof built.step>[0] = {
    session: undefined,
    replies: undefined,
    reply: undefined,
    report: undefined,
  };
  const timed = (earlier: number) => {
    const timing = clock.time(() => built.step(found, id(99), () => kept, now, built.RETENTION));
    const bytes = Buffer.byteLength(`${found.session ?? ''}${found.replies ?? ''}`);
    return [`records with ${earlier} earlier replies (${bytes} bytes)`, ...cells(timing)];
  };
  const rows = [timed(0)];
  for (let i = 0; i < built.RETENTION.repliesKept; i++) {
    const next = built.step(found, id(i), () => kept, now, built.RETENTION);
    if (next.kind === 'write')
      found = { session: next.session, replies: next.replies, reply: undefined, report: undefined };
  }
  return [...rows, timed(built.RETENTION.repliesKept)];
}

async function startRows(): Promise<readonly (readonly string[])[]> {
  const handbooks: number[] = [];
  const readies: number[] = [];
  const answers: number[] = [];
  const memories: number[] = [];
  for (let i = 0; i < (quick ? 2 : 5); i++) {
    const start = process.cpuUsage();
    built.createHandbook(await built.readTexts(built.ROOT), today);
    handbooks.push(usedSince(start) / 1000);
    const began = performance.now();
    const directory = mkdtempSync(join(tmpdir(), 'bench-start-'));
    const child = await startChild(process.execPath, [`${built.ROOT}dist/main.js`], {
      env: {
        PORT: '0',
        WECHAT_APP_ID: account.appId,
        WECHAT_ORIGINAL_ID: account.originalId,
        WECHAT_TOKEN: account.token,
        WECHAT_ENCODING_AES_KEY: account.aesKey,
        LOG_LEVEL: 'silent',
        DATA_DIR: directory,
      },
      until: / runs at (\S+)\/wechat/,
    });
    try {
      readies.push(performance.now() - began);
      const message = { openId: openIdOf(i), msgId: BigInt(i + 1), text: '备案' };
      const { body } = await ask(Number(new URL(child.said).port), request(account, 'sealed', message));
      answers.push(performance.now() - began);
      if (!readReply(account, 'sealed', body.toString()).content.includes('主体'))
        throw new Error('the first answer is wrong');
      memories.push(memoryOf(child.pid).now);
    } finally {
      await child.end();
      rmSync(directory, { recursive: true, force: true });
    }
  }
  return [
    ['handbook read and checked, ms of CPU (warm)', spread(handbooks, 0)],
    ['from the start of `node dist/main.js` until it listens, ms', spread(readies, 0)],
    ['until the first answer, embedded store, encrypted, ms (aim: below 1,500)', spread(answers, 0)],
    ['resident memory then, MB', spread(memories, 0)],
  ];
}
