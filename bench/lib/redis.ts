/** The Redis of a run: started here, on this machine, on a port that the kernel picks, and proven to be ours before
 *  anything is sent to it. There is no way to hand in another one, since the bench fills what it is given. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { startChild } from './child.ts';

/** What it has done since it was started. */
export interface Work {
  /** Microseconds of CPU. */
  readonly cpu: number;
  /** Calls by command; those made inside of scripts count too. */
  readonly calls: ReadonlyMap<string, number>;
}

export interface Redis {
  readonly url: string;
  readonly port: number;
  readonly version: string;
  work(): Promise<Work>;
  end(): Promise<void>;
}

/** @throws Error when redis-server is not installed, or when somebody else answers on the port. */
export async function startRedis(): Promise<Redis> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-redis-'));
  const port = await freePort();
  const child = await startChild(
    'redis-server',
    ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--save', '', '--appendonly', 'no'],
    { env: {}, until: /(Ready to accept connections)/ },
  );
  const url = `redis://127.0.0.1:${port}`;
  const client = createClient({ url });
  // Without a listener an error event would end the process before `end` could clean up.
  client.on('error', () => undefined);
  await client.connect();
  const server = await client.info('server');
  const answering = Number(/process_id:(\d+)/.exec(server)?.[1]);
  if (answering !== child.pid) {
    client.destroy();
    await child.end();
    throw new Error(`port ${port} is answered by process ${answering}, not by the Redis that was started`);
  }
  return {
    url,
    port,
    version: /redis_version:(\S+)/.exec(server)?.[1] ?? 'unknown',
    async work() {
      const cpu = await client.info('cpu');
      const stats = await client.info('commandstats');
      const seconds = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(cpu)?.[1] ?? 0);
      return {
        cpu: (seconds('used_cpu_user') + seconds('used_cpu_sys')) * 1e6,
        calls: new Map(
          [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', calls]) => [
            name,
            Number(calls),
          ]),
        ),
      };
    },
    async end() {
      client.destroy();
      await child.end();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Commands that belong to connections or to this bench, not to messages. */
const HOUSEKEEPING = /^(?:info|ping|hello|auth|select|client|config|script|command)(?:\||$)/;

/** What was done between two looks, by command. */
export function callsBetween(before: Work, after: Work): ReadonlyMap<string, number> {
  return new Map(
    [...after.calls]
      .filter(([name]) => !HOUSEKEEPING.test(name))
      .map(([name, calls]) => [name, calls - (before.calls.get(name) ?? 0)] as const)
      .filter(([, calls]) => calls > 0),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the kernel gave no port');
  return address.port;
}
