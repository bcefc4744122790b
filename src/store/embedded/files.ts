/** The files of the embedded store: one LMDB database that several processes write to, each batch as the only writer and
 *  confirmed once the disk has it. Used by embedded.ts only.
 *
 *  LMDB as built into lmdb 3.5 (and upstream up to ITS#9496) must not be opened while another process commits: the
 *  opener sets the shared transaction number back to what it read a moment before, the next writer starts from there,
 *  and a confirmed write is gone. Therefore a second, empty database serves as a gate. Its writer's lock is held, by
 *  whoever opens or writes the sessions, for just that long; the kernel frees it when its holder dies. Nobody may open
 *  `sessions.mdb` around the gate while the assistant runs. */

import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { open, type RootDatabase } from 'lmdb';
import { StoreError } from '../../core/errors.ts';
import { refuseDamaged } from './damage.ts';
import { createLockOwner, describeHolder, STUCK_MS, stuckHolder } from './lock-owner.ts';

export interface Files {
  /** For reading, and inside `write` for writing with the `…Sync` calls. */
  readonly sessions: RootDatabase<string, string>;
  /** Runs `action` as the only writer of all processes, in a batch with others that wait, and resolves with its result
   *  once the disk has what it wrote. @throws StoreError when the files refuse, or what `action` throws. */
  write<T>(action: () => T): Promise<T>;
  /** Why nothing can be kept although the files are open, if that is so: they were deleted or replaced, or another process
   *  holds them and does not go on. */
  obstacle(): string | undefined;
  /** Finishes what is under way, but waits a second at most. */
  close(): Promise<void>;
}

/** Opens or makes the files. Blocks while another process writes. Do not call it while another store of the same process
 *  is writing to the same directory: the two would wait for each other.
 *  @throws StoreError with the remedy in its message. */
export function openFiles(directory: string): Files {
  const path = join(directory, 'sessions.mdb');
  const { gate, sessions, owner } = openBoth(directory, path);
  const opened = inodeOf(path);
  const waiting: Job[] = [];
  let working: Promise<void> | undefined;

  function write<T>(action: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      waiting.push({
        run: () => {
          const result = action();
          return () => resolve(result);
        },
        reject,
      });
      working ??= work().finally(() => {
        working = undefined;
      });
    });
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      try {
        await gate.transaction(writeBatch);
      } catch (error) {
        refuse(waiting.splice(0), error);
      }
    }
  }

  async function writeBatch(): Promise<void> {
    owner.take();
    const batch = waiting.splice(0);
    try {
      const outcomes = await sessions.transaction(() => batch.map(attempt));
      for (const outcome of outcomes) outcome();
    } catch (error) {
      refuse(batch, await causeOf(error));
    } finally {
      owner.leave();
    }
  }

  function obstacle(): string | undefined {
    if (inodeOf(path) !== opened)
      return `${path} was deleted or replaced: what is kept now is lost with this process; restart it`;
    const holder = stuckHolder(directory, STUCK_MS);
    return holder && describeHolder(holder);
  }

  async function close(): Promise<void> {
    const closed = async () => {
      await working;
      await sessions.close();
      await gate.close();
      owner.close();
    };
    await Promise.race([closed(), pause(CLOSE_MS, undefined, { ref: false })]);
  }

  return { sessions, write, obstacle, close };
}

interface Job {
  /** Does the work inside the transaction; calling the result confirms it. */
  run(): () => void;
  reject(error: unknown): void;
}

const CLOSE_MS = 1_000;

/** One that throws must not take the others of its batch along, nor reach LMDB, which would take it for its own. */
function attempt(job: Job): () => void {
  try {
    return job.run();
  } catch (error) {
    return () => job.reject(error);
  }
}

function refuse(batch: readonly Job[], error: unknown): void {
  for (const job of batch)
    job.reject(new StoreError(`the session files cannot be written: ${describe(error)}`));
}

function openBoth(directory: string, path: string) {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const gate = openOne(join(directory, 'gate.mdb'));
    const owner = createLockOwner(directory);
    const sessions = gate.transactionSync(() => {
      owner.take();
      try {
        return openOne(path);
      } finally {
        owner.leave();
      }
    });
    return { gate, sessions, owner };
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(
      `the session files in ${directory} cannot be opened (${describe(error)}): ` +
        'set DATA_DIR to a local directory that this user may write to, with space left, or set REDIS_URL',
    );
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function openOne(path: string): RootDatabase<string, string> {
  refuseDamaged(path);
  return open<string, string>({
    path,
    encoding: 'string',
    // A commit is confirmed when it is on the disk, not earlier.
    overlappingSync: false,
    // With batching LMDB makes a promise of its own for every batch, which nobody can await: on a full disk its
    // rejection would end the process.
    eventTurnBatching: false,
  });
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
