/** Puts a peer on a port that the kernel picks and says which one, for lib/child.ts; bodies and queries at their cheapest. */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { Query } from './codec.ts';

export function listen(listener: RequestListener): void {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the kernel gave no port');
    process.stdout.write(`listening on http://127.0.0.1:${address.port}/wechat\n`);
  });
  process.on('SIGTERM', () => process.exit(0));
}

export function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('error', reject);
  });
}

export function queryOf(url: string): Query {
  return Object.fromEntries(new URLSearchParams(url.slice(url.indexOf('?') + 1)));
}
