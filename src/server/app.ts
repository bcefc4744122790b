/** The Koa application: routes, the one edge where errors become responses, the request log, /healthz and /readyz. */
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import Router from '@koa/router';
import Koa from 'koa';
import type { Logger } from 'pino';
import { Refused } from '../core/errors.ts';
import type { Seen } from './answer-in-time.ts';
import type { Metrics } from './metrics.ts';
import { onceAMinute } from './once-a-minute.ts';
import { isAt, isMessageAt } from './route.ts';
import type { Webhook } from './wechat/webhook.ts';

/** Where messages of a channel arrive. */
export interface Route {
  /** E.g. `/wechat`. */
  readonly path: string;
  readonly webhook: Webhook;
}

export interface AppParts {
  readonly route: Route;
  /** Resolves when messages can be answered. */
  readonly ready: () => Promise<void>;
  /** What an operator should see to, one line each; shown by /readyz and no reason to send anybody away. */
  readonly details: () => readonly string[];
  readonly log: Logger;
  readonly metrics: Metrics;
  /** With a token, /metrics is served here and asks for it; without one it is not on this port. */
  readonly metricsToken: string | undefined;
  /** Further routes, such as the playground. */
  readonly rooms: readonly Router[];
}

/** On every page and every error: nothing is run, framed, sniffed, kept or told to others. A room that serves a page of
 *  its own sets what that page needs. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Makes the application; `callback()` of it answers requests and never rejects. */
export function createApp(parts: AppParts): Koa {
  const { path, webhook } = parts.route;
  const app = new Koa();
  const router = new Router();
  app.silent = true;
  app.use(edge);

  // Messages come by the thousand a second, and the way through a router of every spelling takes longer than opening them.
  app.use((ctx, next) => (isMessageAt(path, ctx.req) ? webhook.receive(ctx) : next()));
  router.get(path, (ctx) => webhook.prove(ctx));
  router.post(path, (ctx) => webhook.receive(ctx));
  router.get('/healthz', (ctx) => {
    ctx.body = 'ok';
  });
  const readiness = remembered(parts.ready);
  const tellNotReady = onceAMinute((times, reason: string) => parts.log.warn({ reason, times }, 'not ready'));
  router.get('/readyz', async (ctx) => {
    try {
      await readiness();
      ctx.body = ['ready', ...parts.details()].join('\n');
    } catch (error) {
      ctx.status = 503;
      ctx.body = 'not ready';
      tellNotReady(reasonOf(error));
    }
  });
  if (parts.metricsToken !== undefined) {
    const wanted = `Bearer ${parts.metricsToken}`;
    const tell = onceAMinute((times) => parts.log.warn({ times }, '/metrics asked without the token'));
    router.get('/metrics', async (ctx) => {
      if (!isSame(ctx.get('authorization'), wanted)) {
        tell(undefined);
        throw new Refused(401, 'metrics without the token');
      }
      const { text, type } = await parts.metrics.expose();
      ctx.type = type;
      ctx.body = text;
    });
  }
  for (const room of [router, ...parts.rooms]) app.use(room.routes()).use(room.allowedMethods());
  return app;

  /** Everything is answered here: refusals without a detail, defects as 500, and one log line for each request. */
  async function edge(ctx: Koa.Context, next: Koa.Next): Promise<void> {
    const start = performance.now();
    // The answer to a message is read by the platform alone.
    if (isMessageAt(path, ctx.req)) ctx.res.setHeader('x-content-type-options', 'nosniff');
    else ctx.set(SECURITY_HEADERS);
    let refused: string | undefined;
    try {
      await next();
    } catch (error) {
      ctx.body = '';
      ctx.set(SECURITY_HEADERS);
      if (error instanceof Refused) {
        refused = error.message;
        ctx.status = error.status;
        if (!ctx.req.complete) ctx.set('Connection', 'close');
      } else {
        ctx.status = 500;
        parts.log.error({ request: nameOf(ctx), path: ctx.path, err: plainError(error) }, 'defect');
      }
    }
    const seen: Seen | undefined = ctx.state.seen;
    if (seen !== undefined && seen.error === undefined && !parts.log.isLevelEnabled('info')) return;
    const request = nameOf(ctx);
    const ms = Math.round((performance.now() - start) * 100) / 100;
    if (!isAt(path, ctx.path))
      return parts.log.debug(
        { request, method: ctx.method, path: ctx.path, status: ctx.status, ms },
        'request',
      );
    if (refused !== undefined) {
      // Whoever is turned away again and again must not fill the log as well; the gate has told of the first time.
      const level = ctx.status === 429 ? 'debug' : 'warn';
      return parts.log[level]({ request, status: ctx.status, reason: refused, ms }, 'refused');
    }
    if (!seen) {
      const what = ctx.method === 'GET' ? 'handshake' : 'request';
      return parts.log.info({ request, method: ctx.method, status: ctx.status, ms }, what);
    }
    const { hearing, error } = seen;
    const handover = hearing?.events.flatMap((event) => (event.kind === 'handover' ? [event.step] : []))[0];
    const about = {
      request,
      kind: seen.kind,
      outcome: seen.outcome,
      again: hearing?.replayed ?? false,
      understood: hearing?.events.flatMap((event) => (event.kind === 'understood' ? [event.as] : []))[0],
      dialog: hearing?.session?.dialog,
      trips: hearing?.roundTrips,
      // Somebody waits for a person.
      ...(handover === undefined ? {} : { handover }),
      // A session that could not be read is in quarantine.
      ...(hearing?.events.some((event) => event.kind === 'damaged') ? { damaged: true } : {}),
      ms,
    };
    if (error === undefined) parts.log.info(about, 'message');
    else parts.log.error({ ...about, err: plainError(error) }, 'fault');
  }
}

/** How long a probe that found all well stands: anybody may ask, and each time costs the store a write. */
const WELL_MS = 1_000;
/** The same for one that failed; a store that is away refuses at once, and its return should be seen soon. */
const ILL_MS = 250;

/** The same probe, done once in a while however many ask. */
function remembered(probe: () => Promise<void>): () => Promise<void> {
  let outcome: Promise<void> | undefined;
  let until = Number.POSITIVE_INFINITY;
  return () => {
    if (outcome === undefined || performance.now() > until) {
      until = Number.POSITIVE_INFINITY;
      const stands = (milliseconds: number) => () => {
        until = performance.now() + milliseconds;
      };
      outcome = probe();
      outcome.then(stands(WELL_MS), stands(ILL_MS));
    }
    return outcome;
  };
}

/** What log lines about one request have in common. */
function nameOf(ctx: Koa.Context): string {
  ctx.state.request ??= randomUUID().slice(0, 8);
  return ctx.state.request;
}

/** Name, message and stack of an error; nothing that hangs on it, which may hold a message. */
function plainError(error: unknown): { name: string; message: string; stack: string | undefined } {
  return error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: typeof error, message: 'something else than an Error was thrown', stack: undefined };
}

/** Takes the same time wherever two texts differ, and however long they are. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
