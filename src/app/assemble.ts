/** Wires a Config to a running assistant. The only place where edges meet, and the only file besides main.ts that takes
 *  the real clock. */

import { createServer, type RequestListener, type Server } from 'node:http';
import type Router from '@koa/router';
import type { Logger } from 'pino';
import { type Content, createAssistant } from '../core/conversation/assistant.ts';
import { asksToForget } from '../core/conversation/leaving.ts';
import type { Sessions } from '../core/conversation/session/store.ts';
import type { Handbook } from '../core/handbook/handbook.ts';
import { createHandbook } from '../core/handbook/load.ts';
import { type Day, dayOf, missingYear } from '../core/knowledge/calendar.ts';
import { rememberHandbook } from '../core/memory/handbook.ts';
import { createRememberingRenderer } from '../core/memory/renderer.ts';
import { frontRoom } from '../front/page.ts';
import { withFaults } from '../playground/faults.ts';
import type { Seen } from '../server/answer-in-time.ts';
import { createApp } from '../server/app.ts';
import { gated } from '../server/guard/address-guard.ts';
import { watchBacklog } from '../server/guard/backlog.ts';
import { watchConnections } from '../server/guard/connections.ts';
import { createFloodGate } from '../server/guard/flood.ts';
import { createLoadShedding, type LoadSheddingParts } from '../server/guard/load-shedding.ts';
import { guardAgainstStrangers, type StrangersParts } from '../server/guard/strangers.ts';
import { addressOf, CONNECTIONS, listen } from '../server/listen.ts';
import { createMetrics, type Metrics } from '../server/metrics.ts';
import { serveMetrics } from '../server/metrics-port.ts';
import { onceAMinute } from '../server/once-a-minute.ts';
import { createShutdown } from '../server/shutdown.ts';
import { createTracing } from '../server/tracing.ts';
import { createSignatureCheck } from '../server/wechat/request-cache.ts';
import { createWebhook, type WebhookParts } from '../server/wechat/webhook.ts';
import { createWechatChannel, STICKER_SENTENCES, wechatLimits } from '../wechat/channel.ts';
import { createEnvelope } from '../wechat/envelope.ts';
import type { Config } from './config.ts';
import { type Log, openLog } from './log.ts';
import { type Names, namesFor } from './names.ts';
import { openStore, waitUntilReady } from './open-store.ts';
import { createOwedDeletions, type OwedDeletions } from './owed-deletions.ts';
import { createGuests, createTraces, playgroundRoom } from './playground.ts';
import { readPrepared } from './prepared-file.ts';
import { readTexts } from './read-content.ts';
import { roomForConnections } from './room-for-connections.ts';

/** Milliseconds from the arrival of a message until its answer must be on its way; the platform hangs up after 5,000. */
const ANSWER_WITHIN = 4_400;
/** Where the platform sends its messages. */
const PATH = '/wechat';
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
  const { log, flushed } = givenLog(surroundings) ?? openLog(config.logLevel);
  const realToday = () => config.today ?? dayOf(now());
  const { handbook, renderer } = await loadContent(surroundings, realToday());
  const { wechat } = config;
  const names = namesFor(config);
  const guests = createGuests(names.who);
  let guestsDay: Day | undefined;

  const store = await openStore(config, now, log);
  const faulty = config.playground ? withFaults(store, guests.has) : undefined;
  const owed = createOwedDeletions({
    sessions: faulty?.sessions ?? store,
    directory: config.dataDir,
    log: (event) =>
      event.kind === 'made-up-for' ? log.info(event, 'deletions') : log.warn(event, 'deletions'),
  });
  const check = createSignatureCheck(wechat.tokens, now);
  const metrics = createMetrics({ shared: surroundings.shared ?? false });
  const traces = config.playground ? createTraces() : undefined;
  const tracing = config.tracing ? await createTracing() : undefined;
  if (tracing && !tracing.isHeard)
    log.warn('TRACING is on and nothing takes the spans: bring the SDK by --import (docs/tracing.md)');
  const webhook = webhookOf({
    config,
    content: { handbook, renderer },
    owed,
    now,
    today: (who) => (guestsDay !== undefined && guests.has(who) ? guestsDay : realToday()),
    names,
    check,
    metrics,
    observe: onlookers(traces?.keep, tracing?.record),
  });

  const { name, introduction } = handbook.contact;
  const rooms: Router[] = [
    await frontRoom({ account: { name, introduction }, playground: config.playground }),
  ];
  const app = createApp({
    route: {
      path: PATH,
      webhook: gated(webhook, {
        ...config.gate,
        check,
        now,
        metrics,
        onLimit: (network) =>
          log.warn({ network }, 'refused too often: turned away for the rest of a minute'),
      }),
    },
    ready: () => owed.sessions.ready(),
    details: () => toSeeTo(handbook, realToday()),
    log,
    metrics,
    metricsToken: config.metrics.token,
    rooms,
  });
  for (const detail of toSeeTo(handbook, realToday())) log.warn({ detail }, 'content wants an editor');
  const server = createServer(CONNECTIONS);
  const connections = watchConnections(server, {
    most: Math.min(config.maxConnections, roomForConnections()),
    onFull: onceAMinute<void>((times) =>
      log.warn({ times }, 'connections full: the oldest unsigned one goes'),
    ),
  });
  const closeServer = createShutdown(server, ANSWER_WITHIN + 100);
  const { url, metricsServer } = await openPorts(config, server, metrics, store);
  if (traces)
    rooms.push(
      playgroundRoom({
        base: url,
        path: PATH,
        account: wechat,
        handbook,
        traces,
        guests,
        today: () => guestsDay ?? realToday(),
        setToday: (day) => {
          guestsDay = day;
        },
        inject: (faults) => faulty?.inject(faults),
        storiesDirectory: surroundings.storiesDirectory,
        publicUrl: config.publicUrl,
      }),
    );
  for (const room of rooms) app.use(room.routes()).use(room.allowedMethods());
  const { overhear } = webhook;
  const { prove } = connections;
  server.on(
    'request',
    guarded(app.callback(), server, { config, prove, overhear, check, now, metrics, log }),
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
    owed.close();
    await store.close();
    await flushed();
  }
}

/** All that look on after a message, as one. */
function onlookers(...those: readonly (((seen: Seen) => void) | undefined)[]) {
  const present = those.filter((one) => one !== undefined);
  if (present.length < 2) return present[0];
  return (seen: Seen) => {
    for (const observe of present) observe(seen);
  };
}

interface WebhookWiring extends Pick<WebhookParts, 'check' | 'metrics' | 'observe' | 'now'> {
  readonly config: Config;
  readonly content: Content;
  readonly owed: OwedDeletions;
  readonly names: Names;
  readonly today: (who: string) => Day;
}

function webhookOf({ config, content, owed, names, check, metrics, observe, now, today }: WebhookWiring) {
  const { wechat } = config;
  const { renderer } = content;
  return createWebhook({
    mode: wechat.mode,
    check,
    envelope: wechat.aesKey === undefined ? undefined : createEnvelope({ ...wechat, aesKey: wechat.aesKey }),
    channel: createWechatChannel({ ...names, stickerSentences: STICKER_SENTENCES }),
    assistant: createAssistant({
      content: () => content,
      sessions: owed.sessions,
      limits: wechatLimits,
      now,
      today,
      seal: names.seal,
      sessionDays: config.sessionDays,
    }),
    now,
    limits: BODY,
    deadlineMs: ANSWER_WITHIN,
    isFlooding: createFloodGate(config.rateLimit),
    fault: () => ({ kind: 'text', lines: renderer.phrase('fault') }),
    slowDown: () => ({ kind: 'text', lines: renderer.phrase('slow-down') }),
    deletions: {
      isAskedBy: (utterance) => asksToForget(content.handbook, utterance),
      owe: owed.owe,
      say: () => ({ kind: 'text', lines: renderer.phrase('deletion-owed') }),
    },
    metrics,
    observe,
  });
}

interface GuardedParts
  extends Pick<LoadSheddingParts, 'overhear' | 'check' | 'now' | 'metrics' | 'log'>,
    Pick<StrangersParts, 'prove'> {
  readonly config: Config;
}

/** What stands before every route: strangers first, then the house rule for too many messages. */
function guarded(handle: RequestListener, server: Server, { config, prove, ...parts }: GuardedParts) {
  const strangers = guardAgainstStrangers({
    handle: createLoadShedding({
      ...parts,
      handle,
      path: PATH,
      most: config.maxWaiting,
      backlog: watchBacklog(server),
      isMostlyPlatform: () => strangers.isMostlyPlatform(),
    }),
    path: PATH,
    check: parts.check,
    now: parts.now,
    proxies: config.gate.proxies,
    limit: config.gate.strangers,
    prove,
    onHeldBack: onceAMinute((times, what: string) => parts.log.warn({ times, what }, 'strangers held back')),
  });
  return strangers.handle;
}

function givenLog({ log }: Surroundings): Log | undefined {
  return log && { log, flushed: async () => {} };
}

/** Listens for messages, and for Prometheus where a port is wanted. When one of the two cannot be, nothing is left open.
 *  @throws SettingsError */
async function openPorts(config: Config, server: Server, metrics: Metrics, store: Sessions) {
  let metricsServer: Server | undefined;
  try {
    metricsServer = await serveMetrics(config.metrics.port, metrics);
    await waitUntilReady(store);
    return { metricsServer, url: await listen(server, config) };
  } catch (error) {
    metricsServer?.close();
    await store.close();
    throw error;
  }
}

/** The handbook of the project's folder and its renderer, both remembering.
 *  @throws HandbookError */
async function loadContent({ root, prepared }: Surroundings, today: Day): Promise<Content> {
  const texts = await readTexts(root);
  const kept = prepared === undefined ? undefined : await readPrepared(prepared, texts);
  const handbook = rememberHandbook(createHandbook(texts, today, kept));
  return { handbook, renderer: createRememberingRenderer(handbook) };
}

/** What the content lacks by now, for whoever runs it. */
function toSeeTo({ calendar }: Handbook, today: Day): readonly string[] {
  const year = missingYear(calendar, today);
  return year === undefined
    ? []
    : [`content/calendar.yaml has no holidays of ${year}: dates are shown as ranges; add the year`];
}
