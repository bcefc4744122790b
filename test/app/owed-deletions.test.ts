/** Whoever asked to be deleted is deleted, however late. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createOwedDeletions, type OwedEvent } from '../../src/app/owed-deletions.ts';
import type { Sessions } from '../../src/core/conversation/session/store.ts';
import { StoreError } from '../../src/core/errors.ts';
import { embeddedStore } from '../../src/store/embedded/sessions.ts';
import { aMerchant, startAssistant } from '../server/running.ts';
import { startRedis } from '../setup/redis.ts';
import { keep } from '../store/changes.ts';

const KEY = 'a data key of 32 characters, or so';
const UNSUBSCRIBE = { kind: 'event', event: 'unsubscribe', key: '' } as const;

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'owed-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

describe('a deletion that is owed', () => {
  /** A real store that can be out of reach. */
  function aStore(directory: string) {
    const real = embeddedStore({ directory, account: 'gh', now: () => new Date(), log: () => {} });
    onTestFinished(() => real.close());
    let isAway = false;
    const sessions: Sessions = {
      ...real,
      forget: async (who) => {
        if (isAway) throw new StoreError('away');
        return real.forget(who);
      },
    };
    const away = (is: boolean) => {
      isAway = is;
    };
    return { real, sessions, away };
  }

  it('goes before what the person writes next, and never takes new answers along', async () => {
    const directory = folder();
    const { real, sessions, away } = aStore(directory);
    const owed = createOwedDeletions({ sessions, directory, log: () => {}, everyMs: 3_600_000 });
    onTestFinished(() => owed.close());
    await real.update('anna', '1', keep('old'));
    away(true);
    owed.owe({ who: 'anna' });
    await expect(owed.sessions.update('anna', '2', keep('new'))).rejects.toThrow(StoreError);
    expect(await real.read('anna')).toBe('old');
    away(false);
    const seen: unknown[] = [];
    await owed.sessions.update('anna', '3', (before) => {
      seen.push(before);
      return keep('new')();
    });
    expect(seen).toEqual([undefined]);
    expect(await real.read('anna')).toBe('new');
    expect(owed.size).toBe(0);
  });

  it('is made up for by itself, and told', async () => {
    const directory = folder();
    const { real, sessions, away } = aStore(directory);
    const events: OwedEvent[] = [];
    const owed = createOwedDeletions({ sessions, directory, log: (event) => events.push(event), everyMs: 5 });
    onTestFinished(() => owed.close());
    for (const who of ['anna', 'old anna', 'ben']) await real.update(who, '1', keep('s'));
    away(true);
    owed.owe({ who: 'anna', formerly: 'old anna' });
    owed.owe({ who: 'anna' });
    away(false);
    await expect.poll(() => owed.size).toBe(0);
    expect([await real.read('anna'), await real.read('old anna'), await real.read('ben')]).toEqual([
      undefined,
      undefined,
      's',
    ]);
    expect(events).toEqual([
      { kind: 'owed', count: 2 },
      { kind: 'made-up-for', count: 2 },
    ]);
    expect(readdirSync(join(directory, 'owed-deletions'))).toEqual([]);
  });

  it('is told and goes on in memory where no file can be written', async () => {
    const directory = folder();
    const { real, sessions } = aStore(directory);
    const events: OwedEvent[] = [];
    const nowhere = join(directory, 'data.mdb');
    const owed = createOwedDeletions({
      sessions,
      directory: join(directory, 'sessions.mdb', nowhere),
      log: (event) => events.push(event),
      everyMs: 5,
    });
    onTestFinished(() => owed.close());
    await real.update('anna', '1', keep('s'));
    owed.owe({ who: 'anna' });
    await expect.poll(() => real.read('anna')).toBeUndefined();
    expect(events.some(({ kind }) => kind === 'not-written')).toBe(true);
  });
});

describe('the assistant', () => {
  it('keeps who unsubscribed or wrote 删除我的数据 while Redis was away, over its own restart, and deletes them', async () => {
    const redis = await startRedis({ durable: true });
    onTestFinished(() => redis.stop());
    const directory = folder();
    const settings = { REDIS_URL: redis.url, DATA_KEY: KEY };
    const before = await startAssistant(settings, { directory });
    const [leaver, writer, stays] = [1, 2, 3].map(() => aMerchant(before.platform()));
    if (!leaver || !writer || !stays) throw new Error('no merchants');
    for (const one of [leaver, writer, stays]) {
      await one.say('备案');
      await one.say('企业');
    }
    await redis.kill();
    expect(await leaver.does(UNSUBSCRIBE)).toBe('success');
    expect(await writer.say('删除我的数据。')).toBe(before.phrase('deletion-owed'));
    expect(await stays.say('未上架')).toBe(before.phrase('fault'));
    await before.stop();
    expect(existsSync(join(directory, 'owed-deletions'))).toBe(true);

    await redis.restart();
    const after = await startAssistant(settings, { directory });
    onTestFinished(() => after.stop());
    await after.log.find(({ msg, kind }) => msg === 'deletions' && kind === 'made-up-for');
    const heard = async (openId: string) => aMerchant(after.platform(), openId).say('我的信息');
    expect(await heard(leaver.openId)).not.toContain('企业');
    expect(await heard(writer.openId)).not.toContain('企业');
    expect(await heard(stays.openId)).toContain('企业');
    expect(after.log.raw + before.log.raw).not.toContain(leaver.openId);
  });
});
