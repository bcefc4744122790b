/** The store on Redis. Several processes may share it. An update takes one round trip for a person whose records this
 *  process wrote last, two for others. */

import {
  type Change,
  RETENTION,
  type Retention,
  type Sessions,
  type Updated,
} from '../../core/conversation/session/store.ts';
import { StoreError } from '../../core/errors.ts';
import { followingNames } from '../following-names.ts';
import { probeKey, recordKeys } from '../keys.ts';
import { createQueue } from '../queue.ts';
import { idsIn, liveSession, names, planUpdate, type Records, type UpdatePlan } from '../record.ts';
import { createStallGuard, type StallGuard } from '../stall-guard.ts';
import { within } from '../within.ts';
import { createCompareAndSet, records, type ScriptCommands, text } from './compare-and-set.ts';
import { durabilityWarnings } from './durability.ts';
import { relabel } from './label.ts';
import { reasonOf } from './reason.ts';
import { createRecentRecords } from './recent.ts';
import { putAll, walkAll } from './walk.ts';

/** What the store needs of a connected client: a single server's client has it, and so has a Cluster's or Sentinel's. */
export interface RedisCommands extends ScriptCommands {
  readonly isOpen: boolean;
  mGet(keys: string[]): Promise<readonly (string | null)[]>;
  unlink(keys: string[]): Promise<unknown>;
  close(): Promise<unknown>;
  destroy(): unknown;
  /** With several servers: the server that a key lives on. One that is away holds up its own lanes only. */
  laneOf?(key: string): string;
}

export interface RedisOptions {
  /** From `connectRedis` (src/store/redis/connect.ts). The store closes it. */
  readonly client: RedisCommands;
  readonly account: string;
  readonly retention?: Retention;
  readonly now: () => Date;
  /** A whole update, waiting included. */
  readonly deadlineMs?: number;
}

/** The store on a connected client; closing it closes the client. */
export function redisStore(options: RedisOptions): Sessions {
  const { client, account, now } = options;
  const retention = options.retention ?? RETENTION;
  const queue = createQueue({ deadlineMs: options.deadlineMs ?? 3_500 });
  // Refusing while the server is frozen bounds what piles up behind it, and it is what lets the client notice: its socket
  // time-out starts again with every byte written, so under steady load it would never run out.
  const stallGuards = new Map<string, StallGuard>();
  const compareAndSet = createCompareAndSet(client, retention, trip);
  // Last records this process wrote. May be stale: the compare-and-set detects that and returns the current ones.
  const recent = createRecentRecords();
  const alone = createEstimate();

  function update<T>(who: string, id: string, change: Change<T>): Promise<Updated<T>> {
    return queue.run(who, async (overdue) => {
      const keys = recordKeys(account, who);
      const { session, replies } = keys;
      const reply = keys.replyTo(id);
      const read = async () => records(await trip(session, () => client.mGet([session, replies, reply])));
      const written = recent.get(who);
      // A message that was answered before needs its reply, which is not in memory.
      let remembered = written !== undefined && !names(written.replies, id) && alone.isWorthATry();
      let found: Records =
        remembered && written !== undefined ? { reply: undefined, ...written } : await read();
      let roundTrips = remembered ? 0 : 1;
      for (;;) {
        let next: UpdatePlan<T>;
        try {
          next = planUpdate(found, id, change, now(), retention);
        } catch (error) {
          if (!remembered) throw error;
          // The records may have been stale.
          remembered = false;
          found = await read();
          roundTrips += 1;
          continue;
        }
        if (next.kind === 'replay') {
          recent.set(who, found);
          return { reply: next.reply, replayed: true, roundTrips };
        }
        if (overdue()) throw new StoreError('the time for this update was up before it could be written');
        const outcome = await compareAndSet(keys, reply, found, next);
        roundTrips += outcome.roundTrips;
        if (remembered) alone.note(outcome.kind === 'done');
        if (outcome.kind === 'done') {
          recent.set(who, next);
          return { reply: next.reply, report: next.report, replayed: false, roundTrips };
        }
        remembered = false;
        found = outcome.found;
      }
    });
  }

  /** One round trip. */
  function trip<T>(key: string, command: () => Promise<T>): Promise<T> {
    return stallGuardFor(key).run(() =>
      command().catch((error: unknown) => {
        throw new StoreError(`Redis: ${reasonOf(error)}`);
      }),
    );
  }

  function stallGuardFor(key: string): StallGuard {
    const lane = client.laneOf?.(key) ?? '';
    const known = stallGuards.get(lane);
    if (known !== undefined) return known;
    const fresh = createStallGuard(2_000);
    stallGuards.set(lane, fresh);
    return fresh;
  }

  async function read(who: string): Promise<string | undefined> {
    const { session } = recordKeys(account, who);
    const [record] = await trip(session, () => client.mGet([session]));
    return liveSession(text(record), now(), retention);
  }

  async function forget(who: string): Promise<void> {
    const { session, replies, quarantine, replyTo } = recordKeys(account, who);
    await queue.run(who, async () => {
      recent.delete(who);
      const [list] = await trip(session, () => client.mGet([replies]));
      const kept = idsIn(text(list)).map(replyTo);
      await trip(session, () => client.unlink([session, replies, quarantine, ...kept]));
    });
  }

  /** Writes, since a server that is full or read-only reads well. Of several servers one is enough: sending everybody
   *  away because some are not served would be the worse fault. */
  async function ready(): Promise<void> {
    const probes = Array.from({ length: client.laneOf === undefined ? 1 : 8 }, (_, number) => {
      const keys = [probeKey(account, number)];
      return trip(keys[0] ?? '', () => client.eval(PROBE, { keys, arguments: [] }));
    });
    try {
      await within(READY_MS, Promise.any(probes));
    } catch (error) {
      const [first] = error instanceof AggregateError ? error.errors : [error];
      throw first;
    }
  }

  return followingNames({
    update,
    read,
    forget,
    ready,
    label: (decide) => relabel(client, trip, decide),
    warnings: () => durabilityWarnings(client, trip),
    walk: () => walkAll({ client, account, trip }),
    put: (records) => putAll({ client, trip }, records, { now: now(), retention }),
    close: () => closeClient(client),
  });
}

async function closeClient(client: RedisCommands): Promise<void> {
  if (!client.isOpen) return;
  try {
    await within(
      READY_MS,
      client.close().catch((error: unknown) => {
        throw new StoreError(`Redis: ${reasonOf(error)}`);
      }),
    );
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // The server does not answer: there is nothing left to wait for.
    client.destroy();
  }
}

/** How often nobody else wrote in between, as far as this process has seen. Where several processes share the merchants
 *  most remembered records are stale, and trying them costs a turn for nothing. */
function createEstimate() {
  let share = 1;
  let passedOver = 0;
  return {
    /** Whether what this process wrote last is likely to stand still; says yes now and then, to learn when that changes. */
    isWorthATry(): boolean {
      if (share > 0.5) return true;
      passedOver = (passedOver + 1) % 16;
      return passedOver === 0;
    },
    note(right: boolean): void {
      share += ((right ? 1 : 0) - share) / 16;
    },
  };
}

const PROBE = `return redis.call('SET', KEYS[1], '1', 'PX', 1000)`;
/** Readiness probes and closing wait this long. */
const READY_MS = 900;
