/** The store on Redis, against real servers that the tests kill, freeze and restart. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { RETENTION, type Sessions } from '../../../src/core/conversation/session/store.ts';
import { SettingsError, StoreError } from '../../../src/core/errors.ts';
import { type RecordKeys, recordKeys, sessionKey } from '../../../src/store/keys.ts';
import type { StoreEvent } from '../../../src/store/log.ts';
import { connectRedis, connectServer } from '../../../src/store/redis/connect.ts';
import { type RedisCommands, type RedisOptions, redisStore } from '../../../src/store/redis/sessions.ts';
import { type RedisServer, startRedis } from '../../setup/redis.ts';
import { count, keep, never, session } from '../changes.ts';
import { contract } from '../contract.ts';

contract('the store on Redis', async () => {
  const server = await startRedis();
  const looker = await createClient({ url: server.url }).connect();
  return {
    open: async (options) => {
      const ears = createEars([]);
      const ready = ears.next('ready');
      const client = connectServer(server.url, { log: ears.log });
      await ready;
      return redisStore({ client, ...options });
    },
    look: async (key) => (await looker.get(key)) ?? undefined,
    put: async (key, text) => void (await looker.set(key, text)),
    stop: async () => {
      looker.destroy();
      await server.stop();
    },
  };
});

/** A server of one's own, a store on it, and what the connection said. */
async function world(options: Partial<RedisOptions> & { readonly server?: RedisServer } = {}) {
  const server = options.server ?? (await startRedis());
  const events: StoreEvent[] = [];
  const heard = createEars(events);
  const ready = heard.next('ready');
  const client = connectServer(server.url, { log: heard.log });
  const store = redisStore({ client, account: 'wx', now: () => new Date(), ...options });
  onTestFinished(async () => {
    await store.close();
    if (options.server === undefined) await server.stop();
  });
  await ready;
  return { server, client, store, events, next: heard.next };
}

/** Keeps what is logged and lets a test wait for the next event of a kind. */
function createEars(events: StoreEvent[]) {
  const waiting = new Set<{ kind: StoreEvent['kind']; resolve: () => void }>();
  return {
    log(event: StoreEvent): void {
      events.push(event);
      for (const each of waiting) {
        if (each.kind !== event.kind) continue;
        waiting.delete(each);
        each.resolve();
      }
    },
    next: (kind: StoreEvent['kind']) => new Promise<void>((resolve) => void waiting.add({ kind, resolve })),
  };
}

/** Milliseconds until `promise` is rejected with a StoreError. */
async function refusal(promise: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await expect(promise).rejects.toThrow(StoreError);
  return performance.now() - start;
}

describe('the store on Redis, message by message', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  test('takes two trips for a first message, one for those that follow at once, and one for a re-send', async () => {
    const { store } = await world({ server });
    expect((await store.update('anna', '1', count)).roundTrips).toBe(2);
    for (const id of ['2', '3', '4']) {
      expect((await store.update('anna', id, count)).roundTrips).toBe(1);
      expect(await store.update('anna', id, never)).toEqual({ reply: id, replayed: true, roundTrips: 1 });
    }
  });

  test('takes two trips when another process wrote in between, and counts right', async () => {
    const { store, other } = await twoProcesses();
    await store.update('olga', '1', count);
    await other.update('olga', '2', count);
    expect(await store.update('olga', '3', count)).toEqual({ reply: '3', replayed: false, roundTrips: 2 });
    expect(await store.update('olga', '4', count)).toEqual({ reply: '4', replayed: false, roundTrips: 1 });
  });

  test('knows a re-send that another process answered while it remembers older things', async () => {
    const { store, other } = await twoProcesses();
    await store.update('paula', '1', count);
    await other.update('paula', '2', count);
    expect(await store.update('paula', '2', count)).toMatchObject({ reply: '2', replayed: true });
    expect(await store.update('paula', '3', count)).toMatchObject({ reply: '3', replayed: false });
  });

  test('does not fail for a change that cannot be made from what it remembers, only from what is', async () => {
    const { store, other } = await twoProcesses();
    await store.update('rosa', '1', keep('old'));
    await other.update('rosa', '2', keep('new'));
    const updated = await store.update('rosa', '3', (before) => {
      if (before === 'old') throw new Error('made from what is no longer so');
      return { session: 'newest', reply: 'r', report: undefined };
    });
    expect(updated).toMatchObject({ replayed: false });
    expect(await session(other, 'rosa')).toBe('newest');
  });

  test('has forgotten whoever was forgotten in another process', async () => {
    const { store, other } = await twoProcesses();
    for (const forget of [
      () => other.forget('sara'),
      () => other.update('sara', 'forget', () => ({ session: undefined, reply: 'gone', report: undefined })),
    ]) {
      await store.update('sara', `before ${forget}`, keep('hers'));
      await forget();
      expect(await session(store, 'sara')).toBeUndefined();
    }
  });

  test('has no session after the server has lost it', async () => {
    const { store, client } = await world({ server });
    const { session: own, replies } = recordKeys('wx', 'tina');
    await store.update('tina', '1', count);
    await client.del([own, replies]);
    expect(await store.update('tina', '2', count)).toMatchObject({ reply: '1' });
  });

  test('reads first where others write all the time, and notices when that ends', async () => {
    // As if they wrote over the hours: what is remembered of so many at once is longer than its place in memory.
    const { store, other } = await twoProcesses({ ...RETENTION, idsKept: 40 });
    const tries: number[] = [];
    let runs = 0;
    const counted: typeof count = (before) => {
      runs += 1;
      return count(before);
    };
    for (let message = 0; message < 60; message += 1) {
      await other.update('ulla', `other ${message}`, count);
      runs = 0;
      expect((await store.update('ulla', `own ${message}`, counted)).roundTrips).toBe(2);
      tries.push(runs);
    }
    // A turn made for nothing is one more run; after a dozen it is tried every sixteenth time only.
    expect(tries.slice(20).filter((each) => each === 2).length).toBeLessThan(5);
    const trips: number[] = [];
    for (let message = 0; message < 400; message += 1) {
      trips.push((await store.update('ulla', `alone ${message}`, count)).roundTrips);
    }
    expect(trips.slice(-100)).toEqual(Array.from({ length: 100 }, () => 1));
  });

  /** Two stores on one server, as in two processes. */
  async function twoProcesses(retention = RETENTION) {
    const { store } = await world({ server, retention });
    const { store: other } = await world({ server, retention });
    return { store, other };
  }

  test('takes one more trip when another process was faster, since the refusal brings what is there now', async () => {
    const { store, client } = await world({ server });
    const other = redisStore({ client: overtaken(client), account: 'wx', now: () => new Date() });
    await store.update('berta', '1', count);
    const updated = await other.update('berta', '2', count);
    expect(updated).toEqual({ reply: '3', replayed: false, roundTrips: 3 });

    /** A client behind whose back somebody else writes, once, between reading and writing. */
    function overtaken(real: RedisCommands): RedisCommands {
      let done = false;
      return {
        isOpen: true,
        mGet: (keys) => real.mGet(keys),
        eval: async (script, options) => {
          if (!done) await store.update('berta', 'in between', count);
          done = true;
          return real.eval(script, options);
        },
        evalSha: (sha, options) => real.evalSha(sha, options),
        unlink: (keys) => real.unlink(keys),
        close: () => real.close(),
        destroy: () => real.destroy(),
      };
    }
  });

  test('goes on when the server has lost its scripts', async () => {
    const { store, client } = await world({ server });
    await store.update('carla', '1', count);
    await client.scriptFlush();
    expect(await store.update('carla', '2', count)).toEqual({ reply: '2', replayed: false, roundTrips: 2 });
    expect((await store.update('carla', '3', count)).roundTrips).toBe(1);
  });

  test('lets all records expire by themselves', async () => {
    const { store, client } = await world({ server });
    await store.update('dora', '1', count);
    const sessionLife = await client.pTTL(sessionKey('wx', 'dora'));
    expect(sessionLife).toBeGreaterThan(30 * 24 * 3_600_000 - 10_000);
    expect(sessionLife).toBeLessThanOrEqual(30 * 24 * 3_600_000);
    const { replies, replyTo } = recordKeys('wx', 'dora');
    for (const [key, seconds] of [
      [replies, 600],
      [replyTo('1'), 120],
    ] as const) {
      const life = await client.pTTL(key);
      expect(life).toBeGreaterThan((seconds - 10) * 1_000);
      expect(life).toBeLessThanOrEqual(seconds * 1_000);
    }
  });

  test('keeps to the retention it is given', async () => {
    const retention = { sessionDays: 1, replySeconds: 5, repliesKept: 1, idSeconds: 7, idsKept: 2 };
    const { store, client } = await world({ server, retention });
    await store.update('emma', '1', keep('s', 'first'));
    await store.update('emma', '2', keep('s', 'second'));
    expect(await client.pTTL(sessionKey('wx', 'emma'))).toBeLessThanOrEqual(24 * 3_600_000);
    expect(await client.pTTL(recordKeys('wx', 'emma').replies)).toBeLessThanOrEqual(7_000);
    expect(await store.update('emma', '1', keep('s'))).toMatchObject({ reply: '', replayed: true });
    await store.update('emma', '3', keep('s', 'third'));
    expect((await store.update('emma', '1', keep('s'))).replayed).toBe(false);
  });

  test('refuses with the code alone when the server refuses, never with what was said', async () => {
    const { store, client } = await world({ server });
    await store.update('greta', '1', keep('s'));
    const memory = await client.configGet('maxmemory');
    await client.configSet('maxmemory', '1');
    onTestFinished(async () => void (await client.configSet('maxmemory', memory.maxmemory ?? '0')));
    const error: unknown = await store
      .update('greta', '2', keep('my secret'))
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(String(error)).toContain('OOM');
    expect(String(error)).not.toContain('secret');
  });

  test('hands on a record that is not its own as a session, and writes over it', async () => {
    const { store, client } = await world({ server });
    await client.set(sessionKey('wx', 'hanna'), 'half a rec');
    await client.set(recordKeys('wx', 'hanna').replies, '');
    const seen: unknown[] = [];
    const updated = await store.update('hanna', '1', (before) => {
      seen.push(before);
      return { session: 'whole', reply: 'r', report: undefined };
    });
    expect(seen).toEqual(['half a rec']);
    expect(updated.roundTrips).toBe(2);
    expect(await session(store, 'hanna')).toBe('whole');
  });

  test('quarantines what is no text at all where a record should be, and goes on', async () => {
    const { store, client } = await world({ server });
    const { session: own, replies, replyTo } = recordKeys('wx', 'jo');
    for (const key of [own, replies]) {
      await store.update('jo', `before ${key}`, keep('s'));
      await client.del(key);
      await client.rPush(key, 'a list');
      expect(await store.update('jo', `after ${key}`, count)).toMatchObject({ replayed: false });
      expect(await client.lRange(recordKeys('wx', 'jo').quarantine, 0, -1)).toEqual(['a list']);
      expect(await client.pTTL(recordKeys('wx', 'jo').quarantine)).toBeGreaterThan(29 * 24 * 3_600_000);
    }
    await client.rPush(replyTo('later'), 'a list');
    expect((await store.update('jo', 'later', count)).roundTrips).toBe(1);
    expect(await store.update('jo', 'later', never)).toMatchObject({ replayed: true });
    await store.forget('jo');
    const { quarantine } = recordKeys('wx', 'jo');
    expect(await client.exists([own, replies, quarantine, replyTo('later')])).toBe(0);
  });

  test.each([
    [
      'the mark of the session',
      (keys: RecordKeys) => keys.session,
      Buffer.from('mk3z5\xff|half', 'latin1'),
      'mk3z5\uFFFD|half',
    ],
    [
      'the text of the session',
      (keys: RecordKeys) => keys.session,
      Buffer.from('\xff\xfe', 'latin1'),
      '\uFFFD\uFFFD',
    ],
    ['the list', (keys: RecordKeys) => keys.replies, Buffer.from('\xffmk3z5|1\t', 'latin1'), undefined],
  ])(
    'hands on what is no UTF-8 in %s, in a few trips, and is not locked by it',
    async (_, keyOf, bytes, seen) => {
      const { store, client } = await world({ server });
      const keys = recordKeys('wx', 'lea');
      await store.forget('lea');
      await client.set(keyOf(keys), bytes);
      const before: unknown[] = [];
      const updated = await store.update('lea', '1', (found) => {
        before.push(found);
        return { session: 'whole', reply: 'r', report: undefined };
      });
      expect(before.at(-1)).toBe(seen);
      expect(updated.roundTrips).toBeLessThan(7);
      expect(await store.update('lea', '1', never)).toMatchObject({ reply: 'r', replayed: true });
      expect(await session(store, 'lea')).toBe('whole');
    },
  );

  test('takes no trip more for a session in quarantine, which expires as a session does', async () => {
    const { store, client } = await world({ server });
    await store.update('kim', '1', keep('broken'));
    const updated = await store.update('kim', '2', () => ({
      session: 's',
      reply: 'r',
      damaged: true,
      report: undefined,
    }));
    expect(updated.roundTrips).toBe(1);
    expect(await client.get(recordKeys('wx', 'kim').quarantine)).toMatch(/\|broken$/);
    expect(await client.pTTL(recordKeys('wx', 'kim').quarantine)).toBeGreaterThan(29 * 24 * 3_600_000);
  });

  test('refuses the thirty-third waiting message of one person and none of another', async () => {
    const { store } = await world({ server });
    const ids = Array.from({ length: 40 }, (_, index) => `${index}`);
    const outcomes = await Promise.allSettled([
      ...ids.map((id) => store.update('ida', id, count)),
      store.update('jana', '1', count),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...ids.map((_, index) => (index < 32 ? 'fulfilled' : 'rejected')),
      'fulfilled',
    ]);
    expect(await session(store, 'ida')).toBe('32');
  });
});

describe('the store on Redis, when the server fails', () => {
  test('starts without a server, says so once, and is ready when it comes', async () => {
    const port = await unusedPort();
    const events: StoreEvent[] = [];
    const ears = createEars(events);
    const away = ears.next('away');
    const ready = ears.next('ready');
    const client = connectServer(`redis://127.0.0.1:${port}`, { log: ears.log });
    const store = redisStore({ client, account: 'wx', now: () => new Date() });
    onTestFinished(() => store.close());
    await away;
    expect(await refusal(store.ready())).toBeLessThan(1_100);
    expect(await refusal(store.update('anna', '1', count))).toBeLessThan(1_000);
    const server = await startRedis({ port });
    onTestFinished(() => server.stop());
    await ready;
    expect((await store.update('anna', '1', count)).reply).toBe('1');
    expect(events).toEqual([{ kind: 'away', reason: 'ECONNREFUSED' }, { kind: 'ready' }]);
  });

  test('refuses in time when the server is killed, and works again when it is restarted', async () => {
    const { server, store, events, next } = await world();
    await store.update('anna', '1', count);
    const inFlight = Promise.allSettled(
      Array.from({ length: 20 }, (_, who) => store.update(`${who}`, '1', count)),
    );
    const away = next('away');
    await server.kill();
    await away;
    for (const { status } of await inFlight) expect(['fulfilled', 'rejected']).toContain(status);
    expect(await refusal(store.update('anna', '2', count))).toBeLessThan(4_000);
    expect(await refusal(store.forget('anna'))).toBeLessThan(4_000);
    expect(await refusal(store.ready())).toBeLessThan(1_100);

    const ready = next('ready');
    await server.restart();
    await ready;
    expect((await store.update('anna', '3', count)).reply).toBe('1');
    await store.ready();
    expect(events.map(({ kind }) => kind)).toEqual(['ready', 'away', 'ready']);
  });

  test('refuses in time when the server is frozen, and works again when it thaws, with nothing counted twice', async () => {
    const { server, store } = await world();
    await store.update('anna', '1', count);
    server.freeze();
    const [update, forget, ready] = await Promise.all([
      refusal(store.update('anna', '2', count)),
      refusal(store.forget('berta')),
      refusal(store.ready()),
    ]);
    expect(Math.max(update, forget)).toBeLessThan(4_000);
    expect(ready).toBeLessThan(1_100);

    server.thaw();
    await expect.poll(() => works(store), { timeout: 10_000 }).toBe(true);
    expect((await store.update('anna', '2', count)).reply).toBe('2');
    expect(await session(store, 'anna')).toBe('2');
  });

  test('lets a write that a frozen server has swallowed take effect once', async () => {
    const { server, store } = await world();
    await store.update('anna', '1', count);
    const swallowed = store.update('anna', '2', (before) => {
      server.freeze();
      return count(before);
    });
    expect(await refusal(swallowed)).toBeLessThan(4_000);
    server.thaw();
    await expect.poll(() => works(store), { timeout: 10_000 }).toBe(true);
    // Whether the server ran it on waking is its affair; sent again, the message must count once in either case.
    expect((await store.update('anna', '2', count)).reply).toBe('2');
    expect(await session(store, 'anna')).toBe('2');
  });

  test('waits for a server that is slow for a moment', async () => {
    const { client, store, events } = await world();
    await client.sendCommand(['CLIENT', 'PAUSE', '1500', 'ALL']);
    expect((await store.update('anna', '1', count)).reply).toBe('1');
    expect(events).toEqual([{ kind: 'ready' }]);
  });

  test('notices a frozen server under steady load, sheds, and recovers', async () => {
    const { server, store, next } = await world();
    await store.update('anna', '1', count);
    const refusals: Promise<number>[] = [];
    let person = 0;
    server.freeze();
    const start = performance.now();
    const load = setInterval(() => {
      person += 1;
      refusals.push(refusal(store.update(`${person}`, '1', count)));
    }, 20);
    onTestFinished(() => clearInterval(load));
    await next('away');
    const noticed = performance.now() - start;
    clearInterval(load);
    const waits = await Promise.all(refusals);
    expect(noticed).toBeLessThan(6_000);
    expect(Math.max(...waits)).toBeLessThan(4_000);
    // From the moment it is taken to be frozen nobody waits.
    expect(Math.max(...waits.slice(-20))).toBeLessThan(100);

    const back = next('ready');
    server.thaw();
    await back;
    expect((await store.update('anna', '2', count)).reply).toBe('2');
  });

  test('stays connected through a quiet time longer than its time-out', async () => {
    const { client, store, events } = await world();
    let pings = 0;
    await new Promise<void>((resolve) => {
      client.on('ping-interval', () => {
        pings += 1;
        if (pings === 4) resolve();
      });
    });
    expect((await store.update('anna', '1', count)).reply).toBe('1');
    expect(events).toEqual([{ kind: 'ready' }]);
  });

  test('has every confirmed write again after a kill when the server keeps an append-only file', async () => {
    const server = await startRedis({ durable: true });
    onTestFinished(() => server.stop());
    const { store, next } = await world({ server });
    const people = Array.from({ length: 50 }, (_, index) => `person ${index}`);
    await Promise.all(people.map((who) => store.update(who, '1', keep(`of ${who}`))));
    const ready = next('ready');
    await server.restart();
    await ready;
    for (const who of people) expect(await store.update(who, '1', never)).toMatchObject({ replayed: true });
  });

  test('closes in time while the server is frozen or gone', async () => {
    for (const harm of ['freeze', 'kill'] as const) {
      const { server, store } = await world();
      await server[harm]();
      const start = performance.now();
      await store.close();
      expect(performance.now() - start).toBeLessThan(1_500);
      expect(await refusal(store.update('anna', '1', count))).toBeLessThan(100);
    }
  });

  test('does not start on something that is not an address, and does not repeat it', () => {
    const log = () => {};
    for (const url of [
      'localhost:6379',
      'http://user:geheim@host',
      'redis://user:geheim@host:port',
      'redis://',
      'redis://host/geheim',
      '',
    ]) {
      expect(() => connectRedis(url, { log })).toThrow(SettingsError);
      expect(() => connectRedis(url, { log })).not.toThrow(/geheim/);
    }
  });

  test('says why a server does not let it in, without the password', async () => {
    const server = await startRedis();
    onTestFinished(() => server.stop());
    const admin = await createClient({ url: server.url }).connect();
    await admin.configSet('requirepass', 'the right one');
    admin.destroy();
    const events: StoreEvent[] = [];
    const ears = createEars(events);
    const away = ears.next('away');
    const client = connectServer(`redis://:geheim@127.0.0.1:${server.port}`, { log: ears.log });
    onTestFinished(() => client.destroy());
    await away;
    expect(events).toEqual([{ kind: 'away', reason: 'WRONGPASS' }]);
  });
});

describe('what the store on Redis says about its server', () => {
  const warningsOf = async (
    args: readonly string[],
    prepare: (server: RedisServer) => Promise<void> = async () => {},
  ) => {
    const server = await startRedis({ args });
    onTestFinished(() => server.stop());
    await prepare(server);
    const { store } = await world({ server });
    return (await store.warnings()).map((warning) => /REDIS_URL: (\S+ ?\S+ ?\S+)/.exec(warning)?.[1]);
  };

  test('nothing, when it keeps everything', async () => {
    expect(await warningsOf(['--appendonly', 'yes'])).toEqual([]);
  });

  test('that it throws sessions away when it is full', async () => {
    const lossy = ['--appendonly', 'yes', '--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'];
    expect(await warningsOf(lossy)).toEqual(['maxmemory-policy is allkeys-lru:']);
  });

  test('that it forgets when it dies', async () => {
    expect(await warningsOf([])).toEqual(['the append-only file']);
  });

  test('nothing, when it may not be asked', async () => {
    const deny = async (server: RedisServer) => {
      const client = await createClient({ url: server.url }).connect();
      await client.sendCommand(['ACL', 'SETUSER', 'default', '-info']);
      client.destroy();
    };
    expect(await warningsOf([], deny)).toEqual([]);
  });
});

describe('the keys of the store', () => {
  test('put all records of one merchant into one slot of a Cluster, and merchants into many', () => {
    expect(slot('123456789')).toBe(0x31c3);
    const slots = new Set<number>();
    for (let index = 0; index < 2_000; index += 1) {
      const who = `merchant } { ${index}`;
      const own = slot(sessionKey('wx', who));
      const { session, replies, quarantine, replyTo } = recordKeys('wx', who);
      expect([session, replies, quarantine, replyTo(`m } { ${index}`)].map(slot)).toEqual([
        own,
        own,
        own,
        own,
      ]);
      slots.add(own);
    }
    expect(slots.size).toBe(256);
  });

  test('stay what they are, for sessions outlive versions', () => {
    expect(sessionKey('wx', 'anna')).toBe('{b9c}:wx:anna');
    const { session, replies, quarantine, replyTo } = recordKeys('wx', '店');
    expect([session, replies, quarantine, replyTo('m1')]).toEqual([
      '{be4}:wx:店',
      '{be4}:wx:店:r',
      '{be4}:wx:店:x',
      '{be4}:wx:店:r:m1',
    ]);
  });

  test('never meet for different people, or different messages of one', () => {
    const parts = ['a', ':', 'r', ':r', '%3A', '%', '3A'];
    const keys = parts.flatMap((account) =>
      parts.flatMap((who) => {
        const { session, replies, quarantine, replyTo } = recordKeys(account, who);
        return [session, replies, quarantine, ...['', ...parts].map(replyTo)];
      }),
    );
    expect(new Set(keys).size).toBe(parts.length ** 2 * (3 + 1 + parts.length));
  });
});

async function works(store: Sessions): Promise<boolean> {
  return store.ready().then(
    () => true,
    () => false,
  );
}

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the kernel gave no port');
  return address.port;
}

/** The slot of a key as a Cluster computes it: CRC16 (XMODEM) of the hash tag, modulo 16384. */
function slot(key: string): number {
  const tag = /\{([^}]+)\}/.exec(key)?.[1] ?? key;
  let crc = 0;
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc % 16_384;
}
