/** The wiring: from a Config to a running assistant. main.ts uses it, and so do the tests. The only place where edges
 *  meet; the only one besides main.ts that takes the real clock. */
import { createHmac, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type Router from '@koa/router';
import { type Logger, pino } from 'pino';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { createAssistant } from './assistant.ts';
import type { Config } from './config.ts';
import { SettingsError, StoreError } from './errors.ts';
import { createHandbook, type Handbook } from './handbook/handbook.ts';
import { readTexts } from './handbook/read.ts';
import { createDayOf, type Day, missingYear } from './knowledge/calendar.ts';
import { playgroundRoutes, type Trace } from './playground/app.ts';
import { withFaults } from './playground/faults.ts';
import { createPlatform, type Mode } from './playground/platform.ts';
import { readPrepared } from './prepared-file.ts';
import { createRecent } from './remembering.ts';
import { createSayer } from './say.ts';
import { createAdmission } from './server/admission.ts';
import { createApp } from './server/app.ts';
import { watchBacklog } from './server/backlog.ts';
import { createClosing } from './server/closing.ts';
import { gated } from './server/gate.ts';
import { createMetrics } from './server/metrics.ts';
import { serveMetrics } from './server/metrics-port.ts';
import { createSignatureCheck } from './server/signed.ts';
import { createWebhook, type Seen } from './server/webhook.ts';
import { knownFacts } from './session.ts';
import type { StoreEvent } from './store/event.ts';
import { RETENTION, type Sessions } from './store/store.ts';
import { createWechatChannel, STICKER_SENTENCES, wechatVoice } from './wechat/channel.ts';
import { createEnvelope } from './wechat/envelope.ts';

/** Milliseconds from the arrival of a message until its answer must be on its way; the platform hangs up after 5,000. */
export const ANSWER_WITHIN = 4_400;
/** The store gives up before that, so that there is time to say so. */
const STORE_WITHIN = 3_900;
/** How long a start waits for the store, in milliseconds. */
const STORE_GREETS_WITHIN = 1_000;
/** Milliseconds: for a whole request, for its head (or for a first byte), and between two requests. Whoever takes longer
 *  is hung up on at the next look at the connections. */
const CONNECTIONS = {
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
};
/** Connections that may wait to be taken. Beyond them the kernel drops the caller's first packet, which costs it a second or
 *  three: with Node's own 511 that happens before anybody could be told that there is too much. */
const BACKLOG = 2_048;
const BODY = { bytes: 512 * 1024, milliseconds: 3_000 };

export interface Running {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Where the chat page is, when it is on. */
  readonly playground: string | undefined;
  /** Where `METRICS_PORT` serves /metrics. */
  readonly metrics: string | undefined;
  /** `embedded` or `redis`. */
  readonly store: 'embedded' | 'redis';
  readonly handbook: Handbook;
  readonly server: Server;
  /** Stops taking messages, finishes those in flight, closes the store. */
  stop(): Promise<void>;
}

export interface Surroundings {
  readonly now?: () => Date;
  readonly log?: Logger;
  /** The folder with dialogs/ and content/. */
  readonly root: string;
  /** The file of what was prepared when the program was built, if there may be one. */
  readonly prepared?: string;
  /** Where the playground may save chats as stories. */
  readonly storiesDirectory?: string;
  /** One of several workers: its figures go to the process that started it. */
  readonly shared?: boolean;
}

/** Starts the assistant. @throws SettingsError, HandbookError or StoreError when it cannot; nothing is left running. */
export async function assemble(config: Config, surroundings: Surroundings): Promise<Running> {
  const now = surroundings.now ?? (() => new Date());
  const log = surroundings.log ?? pino({ level: config.logLevel, base: null });
  let chosenDay = config.today;
  const dayOf = createDayOf();
  const today = () => chosenDay ?? dayOf(now());
  const dataKey = config.dataKey ?? keptKey(config.dataDir);
  const texts = await readTexts(surroundings.root);
  const prepared =
    surroundings.prepared === undefined ? undefined : await readPrepared(surroundings.prepared, texts);
  const handbook = createHandbook(texts, today(), prepared);
  const sayer = createSayer(handbook);
  const { wechat } = config;

  const store = await openStore(config, now, log);
  const faulty = config.playground ? withFaults(store) : undefined;
  const sessions = faulty?.sessions ?? store;
  const names = createRecent<string>(2_000);
  const who = (openId: string) =>
    names.get(openId)?.is ??
    names.keep(
      openId,
      createHmac('sha256', dataKey).update(`${wechat.originalId}\n${openId}`).digest('base64url'),
    );

  const check = createSignatureCheck(wechat.tokens, now);
  const metrics = createMetrics({ shared: surroundings.shared ?? false });
  const traces = new Map<string, Trace>();
  const webhook = createWebhook({
    mode: wechat.mode,
    check,
    envelope: wechat.aesKey === undefined ? undefined : createEnvelope({ ...wechat, aesKey: wechat.aesKey }),
    channel: createWechatChannel({ who, stickerSentences: STICKER_SENTENCES }),
    assistant: createAssistant({
      handbook: () => handbook,
      sessions,
      voice: wechatVoice,
      now,
      today,
      sessionDays: config.sessionDays,
    }),
    now,
    limits: BODY,
    deadlineMs: ANSWER_WITHIN,
    isFlooding: createFloodGate(config.rateLimit),
    fault: () => ({ kind: 'text', lines: sayer.phrase('fault') }),
    slowDown: () => ({ kind: 'text', lines: sayer.phrase('slow-down') }),
    metrics,
    ...(config.playground ? { observe: (seen: Seen) => keepTrace(traces, seen) } : {}),
  });

  const rooms: Router[] = [];
  const app = createApp({
    webhook: gated(webhook, {
      ...config.gate,
      check,
      now,
      metrics,
      onLimit: (network) => log.warn({ network }, 'refused too often: turned away for the rest of a minute'),
    }),
    ready: () => sessions.ready(),
    details: () => toSeeTo(handbook, today()),
    log,
    metrics,
    metricsToken: config.metrics.token,
    rooms,
  });
  for (const detail of toSeeTo(handbook, today())) log.warn({ detail }, 'content wants an editor');
  const server = createServer(CONNECTIONS);
  const closeServer = createClosing(server, ANSWER_WITHIN + 100);
  let metricsServer: Server | undefined;
  let url: string;
  try {
    metricsServer = await serveMetrics(config.metrics.port, metrics);
    await readyOrLate(store);
    url = await listen(server, config);
  } catch (error) {
    metricsServer?.close();
    await store.close();
    throw error;
  }
  if (config.playground) rooms.push(playgroundRoom(url));
  for (const room of rooms) app.use(room.routes()).use(room.allowedMethods());
  server.on(
    'request',
    createAdmission({
      handle: app.callback(),
      most: config.maxWaiting,
      backlog: watchBacklog(server),
      check,
      now,
      metrics,
      log,
    }),
  );

  return {
    url,
    playground: config.playground ? `${url}/playground` : undefined,
    metrics: metricsServer && `http://127.0.0.1:${addressOf(metricsServer).port}/metrics`,
    store: config.redisUrl === undefined ? 'embedded' : 'redis',
    handbook,
    server,
    stop,
  };

  async function stop(): Promise<void> {
    await closeServer();
    metricsServer?.close();
    metricsServer?.closeAllConnections();
    await store.close();
  }

  function playgroundRoom(base: string): Router {
    const account = {
      id: wechat.originalId,
      appId: wechat.appId,
      token: wechat.tokens[0] ?? '',
      aesKey: wechat.aesKey,
    };
    const modes: [Mode, ...Mode[]] =
      wechat.mode === 'safe'
        ? ['safe']
        : wechat.mode === 'plain'
          ? ['plain']
          : ['plain', 'compatible', 'safe'];
    return playgroundRoutes({
      platformFor: (mode) =>
        createPlatform({
          url: `${base}/wechat`,
          account: account.id,
          appId: account.appId,
          token: account.token,
          mode,
          ...(account.aesKey === undefined ? {} : { aesKey: account.aesKey }),
        }),
      modes,
      account: { name: handbook.contact.name, introduction: handbook.contact.introduction },
      menu: () => menuOf(handbook),
      today,
      setToday: (day) => {
        chosenDay = day ?? config.today;
      },
      inject: (faults) => faulty?.inject(faults),
      trace: async (openId) => traces.get(openId),
      storiesDirectory: surroundings.storiesDirectory,
      hosts: config.publicUrl === undefined ? [] : [new URL(config.publicUrl).host],
    });
  }
}

/** What the content lacks by now, for whoever runs it. */
function toSeeTo({ calendar }: Handbook, today: Day): readonly string[] {
  const year = missingYear(calendar, today);
  return year === undefined
    ? []
    : [`content/calendar.yaml has no holidays of ${year}: dates are shown as ranges; add the year`];
}

/** Loads the code of the one store that is used: the client of Redis alone takes a fifth of a second. */
async function openStore(config: Config, now: () => Date, log: Logger): Promise<Sessions> {
  const account = config.wechat.originalId;
  const retention = { ...RETENTION, sessionDays: config.sessionDays };
  const tell = (event: StoreEvent) =>
    event.kind === 'ready' ? log.info(event, 'store') : log.warn(event, 'store');
  if (config.redisUrl === undefined) {
    const { embeddedStore } = await import('./store/embedded.ts');
    return embeddedStore({ directory: config.dataDir, account, retention, now, log: tell });
  }
  const [{ connectRedis }, { redisStore }] = await Promise.all([
    import('./store/connect.ts'),
    import('./store/redis.ts'),
  ]);
  const client = connectRedis(config.redisUrl, { log: tell });
  return redisStore({ client, account, retention, now, deadlineMs: STORE_WITHIN });
}

/** Gives a store that is there the moment it takes to connect, so that nobody is told of an outage at the start; one that
 *  is away keeps nothing from starting. */
async function readyOrLate(store: Sessions): Promise<void> {
  const end = performance.now() + STORE_GREETS_WITHIN;
  while (performance.now() < end) {
    try {
      return await store.ready();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** The key that turns OpenIDs into opaque names, made once and kept beside the data. @throws SettingsError */
function keptKey(directory: string): string {
  const file = join(directory, 'data.key');
  let key: string;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeOnce(file, randomBytes(32).toString('base64url'));
    key = readFileSync(file, 'utf8').trim();
  } catch {
    throw new SettingsError(
      `DATA_DIR: cannot keep a key there (${directory}); name a folder that this process may write`,
    );
  }
  if (key.length < 32)
    throw new SettingsError(
      `DATA_DIR: the key in ${file} is damaged; restore it, or remove it and lose the sessions`,
    );
  return key;
}

/** Writes a file that is not there yet. Written aside and linked, so that another process that starts at this moment
 *  sees all of it or nothing. */
function writeOnce(file: string, text: string): void {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, text, { mode: 0o600 });
  try {
    linkSync(aside, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(aside);
  }
}

/** Counts messages of a person in this process only, so that no trip to the store is needed. */
function createFloodGate(perMinute: number | undefined): ((who: string) => Promise<boolean>) | undefined {
  if (perMinute === undefined) return undefined;
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return async (who) => {
    try {
      await limiter.consume(who);
      return false;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return true;
      throw refusal;
    }
  };
}

/** @throws SettingsError when the address cannot be used. */
async function listen(server: Server, config: Config): Promise<string> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.port, config.host, BACKLOG, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
    throw new SettingsError(
      `PORT, HOST: cannot listen on ${config.host}:${config.port} (${code}); choose another PORT, or stop what uses it`,
    );
  }
  const { address, port, family } = addressOf(server);
  return urlOf(address, port, family);
}

function urlOf(address: string, port: number, family: string): string {
  // "Every address of this machine" is none that a browser could open.
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the server does not listen on a port');
  return address;
}

const TRACES_KEPT = 200;

function keepTrace(traces: Map<string, Trace>, seen: Seen): void {
  if (seen.openId === undefined) return;
  traces.delete(seen.openId);
  traces.set(seen.openId, {
    facts: seen.hearing?.session ? knownFacts(seen.hearing.session) : {},
    events: [
      { kind: seen.outcome, message: seen.kind, again: seen.hearing?.again ?? false },
      ...(seen.hearing?.events ?? []),
    ],
    stages: seen.stages,
    trips: seen.hearing?.trips ?? 0,
  });
  const [oldest] = traces.keys();
  if (traces.size > TRACES_KEPT && oldest !== undefined) traces.delete(oldest);
}

function menuOf(handbook: Handbook) {
  const leaf = (entry: { name: string; says?: string; url?: string }) => ({
    name: entry.name,
    ...(entry.says === undefined ? {} : { key: entry.says }),
    ...(entry.url === undefined ? {} : { url: entry.url }),
  });
  return {
    buttons: handbook.menu.buttons.map((button) =>
      'sub' in button ? { name: button.name, sub: button.sub.map(leaf) } : leaf(button),
    ),
  };
}
