/** Whose store it is: noticed at the start, told with the remedy. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readDataKey } from '../../src/app/data-key.ts';
import { claimedLabel, fingerprintOf } from '../../src/app/store-label.ts';
import { aMerchant, startAssistant } from '../server/running.ts';
import { startRedis } from '../setup/redis.ts';

const KEY = 'the first data key of 32 characters';
const NEXT = 'the second data key of 32 characters';
const owner = { account: 'gh_a', dataKey: KEY, previousDataKey: undefined };

describe('a store', () => {
  it('is claimed by its first account, and found again', () => {
    const { label } = claimedLabel(undefined, owner);
    expect(label).not.toContain(KEY);
    expect(claimedLabel(label, owner)).toEqual({ label, warnings: [] });
  });

  it('of another key is refused with both fingerprints and what to do', () => {
    const { label } = claimedLabel(undefined, owner);
    const claim = () => claimedLabel(label, { ...owner, dataKey: NEXT });
    expect(claim).toThrow(/^DATA_KEY: .*gh_a.*PREVIOUS_DATA_KEY/s);
    expect(claim).toThrow(fingerprintOf(KEY));
    expect(claim).toThrow(fingerprintOf(NEXT));
  });

  it('goes over to a new key when the one before is given, and then refuses the old one', () => {
    const { label } = claimedLabel(undefined, owner);
    const moved = claimedLabel(label, { ...owner, dataKey: NEXT, previousDataKey: KEY });
    expect(claimedLabel(moved.label, { ...owner, dataKey: NEXT }).label).toBe(moved.label);
    expect(() => claimedLabel(moved.label, owner)).toThrow('DATA_KEY');
  });

  it('tells an account that has nothing in it whose sessions are there', () => {
    const { label } = claimedLabel(undefined, owner);
    const { warnings } = claimedLabel(label, { ...owner, account: 'gh_b' });
    expect(warnings).toEqual([expect.stringMatching(/gh_a .*gh_b: is WECHAT_ORIGINAL_ID right\?$/)]);
    const played = claimedLabel(undefined, { ...owner, account: 'gh_playground' });
    expect(claimedLabel(played.label, owner).warnings).toEqual([]);
  });

  it('of a later version, half restored or with a damaged label is refused', () => {
    const wrong = (label: unknown) => () => claimedLabel(JSON.stringify(label), owner);
    expect(wrong({ format: 99, accounts: {} })).toThrow('a later version (format 99');
    expect(wrong({ format: 1, accounts: {}, restoring: 'gh_a' })).toThrow('npm run restore');
    expect(wrong([])).toThrow('damaged');
    expect(() => claimedLabel('{"format"', owner)).toThrow('damaged');
  });
});

describe('the assistant', () => {
  it('does not start beside sessions whose key is lost', async () => {
    const first = await startAssistant();
    await aMerchant(first.platform()).say('备案');
    await first.stop();
    rmSync(join(first.directory, 'data.key'));
    await expect(startAssistant({}, { directory: first.directory })).rejects.toThrow('made with another key');
  });

  it('lets sessions follow to a new key, and deletes them by it', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const old = await startAssistant({ REDIS_URL: redis.url, DATA_KEY: KEY });
    const merchant = aMerchant(old.platform());
    await merchant.say('备案');
    await merchant.say('企业');
    await old.remove();
    await expect(startAssistant({ REDIS_URL: redis.url, DATA_KEY: NEXT })).rejects.toThrow('DATA_KEY');
    const next = await startAssistant({ REDIS_URL: redis.url, DATA_KEY: NEXT, PREVIOUS_DATA_KEY: KEY });
    onTestFinished(() => next.remove());
    const again = aMerchant(next.platform(), merchant.openId);
    expect(await again.say('我的信息')).toContain('企业');
    await again.say('删除我的数据');
    expect(await again.say('我的信息')).not.toContain('企业');
  });

  it('answers nobody from a store of another key that comes late, and says why it is not ready', async () => {
    const redis = await startRedis({ durable: true });
    onTestFinished(() => redis.stop());
    await (await startAssistant({ REDIS_URL: redis.url, DATA_KEY: KEY })).remove();
    await redis.kill();
    const wrong = await startAssistant({ REDIS_URL: redis.url, DATA_KEY: NEXT });
    onTestFinished(() => wrong.remove());
    const back = wrong.log.find(({ msg, kind }) => msg === 'store' && kind === 'ready');
    await redis.restart();
    await back;
    expect(await aMerchant(wrong.platform()).say('备案')).toBe(wrong.phrase('fault'));
    expect((await fetch(`${wrong.url}/readyz`)).status).toBe(503);
    expect(await wrong.log.find(({ reason }) => reason?.startsWith('DATA_KEY') ?? false)).toMatchObject({
      msg: 'not ready',
    });
  });
});

describe('the key of a folder', () => {
  const folder = () => {
    const directory = mkdtempSync(join(tmpdir(), 'key-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    return directory;
  };

  it('is made once, and nothing else is left there', () => {
    const directory = folder();
    const key = readDataKey(directory);
    expect(key.length).toBeGreaterThanOrEqual(32);
    expect(readDataKey(directory)).toBe(key);
    expect(readdirSync(directory)).toEqual(['data.key']);
    expect(readFileSync(join(directory, 'data.key'), 'utf8')).toBe(key);
  });

  it('is read where nothing can be written, as on a full disk', () => {
    const directory = folder();
    writeFileSync(join(directory, 'data.key'), KEY);
    // A folder in the place of the file that a new key would be written to.
    mkdirSync(join(directory, `data.key.${process.pid}`));
    expect(readDataKey(directory)).toBe(KEY);
  });
});
