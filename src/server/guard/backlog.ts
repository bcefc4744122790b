/** Notices that callers wait to be accepted. libuv accepts one connection in each round of the event loop, so under
 *  overload they pile up in the kernel, where no limit of this program sees them. */
import type { Server } from 'node:net';

export interface Backlog {
  /** Milliseconds for which somebody has been waiting in every round of the event loop; 0 when a round found nobody. */
  waitedMs(): number;
}

/** Watches from now on; costs next to nothing, and nothing at all while nobody calls. */
export function watchBacklog(server: Pick<Server, 'on'>): Backlog {
  let since: number | undefined;
  let taken = false;

  server.on('connection', () => {
    taken = true;
    if (since !== undefined) return;
    since = performance.now();
    setImmediate(look);
  });

  /** Once a round, as long as each takes a connection. */
  function look(): void {
    if (!taken) {
      since = undefined;
      return;
    }
    taken = false;
    setImmediate(look);
  }

  return { waitedMs: () => (since === undefined ? 0 : performance.now() - since) };
}
