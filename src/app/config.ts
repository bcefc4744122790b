/** The only reader of the environment. Reports all mistakes at once, each with the variable's name and the remedy.
 *  .env.example lists the same names (a test compares them). */

import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';
import { SettingsError } from '../core/errors.ts';
import { REDIS_URL_REMEDY, readRedisUrl } from '../store/redis/url.ts';
import type { WechatAccount } from '../wechat/account.ts';

/** Who may call, by address. */
export interface Gate {
  /** Our own proxies: addresses and networks whose X-Forwarded-For is believed. */
  readonly proxies: readonly string[];
  /** Addresses and networks that may call /wechat; empty: all. */
  readonly platform: readonly string[];
  /** Refused requests a minute after which an address is turned away; `undefined`: no limit. */
  readonly refusals: number | undefined;
  /** Requests a minute that nobody signed, by address, whatever they ask for; `undefined`: no limit. */
  readonly strangers: number | undefined;
}

export interface Config {
  readonly production: boolean;
  readonly host: string;
  /** 0 lets the kernel pick one. */
  readonly port: number;
  readonly publicUrl: string | undefined;
  readonly wechat: WechatAccount;
  readonly redisUrl: string | undefined;
  readonly dataDir: string;
  /** At least 32 characters; on the embedded store it may be absent: then one is made and kept in `dataDir`. */
  readonly dataKey: string | undefined;
  /** The key before the last change, while sessions follow to the new one. */
  readonly previousDataKey: string | undefined;
  readonly sessionDays: number;
  /** The day that advice is given for, instead of today. */
  readonly today: string | undefined;
  readonly logLevel: string;
  readonly playground: boolean;
  /** Messages a minute from one merchant that are answered in full; `undefined`: no limit. */
  readonly rateLimit: number | undefined;
  readonly gate: Gate;
  /** Messages that a process works on at the same time; further ones are acknowledged unread. */
  readonly maxWaiting: number;
  /** Connections of one process. */
  readonly maxConnections: number;
  /** Processes that share the port. */
  readonly workers: number;
  readonly metrics: { readonly port: number | undefined; readonly token: string | undefined };
  /** Whether each message leaves spans for OpenTelemetry. */
  readonly tracing: boolean;
}

const optional = (shape: z.ZodType<string>) => shape.optional();
const trimmed = z.string().trim();

/** Addresses and networks with commas between them. One of 0 bits is everybody, which nobody means who writes a list. */
const addresses = (remedy: string) =>
  trimmed
    .transform((list) => list.split(',').map((entry) => entry.trim()))
    .refine((list) => list.every(isNetwork), remedy)
    .optional();

const schema = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'], 'use development, production or test')
    .default('development'),
  PORT: trimmed
    .regex(/^\d{1,5}$/, 'use a number from 0 to 65535')
    .transform(Number)
    .pipe(z.number().max(65535, 'use a number from 0 to 65535'))
    .default(3000),
  HOST: trimmed.min(1, 'use an address such as 127.0.0.1 or 0.0.0.0').default('127.0.0.1'),
  PUBLIC_URL: z
    .url({
      protocol: /^https?$/,
      error: 'use the address under which the platform reaches this server, e.g. https://bot.example.com',
    })
    .optional(),
  WECHAT_APP_ID: optional(
    trimmed.regex(
      /^wx[0-9a-zA-Z]{8,30}$/,
      'copy the AppID from the console (开发 → 基本配置); it starts with wx',
    ),
  ),
  WECHAT_ORIGINAL_ID: optional(
    trimmed.regex(
      /^gh_[0-9a-zA-Z]{6,30}$/,
      'copy the 原始ID from the console (设置 → 账号详情); it starts with gh_',
    ),
  ),
  WECHAT_TOKEN: optional(
    trimmed.regex(
      /^[0-9A-Za-z]{3,32}$/,
      'use 3 to 32 letters and digits, the same as 令牌(Token) in the console',
    ),
  ),
  WECHAT_PREVIOUS_TOKEN: optional(
    trimmed.regex(/^[0-9A-Za-z]{3,32}$/, 'use the token before the last change, or leave it out'),
  ),
  WECHAT_ENCODING_AES_KEY: optional(
    trimmed.regex(
      /^[0-9A-Za-z]{43}$/,
      'copy the EncodingAESKey from the console: exactly 43 letters and digits',
    ),
  ),
  WECHAT_PREVIOUS_AES_KEY: optional(
    trimmed.regex(
      /^[0-9A-Za-z]{43}$/,
      'use the EncodingAESKey before the last change (43 letters and digits), or leave it out',
    ),
  ),
  WECHAT_MESSAGE_MODE: z
    .enum(['plain', 'compatible', 'safe'], 'use plain, compatible or safe, as 消息加解密方式 in the console')
    .optional(),
  WECHAT_APP_SECRET: optional(
    trimmed.regex(/^[0-9a-zA-Z]{16,64}$/, 'copy the AppSecret from the console, or leave it out'),
  ),
  REDIS_URL: optional(trimmed.refine((text) => readRedisUrl(text) !== undefined, REDIS_URL_REMEDY)),
  DATA_DIR: trimmed.min(1, 'name a folder that this process may write').default('data'),
  DATA_KEY: optional(z.string().min(32, 'use at least 32 characters, e.g. from: openssl rand -base64 32')),
  PREVIOUS_DATA_KEY: optional(
    z
      .string()
      .min(32, 'use the DATA_KEY before the last change (or what stood in data.key), or leave it out'),
  ),
  SESSION_TTL_DAYS: trimmed
    .regex(/^\d+$/, 'use a whole number of days from 1 to 365')
    .transform(Number)
    .pipe(z.number().min(1, 'use 1 to 365 days').max(365, 'use 1 to 365 days'))
    .default(30),
  TODAY: optional(z.iso.date('write a day as 2027-01-15, or leave it out for the real one')),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
      'use fatal, error, warn, info, debug or silent',
    )
    .default('info'),
  PLAYGROUND: z.enum(['on', 'off'], 'use on or off').optional(),
  PLAYGROUND_IN_PRODUCTION: z
    .literal('strangers-may-use-it', 'write strangers-may-use-it, or leave it out')
    .optional(),
  RATE_LIMIT: z
    .union(
      [z.literal('off'), trimmed.regex(/^[1-9]\d{0,5}$/).transform(Number)],
      'use off, or how many messages a minute one merchant may send',
    )
    .default(60),
  TRUSTED_PROXY: addresses(
    'use the addresses of your own proxies, e.g. 127.0.0.1,10.0.0.0/8, or leave it out',
  ),
  PLATFORM_ADDRESSES: addresses(
    'use the addresses that may call /wechat, e.g. 203.0.113.0/24,198.51.100.7, or leave it out',
  ),
  REFUSAL_LIMIT: z
    .union(
      [z.literal('off'), trimmed.regex(/^[1-9]\d{0,5}$/).transform(Number)],
      'use off, or after how many refused requests a minute an address is turned away',
    )
    .default(60),
  STRANGER_LIMIT: z
    .union(
      [z.literal('off'), trimmed.regex(/^[1-9]\d{0,6}$/).transform(Number)],
      'use off, or how many unsigned requests a minute one address may make',
    )
    .default(600),
  MAX_CONNECTIONS: trimmed
    .regex(/^[1-9]\d{1,5}$/, 'use how many connections one process may hold, at least 10')
    .transform(Number)
    .default(4_000),
  MAX_WAITING: trimmed
    .regex(/^[1-9]\d{0,5}$/, 'use how many messages may be under way at once in one process, e.g. 500')
    .transform(Number)
    .default(500),
  WORKERS: trimmed
    .regex(/^([1-9]|[1-5]\d|6[0-4])$/, 'use how many processes share the port, from 1 to 64')
    .transform(Number)
    .default(1),
  METRICS_PORT: trimmed
    .regex(/^\d{1,5}$/, 'use a free port for /metrics on this host, or leave it out')
    .transform(Number)
    .pipe(z.number().max(65535, 'use a number from 0 to 65535'))
    .optional(),
  METRICS_TOKEN: optional(
    z.string().min(16, 'use at least 16 characters; /metrics then wants Authorization: Bearer <token>'),
  ),
  TRACING: z.enum(['on', 'off'], 'use on or off').default('off'),
});

/** The names of all settings, in the order of .env.example. */
export const SETTINGS: readonly string[] = Object.keys(schema.shape);

/** One setting, as the reference shows it. */
export interface SettingReference {
  readonly name: string;
  /** What it is when it is left out; `undefined`: nothing, or what follows from other settings. */
  readonly fallback: string | undefined;
  /** What may stand there; `undefined`: anything. */
  readonly takes: string | undefined;
}

/** All settings in their order, out of the schema that reads them. */
export function settingsReference(): readonly SettingReference[] {
  return Object.entries(schema.shape).map(([name, shape]) => {
    const absent = shape.safeParse(undefined);
    const wrong = shape.safeParse('\u0000');
    return {
      name,
      fallback: absent.success && absent.data !== undefined ? String(absent.data) : undefined,
      takes: wrong.success ? undefined : wrong.error.issues[0]?.message,
    };
  });
}

/** @param environment usually process.env; empty texts count as absent.
 *  @throws SettingsError that lists every mistake as `NAME: remedy`. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    SETTINGS.flatMap((name) => (environment[name]?.trim() ? [[name, environment[name]]] : [])),
  );
  const result = schema.safeParse(given);
  const alone = result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const mistakes = [...alone, ...together(given)];
  if (!result.success || mistakes.length > 0)
    throw new SettingsError(`The settings do not fit:\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
  const env = result.data;
  const connected = env.WECHAT_TOKEN !== undefined;
  return Object.freeze({
    production: env.NODE_ENV === 'production',
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL,
    wechat: connected ? connectedAccount(env) : madeUpAccount(),
    redisUrl: env.REDIS_URL,
    dataDir: env.DATA_DIR,
    dataKey: env.DATA_KEY,
    previousDataKey: env.PREVIOUS_DATA_KEY,
    sessionDays: env.SESSION_TTL_DAYS,
    today: env.TODAY,
    logLevel: env.LOG_LEVEL,
    playground:
      env.PLAYGROUND === 'on' || (env.PLAYGROUND === undefined && !connected && isLoopback(env.HOST)),
    rateLimit: env.RATE_LIMIT === 'off' ? undefined : env.RATE_LIMIT,
    gate: {
      proxies: env.TRUSTED_PROXY ?? [],
      platform: env.PLATFORM_ADDRESSES ?? [],
      refusals: env.REFUSAL_LIMIT === 'off' ? undefined : env.REFUSAL_LIMIT,
      strangers: env.STRANGER_LIMIT === 'off' ? undefined : env.STRANGER_LIMIT,
    },
    maxWaiting: env.MAX_WAITING,
    maxConnections: env.MAX_CONNECTIONS,
    workers: env.WORKERS,
    metrics: { port: env.METRICS_PORT, token: env.METRICS_TOKEN },
    tracing: env.TRACING === 'on',
  });
}

type Environment = z.output<typeof schema>;

/** Mistakes that no single setting shows. Looks at the settings as they were given, so that they are reported in one go
 *  with those that are wrong by themselves. */
function together(given: Readonly<Record<string, string | undefined>>): readonly string[] {
  const mistakes: string[] = [];
  const need = (name: keyof Environment, why: string) => {
    if (given[name] === undefined) mistakes.push(`${name}: ${why}`);
  };
  const mode = given.WECHAT_MESSAGE_MODE ?? (given.WECHAT_ENCODING_AES_KEY ? 'safe' : 'plain');
  const production = given.NODE_ENV === 'production';
  if (production || Object.keys(given).some((name) => name.startsWith('WECHAT_'))) {
    const because = production ? 'needed in production' : 'needed once any WECHAT_ setting is given';
    need('WECHAT_TOKEN', `${because}; set it to 令牌(Token) of the console`);
    need('WECHAT_APP_ID', `${because}; copy the AppID from the console`);
    if (mode === 'safe' || mode === 'compatible')
      need(
        'WECHAT_ENCODING_AES_KEY',
        `needed in ${mode} mode; copy it from the console, or set WECHAT_MESSAGE_MODE=plain`,
      );
  }
  // The playground's platform calls /wechat from this machine.
  const listed = given.PLATFORM_ADDRESSES?.split(',').some((entry) => /^\s*(?:127\.|::1)/.test(entry));
  if (given.PLAYGROUND === 'on' && listed === false)
    mistakes.push(
      'PLATFORM_ADDRESSES: write 127.0.0.1 into it as well for the playground, or use PLAYGROUND=off',
    );
  if (production && given.PLAYGROUND === 'on' && given.PLAYGROUND_IN_PRODUCTION === undefined)
    mistakes.push(
      'PLAYGROUND: in production it lets strangers take the store away and sign messages; use off, or say so with PLAYGROUND_IN_PRODUCTION=strangers-may-use-it',
    );
  if (given.REDIS_URL !== undefined) {
    need(
      'DATA_KEY',
      'needed with REDIS_URL, the same for all processes; make one with: openssl rand -base64 32',
    );
  }
  if (Number(given.WORKERS ?? 1) > 1) {
    need('WECHAT_TOKEN', 'needed with WORKERS above 1: credentials made up at the start would differ');
    if (given.PLAYGROUND === 'on')
      mistakes.push('PLAYGROUND: the chat page keeps what it shows in one process; use off, or WORKERS=1');
    if (given.METRICS_TOKEN !== undefined)
      mistakes.push('METRICS_TOKEN: one process cannot tell for all; with WORKERS above 1 use METRICS_PORT');
  }
  return mistakes;
}

function connectedAccount(env: Environment): WechatAccount {
  const appId = env.WECHAT_APP_ID ?? '';
  return {
    appId,
    originalId: env.WECHAT_ORIGINAL_ID ?? appId,
    tokens: [env.WECHAT_TOKEN, env.WECHAT_PREVIOUS_TOKEN].filter((token) => token !== undefined),
    aesKey: env.WECHAT_ENCODING_AES_KEY,
    previousAesKey: env.WECHAT_PREVIOUS_AES_KEY,
    mode: env.WECHAT_MESSAGE_MODE ?? (env.WECHAT_ENCODING_AES_KEY ? 'safe' : 'plain'),
    appSecret: env.WECHAT_APP_SECRET,
    generated: false,
  };
}

/** Stands for the account where none is connected. */
export const MADE_UP_ACCOUNT = 'gh_playground';

/** Credentials that nobody else can know, new at each start: enough to talk in the playground, in every mode. */
function madeUpAccount(): WechatAccount {
  return {
    appId: `wx${randomBytes(8).toString('hex')}`,
    originalId: MADE_UP_ACCOUNT,
    tokens: [randomBytes(16).toString('hex')],
    aesKey: `${randomBytes(21).toString('hex')}A`,
    previousAesKey: undefined,
    mode: 'compatible',
    appSecret: undefined,
    generated: true,
  };
}

function isNetwork(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/');
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  if (most === 0 || more.length > 0 || address.includes('%')) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most);
}

/** Whether only this machine reaches a server that listens on `host`. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
