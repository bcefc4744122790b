/** Who is measured, and how each is started. run.ts goes through the list. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './child.ts';
import { ask } from './http.ts';
import type { Account } from './platform.ts';

/** What is known of a server beforehand. */
export interface Contender {
  readonly name: string;
  /** It answers with what was said; otherwise with the talk. */
  readonly echoes: boolean;
  readonly usesRedis: boolean;
  /** Commands that it calls inside of scripts only: no trips of their own. */
  readonly inScripts: readonly string[];
  /** What a repeated message gets: nothing special, a bare acknowledgement, or the very same answer. */
  readonly repeats: 'heard-again' | 'acknowledged' | 'same-answer';
  /** Whole answers that say that it failed. */
  readonly apologies: readonly string[];
  start(surroundings: Surroundings): Promise<Started>;
}

export interface Surroundings {
  readonly account: Account;
  readonly redisUrl: string;
  /** More arguments for Node, such as `--cpu-prof`. */
  readonly nodeArgs?: readonly string[];
}

export interface Started extends Child {
  readonly port: number;
}

/** The folder of the repository, from bench/dist/lib/. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const LISTENING = /^listening on (\S+)$/;

function peer(
  name: string,
  file: string,
  more: Partial<Omit<Contender, 'start'>> & { readonly env?: Readonly<Record<string, string>> } = {},
): Contender {
  const { env = {}, ...known } = more;
  return {
    name,
    echoes: true,
    usesRedis: false,
    inScripts: [],
    repeats: 'heard-again',
    apologies: [],
    ...known,
    async start({ account, redisUrl, nodeArgs = [] }) {
      const child = await startChild(
        process.execPath,
        [...nodeArgs, fileURLToPath(new URL(`../servers/${file}`, import.meta.url))],
        {
          env: {
            NODE_ENV: 'production',
            APP_ID: account.appId,
            TOKEN: account.token,
            AES_KEY: account.aesKey,
            REDIS_URL: redisUrl,
            ...env,
          },
          until: LISTENING,
        },
      );
      return { ...child, port: portOf(child.said) };
    },
  };
}

/** The limit with state: all ratios are to it. */
export const LIMIT = peer('node:http + compare-and-set', 'node-http.js', {
  usesRedis: true,
  inScripts: ['set', 'hmget', 'hget', 'hset', 'expire'],
  repeats: 'acknowledged',
  env: { STATE: 'on' },
});

export const WECHAT_WITH_SESSION = peer('wechat, session in Redis', 'wechat.js', {
  usesRedis: true,
  env: { STATE: 'on' },
});

/** The project itself, built, with everything on but the log and the limit per merchant. */
export const ASSISTANT: Contender = {
  name: 'the assistant',
  echoes: false,
  usesRedis: true,
  inScripts: ['get', 'set', 'del'],
  repeats: 'same-answer',
  apologies: apologiesIn(`${ROOT}content/phrases.yaml`),
  async start({ account, redisUrl, nodeArgs = [] }) {
    const child = await startChild(process.execPath, [...served(), ...nodeArgs, `${ROOT}dist/main.js`], {
      env: {
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: '0',
        WECHAT_APP_ID: account.appId,
        WECHAT_ORIGINAL_ID: account.originalId,
        WECHAT_TOKEN: account.token,
        WECHAT_ENCODING_AES_KEY: account.aesKey,
        // Takes both kinds of messages, so that one process is measured with both.
        WECHAT_MESSAGE_MODE: 'compatible',
        REDIS_URL: redisUrl,
        DATA_KEY: randomBytes(32).toString('base64'),
        RATE_LIMIT: 'off',
        LOG_LEVEL: 'silent',
      },
      until: / runs at (\S+)\/wechat/,
    });
    const port = portOf(child.said);
    await ready(port);
    return { ...child, port };
  },
};

/** What `npm run serve` tells Node. @throws Error when it starts something else than Node. */
function served(): string[] {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  const [node, ...rest] = String(scripts.serve).split(' ');
  if (node !== 'node' || rest.pop() !== 'dist/main.js')
    throw new Error('npm run serve does not start dist/main.js');
  return rest;
}

export const CONTENDERS: readonly Contender[] = [
  LIMIT,
  peer('node:http, echo', 'node-http.js'),
  peer('Koa, echo', 'koa.js'),
  peer('wechat, echo', 'wechat.js'),
  peer('co-wechat, echo', 'co-wechat.js'),
  WECHAT_WITH_SESSION,
  ASSISTANT,
];

/** @throws Error when the file does not have them where they are looked for. */
function apologiesIn(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  return ['fault', 'slow-down'].map((name) => {
    const found = new RegExp(`^  ${name}: \\["(.*)"\\]$`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`${file} has no line "${name}"`);
    return found;
  });
}

const READY_MS = 10_000;

/** The assistant listens before its store is connected, and says at /readyz when messages can be answered. */
async function ready(port: number): Promise<void> {
  const until = performance.now() + READY_MS;
  const probe = Buffer.from('GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  while ((await ask(port, probe)).status !== 200) {
    if (performance.now() > until) throw new Error('the assistant is not ready after ten seconds');
    await pause(20);
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
