/** The assistant as it runs, for tests: in this process (`startAssistant`) or as a process of its own (`spawnAssistant`),
 *  each on a port that the kernel picks, with its log kept line by line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { z } from 'zod';
import { assemble } from '../../src/app/assemble.ts';
import { readConfig } from '../../src/app/config.ts';
import { createRenderer } from '../../src/core/conversation/render/renderer.ts';
import type { Handbook, PhraseId } from '../../src/core/handbook/handbook.ts';
import {
  type Act,
  createPlatform,
  type Mode,
  type Option,
  optionsOf,
  type Platform,
  type PlatformParts,
  type Result,
  type Sent,
} from '../../src/playground/platform/platform.ts';
import { PREPARED, ROOT, TODAY } from '../support.ts';

export const ACCOUNT = {
  originalId: 'gh_demo0a1b2c3d',
  appId: 'wxdemo0123456789',
  token: 'RunningToken01',
  previousToken: 'EarlierToken02',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  previousAesKey: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR',
} as const;

/** Environment variables by name. An empty text takes a setting out. */
export type Settings = Readonly<Record<string, string>>;

const LogLine = z.looseObject({
  level: z.number(),
  msg: z.string().optional(),
  kind: z.string().optional(),
  outcome: z.string().optional(),
  reason: z.string().optional(),
  status: z.number().optional(),
  again: z.boolean().optional(),
  ms: z.number().optional(),
  err: z.looseObject({ name: z.string(), message: z.string(), stack: z.string().optional() }).optional(),
});
export type LogLine = z.infer<typeof LogLine>;

export interface Log {
  readonly lines: readonly LogLine[];
  /** Everything that was written, as it was written. */
  readonly raw: string;
  /** The first line, of those there and those to come, that fits. */
  find(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** The next line that fits, not counting those that are there already. */
  next(fits: (line: LogLine) => boolean): Promise<LogLine>;
}

interface Reachable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly log: Log;
  /** The platform in front of this assistant; compatible mode unless told otherwise. */
  platform(mode?: Mode, more?: Partial<PlatformParts>): Platform;
}

export interface Started extends Reachable {
  readonly server: Server;
  readonly handbook: Handbook;
  readonly directory: string;
  readonly playground: string | undefined;
  readonly metrics: string | undefined;
  /** A phrase of the handbook as a person reads it. */
  phrase(id: PhraseId, blanks?: Readonly<Record<string, string | number>>): string;
  /** Stops it; what it kept stays until `remove`. */
  stop(): Promise<void>;
  /** Stops it and removes what it kept. */
  remove(): Promise<void>;
}

export interface Spawned extends Reachable {
  readonly pid: number;
  /** What was printed for people. */
  readonly printed: string;
  readonly exited: Promise<Exit>;
  /** Sends a signal and waits for the end. */
  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<Exit>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The settings of an account in compatible mode, on the embedded store. */
export function settingsFor(directory: string, more: Settings = {}): Settings {
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: directory,
    TODAY,
    LOG_LEVEL: 'debug',
    RATE_LIMIT: 'off',
    REFUSAL_LIMIT: 'off',
    STRANGER_LIMIT: 'off',
    WECHAT_ORIGINAL_ID: ACCOUNT.originalId,
    WECHAT_APP_ID: ACCOUNT.appId,
    WECHAT_TOKEN: ACCOUNT.token,
    WECHAT_ENCODING_AES_KEY: ACCOUNT.aesKey,
    WECHAT_MESSAGE_MODE: 'compatible',
    ...more,
  };
}

/** A folder of one's own for what an assistant keeps. */
export function aDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'assistant-test-'));
}

/** A copy of dialogs/ and content/ in which some texts read differently: file → [what stands there, what is to stand]. */
export function aHandbookCopy(changes: Readonly<Record<string, readonly [string, string]>>): string {
  const root = aDirectory();
  for (const folder of ['dialogs', 'content']) {
    cpSync(join(ROOT, folder), join(root, folder), { recursive: true });
  }
  for (const [file, [before, after]] of Object.entries(changes)) {
    const text = readFileSync(join(root, file), 'utf8');
    if (!text.includes(before)) throw new Error(`${file} does not hold "${before}"`);
    writeFileSync(join(root, file), text.replace(before, after));
  }
  return root;
}

/** Assembles the real thing in this process. `root` holds dialogs/ and content/. */
export async function startAssistant(
  more: Settings = {},
  {
    directory = aDirectory(),
    root = ROOT,
    now,
  }: { readonly directory?: string; readonly root?: string; readonly now?: () => Date } = {},
): Promise<Started> {
  const log = createLog();
  const config = readConfig(settingsFor(directory, more));
  const running = await assemble(config, {
    root,
    prepared: PREPARED,
    log: pino({ level: config.logLevel, base: null }, { write: log.take }),
    ...(now === undefined ? {} : { now }),
  }).catch((error: unknown) => {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  const { url, server, handbook, playground, metrics } = running;
  const renderer = createRenderer(handbook);
  return {
    url,
    server,
    handbook,
    playground,
    metrics,
    log,
    directory,
    platform: platformAt(url),
    phrase: (id, blanks) => renderer.phrase(id, blanks).join('\n'),
    stop: () => running.stop(),
    async remove() {
      await running.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Starts the built program and waits for the address that it prints; with another `root`, or from `sources`, as `npm start`
 *  does. Ends with this process at the latest. @throws Error with what was printed when it ends before. */
export async function spawnAssistant(
  settings: Settings,
  root = ROOT,
  from: 'build' | 'sources' = root === ROOT ? 'build' : 'sources',
): Promise<Spawned> {
  const { child, exited, log, printed } = run(settings, root, from);
  const address = await Promise.race([
    printed.find((line) => / runs at (\S+)\/wechat/.exec(line)?.[1]),
    exited.then(({ code }) => {
      throw new Error(`the assistant ended with ${code}:\n${printed.raw}`);
    }),
  ]);
  return {
    url: address,
    log,
    pid: child.pid ?? 0,
    get printed() {
      return printed.raw;
    },
    exited,
    platform: platformAt(address),
    async end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

/** Starts the program and waits until it has ended by itself. */
export async function runToItsEnd(
  settings: Settings,
  root = ROOT,
): Promise<Exit & { readonly printed: string }> {
  const { exited, printed } = run(settings, root, root === ROOT ? 'build' : 'sources');
  return { ...(await exited), printed: printed.raw };
}

function run(settings: Settings, root: string, from: 'build' | 'sources') {
  const { PATH = '', TZ } = process.env;
  const child = spawn(
    process.execPath,
    from === 'build' ? served(root) : ['--import', 'tsx', 'src/main.ts'],
    {
      cwd: root,
      env: { PATH, ...(TZ === undefined ? {} : { TZ }), ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const leaveNothingBehind = () => void child.kill('SIGKILL');
  process.once('exit', leaveNothingBehind);
  const exited = endOf(child).finally(() => process.off('exit', leaveNothingBehind));
  const log = createLog();
  createInterface({ input: child.stdout }).on('line', log.take);
  return { child, exited, log, printed: createPrinted(child) };
}

/** What `npm run serve` tells Node. @throws Error when it starts something else than Node. */
function served(root: string): readonly string[] {
  const { scripts } = z
    .object({ scripts: z.object({ serve: z.string() }) })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const [node, ...args] = scripts.serve.split(' ');
  if (node !== 'node') throw new Error('npm run serve does not start Node');
  return args;
}

async function endOf(child: ChildProcess): Promise<Exit> {
  // `close`, not `exit`: by then all that it printed has arrived.
  await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode };
}

function createPrinted(child: ChildProcess) {
  const lines: string[] = [];
  const news = new EventEmitter();
  if (child.stderr === null) throw new Error('the assistant has no output to read');
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    news.emit('line', line);
  });
  return {
    get raw() {
      return lines.join('\n');
    },
    find: (read: (line: string) => string | undefined) =>
      new Promise<string>((resolve) => {
        news.on('line', (line: string) => {
          const found = read(line);
          if (found !== undefined) resolve(found);
        });
      }),
  };
}

function createLog(): Log & { take(line: string): void } {
  const raws: string[] = [];
  const lines: LogLine[] = [];
  const news = new EventEmitter().setMaxListeners(0);
  const next = (fits: (line: LogLine) => boolean) =>
    new Promise<LogLine>((resolve) => {
      const look = (line: LogLine) => {
        if (!fits(line)) return;
        news.off('line', look);
        resolve(line);
      };
      news.on('line', look);
    });
  return {
    lines,
    get raw() {
      return raws.join('\n');
    },
    find: async (fits) => lines.find(fits) ?? next(fits),
    next,
    take(text) {
      raws.push(text.trimEnd());
      const line = LogLine.parse(JSON.parse(text));
      lines.push(line);
      news.emit('line', line);
    },
  };
}

function platformAt(url: string) {
  return (mode: Mode = 'compatible', more: Partial<PlatformParts> = {}): Platform =>
    createPlatform({
      url: `${url}/wechat`,
      account: ACCOUNT.originalId,
      appId: ACCOUNT.appId,
      token: ACCOUNT.token,
      aesKey: ACCOUNT.aesKey,
      mode,
      deliveries: 1,
      ...more,
    });
}

/** 28 characters, as the platform's are; never the same twice. */
export function anOpenId(): string {
  return `o${randomBytes(20).toString('base64url')}`;
}

export interface Merchant {
  readonly openId: string;
  /** Does something; what the chat shows then, `success` when the account stays silent.
   *  @throws Error when the platform would show its fault notice. */
  does(act: Act): Promise<string>;
  say(text: string): Promise<string>;
  /** What can be tapped in the last reply. */
  readonly options: readonly Option[];
  /** Answers every question with its first option (the province with 广东) until the list is there; all that was said
   *  by both sides, every page of the list included. */
  talksToTheList(): Promise<readonly Exchange[]>;
}

export interface Exchange {
  readonly said: string;
  readonly heard: string;
}

/** A person who talks through a platform. */
export function aMerchant(platform: Platform, openId = anOpenId()): Merchant {
  let options: readonly Option[] = [];

  async function does(act: Act): Promise<string> {
    const result = await platform.send({ from: openId, ...act });
    if (result.outcome === 'reply') options = optionsOf(result.reply);
    return textOf(result);
  }

  const say = (text: string) => does({ kind: 'text', text });

  return {
    openId,
    does,
    say,
    get options() {
      return options;
    },
    async talksToTheList() {
      const exchanges: Exchange[] = [];
      let said = '备案';
      while (exchanges.length < 40) {
        const heard = await say(said);
        exchanges.push({ said, heard });
        if (options.some(({ menuId }) => menuId.startsWith('a.'))) said = '1';
        else if (/^更多/m.test(heard)) said = '更多';
        else if (exchanges.some((one) => one.said === '全部')) return exchanges;
        else if (exchanges.some((one) => one.heard.includes('清单】'))) said = '全部';
        else said = '广东';
      }
      throw new Error(`no list after 40 messages; the last was: ${exchanges.at(-1)?.heard}`);
    },
  };
}

/** What the chat shows. @throws Error for the fault notice. */
export function textOf(result: Result): string {
  switch (result.outcome) {
    case 'reply':
      return result.reply.text;
    case 'silence':
      return 'success';
    case 'fault':
      throw new Error(`${result.fault}\n${result.deliveries.at(-1)?.responseBody}`);
  }
}

/** The raw answer to one delivery. @throws Error when there is none. */
export async function answerTo(
  platform: Platform,
  sent: Parameters<Platform['deliver']>[0] | Sent,
): Promise<{ readonly status: number; readonly text: string; readonly ms: number; readonly type: string }> {
  const arrival = await platform.deliver(sent);
  if (arrival.kind === 'none') throw new Error(`no answer: ${arrival.reason}`);
  const { status, text = '', ms, headers } = arrival;
  return { status, text, ms, type: headers.get('content-type') ?? '' };
}
