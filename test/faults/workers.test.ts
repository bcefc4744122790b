/** Several workers on one port: one that is killed is replaced while the others answer, nothing is lost or doubled, the
 *  figures are those of all, and a signal ends them together. */

import { rmSync } from 'node:fs';
import { createClient } from 'redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRenderer } from '../../src/core/conversation/render/renderer.ts';
import { aDirectory, runToItsEnd, settingsFor, spawnAssistant } from '../server/running.ts';
import { startRedis } from '../setup/redis.ts';
import { theHandbook } from '../support.ts';
import { compare, DATA_KEY, keyOf, LONG, report, startLoad, turnsIn } from './load.ts';

const apology = async () =>
  createRenderer(await theHandbook())
    .phrase('fault')
    .join('\n');

function aFolder(): string {
  const directory = aDirectory();
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

describe('two workers', { timeout: 120_000 }, () => {
  it('lose and double nothing when one is killed under load, and are two again', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const assistant = await spawnAssistant(
      settingsFor(aFolder(), {
        REDIS_URL: redis.url,
        DATA_KEY,
        WORKERS: '2',
        METRICS_PORT: '0',
        LOG_LEVEL: 'info',
      }),
    );
    onTestFinished(async () => void (await assistant.end('SIGKILL')));
    expect(assistant.printed).toContain('2 workers');
    const load = startLoad({
      platform: assistant.platform('plain'),
      merchants: 20,
      apology: await apology(),
    });
    await load.answers(60);
    let unheard = 0;
    for (let round = 0; round < (LONG ? 6 : 1); round += 1) {
      const started = assistant.log.lines.filter(({ msg }) => msg === 'worker listens');
      const again = assistant.log.next(({ msg }) => msg === 'worker listens');
      process.kill(Number(started.at(-1)?.pid), 'SIGKILL');
      await load.answers(40);
      await again;
      unheard = load.tally.unheard;
    }
    await load.answers(60);
    await load.stop();
    const client = await createClient({ url: redis.url }).connect();
    onTestFinished(() => client.destroy());
    const turns = new Map<string, number>();
    for (const openId of load.merchants.keys())
      turns.set(openId, turnsIn((await client.get(keyOf(openId))) ?? ''));
    const { answered, banners, apologies } = load.tally;
    const { lost, doubled } = compare(load.merchants, turns);
    report('a worker of two killed', { answered, unheard, apologies, lost, doubled });
    expect({ lost, doubled, banners, apologies }).toEqual({ lost: 0, doubled: 0, banners: [], apologies: 0 });
    // Only what that worker had on its connections.
    expect(unheard).toBeLessThanOrEqual(20 * (LONG ? 6 : 1));

    const start = performance.now();
    const exit = await assistant.end('SIGTERM');
    expect(exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('that are silent are ended and replaced', async () => {
    const assistant = await spawnAssistant(settingsFor(aFolder(), { DATA_KEY, WORKERS: '2' }));
    onTestFinished(async () => void (await assistant.end('SIGKILL')));
    const { pid } = await assistant.log.find(({ msg }) => msg === 'worker listens');
    const ended = assistant.log.next(({ msg }) => msg === 'worker is silent: ended');
    process.kill(Number(pid), 'SIGSTOP');
    expect((await ended).pid).toBe(pid);
    const { pid: next } = await assistant.log.next(({ msg }) => msg === 'worker listens');
    expect(next).not.toBe(pid);
    expect(await assistant.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  // Not there rather than skipped: on CI nothing is skipped.
  if (!LONG) return;

  it('share the embedded store, and add up their figures', async () => {
    const directory = aFolder();
    const port = String(20_000 + (process.pid % 10_000));
    const assistant = await spawnAssistant(
      settingsFor(directory, { DATA_KEY, WORKERS: '2', METRICS_PORT: port, LOG_LEVEL: 'info' }),
    );
    onTestFinished(async () => void (await assistant.end('SIGKILL')));
    const load = startLoad({
      platform: assistant.platform('plain'),
      merchants: 10,
      apology: await apology(),
    });
    await load.answers(100);
    await load.stop();
    expect(load.tally.banners).toEqual([]);
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
    const sum = /assistant_messages_total\{kind="text",outcome="reply"\} (\d+)/.exec(metrics)?.[1];
    expect(Number(sum)).toBe(load.tally.answered);
    expect(await assistant.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('that cannot start end all of it, with the reason', async () => {
    const { code, printed } = await runToItsEnd(
      settingsFor('/dev/null/nowhere', { DATA_KEY, WORKERS: '2', LOG_LEVEL: 'silent' }),
    );
    expect(code).toBe(1);
    expect(printed).toContain('DATA_DIR');
  });
});
