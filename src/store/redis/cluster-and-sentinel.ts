/** Redis as several servers: a Cluster, or a master that Sentinels watch. The library follows moved slots and a new
 *  master. This file bounds every wait, tells when servers are away, asks them until they answer, and makes the
 *  library's client again where it does not recover by itself. */

import { setTimeout as pause } from 'node:timers/promises';
import { createCluster, createSentinel, ErrorReply } from 'redis';
import { StoreError } from '../../core/errors.ts';
import type { StoreLog } from '../log.ts';
import { within } from '../within.ts';
import { LINK, pauseBefore } from './options.ts';
import { reasonOf } from './reason.ts';
import type { RedisCommands } from './sessions.ts';
import type { Login, RedisAddress } from './url.ts';

/** What the library's clients for several servers have in common, as far as it is used here. */
interface Following extends Omit<RedisCommands, 'isOpen' | 'laneOf'> {
  connect(): Promise<unknown>;
  on(event: 'error', heard: (error: unknown) => void): unknown;
}

/** A Cluster. Each hash tag waits for itself: while one master is away, merchants on the others are answered. */
export function connectCluster(address: RedisAddress & { kind: 'cluster' }, log: StoreLog): RedisCommands {
  const { nodes, login } = address;
  const make = () =>
    createCluster({
      rootNodes: nodes.map(({ host, port }) => ({ socket: { host, port } })),
      defaults: {
        ...LINK,
        ...credentials(login),
        socket: { ...LINK.socket, ...tlsOf(login), reconnectStrategy: pauseBefore },
        commandsQueueMaxLength: 10_000,
      },
      // Connecting to all masters at once would wait for a dead one for ever, and with it everything else.
      minimizeConnections: true,
      topologyRefreshOnReconnectionAttemptStrategy: 300,
    });
  return follow({ make, log, laneOf: (key) => key.slice(0, key.indexOf('}')) });
}

/** The master that Sentinels name. */
export function connectSentinel(address: RedisAddress & { kind: 'sentinel' }, log: StoreLog): RedisCommands {
  const { sentinels, name, database, login, sentinelPassword } = address;
  const make = () =>
    createSentinel({
      name,
      sentinelRootNodes: sentinels.map((node) => ({ ...node })),
      nodeClientOptions: {
        ...LINK,
        ...credentials(login),
        database,
        socket: { ...LINK.socket, ...tlsOf(login), reconnectStrategy: pauseBefore },
        commandsQueueMaxLength: 10_000,
      },
      sentinelClientOptions: {
        ...LINK,
        ...(sentinelPassword === undefined ? {} : { password: sentinelPassword }),
        socket: { ...LINK.socket, ...tlsOf(login) },
      },
      // Announcements of a new master come at once; this is for those that got lost.
      scanInterval: 2_000,
      // It pauses for a second between two attempts; beyond these the client is made again.
      maxCommandRediscovers: 3,
    });
  return follow({ make, log, laneOf: () => '' });
}

function credentials({ username, password }: Login) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

function tlsOf({ tls }: Login) {
  return tls ? { tls: true as const } : {};
}

interface FollowOptions {
  readonly make: () => Following;
  readonly log: StoreLog;
  /** What stands and falls together: keys of one lane are on the same server. */
  readonly laneOf: (key: string) => string;
}

function follow({ make, log, laneOf }: FollowOptions): RedisCommands {
  let open = true;
  let state: 'starting' | 'ready' | 'away' = 'starting';
  let client: Following | undefined;
  let builtAt = 0;
  let building = false;
  let probing = false;
  /** Lanes whose last command found nobody, each with a key to ask for and the moment at which that began. */
  const failing = new Map<string, { readonly key: string; readonly since: number }>();

  void build();

  async function build(): Promise<void> {
    if (building) return;
    building = true;
    for (let attempt = 0; open; attempt += 1) {
      const fresh = make();
      // Heard so that it does not end the process; what a merchant notices is told by the commands.
      fresh.on('error', () => {});
      try {
        await within(CONNECT_MS, fresh.connect());
      } catch (error) {
        retire(fresh);
        away(error);
        await pause(pauseBefore(attempt));
        continue;
      }
      const old = client;
      client = fresh;
      builtAt = performance.now();
      if (old !== undefined) retire(old);
      if (failing.size === 0) back();
      break;
    }
    building = false;
    if (!open && client !== undefined) retire(client);
  }

  function away(error: unknown): void {
    if (state === 'away' || !open) return;
    state = 'away';
    log({ kind: 'away', reason: reasonOf(error) });
  }

  function back(): void {
    if (state === 'ready' || !open) return;
    state = 'ready';
    log({ kind: 'ready' });
  }

  async function ask<T>(key: string, command: (client: Following) => Promise<T>): Promise<T> {
    if (client === undefined || !open) throw new StoreError('not connected');
    const lane = laneOf(key);
    try {
      const answer = await within(ANSWER_MS, untilSettled(client, command));
      if (failing.delete(lane) && failing.size === 0) back();
      return answer;
    } catch (error) {
      if (saysNobodyIsThere(error)) {
        const since = failing.get(lane)?.since ?? performance.now();
        failing.set(lane, { key, since });
        away(error);
        void probe();
      }
      throw error;
    }
  }

  /** Asks for the failing lanes again and again until all have answered, so that it is known without anybody's message. */
  async function probe(): Promise<void> {
    if (probing) return;
    probing = true;
    while (open && failing.size > 0) {
      await pause(PROBE_EVERY_MS);
      const asked = [...failing.values()]
        .slice(0, PROBES)
        .map(({ key }) => ask(key, (one) => one.mGet([key])));
      // Who fails stays in `failing`, and `away` was told when it began.
      await Promise.allSettled(asked);
      const now = performance.now();
      const stuck = [...failing.values()].some(({ since }) => now - since > STUCK_MS);
      if (stuck && now - builtAt > STUCK_MS) await build();
    }
    probing = false;
  }

  return {
    get isOpen() {
      return open;
    },
    laneOf,
    mGet: (keys) => ask(keys[0] ?? '', (one) => one.mGet(keys)),
    eval: (script, options) => ask(options.keys[0] ?? '', (one) => one.eval(script, options)),
    evalSha: (sha1, options) => ask(options.keys[0] ?? '', (one) => one.evalSha(sha1, options)),
    unlink: (keys) => ask(keys[0] ?? '', (one) => one.unlink(keys)),
    async close() {
      open = false;
      await client?.close();
    },
    destroy() {
      open = false;
      if (client !== undefined) retire(client);
    },
  };
}

const CONNECT_MS = 5_000;
/** A command that is not answered by then is given up; the store's own patience runs out before. */
const ANSWER_MS = 3_000;
const PROBE_EVERY_MS = 250;
/** Lanes asked for in one round. */
const PROBES = 16;
/** After this long without an answer the client is made again. */
const STUCK_MS = 5_000;
/** Pause before a command is sent again that the Cluster could not serve while a slot was on its way. */
const SETTLE_MS = 25;

/** Sends the command again while its slot is being moved and one of its keys is here, the other there (`TRYAGAIN`:
 *  https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#multi-key-operations). The limit on the
 *  whole is the caller's. */
async function untilSettled<T>(client: Following, command: (client: Following) => Promise<T>): Promise<T> {
  const end = performance.now() + ANSWER_MS;
  for (;;) {
    try {
      return await command(client);
    } catch (error) {
      const moving = error instanceof ErrorReply && error.message.startsWith('TRYAGAIN');
      if (!moving || performance.now() > end) throw error;
      await pause(SETTLE_MS);
    }
  }
}

/** Whether the error means that the right server could not be reached, rather than that it refused. */
function saysNobodyIsThere(error: unknown): boolean {
  if (!(error instanceof ErrorReply)) return true;
  return /^(?:CLUSTERDOWN|MASTERDOWN|LOADING|MOVED|ASK|TRYAGAIN)\b/.test(error.message);
}

/** Ends a client that nobody needs any more. What it has to say about that is of no use to anybody. */
function retire(client: Following): void {
  const gone = () => {};
  try {
    Promise.resolve(client.destroy()).then(gone, gone);
  } catch (error) {
    // It was closed already.
    if (!(error instanceof Error)) throw error;
  }
}
