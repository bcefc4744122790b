/** Lets in as many messages as can be answered in time and acknowledges the rest at once, before anything is spent on
 *  them. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics.ts';
import { isMessageAt } from '../route.ts';
import { queryOf, type SignatureCheck } from '../wechat/request-cache.ts';
import { whenOver } from '../when-over.ts';
import type { Backlog } from './backlog.ts';
import { createUnheard } from './unheard.ts';

export interface LoadSheddingParts {
  readonly handle: RequestListener;
  /** Where messages arrive, e.g. `/wechat`. */
  readonly path: string;
  /** Messages of the platform that may be under way at the same time; further ones get `success`. */
  readonly most: number;
  /** Who else waits, whom nobody could count yet. */
  readonly backlog: Backlog;
  /** Whether those who wait are likely to be the platform: strangers who come in crowds are no reason to shed. */
  readonly isMostlyPlatform: () => boolean;
  /** Looks later at what was turned away (`Webhook.overhear`). */
  readonly overhear: (request: IncomingMessage, body: string) => Promise<void>;
  readonly check: SignatureCheck;
  readonly now: () => Date;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Requests with one and the same query that may be under way at once: the platform sends a message three times at most,
 *  and not before it has given up the time before. */
const SAME_AT_ONCE = 8;

/** Counts only what carries the platform's signature, so that strangers cannot fill the house. A re-send of a message
 *  that was let in is let in as well and takes no further place, or its answer would reach nobody: after `success` the
 *  platform does not ask again.
 *  A message that is turned away touches neither store nor limits: it was never heard, but for the wish to be deleted. */
export function createLoadShedding(parts: LoadSheddingParts): RequestListener {
  const letIn = createMemory(parts.now);
  const unheard = createUnheard({ read: parts.overhear, isBusy: isFull });
  /** How many are under way with the same query. Who captured one takes one place with it, not all. */
  const same = new Map<number, number>();
  let turnedAway = 0;
  let told = Number.NEGATIVE_INFINITY;

  return (request, response) => {
    if (!isMessageAt(parts.path, request)) return parts.handle(request, response);
    if (parts.check(request) !== undefined) return parts.handle(request, response);
    const name = nameOf(request);
    const others = same.get(name) ?? 0;
    if ((isFull() && !letIn.has(name)) || others >= SAME_AT_ONCE) return turnAway(request, response);
    letIn.add(name);
    same.set(name, others + 1);
    whenOver(request, response, () => {
      const left = (same.get(name) ?? 1) - 1;
      if (left === 0) same.delete(name);
      else same.set(name, left);
    });
    return parts.handle(request, response);
  };

  function isFull(): boolean {
    return same.size >= parts.most || (parts.backlog.waitedMs() > BACKLOG_MS && parts.isMostlyPlatform());
  }

  function turnAway(request: IncomingMessage, response: ServerResponse): void {
    unheard(request);
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': '7' });
    response.end('success');
    parts.metrics.message('unknown', 'shed');
    turnedAway += 1;
    const at = performance.now();
    if (at - told < TELL_EVERY_MS) return;
    told = at;
    parts.log.warn({ turnedAway, under: same.size, most: parts.most }, 'overload');
    turnedAway = 0;
  }
}

/** Shed when connections have been queueing for this long. Each of them waits less, since the kernel keeps 2,048 at most. A shorter time would turn callers away after a short standstill. Turning away is several times
 *  faster than answering, so all are taken soon after, and then messages are let in again. */
const BACKLOG_MS = 2_000;
/** Nobody reads a log that overload itself floods. */
const TELL_EVERY_MS = 5_000;
/** The platform sends a message again after 5 and 10 seconds. */
const REMEMBER_MS = 20_000;

/** The same for a message and its re-sends, which carry the same time and nonce: the beginning of their signature. It is
 *  a number, because a thousand texts a second that are kept for half a minute are what makes collections slow; that two
 *  messages have the same happens once in 2^28 and lets one in that might have been turned away. */
function nameOf(request: IncomingMessage): number {
  return Number.parseInt(String(queryOf(request).signature).slice(0, 7), 16);
}

/** Names of the last 20 to 40 seconds. */
function createMemory(now: () => Date) {
  let [fresh, old] = [new Set<number>(), new Set<number>()];
  let since = now().getTime();
  return {
    has: (name: number) => fresh.has(name) || old.has(name),
    add(name: number): void {
      const at = now().getTime();
      if (Math.abs(at - since) > REMEMBER_MS) {
        [fresh, old] = [new Set(), fresh];
        since = at;
      }
      fresh.add(name);
    },
  };
}
