/** Connects to Redis so that a dead or frozen server never holds anybody up, and a server that comes back is found
 *  without a restart. */

import { createClient } from 'redis';
import { SettingsError } from '../../core/errors.ts';
import type { StoreLog } from '../log.ts';
import { connectCluster, connectSentinel } from './cluster-and-sentinel.ts';
import { LINK, pauseBefore } from './options.ts';
import { reasonOf } from './reason.ts';
import type { RedisCommands } from './sessions.ts';
import { readRedisUrl } from './url.ts';

export interface ConnectOptions {
  /** Hears `ready` and `away`, once each time the one changes into the other. */
  readonly log: StoreLog;
}

/** Returns at once and connects in the background, for as long as it takes; commands fail until then (`ready()` of the
 *  store tells). @param url any form of REDIS_URL (src/store/redis/url.ts). @throws SettingsError when it is not an address. */
export function connectRedis(url: string, options: ConnectOptions): RedisCommands {
  const address = readRedisUrl(url);
  switch (address?.kind) {
    case 'single':
      return connectServer(address.url, options);
    case 'cluster':
      return connectCluster(address, options.log);
    case 'sentinel':
      return connectSentinel(address, options.log);
    case undefined:
      // The address is not repeated: it may hold a password.
      throw new SettingsError(
        'REDIS_URL is not an address: write redis://host:6379, or rediss://host:6379 for TLS',
      );
  }
}

export type RedisClient = ReturnType<typeof connectServer>;

/** One server. @param url `redis://` or `rediss://`, as `readRedisUrl` took it. */
export function connectServer(url: string, { log }: ConnectOptions) {
  const client = createClient({
    url,
    ...LINK,
    socket: { ...LINK.socket, reconnectStrategy: pauseBefore },
    commandsQueueMaxLength: 10_000,
  });
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
