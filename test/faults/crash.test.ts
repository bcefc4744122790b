/** The assistant itself killed with kill -9 while merchants write, at random points, on both stores: what was answered is
 *  kept, nothing counts twice, and it starts again on what it left behind. And ended with SIGTERM under load. */

import { rmSync } from 'node:fs';
import { createClient } from 'redis';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRenderer } from '../../src/core/conversation/render/renderer.ts';
import type { Platform } from '../../src/playground/platform/platform.ts';
import { embeddedStore } from '../../src/store/embedded/sessions.ts';
import { ACCOUNT, aDirectory, type Settings, settingsFor, spawnAssistant } from '../server/running.ts';
import { freePort, startRedis } from '../setup/redis.ts';
import { theHandbook } from '../support.ts';
import { compare, DATA_KEY, keyOf, LONG, type Load, report, startLoad, turnsIn } from './load.ts';

const KILLS = LONG ? 50 : 1;
const MERCHANTS = 20;

let apology = '';
beforeAll(async () => {
  apology = createRenderer(await theHandbook())
    .phrase('fault')
    .join('\n');
});

function aFolder(): string {
  const directory = aDirectory();
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Kills it again and again at a random moment while the same merchants go on, re-sending what was not answered. */
async function killed(settings: Settings, turnsOf: (load: Load) => Promise<ReadonlyMap<string, number>>) {
  const port = await freePort();
  const fixed = { ...settings, PORT: String(port) };
  let assistant = await spawnAssistant(fixed);
  onTestFinished(async () => void (await assistant.end('SIGKILL')));
  const load = startLoad({
    platform: assistant.platform('plain'),
    merchants: MERCHANTS,
    apology,
    pauseMs: 5,
  });
  let same = 0;
  for (let time = 0; time < KILLS; time += 1) {
    await load.answers(10 + Math.floor(Math.random() * 150));
    await pause(Math.random() * 30);
    expect(await assistant.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    assistant = await spawnAssistant(fixed);
    same += await answersAlike(assistant.platform('plain'), load);
  }
  await load.answers(MERCHANTS * 2);
  await load.stop();
  expect(await assistant.end('SIGTERM')).toEqual({ code: 0, signal: null });
  const { lost, doubled } = compare(load.merchants, await turnsOf(load));
  const { answered, unheard, apologies, banners } = load.tally;
  return {
    kills: KILLS,
    answered,
    unheard,
    apologies,
    'known again': same,
    lost,
    doubled,
    banners: banners.length,
  };
}

/** Sends one message again that was answered before the kill: the answer must be the same to the byte. */
async function answersAlike(platform: Platform, load: Load): Promise<number> {
  const [known] = load.last.values();
  if (known === undefined) throw new Error('nothing was answered');
  const arrival = await platform.deliver(known.sent);
  if (arrival.kind === 'none') throw new Error(arrival.reason);
  expect(arrival.text).toBe(known.body);
  return 1;
}

describe('kill -9 under load', { timeout: LONG ? 1_800_000 : 120_000 }, () => {
  it('on the embedded store loses and doubles nothing; the files open clean every time', async () => {
    const directory = aFolder();
    const figures = await killed(settingsFor(directory, { DATA_KEY, LOG_LEVEL: 'warn' }), async (load) => {
      const store = embeddedStore({
        directory,
        account: ACCOUNT.originalId,
        now: () => new Date(),
        log: () => {},
      });
      const turns = new Map<string, number>();
      for (const openId of load.merchants.keys()) {
        const who = keyOf(openId).split(':').at(-1) ?? '';
        await store.update(who, 'a look', (before) => {
          turns.set(openId, turnsIn(before));
          return { session: before, reply: '', report: undefined };
        });
      }
      await store.close();
      return turns;
    });
    report('kill -9, embedded', figures);
    expect(figures).toMatchObject({ lost: 0, doubled: 0 });
  });

  it('on Redis loses and doubles nothing', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const settings = settingsFor(aFolder(), { REDIS_URL: redis.url, DATA_KEY, LOG_LEVEL: 'warn' });
    const figures = await killed(settings, async (load) => {
      const client = await createClient({ url: redis.url }).connect();
      const turns = new Map<string, number>();
      for (const openId of load.merchants.keys())
        turns.set(openId, turnsIn((await client.get(keyOf(openId))) ?? undefined));
      client.destroy();
      return turns;
    });
    report('kill -9, Redis', figures);
    expect(figures).toMatchObject({ lost: 0, doubled: 0 });
  });
});

describe('SIGTERM under load', { timeout: 120_000 }, () => {
  it('answers what is under way, takes nothing new, and ends within five seconds', async () => {
    const assistant = await spawnAssistant(settingsFor(aFolder(), { DATA_KEY, LOG_LEVEL: 'info' }));
    const load = startLoad({
      platform: assistant.platform('plain'),
      merchants: MERCHANTS,
      apology,
      pauseMs: 0,
    });
    await load.answers(MERCHANTS * 3);
    const start = performance.now();
    expect(await assistant.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const took = performance.now() - start;
    const { answered, apologies, acknowledged, banners } = load.tally;
    const heard = assistant.log.lines.filter(({ msg }) => msg === 'message').length;
    report('SIGTERM under load', { answered, took, heard });
    expect(took).toBeLessThan(5_000);
    expect({ apologies, acknowledged, banners }).toEqual({ apologies: 0, acknowledged: 0, banners: [] });
    // Whatever was heard was answered: the load and the log agree to the message.
    expect(answered).toBe(heard);
    load.giveUp();
    await load.stop();
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
