/** The wiring: from a Config to a running assistant. main.ts uses it, and so do the tests. The only place where edges
 *  meet; the only one besides main.ts that takes the real clock. */

import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type Router from '@koa/router';
import { type Logger, pino } from 'pino';
import { createAssistant } from '../core/conversation/assistant.ts';
import { createRenderer } from '../core/conversation/render/renderer.ts';
import type { Handbook } from '../core/handbook/handbook.ts';
import { createHandbook } from '../core/handbook/load.ts';
import { createDayOf, type Day, missingYear } from '../core/knowledge/calendar.ts';
import { createLru } from '../core/memory/memo.ts';
import { playgroundRoutes, type Trace } from '../playground/app.ts';
import { withFaults } from '../playground/faults.ts';
import { createPlatform, type Mode } from '../playground/platform/platform.ts';
import { createApp } from '../server/app.ts';
import { gated } from '../server/guard/address-guard.ts';
import { watchBacklog } from '../server/guard/backlog.ts';
import { createFloodGate } from '../server/guard/flood.ts';
import { createLoadShedding } from '../server/guard/load-shedding.ts';
import { addressOf, CONNECTIONS, listen } from '../server/listen.ts';
import { createMetrics } from '../server/metrics.ts';
import { serveMetrics } from '../server/metrics-port.ts';
import { createShutdown } from '../server/shutdown.ts';
import { createSignatureCheck } from '../server/wechat/request-cache.ts';
import { createWebhook, type Seen } from '../server/wechat/webhook.ts';
import { createWechatChannel, STICKER_SENTENCES, wechatLimits } from '../wechat/channel.ts';
import { createEnvelope } from '../wechat/envelope.ts';
import type { Config } from './config.ts';
import { readDataKey } from './data-key.ts';
import { openStore, waitUntilReady } from './open-store.ts';
import { keepTrace, menuOf } from './playground.ts';
import { readPrepared } from './prepared-file.ts';
import { readTexts } from './read-content.ts';

/** Milliseconds from the arrival of a message until its answer must be on its way; the platform hangs up after 5,000. */
export const ANSWER_WITHIN = 4_400;
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
  const dataKey = config.dataKey ?? readDataKey(config.dataDir);
  const texts = await readTexts(surroundings.root);
  const prepared =
    surroundings.prepared === undefined ? undefined : await readPrepared(surroundings.prepared, texts);
  const handbook = createHandbook(texts, today(), prepared);
  const renderer = createRenderer(handbook);
  const { wechat } = config;

  const store = await openStore(config, now, log);
  const faulty = config.playground ? withFaults(store) : undefined;
  const sessions = faulty?.sessions ?? store;
  const names = createLru<string>(2_000);
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
      voice: wechatLimits,
      now,
      today,
      sessionDays: config.sessionDays,
    }),
    now,
    limits: BODY,
    deadlineMs: ANSWER_WITHIN,
    isFlooding: createFloodGate(config.rateLimit),
    fault: () => ({ kind: 'text', lines: renderer.phrase('fault') }),
    slowDown: () => ({ kind: 'text', lines: renderer.phrase('slow-down') }),
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
  const closeServer = createShutdown(server, ANSWER_WITHIN + 100);
  let metricsServer: Server | undefined;
  let url: string;
  try {
    metricsServer = await serveMetrics(config.metrics.port, metrics);
    await waitUntilReady(store);
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
    createLoadShedding({
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
