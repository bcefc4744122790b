/** Stands before every route: what strangers cost is bounded by connection and by address, whatever they ask for. Requests
 *  that the platform signed are never counted. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isAt, pathOf } from '../route.ts';
import type { SignatureCheck } from '../wechat/request-cache.ts';
import { whenOver } from '../when-over.ts';
import { addressList, callerOf, networkOf } from './address.ts';
import { createRefusals } from './address-guard.ts';

export interface StrangersParts {
  readonly handle: RequestListener;
  /** Where messages arrive, e.g. `/wechat`. */
  readonly path: string;
  readonly check: SignatureCheck;
  readonly now: () => Date;
  /** Our own proxies, whose X-Forwarded-For is believed. */
  readonly proxies: readonly string[];
  /** Requests a minute of one address that nobody signed; `undefined`: no limit. */
  readonly limit: number | undefined;
  /** Hears of each connection that a signed request came over. */
  readonly prove: (socket: Socket) => void;
  /** Something was held back. */
  readonly onHeldBack: (what: 'address' | 'pipeline') => void;
}

export interface Strangers {
  readonly handle: RequestListener;
  /** Whether most of the requests of the last seconds were the platform's. */
  isMostlyPlatform(): boolean;
}

/** Unanswered requests of one connection; a browser waits for each answer, and so do proxies. */
const PIPELINED = 32;
/** Over what time it is asked who the requests come from. */
const LOOK_BACK_MS = 2_000;

const WAITING = Symbol('unanswered requests of a connection');
type Marked = Socket & { [WAITING]?: number };

/** Makes the guard. */
export function guardAgainstStrangers(parts: StrangersParts): Strangers {
  const proxies = addressList(parts.proxies);
  const minutes = createRefusals(parts.limit ?? Number.POSITIVE_INFINITY, parts.now);
  const shares = createShares();
  return { handle, isMostlyPlatform: shares.isMostlyPlatform };

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const socket: Marked = request.socket;
    // What was read together with a request that was the last straw.
    if (socket.destroyed) return;
    if (isAt(parts.path, pathOf(request)) && parts.check(request) === undefined) {
      shares.platform();
      parts.prove(socket);
      parts.handle(request, response);
      return;
    }
    shares.stranger();
    const waiting = (socket[WAITING] ?? 0) + 1;
    socket[WAITING] = waiting;
    if (waiting > PIPELINED) {
      parts.onHeldBack('pipeline');
      socket.destroy();
      return;
    }
    whenOver(request, response, () => {
      socket[WAITING] = (socket[WAITING] ?? 1) - 1;
    });
    if (isOverBudget(request)) turnAway(request, response);
    else parts.handle(request, response);
  }

  /** Requests that came by way of a proxy that nobody told us of share an address with each other, but not with probes of the
   *  machine that the proxy runs on. */
  function isOverBudget(request: IncomingMessage): boolean {
    if (parts.limit === undefined) return false;
    const caller = callerOf(request, proxies) ?? '';
    const isForwarded = request.headers['x-forwarded-for'] !== undefined;
    const name = `${networkOf(caller)}${isForwarded ? ' forwarded' : ''}`;
    if (minutes.isOver(name)) return true;
    minutes.count(name);
    return false;
  }

  function turnAway(request: IncomingMessage, response: ServerResponse): void {
    parts.onHeldBack('address');
    response.writeHead(429, { connection: 'close', 'content-length': '0', 'retry-after': '60' });
    response.end(() => request.socket.destroy());
  }
}

/** Who the requests come from, in two halves of the time looked back over. */
function createShares() {
  let [now, before] = [
    { platform: 0, strangers: 0 },
    { platform: 0, strangers: 0 },
  ];
  let since = performance.now();

  function current() {
    const at = performance.now();
    if (at - since > LOOK_BACK_MS) {
      before = at - since > 2 * LOOK_BACK_MS ? { platform: 0, strangers: 0 } : now;
      now = { platform: 0, strangers: 0 };
      since = at;
    }
    return now;
  }

  return {
    platform() {
      current().platform += 1;
    },
    stranger() {
      current().strangers += 1;
    },
    isMostlyPlatform(): boolean {
      const { platform, strangers } = current();
      return platform + before.platform >= strangers + before.strangers;
    },
  };
}
