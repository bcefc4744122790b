/** More messages than can be answered: those taken are answered in time, the rest is acknowledged at once and counted, and
 *  what was acknowledged unread was never heard. The store is slow behind a proxy, so that few messages are many. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sent } from '../../src/playground/platform/platform.ts';
import { aMerchant, anOpenId, type Started, startAssistant } from '../server/running.ts';
import { openWire, postBytes } from '../server/wire.ts';
import { startProxy, type TcpProxy } from '../setup/proxy.ts';
import { type RedisServer, startRedis } from '../setup/redis.ts';
import { DATA_KEY, LONG, report } from './load.ts';

const MOST = 5;
const TOKEN = 'metrics-token-0123456789';

let redis: RedisServer;
let proxy: TcpProxy;
let assistant: Started;
beforeAll(async () => {
  redis = await startRedis();
  proxy = await startProxy(redis.port);
  assistant = await startAssistant({
    REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
    DATA_KEY,
    MAX_WAITING: String(MOST),
    METRICS_TOKEN: TOKEN,
    LOG_LEVEL: 'info',
  });
  await assistant.log.find(({ msg, kind }) => msg === 'store' && kind === 'ready');
});
afterAll(async () => {
  await assistant.remove();
  await proxy.stop();
  await redis.stop();
});

async function counted(): Promise<number> {
  const answer = await fetch(`${assistant.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const line = /assistant_messages_total\{kind="unknown",outcome="shed"\} (\d+)/.exec(await answer.text());
  return Number(line?.[1] ?? 0);
}

const plain = () => assistant.platform('plain');
const aMessage = (text = '备案', from = anOpenId()) => plain().prepare({ from, kind: 'text', text });

/** The first message of each is under way in the store when this resolves. */
async function fill(count: number): Promise<readonly Promise<string>[]> {
  const full = taken + count;
  const answers = Array.from({ length: count }, () => bodyOf(aMessage()));
  await expect.poll(() => taken).toBe(full);
  return answers;
}

let taken = 0;
beforeAll(() => {
  assistant.server.prependListener('request', (request, response) => {
    if (request.method !== 'POST') return;
    taken += 1;
    response.once('close', () => {
      taken -= 1;
    });
  });
});

async function bodyOf(sent: Sent): Promise<string> {
  const arrival = await plain().deliver(sent);
  if (arrival.kind === 'none') return `no answer: ${arrival.reason}`;
  expect(arrival.status).toBe(200);
  expect(arrival.ms).toBeLessThan(5_000);
  return arrival.text ?? '';
}

describe('ten times more than can be answered', { timeout: 120_000 }, () => {
  it('answers those taken in time, acknowledges the rest at once, and counts it', async () => {
    // 5 at a time, each twice 300 ms in the store: 8 a second.
    proxy.slow(150);
    const [seconds, rate] = [LONG ? 20 : 2, 80];
    const before = await counted();
    const memory = process.memoryUsage().rss;
    const outcomes: Promise<string>[] = [];
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        for (let one = 0; one < rate / 20; one += 1) outcomes.push(bodyOf(aMessage()));
        if (outcomes.length < seconds * rate) return;
        clearInterval(timer);
        resolve();
      }, 50);
    });
    const bodies = await Promise.all(outcomes);
    proxy.slow(0);
    const answered = bodies.filter((body) => body.includes('主体')).length;
    const shed = bodies.filter((body) => body === 'success').length;
    report('ten times too much', {
      messages: bodies.length,
      answered,
      shed,
      'MB more': (process.memoryUsage().rss - memory) / 1e6,
    });
    expect(answered + shed).toBe(bodies.length);
    expect(answered).toBeGreaterThanOrEqual(MOST);
    expect(shed).toBeGreaterThan(bodies.length / 2);
    expect((await counted()) - before).toBe(shed);
    const told = assistant.log.lines.filter(({ msg }) => msg === 'overload').length;
    expect(told).toBeGreaterThanOrEqual(1);
    expect(told).toBeLessThanOrEqual(seconds / 5 + 3);
  });
});

describe('a full house', { timeout: 60_000 }, () => {
  it('never hears what it acknowledges: sent again when there is room, it is new', async () => {
    proxy.slow(500);
    const inside = await fill(MOST);
    const from = anOpenId();
    const turnedAway = aMessage('备案', from);
    expect(await bodyOf(turnedAway)).toBe('success');
    proxy.slow(0);
    for (const body of await Promise.all(inside)) expect(body).toContain('主体');
    const logged = assistant.log.next(({ msg }) => msg === 'message');
    expect(await bodyOf(turnedAway)).toContain('主体');
    expect((await logged).again).toBe(false);
  });

  it('lets in a re-send of what is being worked on, and both get the one answer', async () => {
    proxy.slow(500);
    const first = aMessage();
    const answer = bodyOf(first);
    await expect.poll(() => taken).toBe(1);
    const others = await fill(MOST - 1);
    const again = bodyOf(first);
    expect(await bodyOf(aMessage())).toBe('success');
    proxy.slow(0);
    expect(await answer).toContain('主体');
    expect(await again).toBe(await answer);
    await Promise.all(others);
  });

  it.each(['safe', 'plain'] as const)(
    'deletes in the end who unsubscribed meanwhile, although that was acknowledged unread (%s mode)',
    async (mode) => {
      const leaver = aMerchant(assistant.platform(mode));
      await leaver.say('备案');
      await leaver.say('企业');
      proxy.slow(500);
      const inside = await fill(MOST);
      const made = assistant.log.next(({ msg, kind }) => msg === 'deletions' && kind === 'made-up-for');
      expect(await leaver.does({ kind: 'event', event: 'unsubscribe', key: '' })).toBe('success');
      expect(await bodyOf(aMessage('企业', leaver.openId))).toBe('success');
      proxy.slow(0);
      await Promise.all(inside);
      await made;
      expect(await leaver.say('我的信息')).not.toContain('企业');
    },
  );

  it('is not filled by strangers: half bodies without a signature cost the platform nothing', async () => {
    const wires = await Promise.all(Array.from({ length: MOST * 3 }, () => openWire(assistant.url)));
    const now = Math.floor(Date.now() / 1000);
    const clear = 'signature=x&timestamp=1&nonce=1';
    const sealed = `encrypt_type=aes&msg_signature=${'0'.repeat(40)}&timestamp=${now}&nonce=1`;
    for (const [number, wire] of wires.entries()) {
      const query = number % 2 === 0 ? clear : sealed;
      const bytes = postBytes(`${assistant.url}/wechat?${query}`, 'x'.repeat(1_000));
      wire.write(bytes.subarray(0, bytes.length - 500));
    }
    expect(await bodyOf(aMessage())).toContain('主体');
    for (const wire of wires) wire.end();
  });
});
