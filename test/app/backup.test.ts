/** Copies of what is kept, taken and put back by the commands that an operator types, with kills in the middle. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readLabel } from '../../src/app/store-label.ts';
import { embeddedStore } from '../../src/store/embedded/sessions.ts';
import { ACCOUNT, aMerchant, type Settings, settingsFor, startAssistant } from '../server/running.ts';
import { startRedis } from '../setup/redis.ts';
import { keep } from '../store/changes.ts';
import { ROOT } from '../support.ts';

const KEY = 'a data key of 32 characters, or so';
const MANY = 6_000;

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'backup-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts a command of the built program. */
function start(settings: Settings, ...given: readonly string[]) {
  const child = spawn(process.execPath, [join(ROOT, 'dist/main.js'), ...given], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, said }));
  return { child, ended };
}
const command = (settings: Settings, ...given: readonly string[]) => start(settings, ...given).ended;

const settings = (directory: string, more: Settings = {}) =>
  settingsFor(directory, { DATA_KEY: KEY, ...more });

/** Sessions of many merchants, straight into the files. */
async function filled(directory: string, people: number): Promise<void> {
  const store = storeIn(directory);
  const names = Array.from({ length: people }, (_, n) => `person ${n}`);
  while (names.length > 0)
    await Promise.all(names.splice(0, 500).map((who) => store.update(who, '1', keep(`session of ${who}`))));
  await store.close();
}

function storeIn(directory: string) {
  const account = ACCOUNT.originalId;
  return embeddedStore({ directory, account, now: () => new Date(), log: () => {} });
}

describe('a backup', () => {
  it('is taken while the assistant runs, and brings every merchant back into another store', async () => {
    const [from, to] = [folder(), folder()];
    const file = join(to, 'copy.jsonl');
    const running = await startAssistant({ DATA_KEY: KEY }, { directory: from });
    const merchant = aMerchant(running.platform());
    await merchant.say('备案');
    await merchant.say('企业');
    expect(await command(settings(from), 'backup', file)).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^2 records of gh_demo0a1b2c3d are in .*copy\.jsonl/),
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(merchant.openId);
    await running.stop();

    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const there = { REDIS_URL: redis.url };
    expect(await command(settings(to, there), 'restore', file)).toMatchObject({ code: 0 });
    const moved = await startAssistant({ DATA_KEY: KEY, ...there });
    onTestFinished(() => moved.remove());
    expect(await aMerchant(moved.platform(), merchant.openId).say('我的信息')).toContain('企业');
  });

  it('that was cut off by a kill leaves the copy before as it was', async () => {
    const from = folder();
    const file = join(from, 'copy.jsonl');
    await filled(from, MANY);
    expect((await command(settings(from), 'backup', file)).code).toBe(0);
    const before = readFileSync(file);
    const { child, ended } = start(settings(from), 'backup', file);
    while (!existsSync(`${file}.part`)) await pause(1);
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(`${file}.part`)).toBe(true);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect((await command(settings(from), 'backup', file)).said).toMatch(`${2 * MANY} records`);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('of another account, of another key, cut, changed or none at all is not put back', async () => {
    const [from, to] = [folder(), folder()];
    const file = join(from, 'copy.jsonl');
    await filled(from, 3);
    await command(settings(from), 'backup', file);
    const whole = readFileSync(file, 'utf8');
    const put = async (text: string, more: Settings = {}) => {
      writeFileSync(file, text);
      const { code, said } = await command(settings(to, more), 'restore', file);
      expect(code).toBe(1);
      return said;
    };
    expect(await put(whole, { WECHAT_ORIGINAL_ID: 'gh_somebodyelse' })).toContain('WECHAT_ORIGINAL_ID');
    expect(await put(whole, { DATA_KEY: KEY.toUpperCase() })).toContain('PREVIOUS_DATA_KEY');
    expect(await put(whole.slice(0, -30))).toContain('breaks off');
    expect(await put(whole.split('\n').slice(0, -3).join('\n'))).toContain('breaks off');
    expect(await put(whole.replace('session of', 'session 0f'))).toContain('was changed or damaged');
    expect(await put('[1]\n')).toContain('no backup');
    expect(await put('')).toContain('is empty');
    rmSync(file);
    expect((await command(settings(to), 'restore', file)).said).toMatch(/cannot be used \(ENOENT\)/);
    expect((await command(settings(to), 'restore')).said).toContain('npm run restore -- <file>');
    expect((await command(settings(to), 'bakup')).said).toContain('no such command: bakup');
    const store = storeIn(to);
    onTestFinished(() => store.close());
    for await (const bite of store.walk()) expect(bite).toEqual([]);
  });
});

describe('a restore', () => {
  it('does not write over sessions unless told to', async () => {
    const directory = folder();
    const file = join(directory, 'copy.jsonl');
    await filled(directory, 2);
    await command(settings(directory), 'backup', file);
    const refused = await command(settings(directory), 'restore', file);
    expect(refused).toMatchObject({ code: 1, said: expect.stringContaining('--over') });
    expect((await command(settings(directory), 'restore', file, '--over')).code).toBe(0);
  });

  it('that was cut off by a kill keeps the assistant from starting until it is done again', async () => {
    const [from, to] = [folder(), folder()];
    const file = join(from, 'copy.jsonl');
    await filled(from, MANY);
    await command(settings(from), 'backup', file);
    const store = storeIn(to);
    onTestFinished(() => store.close());
    const { child, ended } = start(settings(to), 'restore', file);
    const isRestoring = async () => {
      let restoring = false;
      await store.label((before) => {
        restoring = readLabel(before).restoring !== undefined;
        return before ?? '{"format":1,"accounts":{}}';
      });
      return restoring;
    };
    while (!(await isRestoring())) await pause(1);
    child.kill('SIGKILL');
    await ended;
    expect(await isRestoring()).toBe(true);
    expect(await command(settings(to))).toMatchObject({
      code: 1,
      said: expect.stringContaining('half restored'),
    });
    expect((await command(settings(to), 'restore', file)).code).toBe(0);
    expect(await isRestoring()).toBe(false);
    expect(await store.read(`person ${MANY - 1}`)).toBe(`session of person ${MANY - 1}`);
  });
});
