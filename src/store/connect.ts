/** Connects to Redis so that a dead or frozen server never holds anybody up and a server that comes back is found
 *  again without a restart. Called by assemble.ts; the client goes into `redisStore`. */

import { createClient } from 'redis';
import { SettingsError } from '../errors.ts';
import type { StoreLog } from './event.ts';
import { reasonOf } from './redis.ts';

export interface ConnectOptions {
  /** Hears `ready` and `away`, once each time the one changes into the other. */
  readonly log: StoreLog;
}

export type RedisClient = ReturnType<typeof connectRedis>;

/** Returns at once and connects in the background, for as long as it takes; commands fail until then (`ready()` of the
 *  store tells). @param url `redis://` or `rediss://`. @throws SettingsError when it is not an address. */
export function connectRedis(url: string, { log }: ConnectOptions) {
  const client = made(url);
  let state: 'starting' | 'ready' | 'away' = 'starting';

  function away(error: unknown): void {
    if (state === 'away' || !client.isOpen) return;
    state = 'away';
    log({ kind: 'away', reason: reasonOf(error) });
  }

  client.on('error', away);
  client.on('ready', () => {
    state = 'ready';
    log({ kind: 'ready' });
  });
  // Retries are the strategy's business and it never gives up, so this rejects only when the client is closed meanwhile.
  client.connect().catch(away);
  return client;
}

function made(url: string) {
  if (!isAddress(url)) {
    // The address is not repeated: it may hold a password.
    throw new SettingsError(
      'REDIS_URL is not an address: write redis://host:6379, or rediss://host:6379 for TLS',
    );
  }
  return createClient({
    url,
    socket: {
      connectTimeout: 2_000,
      // Frees the commands that a frozen server has swallowed; nothing else does.
      socketTimeout: 2_500,
      reconnectStrategy: pauseBefore,
    },
    // Below socketTimeout, so that a quiet connection is not taken for a dead one.
    pingInterval: 1_000,
    // Refuse at once while the server is away instead of keeping messages for later: the merchant is waiting.
    disableOfflineQueue: true,
    commandsQueueMaxLength: 10_000,
    // Announcements of one vendor's managed service; asking for them costs every other server an error.
    maintNotifications: 'disabled',
  });
}

function isAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, pathname } = new URL(url);
  return /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d*)?$/.test(pathname);
}

/** Milliseconds before the next attempt: doubling from 50 up to a second, each a little different, so that many
 *  processes do not come back in step. */
function pauseBefore(retries: number): number {
  return Math.min(1_000, 50 * 2 ** Math.min(retries, 5)) * (0.75 + Math.random() / 4);
}
