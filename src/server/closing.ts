/** Ends an HTTP server without dropping an answer. Used by assemble.ts. */
import type { Server, ServerResponse } from 'node:http';

/** Prepares a server, before it listens, for its end. Calling the result refuses new connections, drops idle ones, lets
 *  requests under way be answered, hangs up on whoever is still there after `graceMs`, and resolves when all are gone. */
export function createClosing(server: Server, graceMs: number): () => Promise<void> {
  const underWay = new Set<ServerResponse>();
  let closing = false;
  server.on('request', (_, response) => {
    // Otherwise the connection would be kept alive behind its last answer, and the server with it.
    if (closing) response.shouldKeepAlive = false;
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
  });

  return () =>
    new Promise((resolve) => {
      closing = true;
      for (const response of underWay) response.shouldKeepAlive = false;
      // A connection that has sent nothing yet counts as busy to Node.
      const grace = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearTimeout(grace);
        resolve();
      });
    });
}
