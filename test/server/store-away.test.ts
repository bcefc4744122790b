/** Redis killed and Redis frozen: the merchant is told in time, nothing is promised that is not kept, and the assistant
 *  comes back by itself. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type RedisServer, startRedis } from '../setup/redis.ts';
import { aMerchant, type Started, startAssistant } from './running.ts';

/** Milliseconds within which the assistant must have answered, by its own log; the platform of these tests hangs up
 *  after 5,000 and a merchant who saw that makes the test fail. */
const IN_TIME = 4_600;

let redis: RedisServer;
let assistant: Started;
beforeAll(async () => {
  redis = await startRedis({ durable: true });
  assistant = await startAssistant({ REDIS_URL: redis.url, DATA_KEY: 'k'.repeat(32) });
});
afterAll(async () => {
  await assistant.remove();
  await redis.stop();
});

const status = (path: string) => fetch(`${assistant.url}${path}`).then((answer) => answer.status);
const isReady = (line: { msg?: string | undefined; kind?: string | undefined }) =>
  line.msg === 'store' && line.kind === 'ready';

beforeEach(() => assistant.log.find(isReady));

async function aMerchantWithAnswers() {
  const merchant = aMerchant(assistant.platform('safe'));
  await merchant.say('备案');
  await merchant.say('企业');
  return merchant;
}

describe('a Redis that was', () => {
  it('killed: the fault sentence at once, success for events, not ready but alive; after the restart the talk goes on', async () => {
    const merchant = await aMerchantWithAnswers();
    const fault = assistant.phrase('fault');
    await redis.kill();

    const logged = assistant.log.next(({ msg }) => msg === 'fault');
    expect(await merchant.say('未上架')).toBe(fault);
    const { err, ms } = await logged;
    expect(err?.name).toBe('StoreError');
    expect(ms).toBeLessThan(IN_TIME);
    expect(await merchant.does({ kind: 'event', event: 'subscribe', key: '' })).toBe(fault);
    expect(await merchant.does({ kind: 'event', event: 'VIEW', key: 'https://www.example.test/' })).toBe(
      'success',
    );
    const leaver = aMerchant(assistant.platform('safe'));
    expect(await leaver.does({ kind: 'event', event: 'unsubscribe', key: '' })).toBe('success');
    expect([await status('/readyz'), await status('/healthz')]).toEqual([503, 200]);

    const back = assistant.log.next(isReady);
    await redis.restart();
    await back;
    await expect.poll(() => status('/readyz')).toBe(200);
    const facts = await merchant.say('我的信息');
    expect(facts).toContain('企业');
    expect(facts).not.toContain('未上架');
    expect(await merchant.say('未上架')).toContain('未上架');
  });

  it('frozen: the fault sentence in time, for one merchant and for twenty more; after the thaw the talk goes on', async () => {
    const merchant = await aMerchantWithAnswers();
    const fault = assistant.phrase('fault');
    onTestFinished(() => redis.thaw());
    redis.freeze();

    const before = assistant.log.lines.length;
    const [heard, , alive, ...others] = await Promise.all([
      merchant.say('未上架'),
      // What was found a moment ago stands for a second.
      expect.poll(() => status('/readyz'), { timeout: 4_000 }).toBe(503),
      status('/healthz'),
      ...Array.from({ length: 20 }, () => aMerchant(assistant.platform('safe')).say('备案')),
    ]);
    expect(heard).toBe(fault);
    expect(alive).toBe(200);
    expect(new Set(others)).toEqual(new Set([fault]));
    expect(await merchant.say('未上架')).toBe(fault);
    const took = assistant.log.lines
      .slice(before)
      .flatMap(({ msg, ms = 0 }) => (msg === 'fault' ? [ms] : []));
    expect(took).toHaveLength(22);
    expect(Math.max(...took)).toBeLessThan(IN_TIME);
    process.stdout.write(
      `frozen Redis: 21 merchants had the fault sentence within ${Math.round(Math.max(...took))} ms\n`,
    );

    const back = assistant.log.next(isReady);
    redis.thaw();
    await back;
    await expect.poll(() => status('/readyz')).toBe(200);
    // A write that timed out may have been applied, so only what was there before is certain.
    expect(await merchant.say('我的信息')).toContain('企业');
  });
});

describe('a Redis that answers', () => {
  it('is asked once a message while somebody is talking', async () => {
    const merchant = await aMerchantWithAnswers();
    const logged = assistant.log.next(({ msg }) => msg === 'message');
    await merchant.say('未上架');
    expect((await logged).trips).toBe(1);
  });
});

describe('a Redis that is not there yet', () => {
  it('does not keep the assistant from starting, and is found when it comes', async () => {
    const late = await startRedis();
    onTestFinished(() => late.stop());
    await late.kill();
    const early = await startAssistant({ REDIS_URL: late.url, DATA_KEY: 'k'.repeat(32) });
    onTestFinished(() => early.remove());
    const merchant = aMerchant(early.platform('safe'));
    expect(await merchant.say('备案')).toBe(assistant.phrase('fault'));
    const found = early.log.find(isReady);
    await late.restart();
    await found;
    expect(await merchant.say('备案')).toContain('主体');
  });

  it('never shows its password in the log', async () => {
    const closed = await startRedis();
    onTestFinished(() => closed.stop());
    await closed.kill();
    const url = `redis://user:Geheimnis42@127.0.0.1:${closed.port}`;
    const started = await startAssistant({ REDIS_URL: url, DATA_KEY: 'k'.repeat(32) });
    await aMerchant(started.platform('safe')).say('备案');
    await started.log.find(({ msg, kind }) => msg === 'store' && kind === 'away');
    await started.remove();
    expect(started.log.raw).not.toContain('Geheimnis42');
  });
});
