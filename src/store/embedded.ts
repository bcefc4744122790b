/** The store on this machine's disk (LMDB): no server needed, several processes may share it, and what was confirmed
 *  survives kill -9 and a power cut. Made by assemble.ts when no Redis is configured. */

import { closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { StoreError } from '../errors.ts';
import type { StoreLog } from './event.ts';
import { isRepliesKey, repliesKey, sessionKey } from './keys.ts';
import { createPatience } from './patience.ts';
import { createQueue } from './queue.ts';
import { isOver, replyLifeMs, sessionLifeMs, step } from './record.ts';
import { type Change, RETENTION, type Retention, type Sessions, type Updated } from './store.ts';

export interface EmbeddedOptions {
  /** Made when it is missing, for this user only (mode 0700). The file inside is `sessions.mdb`. */
  readonly directory: string;
  readonly account: string;
  readonly retention?: Retention;
  readonly now: () => Date;
  /** Hears of clean-up rounds that failed; updates that fail reject instead. */
  readonly log: StoreLog;
  /** A whole update, waiting included. Only another process that is stuck while writing can use it up. */
  readonly deadlineMs?: number;
  /** Pause between two clean-up rounds. */
  readonly sweepEveryMs?: number;
}

export interface EmbeddedSessions extends Sessions {
  /** Removes what has expired, of all accounts, in small bites between which others get their turn; runs by itself once
   *  a minute. Resolves with the number of records removed. @throws StoreError */
  sweep(): Promise<number>;
}

/** @throws StoreError when the files cannot be opened; its message says what to do. */
export function embeddedStore(options: EmbeddedOptions): EmbeddedSessions {
  const { directory, account, now, log } = options;
  const retention = options.retention ?? RETENTION;
  const db = openFiles(directory);
  const queue = createQueue({ deadlineMs: options.deadlineMs ?? 3_500 });
  const patience = createPatience(2_000);
  const sweeping = everyNowAndThen(options.sweepEveryMs ?? 60_000, sweep, (error) =>
    log({ kind: 'sweep-failed', reason: error instanceof Error ? error.message : 'unknown' }),
  );
  let closed = false;

  async function update(who: string, id: string, change: Change): Promise<Updated> {
    return queue.run(who, async (overdue) => {
      const session = sessionKey(account, who);
      const replies = repliesKey(account, who);
      const outcome = await transaction(() => {
        if (overdue()) return { kind: 'overdue' as const };
        const found = { session: db.get(session), replies: db.get(replies) };
        const next = attempt(() => step(found, id, change, now(), retention));
        if (next.kind !== 'write') return next;
        // The longer key first: should LMDB refuse a key for its length, nothing has been written yet.
        db.putSync(replies, next.replies);
        if (next.session === undefined) db.removeSync(session);
        else db.putSync(session, next.session);
        return next;
      });
      switch (outcome.kind) {
        case 'overdue':
          throw new StoreError('the time for this update was up before its turn came');
        case 'threw':
          throw outcome.error;
        case 'again':
          return { reply: outcome.reply, again: true, trips: 0 };
        case 'write':
          return { reply: outcome.reply, again: false, trips: 0 };
      }
    });
  }

  async function forget(who: string): Promise<void> {
    return queue.run(who, () =>
      transaction(() => {
        db.removeSync(repliesKey(account, who));
        db.removeSync(sessionKey(account, who));
      }),
    );
  }

  async function ready(): Promise<void> {
    if (closed) throw new StoreError('the store is closed');
    try {
      db.get(sessionKey(account, ''));
    } catch (error) {
      throw new StoreError(`the session files cannot be read: ${describe(error)}`);
    }
  }

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    await sweeping.stop();
    // LMDB drops what is still waiting when it is closed.
    await patience.idle();
    // After a commit that failed (full disk) LMDB waits in vain for its flush; whatever was confirmed is on the disk.
    await Promise.race([db.close(), pause(CLOSE_MS)]);
  }

  async function sweep(): Promise<number> {
    let removed = 0;
    let after: string | undefined;
    for (;;) {
      const range = after === undefined ? {} : { start: after, exclusiveStart: true };
      const bite = [...db.getRange({ ...range, limit: BITE })];
      if (closed) return removed;
      const expired = bite.filter(({ key, value }) => hasExpired(key, value)).map(({ key }) => key);
      if (expired.length > 0) {
        removed += await transaction(() => expired.filter(removeIfStillExpired).length);
      }
      after = bite.at(-1)?.key;
      if (bite.length < BITE) return removed;
      // A pause, not setImmediate: a round must leave most of the processor to others.
      await pause(20);
    }
  }

  function removeIfStillExpired(key: string): boolean {
    const value = db.get(key);
    return value !== undefined && hasExpired(key, value) && db.removeSync(key);
  }

  function hasExpired(key: string, value: string): boolean {
    return isOver(value, now(), isRepliesKey(key) ? replyLifeMs(retention) : sessionLifeMs(retention));
  }

  /** Runs `action` as the only writer of all processes and resolves once the disk has it. */
  async function transaction<T>(action: () => T): Promise<T> {
    if (closed) throw new StoreError('the store is closed');
    return patience.run(async () => {
      try {
        const result = await db.transaction(action);
        // A commit is visible before it is on the disk; a confirmed answer must outlive a power cut.
        await db.flushed;
        return result;
      } catch (error) {
        throw new StoreError(`the session files cannot be written: ${describe(await causeOf(error))}`);
      }
    });
  }

  return { update, forget, ready, close, sweep };
}

/** Records looked at before others get their turn: about a millisecond. */
const BITE = 500;

const CLOSE_MS = 1_000;

function openFiles(directory: string): RootDatabase<string, string> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, 'sessions.mdb');
    refuseForeignFile(path);
    return open<string, string>({
      path,
      encoding: 'string',
      // With batching LMDB makes a promise of its own for every batch that nobody can await: on a full disk its
      // rejection would end the process.
      eventTurnBatching: false,
    });
  } catch (error) {
    throw new StoreError(
      `the session files in ${directory} cannot be opened (${describe(error)}): ` +
        'set DATA_DIR to a local directory that this user may write to, with space left, or set REDIS_URL',
    );
  }
}

/** Opening a file that is not LMDB's crashes the process instead of throwing, so its first page is looked at before: after
 *  24 bytes of page header stands the magic number (mdb.c, `MDB_MAGIC`, in the byte order of the machine). */
function refuseForeignFile(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  const head = Buffer.alloc(28);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  const magic = endianness() === 'LE' ? head.readUInt32LE(24) : head.readUInt32BE(24);
  if (magic !== 0xbeefc0de) throw new Error('sessions.mdb is not a session file; move it away');
}

/** What `change` throws must not reach LMDB, which could not tell it from a failure of its own. */
function attempt<T>(action: () => T): T | { readonly kind: 'threw'; readonly error: unknown } {
  try {
    return action();
  } catch (error) {
    return { kind: 'threw', error };
  }
}

/** LMDB's rejection only points to a second promise with the reason. It must be awaited in any case: unheard, its
 *  rejection would end the process, for instance on a full disk. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  return Promise.resolve(error.commitError).then(
    () => error,
    (reason: unknown) => reason,
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Runs `task` again and again with a pause in between, without keeping the process alive. `stop` waits for a run
 *  that is under way. */
function everyNowAndThen(pauseMs: number, task: () => Promise<unknown>, failed: (error: unknown) => void) {
  let running: Promise<unknown> = Promise.resolve();
  let timer = setTimeout(round, pauseMs).unref();
  let stopped = false;

  function round(): void {
    running = task()
      .catch(failed)
      .finally(() => {
        if (!stopped) timer = setTimeout(round, pauseMs).unref();
      });
  }

  async function stop(): Promise<void> {
    stopped = true;
    clearTimeout(timer);
    await running;
  }

  return { stop };
}
