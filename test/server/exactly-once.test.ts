/** Re-sent messages, in one process and in two on one Redis: one change, one and the same reply, whatever the order in
 *  which deliveries arrive. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Platform, Sent } from '../../src/playground/platform/platform.ts';
import { readXml } from '../../src/playground/platform/xml.ts';
import { type RedisServer, startRedis } from '../setup/redis.ts';
import {
  aDirectory,
  aMerchant,
  anOpenId,
  answerTo,
  type Exchange,
  type Spawned,
  type Started,
  settingsFor,
  spawnAssistant,
  startAssistant,
} from './running.ts';
import { openWire, postBytes } from './wire.ts';

/** What a person reads of a clear reply. */
function contentOf(body: string): string {
  const parsed = readXml(body);
  const content =
    parsed.kind === 'xml' ? parsed.root.children.find(({ name }) => name === 'Content') : undefined;
  if (content === undefined) throw new Error(`no text reply: ${body.slice(0, 200)}`);
  return content.text;
}

/** The bodies of several deliveries of the same message, at once, one to each of `urls`. */
async function deliver(platform: Platform, sent: Sent, urls: readonly string[]): Promise<readonly string[]> {
  const answers = await Promise.all(urls.map((url) => answerTo(platform, { ...sent, url: `${url}/wechat` })));
  for (const { status } of answers) expect(status).toBe(200);
  return answers.map(({ text }) => text);
}

const same = (bodies: readonly string[]) => new Set(bodies).size === 1;

/** A talk in which nothing may happen twice: a number that is heard again answers the next question, and 更多 turns the
 *  next page. What one merchant hears who sends each message once is what everybody must hear. */
async function referenceTalk(platform: Platform): Promise<readonly Exchange[]> {
  const merchant = aMerchant(platform);
  const talk = [...(await merchant.talksToTheList())];
  for (const said of ['返回', '返回', '1', '我的信息', '继续'])
    talk.push({ said, heard: await merchant.say(said) });
  return talk;
}

/** The reply with its links, as it stands in the XML; the reference talk has texts only. */
const readable = (content: string) => content.replace(/<a href="[^"]*">([^<]*)<\/a>/g, '$1');

describe('one process on the embedded store', () => {
  let assistant: Started;
  let platform: Platform;
  beforeAll(async () => {
    assistant = await startAssistant();
    platform = assistant.platform('plain');
  });
  afterAll(() => assistant.remove());

  async function withThreeAnswers() {
    const merchant = aMerchant(platform);
    for (const text of ['备案', '1', '1', '广东']) await merchant.say(text);
    const facts = await merchant.say('我的信息');
    expect(facts).toContain('广东');
    return merchant;
  }

  it('takes back one answer for three deliveries of 返回 at once', async () => {
    const merchant = await withThreeAnswers();
    const sent = platform.prepare({ from: merchant.openId, kind: 'text', text: '返回' });
    const bodies = await deliver(platform, sent, [assistant.url, assistant.url, assistant.url]);
    expect(same(bodies)).toBe(true);
    const facts = await merchant.say('我的信息');
    expect(facts).not.toContain('广东');
    expect(facts).toContain('未上架');
  });

  it('gives a staggered re-send the first reply, also after a later message', async () => {
    const merchant = await withThreeAnswers();
    const sent = platform.prepare({ from: merchant.openId, kind: 'text', text: '返回' });
    const bodies = [...(await deliver(platform, sent, [assistant.url]))];
    bodies.push(...(await deliver(platform, sent, [assistant.url])));
    await merchant.say('浙江');
    bodies.push(...(await deliver(platform, sent, [assistant.url])));
    expect(same(bodies)).toBe(true);
    const facts = await merchant.say('我的信息');
    expect(facts).toContain('浙江');
    expect(facts).toContain('未上架');
  });

  it('keeps 删除我的数据 from being repeated by who captured it, for as long as its signature is accepted', async () => {
    let time = new Date('2026-11-30T02:00:00Z');
    const own = await startAssistant({}, { now: () => time });
    onTestFinished(() => own.remove());
    const safe = own.platform('safe', { now: () => time });
    const merchant = aMerchant(safe);
    await merchant.say('备案');
    const captured = safe.prepare({ from: merchant.openId, kind: 'text', text: '删除我的数据' });
    await safe.resend(captured);
    const yes = safe.prepare({ from: merchant.openId, kind: 'text', text: '备案' });
    await safe.resend(yes);
    await merchant.say('企业');
    for (const seconds of [125, 120, 50]) {
      time = new Date(time.getTime() + seconds * 1_000);
      await safe.resend(captured);
      expect(await merchant.say('我的信息')).toContain('企业');
    }
  });

  it('gives a sealed re-send the same reply with the same CreateTime', async () => {
    const safe = assistant.platform('safe');
    const sent = safe.prepare({ from: anOpenId(), kind: 'text', text: '备案' });
    const first = await safe.resend(sent);
    const second = await safe.resend(sent);
    expect(second.deliveries[0]?.responseXmlClear).toBe(first.deliveries[0]?.responseXmlClear);
    expect(first.deliveries[0]?.responseXmlClear).toContain('<Content>');
  });

  it('logs a re-send as one', async () => {
    const sent = platform.prepare({ from: anOpenId(), kind: 'text', text: '备案' });
    for (const again of [false, true, true]) {
      const logged = assistant.log.next(({ msg }) => msg === 'message');
      await deliver(platform, sent, [assistant.url]);
      expect((await logged).again).toBe(again);
    }
  });

  it('answers twenty messages of one merchant in the order in which they arrive', async () => {
    const from = anOpenId();
    const talk = await referenceTalk(platform);
    const longTalk = [...talk, ...talk.slice(-5), ...talk.slice(-5)].slice(0, Math.max(20, talk.length));
    const first = await playAgain(longTalk);
    // All at once on one connection: the order of arrival is the order of the bytes.
    const wire = await openWire(assistant.url);
    const requests = longTalk.map(({ said }) => {
      const sent = platform.prepare({ from, kind: 'text', text: said });
      return postBytes(`${assistant.url}/wechat?${sent.query}`, sent.body);
    });
    wire.write(Buffer.concat(requests));
    const heard: string[] = [];
    for (const _ of requests) heard.push(readable(contentOf((await wire.answer()).body)));
    wire.end();
    expect(heard.length).toBeGreaterThanOrEqual(20);
    expect(heard).toEqual(first);
  });

  async function playAgain(talk: readonly Exchange[]): Promise<readonly string[]> {
    const merchant = aMerchant(platform);
    const heard: string[] = [];
    for (const { said } of talk) heard.push(await merchant.say(said));
    return heard;
  }

  it('loses nothing of two messages at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const merchant = await withThreeAnswers();
      await Promise.all([
        merchant.does({ kind: 'pick', text: '个体工商户', id: 'a.filing.subject.sole-trader' }),
        merchant.does({ kind: 'pick', text: '浙江', id: 'a.filing.province.浙江' }),
      ]);
      const facts = await merchant.say('我的信息');
      expect(facts).toContain('个体工商户');
      expect(facts).toContain('浙江');
    }
  });

  it('keeps two merchants apart whose messages carry the same MsgId', async () => {
    const msgId = '24180351648420001';
    const [one, other] = [aMerchant(platform), aMerchant(platform)];
    await one.say('备案');
    const sent = (from: string, text: string) => platform.prepare({ from, kind: 'text', text }, { msgId });
    const answers = await Promise.all([
      answerTo(platform, sent(one.openId, '企业')),
      answerTo(platform, sent(other.openId, '帮助')),
    ]);
    expect(contentOf(answers[0].text)).toContain('上架');
    expect(contentOf(answers[1].text)).toContain('怎么用');
    expect(await one.say('我的信息')).toContain('企业');
  });

  it('hears two events of the same second with different keys as two', async () => {
    const from = anOpenId();
    const at = new Date();
    const press = (key: string) => platform.prepare({ from, kind: 'event', event: 'CLICK', key }, { at });
    const [opened] = await deliver(platform, press('备案'), [assistant.url]);
    const [answered] = await deliver(platform, press('企业'), [assistant.url]);
    expect(contentOf(opened ?? '')).toContain('主体');
    expect(contentOf(answered ?? '')).toContain('上架');
  });

  it('hears a re-sent event once', async () => {
    const merchant = await withThreeAnswers();
    const press = platform.prepare({ from: merchant.openId, kind: 'event', event: 'CLICK', key: '返回' });
    expect(same(await deliver(platform, press, [assistant.url, assistant.url, assistant.url]))).toBe(true);
    expect(await merchant.say('我的信息')).toContain('未上架');
    const follow = platform.prepare({ from: merchant.openId, kind: 'event', event: 'subscribe', key: '' });
    expect(same(await deliver(platform, follow, [assistant.url, assistant.url, assistant.url]))).toBe(true);
  });

  it('does not let a re-sent 删除我的数据 delete what came after it', async () => {
    const merchant = await withThreeAnswers();
    const forget = platform.prepare({ from: merchant.openId, kind: 'text', text: '删除我的数据' });
    const [first] = await deliver(platform, forget, [assistant.url]);
    await merchant.say('备案');
    await merchant.say('个人');
    expect(await deliver(platform, forget, [assistant.url])).toEqual([first]);
    expect(await merchant.say('我的信息')).toContain('个人');
  });
});

describe('two processes on one Redis', () => {
  let redis: RedisServer;
  let directory: string;
  let processes: readonly Spawned[] = [];
  let urls: readonly string[] = [];
  let platform: Platform;
  beforeAll(async () => {
    redis = await startRedis();
    directory = aDirectory();
    const settings = settingsFor(directory, { REDIS_URL: redis.url, DATA_KEY: 'k'.repeat(32) });
    const [one, other] = await Promise.all([spawnAssistant(settings), spawnAssistant(settings)]);
    processes = [one, other];
    urls = [one.url, other.url];
    platform = one.platform('plain');
    await Promise.all(
      processes.map(({ log }) => log.find(({ msg, kind }) => msg === 'store' && kind === 'ready')),
    );
  });
  afterAll(async () => {
    await Promise.all(processes.map((one) => one.end('SIGTERM')));
    await redis.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const [A, B] = [0, 1];
  const at = (...which: readonly number[]) => which.map((index) => urls[index] ?? '');

  it('answer a talk in which every message comes three times at once like one in which each comes once', async () => {
    const reference = await referenceTalk(platform);
    const merchants = Array.from({ length: 6 }, anOpenId);
    let [deliveries, differing, wrong] = [0, 0, 0];
    await Promise.all(
      merchants.map(async (from, number) => {
        for (const { said, heard } of reference) {
          const sent = platform.prepare({ from, kind: 'text', text: said });
          const bodies = await deliver(platform, sent, number % 2 ? at(A, B, A) : at(B, A, B));
          deliveries += bodies.length;
          if (!same(bodies)) differing += 1;
          if (readable(contentOf(bodies[0] ?? '')) !== heard) wrong += 1;
        }
      }),
    );
    report('at once', merchants.length * reference.length, deliveries, differing + wrong);
    expect({ differing, wrong }).toEqual({ differing: 0, wrong: 0 });
  });

  it('answer a re-send that comes after a later message with the first reply and change nothing', async () => {
    const reference = await referenceTalk(platform);
    const merchants = Array.from({ length: 4 }, anOpenId);
    let [deliveries, differing, wrong] = [0, 0, 0];
    await Promise.all(
      merchants.map(async (from) => {
        let before: { readonly sent: Sent; readonly bodies: readonly string[] } | undefined;
        for (const { said, heard } of reference) {
          const sent = platform.prepare({ from, kind: 'text', text: said });
          const bodies = [
            ...(await deliver(platform, sent, at(A))),
            ...(await deliver(platform, sent, at(B))),
          ];
          if (before) {
            const late = await deliver(platform, before.sent, at(A, B));
            deliveries += late.length;
            if (!same([...before.bodies, ...late])) differing += 1;
          }
          deliveries += bodies.length;
          if (!same(bodies)) differing += 1;
          if (readable(contentOf(bodies[0] ?? '')) !== heard) wrong += 1;
          before = { sent, bodies };
        }
      }),
    );
    report(
      'staggered, also after a later message',
      merchants.length * reference.length,
      deliveries,
      differing + wrong,
    );
    expect({ differing, wrong }).toEqual({ differing: 0, wrong: 0 });
  });

  it('lose nothing of two messages at once, one to each', async () => {
    for (let round = 0; round < 10; round += 1) {
      const merchant = aMerchant(platform);
      for (const text of ['备案', '1', '1', '广东']) await merchant.say(text);
      const pick = (text: string, id: string) =>
        platform.prepare({ from: merchant.openId, kind: 'pick', text, id });
      await Promise.all([
        deliver(platform, pick('个体工商户', 'a.filing.subject.sole-trader'), at(A)),
        deliver(platform, pick('浙江', 'a.filing.province.浙江'), at(B)),
      ]);
      const facts = await merchant.say('我的信息');
      expect(facts).toContain('个体工商户');
      expect(facts).toContain('浙江');
    }
  });

  it('hear a re-sent event once', async () => {
    const merchant = aMerchant(platform);
    for (const text of ['备案', '1', '1', '广东']) await merchant.say(text);
    const press = platform.prepare({ from: merchant.openId, kind: 'event', event: 'CLICK', key: '返回' });
    expect(same(await deliver(platform, press, at(A, B, A, B)))).toBe(true);
    const facts = await merchant.say('我的信息');
    expect(facts).not.toContain('广东');
    expect(facts).toContain('未上架');
  });
});

function report(how: string, messages: number, deliveries: number, duplicates: number): void {
  process.stdout.write(
    `two processes, ${how}: ${messages} messages, ${deliveries} deliveries, ${duplicates} duplicates seen\n`,
  );
}
