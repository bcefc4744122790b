/** Stands before the webhook: turns away strange addresses, and addresses that were refused too often, without reading
 *  a body. */
import type { Context } from 'koa';
import { Refused } from '../../core/errors.ts';
import type { Metrics } from '../metrics.ts';
import type { SignatureCheck } from '../wechat/request-cache.ts';
import type { Webhook } from '../wechat/webhook.ts';
import { addressList, callerOf, networkOf } from './address.ts';

export interface GateParts {
  readonly check: SignatureCheck;
  readonly now: () => Date;
  /** Our own proxies, whose X-Forwarded-For is believed. */
  readonly proxies: readonly string[];
  /** Who may call at all; empty: everybody. */
  readonly platform: readonly string[];
  /** Refused requests a minute after which an address is turned away; `undefined`: no limit. */
  readonly refusals: number | undefined;
  readonly metrics: Metrics;
  /** An address has just reached the limit. Called once a minute and address at most. */
  readonly onLimit: (network: string) => void;
}

const MINUTE_MS = 60_000;
/** Networks that are counted at once, some 100 bytes each; the one that was refused longest ago makes room. */
export const NETWORKS_COUNTED = 10_000;

/** The webhook behind a gate. Only refusals count, and a request whose `signature` is right and fresh always passes, so
 *  that the platform never pays for others behind the same address. Both methods throw Refused 403 for an address that
 *  is not on the list, 429 for one that was refused too often, and whatever the webhook throws. */
export function gated(webhook: Webhook, parts: GateParts): Webhook {
  const proxies = addressList(parts.proxies);
  const platform = addressList(parts.platform);
  const refusals = createRefusals(parts.refusals ?? Number.POSITIVE_INFINITY, parts.now);

  return {
    prove(ctx) {
      const caller = enter(ctx);
      try {
        webhook.prove(ctx);
      } catch (error) {
        throw noted(caller, error);
      }
    },
    overhear: webhook.overhear,
    async receive(ctx) {
      const caller = enter(ctx);
      try {
        await webhook.receive(ctx);
      } catch (error) {
        throw noted(caller, error);
      }
    },
  };

  function enter(ctx: Context): string | undefined {
    const caller = callerOf(ctx.req, proxies);
    if (caller !== undefined && isOver(caller) && !isSigned(ctx)) {
      parts.metrics.message('unknown', 'refused');
      throw new Refused(429, 'the address was refused too often');
    }
    if (parts.platform.length > 0 && (caller === undefined || !platform.has(caller))) {
      parts.metrics.message('unknown', 'refused');
      // Behind a proxy that nobody told us of, this is what the operator finds in the log.
      const reason = 'the address is none of PLATFORM_ADDRESSES; behind a proxy set TRUSTED_PROXY';
      throw noted(caller, new Refused(403, reason));
    }
    return caller;
  }

  /** Most of the time nobody was refused recently. */
  function isOver(caller: string): boolean {
    return refusals.size > 0 && refusals.isOver(networkOf(caller));
  }

  /** Counts the error if it is a refusal, and gives it back. */
  function noted(caller: string | undefined, error: unknown): unknown {
    if (error instanceof Refused && caller !== undefined) {
      const network = networkOf(caller);
      if (refusals.count(network) === parts.refusals) parts.onLimit(network);
    }
    return error;
  }

  /** The signature of clear messages stands in encrypted ones too; there it lets in, and `msg_signature` decides. */
  function isSigned({ req }: Context): boolean {
    return parts.check(req) === undefined;
  }
}

export interface Refusals {
  /** Counts one; how many there were in this network's minute. */
  count(network: string): number;
  isOver(network: string): boolean;
  /** Networks that are remembered now. */
  readonly size: number;
}

/** Counts by network in minutes that begin with the first refusal. Refusals beyond the limit are not counted, so a
 *  minute always ends. */
export function createRefusals(limit: number, now: () => Date): Refusals {
  const minutes = new Map<string, { readonly from: number; readonly refused: number }>();
  return {
    count(network) {
      const { from, refused } = current(network) ?? { from: now().getTime(), refused: 0 };
      minutes.delete(network);
      minutes.set(network, { from, refused: refused + 1 });
      const [oldest] = minutes.keys();
      if (minutes.size > NETWORKS_COUNTED && oldest !== undefined) minutes.delete(oldest);
      return refused + 1;
    },
    isOver: (network) => (current(network)?.refused ?? 0) >= limit,
    get size() {
      return minutes.size;
    },
  };

  function current(network: string) {
    const minute = minutes.get(network);
    // A clock that was set back ends a minute as well; otherwise it would last for hours.
    return minute && Math.abs(now().getTime() - minute.from) < MINUTE_MS ? minute : undefined;
  }
}
