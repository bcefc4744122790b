/** Serves /metrics on a port of its own, for METRICS_PORT: reachable from this machine only. */
import { createServer, type Server } from 'node:http';
import { SettingsError } from '../core/errors.ts';
import type { Metrics } from './metrics.ts';

/** Resolves when it listens, with nothing where no port is wanted. @throws SettingsError when the port is taken. */
export async function serveMetrics(
  port: number | undefined,
  metrics: Pick<Metrics, 'expose'>,
): Promise<Server | undefined> {
  if (port === undefined) return undefined;
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics') return response.writeHead(404).end();
    try {
      const { text, type } = await metrics.expose();
      return response.writeHead(200, { 'content-type': type }).end(text);
    } catch (error) {
      // A worker that starts or ends at this moment; whoever asked asks again.
      if (!(error instanceof Error)) throw error;
      return response.writeHead(503).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(new SettingsError(`METRICS_PORT: cannot listen on 127.0.0.1:${port}; choose another`)),
    );
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return server;
}
