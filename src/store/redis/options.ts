/** How every connection to Redis behaves, to one server or to several. */

/** Options of the client (redis 6) for one connection. */
export const LINK = {
  socket: {
    connectTimeout: 2_000,
    // Frees the commands that a frozen server has swallowed; nothing else does.
    socketTimeout: 2_500,
  },
  // Below socketTimeout, so that a quiet connection is not taken for a dead one.
  pingInterval: 1_000,
  // Refuse at once while the server is away instead of keeping messages for later: the merchant is waiting.
  disableOfflineQueue: true,
  // The client's own time limit makes an abort signal for every command, a tenth of a message's time; queue.ts and
  // patience.ts bound the waiting.
  commandOptions: { timeout: 0 },
  // Announcements of one vendor's managed service; asking for them costs every other server an error.
  maintNotifications: 'disabled',
} as const;

/** Milliseconds before the next attempt: doubling from 50 up to a second, each a little different, so that many
 *  processes do not come back in step. */
export function pauseBefore(retries: number): number {
  return Math.min(1_000, 50 * 2 ** Math.min(retries, 5)) * (0.75 + Math.random() / 4);
}
