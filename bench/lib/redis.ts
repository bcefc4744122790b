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

/** What a Redis tells of itself. */
export interface Gauge {
  readonly version: string;
  work(): Promise<Work>;
  /** Keys that live, and the bytes of all that it holds; what has expired is thrown away first. */
  held(): Promise<{ readonly keys: number; readonly bytes: number }>;
  close(): void;
}

export interface Redis extends Omit<Gauge, 'close'> {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
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
  const end = async () => {
    await child.end();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const { close, ...gauge } = await lookInto({ url, pid: child.pid });
    return {
      ...gauge,
      url,
      port,
      pid: child.pid,
      end: () => {
        close();
        return end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Looks into a Redis that `startRedis` started, also from another process. @throws Error when somebody else answers. */
export async function lookInto({ url, pid }: Pick<Redis, 'url' | 'pid'>): Promise<Gauge> {
  const client = createClient({ url });
  // Without a listener an error event would end the process before `end` could clean up.
  client.on('error', () => undefined);
  await client.connect();
  const server = await client.info('server');
  const answering = Number(/process_id:(\d+)/.exec(server)?.[1]);
  if (answering !== pid) {
    client.destroy();
    throw new Error(`${url} is answered by process ${answering}, not by the Redis that was started`);
  }
  return {
    version: /redis_version:(\S+)/.exec(server)?.[1] ?? 'unknown',
    close: () => client.destroy(),
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
    async held() {
      let cursor = '0';
      // Whoever walks past an expired key makes Redis drop it; by itself it leaves up to a tenth of them lying about.
      do ({ cursor } = await client.scan(cursor, { COUNT: 10_000 }));
      while (cursor !== '0');
      const memory = await client.info('memory');
      return {
        keys: await client.dbSize(),
        bytes: Number(/^used_memory:(\d+)/m.exec(memory)?.[1] ?? Number.NaN),
      };
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
