/** The assistant in the hands of an operator: probes, metrics, start and stop, and everything that keeps it from
 *  starting, with real processes where the process is the matter. */
import { spawn } from 'node:child_process';
import { cpSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { assemble } from '../../src/app/assemble.ts';
import { readConfig } from '../../src/app/config.ts';
import { HandbookError, SettingsError } from '../../src/core/errors.ts';
import { PREPARED, ROOT } from '../support.ts';
import {
  aDirectory,
  aHandbookCopy,
  aMerchant,
  anOpenId,
  runToItsEnd,
  type Settings,
  type Started,
  settingsFor,
  spawnAssistant,
  startAssistant,
} from './running.ts';
import { openWire, postBytes } from './wire.ts';

function aFolder(): string {
  const directory = aDirectory();
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Ends whatever is left of a group of processes. */
function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function aProcess(settings: Settings) {
  const spawned = await spawnAssistant(settings);
  onTestFinished(async () => {
    await spawned.end('SIGKILL');
  });
  return spawned;
}

describe('probes and metrics', () => {
  const METRICS_TOKEN = 'metrics-token-0123456789';
  let assistant: Started;
  beforeAll(async () => {
    assistant = await startAssistant({ METRICS_TOKEN, METRICS_PORT: '0' });
  });
  afterAll(() => assistant.remove());

  it('answers /healthz and /readyz', async () => {
    expect((await request(assistant.server).get('/healthz')).text).toBe('ok');
    expect((await request(assistant.server).get('/readyz')).text).toBe('ready');
  });

  it('says in /readyz from 15 December on that the next year is missing in the calendar, and stays ready', async () => {
    const overdue = await startAssistant({ TODAY: '2026-12-15' });
    onTestFinished(() => overdue.remove());
    const { status, text } = await request(overdue.server).get('/readyz');
    expect(status).toBe(200);
    expect(text.split('\n')).toEqual(['ready', expect.stringContaining('2027')]);
    const before = await startAssistant({ TODAY: '2026-12-14' });
    onTestFinished(() => before.remove());
    expect((await request(before.server).get('/readyz')).text).toBe('ready');
  });

  it('knows no other address', async () => {
    for (const path of ['/wechat/admin', '/.env', '/playground', '/playground/api/start']) {
      expect((await request(assistant.server).get(path)).status).toBe(404);
    }
  });

  it.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer metrics-token-9876543210' }],
    ['half a token', { authorization: `Bearer ${METRICS_TOKEN.slice(0, 8)}` }],
    ['the token as another kind', { authorization: `Basic ${METRICS_TOKEN}` }],
  ])('keeps /metrics from who has %s', async (_, headers) => {
    const answer = await request(assistant.server).get('/metrics').set(headers);
    expect([answer.status, answer.text]).toEqual([401, '']);
  });

  it('counts kinds, outcomes, re-sends, stages, trips and what was understood, and names nobody', async () => {
    const platform = assistant.platform('safe');
    const merchant = aMerchant(platform);
    for (const text of ['备案', '企业', '备案要多久', '咕噜咕噜', '帮助']) await merchant.say(text);
    await merchant.does({ kind: 'image' });
    await merchant.does({ kind: 'event', event: 'VIEW', key: 'https://www.example.test/' });
    const twice = platform.prepare({ from: merchant.openId, kind: 'text', text: '继续' });
    await platform.resend(twice);
    await platform.resend(twice);
    await platform.deliver({ query: { signature: 'x', timestamp: '1', nonce: '1' }, body: '<xml/>' });

    const { text, headers } = await request(assistant.server)
      .get('/metrics')
      .set({ authorization: `Bearer ${METRICS_TOKEN}` });
    expect(headers['content-type']).toMatch(/^text\/plain/);
    const value = (series: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')[1] ?? 'NaN',
      );
    expect(value('assistant_messages_total{kind="text",outcome="reply"}')).toBe(7);
    expect(value('assistant_messages_total{kind="image",outcome="reply"}')).toBe(1);
    expect(value('assistant_messages_total{kind="view",outcome="silence"}')).toBe(1);
    expect(value('assistant_messages_total{kind="unknown",outcome="refused"}')).toBe(1);
    expect(value('assistant_resends_total')).toBe(1);
    expect(value('assistant_store_trips_total')).toBe(0);
    for (const stage of ['open', 'think', 'store', 'seal', 'total']) {
      expect(value(`assistant_stage_seconds_count{stage="${stage}"}`)).toBeGreaterThanOrEqual(8);
    }
    expect(value('assistant_understood_total{as="answer"}')).toBe(1);
    expect(value('assistant_understood_total{as="open"}')).toBe(1);
    expect(value('assistant_understood_total{as="faq-answer"}')).toBe(1);
    expect(value('assistant_understood_total{as="unclear"}')).toBe(1);
    expect(value('assistant_understood_total{as="command"}')).toBe(2);
    expect(text).not.toContain(merchant.openId);
    expect(text).not.toMatch(/\p{Script=Han}/u);

    const port = assistant.metrics ?? '';
    expect(new URL(port).hostname).toBe('127.0.0.1');
    expect(await fetch(port).then((answer) => answer.text())).toContain(
      'assistant_messages_total{kind="image"',
    );
    expect((await fetch(new URL('/healthz', port))).status).toBe(404);
  });
});

describe('an assistant that others can reach, with its playground on', () => {
  let assistant: Started;
  beforeAll(async () => {
    assistant = await startAssistant({
      PLAYGROUND: 'on',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://bot.example.com/wechat',
    });
  });
  afterAll(() => assistant.remove());

  it('has the chat page at an address that one can open', async () => {
    expect(assistant.playground).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/playground$/);
    expect((await fetch(assistant.playground ?? '')).status).toBe(200);
  });

  it('lets its page answer to the name in PUBLIC_URL and to no other', async () => {
    const status = (host: string) =>
      request(assistant.server)
        .get('/playground/api/start')
        .set({ host })
        .then((answer) => answer.status);
    expect([await status('bot.example.com'), await status('evil.example.com')]).toEqual([200, 403]);
  });

  it('has no /metrics without a token', async () => {
    expect((await request(assistant.server).get('/metrics')).status).toBe(404);
    expect(assistant.metrics).toBeUndefined();
  });
});

describe('a start from the sources', () => {
  it('serves as the built program does', async () => {
    const directory = aFolder();
    const assistant = await spawnAssistant(settingsFor(directory), ROOT, 'sources');
    onTestFinished(async () => {
      await assistant.end('SIGTERM');
      rmSync(directory, { recursive: true });
    });
    expect((await fetch(`${assistant.url}/healthz`)).status).toBe(200);
  });
});

describe('a start that cannot be', () => {
  it('ends with every problem of the settings at once, in production with the names of the credentials', async () => {
    const { code, printed } = await runToItsEnd({
      NODE_ENV: 'production',
      PORT: '99999',
      REDIS_URL: 'localhost',
      DATA_KEY: 'short',
      SESSION_TTL_DAYS: '0',
    });
    expect(code).toBe(1);
    for (const name of [
      'WECHAT_TOKEN',
      'WECHAT_APP_ID',
      'PORT',
      'REDIS_URL',
      'DATA_KEY',
      'SESSION_TTL_DAYS',
    ]) {
      expect(printed).toMatch(new RegExp(`^ +${name}: .{10,}$`, 'm'));
    }
    expect(printed).not.toContain('    at ');
  });

  it('ends with every problem of dialogs and content as file:line:column: reason', async () => {
    const root = aFolder();
    for (const part of ['src', 'dialogs', 'content', 'package.json', 'tsconfig.json']) {
      cpSync(join(ROOT, part), join(root, part), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    writeFileSync(join(root, 'content/contact.yaml'), 'name: x\nagents: maybe\n');
    writeFileSync(join(root, 'content/menu.yaml'), 'buttons: [\n  - oops\n');
    const { code, printed } = await runToItsEnd(settingsFor(aFolder()), root);
    expect(code).toBe(1);
    // Three entries are missing, one is no truth value; and the menu is no YAML.
    expect(printed.match(/^content\/contact\.yaml:1:\d+: .+$/gm)).toHaveLength(3);
    expect(printed.match(/^content\/contact\.yaml:2:\d+: .+$/gm)).toHaveLength(1);
    expect(printed.match(/^content\/menu\.yaml:2:\d+: .+$/gm)).toHaveLength(1);
    expect(printed).not.toContain('    at ');
  });

  it('names the place of a mistake in a dialog and leaves nothing running', async () => {
    const root = aHandbookCopy({ 'dialogs/filing.yaml': ['  - ask: listing', '  - aks: listing'] });
    const directory = aFolder();
    onTestFinished(() => rmSync(root, { recursive: true }));
    const starting = assemble(readConfig(settingsFor(directory)), { root });
    await expect(starting).rejects.toBeInstanceOf(HandbookError);
    await expect(starting).rejects.toThrow(/^dialogs\/filing\.yaml:\d+:\d+: .+/m);
  });

  it('is told that the port is taken, and leaves store and metrics closed', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    onTestFinished(() => void taken.close());
    const port = String(portOf(taken.address()));
    const directory = aFolder();
    const starting = assemble(readConfig(settingsFor(directory, { PORT: port, METRICS_PORT: '0' })), {
      root: ROOT,
      prepared: PREPARED,
    });
    await expect(starting).rejects.toBeInstanceOf(SettingsError);
    await expect(starting).rejects.toThrow(new RegExp(`PORT.*${port}`));
    const metricsTaken = assemble(readConfig(settingsFor(directory, { METRICS_PORT: port })), {
      root: ROOT,
      prepared: PREPARED,
    });
    await expect(metricsTaken).rejects.toThrow(/METRICS_PORT/);
  });

  it('is told that DATA_DIR cannot be used', async () => {
    const file = join(aFolder(), 'file');
    writeFileSync(file, '');
    const starting = assemble(readConfig(settingsFor(file)), { root: ROOT });
    await expect(starting).rejects.toThrow(/^DATA_DIR: /);
  });

  it('is told that the kept key is damaged instead of making another', async () => {
    const directory = aFolder();
    writeFileSync(join(directory, 'data.key'), 'short');
    const starting = assemble(readConfig(settingsFor(directory)), { root: ROOT });
    await expect(starting).rejects.toThrow(/^DATA_DIR: .*data\.key is damaged/);
  });
});

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('a process', () => {
  it('says where it listens and what it stores in, stops on SIGTERM with a message in flight answered', async () => {
    const assistant = await aProcess(settingsFor(aFolder()));
    expect(assistant.printed).toContain('embedded, in ');
    const platform = assistant.platform('plain');
    const sent = platform.prepare({ from: anOpenId(), kind: 'text', text: '备案' });
    const bytes = postBytes(`${assistant.url}/wechat?${sent.query}`, sent.body, ['Expect: 100-continue']);
    const idle = await openWire(assistant.url);
    const inFlight = await openWire(assistant.url);
    inFlight.write(bytes.subarray(0, bytes.length - 20));
    expect((await inFlight.answer()).status).toBe(100);

    const start = performance.now();
    const exited = assistant.end('SIGTERM');
    await refusesConnections(assistant.url);
    inFlight.write(bytes.subarray(bytes.length - 20));
    const answer = await inFlight.answer();
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('主体');
    expect(answer.head).toMatch(/^connection: close$/im);
    await inFlight.closed;
    idle.end();
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('started by npm ends when npm alone is told to', async () => {
    const npm = spawn('npm', ['start', '--silent'], {
      cwd: ROOT,
      env: { PATH: process.env.PATH ?? '', ...settingsFor(aFolder()) },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    const group = npm.pid ?? 0;
    onTestFinished(() => killGroup(group));
    const url = await new Promise<string>((resolve) => {
      createInterface({ input: npm.stderr }).on('line', (line) => {
        const [, address] = / runs at (\S+)\/wechat/.exec(line) ?? [];
        if (address !== undefined) resolve(address);
      });
    });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    npm.kill('SIGTERM');
    await expect
      .poll(
        () =>
          fetch(`${url}/healthz`).then(
            () => 'there',
            () => 'gone',
          ),
        { timeout: 5_000 },
      )
      .toBe('gone');
  });

  it('reads .env of the folder it is started in, below what the environment gives, and writes for its own user', async () => {
    const folder = aFolder();
    for (const name of ['src', 'dialogs', 'content', 'node_modules', 'package.json'])
      symlinkSync(join(ROOT, name), join(folder, name));
    writeFileSync(join(folder, '.env'), 'SESSION_TTL_DAYS=never\nDATA_KEY=short\n');
    const { code, printed } = await runToItsEnd(
      settingsFor(join(folder, 'data'), { SESSION_TTL_DAYS: '7' }),
      folder,
    );
    expect(code).toBe(1);
    expect(printed).toContain('DATA_KEY');
    expect(printed).not.toContain('SESSION_TTL_DAYS');
  });

  it('killed with kill -9 goes on where it was, and knows the message that was answered last', async () => {
    const directory = aFolder();
    const first = await aProcess(settingsFor(directory));
    const merchant = aMerchant(first.platform('safe'));
    for (const text of ['备案', '企业', '未上架']) await merchant.say(text);
    const sent = first.platform('plain').prepare({ from: merchant.openId, kind: 'text', text: '浙江' });
    const answered = await first.platform('plain').resend(sent);
    expect(await first.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });

    const second = await aProcess(settingsFor(directory));
    const again = await second.platform('plain').resend(sent, { url: `${second.url}/wechat` });
    expect(again.deliveries[0]?.responseBody).toBe(answered.deliveries[0]?.responseBody);
    const facts = await aMerchant(second.platform('safe'), merchant.openId).say('我的信息');
    for (const fact of ['企业', '未上架', '浙江']) expect(facts).toContain(fact);
    for (const file of readdirSync(directory))
      expect([file, statSync(join(directory, file)).mode & 0o777]).toEqual([file, 0o600]);
    expect(second.log.raw + second.printed).not.toContain(merchant.openId);
  });
});

/** Connects again and again until nobody takes the connection any more. */
async function refusesConnections(url: string): Promise<void> {
  for (;;) {
    try {
      (await openWire(url)).end();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ECONNREFUSED') return;
      // Taken by the kernel, and dropped when the server closed.
      if (code !== 'ECONNRESET') throw error;
    }
  }
}
