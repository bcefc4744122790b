/** Redis as several servers for tests: a Cluster of three masters with a replica each, and a master with a replica under
 *  three Sentinels. Real processes on loopback, each with a port of its own. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { freePort, type RedisServer, startRedis } from './redis.ts';

/** A connection for looking at a server and for giving it orders. */
export interface Line {
  /** @throws what the server or the connection says. */
  tell(...command: readonly string[]): Promise<unknown>;
  /** Asks until the answer, as a text, fits. @throws Error after `withinMs`. */
  until(command: readonly string[], fits: (answer: string) => boolean, withinMs?: number): Promise<void>;
  end(): void;
}

/** @throws when nobody listens there. */
export async function openLine(port: number): Promise<Line> {
  const client = createClient({
    socket: { port, host: '127.0.0.1', reconnectStrategy: false, connectTimeout: 30_000 },
  });
  // Whoever awaits a command hears of it.
  client.on('error', () => {});
  await client.connect();
  const tell = (...command: readonly string[]) => client.sendCommand([...command]);
  return {
    tell,
    async until(command, fits, withinMs = 20_000) {
      const end = performance.now() + withinMs;
      let last = '';
      while (performance.now() < end) {
        last = await tell(...command).then(String, String);
        if (fits(last)) return;
        await turn(25);
      }
      throw new Error(`${command.join(' ')} on ${port} did not become what it should: ${last}`);
    },
    end() {
      if (client.isOpen) client.destroy();
    },
  };
}

/** One command over a connection of its own. */
export async function tell(port: number, ...command: readonly string[]): Promise<unknown> {
  const line = await openLine(port);
  try {
    return await line.tell(...command);
  } finally {
    line.end();
  }
}

function turn(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

export interface RedisCluster {
  /** For REDIS_URL: the three that are masters at the start. */
  readonly url: string;
  /** Masters at the start, in the order of their slots. */
  readonly masters: readonly RedisServer[];
  /** `replicas[i]` copies `masters[i]` at the start. */
  readonly replicas: readonly RedisServer[];
  stop(): Promise<void>;
}

/** Milliseconds after which the others take a silent node for dead. */
const NODE_TIMEOUT = 1_000;
const SLOTS = [
  [0, 5_460],
  [5_461, 10_922],
  [10_923, 16_383],
] as const;

/** Three masters and three replicas, all slots served, all replicas up to date. */
export async function startCluster(): Promise<RedisCluster> {
  const all = await Promise.all(
    Array.from({ length: 6 }, async () =>
      startRedis({
        args: [
          ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(NODE_TIMEOUT)],
          ...['--cluster-port', String(await freePort()), '--cluster-require-full-coverage', 'no'],
          ...['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'],
          ...['--save', ''],
        ],
      }),
    ),
  );
  const stop = async () => void (await Promise.all(all.map((each) => each.stop())));
  const lines = await Promise.all(all.map(({ port }) => openLine(port)));
  try {
    const ids: string[] = [];
    const buses: number[] = [];
    await Promise.all(
      lines.map(async (line, index) => {
        await line.tell('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
        const slots = SLOTS[index];
        if (slots !== undefined) await line.tell('CLUSTER', 'ADDSLOTSRANGE', ...slots.map(String));
        const [, id = '', bus = ''] =
          /^([0-9a-f]{40}) \S+@(\d+)/.exec(String(await line.tell('CLUSTER', 'NODES'))) ?? [];
        ids[index] = id;
        buses[index] = Number(bus);
      }),
    );
    // Everybody meets everybody: waiting for the news to get around takes seconds.
    await Promise.all(
      lines.map(async (line, index) => {
        for (const [other, { port }] of all.entries()) {
          if (other !== index)
            await line.tell('CLUSTER', 'MEET', '127.0.0.1', String(port), String(buses[other]));
        }
        await line.until(['CLUSTER', 'INFO'], (info) => info.includes('cluster_known_nodes:6'));
        if (index < 3) return;
        await line.until(['CLUSTER', 'REPLICATE', ids[index - 3] ?? ''], (answer) => answer === 'OK');
        await line.until(['INFO', 'replication'], (info) => info.includes('master_link_status:up'));
      }),
    );
    // Everybody must know who copies whom, or nobody may vote.
    await Promise.all(
      lines.map(async (line) => {
        await line.until(['CLUSTER', 'INFO'], (info) => info.includes('cluster_state:ok'));
        await line.until(
          ['CLUSTER', 'NODES'],
          (nodes) => (nodes.match(/\bslave [0-9a-f]{40}/g) ?? []).length === 3,
        );
      }),
    );
    const masters = all.slice(0, 3);
    return { url: masters.map(({ url }) => url).join(','), masters, replicas: all.slice(3), stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    for (const line of lines) line.end();
  }
}

/** Moves a slot with all its keys while others use it: the steps of
 *  https://redis.io/docs/latest/commands/cluster-setslot/, key by key. */
export async function moveSlot(slot: number, from: RedisServer, to: RedisServer): Promise<number> {
  const lines = await Promise.all([openLine(from.port), openLine(to.port)]);
  const [source, target] = lines;
  try {
    const [here, there] = await Promise.all(lines.map((line) => line.tell('CLUSTER', 'MYID').then(String)));
    const slotIs = (line: Line, ...what: string[]) => line.tell('CLUSTER', 'SETSLOT', String(slot), ...what);
    await slotIs(target, 'IMPORTING', here ?? '');
    await slotIs(source, 'MIGRATING', there ?? '');
    let moved = 0;
    for (;;) {
      const keys = await source.tell('CLUSTER', 'GETKEYSINSLOT', String(slot), '1');
      if (!Array.isArray(keys) || keys.length === 0) break;
      await source.tell('MIGRATE', '127.0.0.1', String(to.port), String(keys[0]), '0', '2000', 'REPLACE');
      moved += 1;
    }
    await slotIs(target, 'NODE', there ?? '');
    await slotIs(source, 'NODE', there ?? '');
    return moved;
  } finally {
    for (const line of lines) line.end();
  }
}

export interface Watched {
  /** For REDIS_URL. */
  readonly url: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
  /** Ports of the Sentinels. */
  readonly sentinels: readonly number[];
  stop(): Promise<void>;
}

/** Milliseconds after which the Sentinels take a silent master for dead. */
const DOWN_AFTER = 1_000;

/** A master, its replica, and three Sentinels that know both and each other. */
export async function startWatched(): Promise<Watched> {
  const quick = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'];
  const master = await startRedis({ args: quick });
  const replica = await startRedis({ args: [...quick, '--replicaof', `127.0.0.1 ${master.port}`] });
  const folder = mkdtempSync(join(tmpdir(), 'sentinel-test-'));
  const sentinels = await Promise.all([1, 2, 3].map((number) => startSentinel(folder, number, master.port)));
  const stop = async () => {
    await Promise.all(sentinels.map((each) => each.stop()));
    await Promise.all([master.stop(), replica.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [copy, ...watching] = await Promise.all([replica, ...sentinels].map(({ port }) => openLine(port)));
    await copy?.until(['INFO', 'replication'], (info) => info.includes('master_link_status:up'));
    await Promise.all(
      watching.map((line) =>
        line.until(['INFO', 'sentinel'], (info) => info.includes('slaves=1,sentinels=3')),
      ),
    );
    for (const line of [copy, ...watching]) line?.end();
  } catch (error) {
    await stop();
    throw error;
  }
  const ports = sentinels.map(({ port }) => port);
  return {
    url: `redis+sentinel://${ports.map((port) => `127.0.0.1:${port}`).join(',')}/shop`,
    master,
    replica,
    sentinels: ports,
    stop,
  };
}

/** Connects until somebody takes the connection. */
async function listens(port: number): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      (await openLine(port)).end();
      return;
    } catch (error) {
      if (attempt === 200) throw error;
      await turn(25);
    }
  }
}

async function startSentinel(folder: string, number: number, masterPort: number) {
  const port = await freePort();
  const file = join(folder, `sentinel-${number}.conf`);
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor shop 127.0.0.1 ${masterPort} 2`,
    `sentinel down-after-milliseconds shop ${DOWN_AFTER}`,
    'sentinel failover-timeout shop 5000',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  const leaveNothingBehind = () => void child.kill('SIGKILL');
  process.once('exit', leaveNothingBehind);
  child.once('exit', () => process.removeListener('exit', leaveNothingBehind));
  await listens(port);
  return {
    port,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
