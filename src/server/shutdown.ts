/** Ends an HTTP server without dropping an answer. */
import type { Server, ServerResponse } from 'node:http';
import { whenOver } from './when-over.ts';

/** Prepares a server, before it listens, for its end. Calling the result refuses new connections, drops idle ones, lets
 *  requests under way be answered, hangs up on whoever is still there after `graceMs`, and resolves when all are gone. */
export function createShutdown(server: Server, graceMs: number): () => Promise<void> {
  // By places rather than as a set: V8 keeps the outgrown tables of a set that comes and goes in one another's memory, and
  // with them every response that was ever in one, until the next great collection: two kilobytes a message.
  const underWay: (ServerResponse | undefined)[] = [];
  const free: number[] = [];
  let closing = false;
  server.on('request', (request, response) => {
    // Otherwise the connection would be kept alive behind its last answer, and the server with it.
    if (closing) response.shouldKeepAlive = false;
    const place = free.pop() ?? underWay.length;
    underWay[place] = response;
    whenOver(request, response, () => {
      underWay[place] = undefined;
      free.push(place);
    });
  });

  return () =>
    new Promise((resolve) => {
      closing = true;
      for (const response of underWay) if (response !== undefined) response.shouldKeepAlive = false;
      // A connection that has sent nothing yet counts as busy to Node.
      const grace = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearTimeout(grace);
        resolve();
      });
    });
}
