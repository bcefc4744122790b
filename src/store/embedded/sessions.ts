/** The store on this machine's disk (LMDB): it needs no server, several processes may share it, and what was confirmed
 *  survives kill -9 and a power cut. */

import type { RootDatabase } from 'lmdb';
import {
  type Change,
  type Kept,
  RETENTION,
  type Retention,
  type Sessions,
  type Updated,
} from '../../core/conversation/session/store.ts';
import { StoreError } from '../../core/errors.ts';
import { followingNames } from '../following-names.ts';
import { labelKey, probeKey, type RecordKeys, recordKeys, sessionKey } from '../keys.ts';
import type { StoreLog } from '../log.ts';
import { createQueue } from '../queue.ts';
import { idsIn, isOver, liveSession, planUpdate, sessionLifeMs, type UpdatePlan } from '../record.ts';
import { createStallGuard } from '../stall-guard.ts';
import { createExpiry } from './expiry.ts';
import { openFiles } from './files.ts';
import { createReadiness } from './readiness.ts';
import { everyNowAndThen, sweepOnce } from './sweep.ts';
import { quarantinedIn, walkAll } from './walk.ts';

export interface EmbeddedOptions {
  /** Made when it is missing, for this user only (mode 0700). Holds `sessions.mdb`, `gate.mdb` and their locks; must be
   *  on a disk of this machine, not on a network share. */
  readonly directory: string;
  readonly account: string;
  readonly retention?: Retention;
  readonly now: () => Date;
  /** Milliseconds that have passed, by a clock that nobody sets; the process's own unless told otherwise. */
  readonly elapsedMs?: () => number;
  /** Hears of clean-up rounds that failed; updates that fail reject instead. */
  readonly log: StoreLog;
  /** A whole update, waiting included. Only a slow disk or a process that is stuck while writing can use it up. */
  readonly deadlineMs?: number;
  /** Pause between two clean-up rounds. */
  readonly sweepEveryMs?: number;
}

export interface EmbeddedSessions extends Sessions {
  /** Removes what has expired, of all accounts, in small bites between which others get their turn; runs by itself once
   *  a minute. Resolves with the number of records removed. @throws StoreError */
  sweep(): Promise<number>;
  /** The sessions that could not be read, of all accounts, for the operator: key of the store and what stands there. Looks
   *  at every record: not for while many are talking. */
  quarantined(): readonly { readonly key: string; readonly record: string }[];
}

/** Open it before the first message: see `openFiles` for what opening waits for.
 *  @throws StoreError when the files cannot be opened; its message says what to do. */
export function embeddedStore(options: EmbeddedOptions): EmbeddedSessions {
  const { directory, account, now, log } = options;
  const retention = options.retention ?? RETENTION;
  const expiry = createExpiry({ account, retention, now, elapsedMs: options.elapsedMs });
  const files = openFiles(directory);
  const db = files.sessions;
  const queue = createQueue({ deadlineMs: options.deadlineMs ?? 3_500 });
  const patience = createStallGuard(2_000);
  const sweeping = everyNowAndThen(options.sweepEveryMs ?? 60_000, sweep, (error) =>
    log({ kind: 'sweep-failed', reason: error instanceof Error ? error.message : 'unknown' }),
  );
  const readiness = createReadiness({
    read: () => db.get(sessionKey(account, '')),
    tryWriting: async (bytes) => {
      const probe = probeKey(account, 0);
      await write(() => db.putSync(probe, 'x'.repeat(bytes)));
      await write(() => db.removeSync(probe));
    },
    obstacle: files.obstacle,
  });
  let closed = false;

  async function update<T>(who: string, id: string, change: Change<T>): Promise<Updated<T>> {
    return queue.run(who, (overdue) =>
      write(() => {
        if (overdue()) throw new StoreError('the time for this update was up before its turn came');
        const keys = recordKeys(account, who);
        const reply = keys.replyTo(id);
        const found = { session: db.get(keys.session), replies: db.get(keys.replies), reply: db.get(reply) };
        const next = planUpdate(found, id, change, now(), retention);
        if (next.kind === 'replay') return { reply: next.reply, replayed: true, roundTrips: 0 };
        writeAll(db, keys, reply, next);
        return { reply: next.reply, report: next.report, replayed: false, roundTrips: 0 };
      }),
    );
  }

  async function read(who: string): Promise<string | undefined> {
    refuseWhenClosed();
    return liveSession(db.get(sessionKey(account, who)), now(), retention);
  }

  function label(decide: (before: string | undefined) => string): Promise<void> {
    return write(() => {
      db.putSync(labelKey(), decide(db.get(labelKey())));
    });
  }

  async function forget(who: string): Promise<void> {
    return queue.run(who, () =>
      write(() => {
        const { session, replies, quarantine, replyTo } = recordKeys(account, who);
        for (const id of idsIn(db.get(replies))) db.removeSync(replyTo(id));
        for (const key of [replies, quarantine, session]) db.removeSync(key);
      }),
    );
  }

  async function ready(): Promise<void> {
    refuseWhenClosed();
    await readiness.check();
  }

  function refuseWhenClosed(): void {
    if (closed) throw new StoreError('the store is closed');
  }

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    sweeping.stop();
    await files.close();
  }

  async function sweep(): Promise<number> {
    refuseWhenClosed();
    return sweepOnce({ db, expiry, write, isClosed: () => closed });
  }

  function put(records: readonly Kept[]): Promise<void> {
    return write(() => {
      const life = sessionLifeMs(retention);
      for (const { key, record } of records) if (!isOver(record, now(), life)) db.putSync(key, record);
    });
  }

  async function write<T>(action: () => T): Promise<T> {
    refuseWhenClosed();
    try {
      return await patience.run(() => files.write(action));
    } catch (error) {
      if (error instanceof StoreError) readiness.failed();
      throw error;
    }
  }

  return {
    ...followingNames({
      update,
      read,
      forget,
      ready,
      label,
      warnings: async () => [],
      walk: () => walkAll(db, account),
      put,
      close,
    }),
    sweep,
    quarantined: () => {
      refuseWhenClosed();
      return quarantinedIn(db);
    },
  };
}

/** What an update leaves behind, inside of its transaction. */
function writeAll(
  db: RootDatabase<string, string>,
  { session, replies, quarantine, replyTo }: RecordKeys,
  reply: string,
  next: Extract<UpdatePlan<unknown>, { readonly kind: 'write' }>,
): void {
  // The longest key first: should LMDB refuse a key for its length, nothing has been written yet.
  db.putSync(reply, next.kept);
  db.putSync(replies, next.replies);
  for (const one of next.dropped) db.removeSync(replyTo(one));
  if (next.session !== undefined) db.putSync(session, next.session);
  else {
    db.removeSync(session);
    db.removeSync(quarantine);
  }
  if (next.quarantined !== undefined) db.putSync(quarantine, next.quarantined);
}
