/** Who holds the writer's lock, and since when. The kernel frees the lock when its holder dies, but not when it is only
 *  stopped: then all others wait, and somebody should be told for whom. */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StoreError } from '../../core/errors.ts';
import { isAlive } from '../process-alive.ts';

export interface LockOwner {
  /** This process holds the lock from now on. */
  take(): void;
  leave(): void;
  close(): void;
}

export interface Holder {
  readonly pid: number;
  readonly forMs: number;
}

/** Writes down when this process holds the lock, in a file of 32 bytes. */
export function createLockOwner(directory: string): LockOwner {
  const file = openSync(fileIn(directory), constants.O_RDWR | constants.O_CREAT, 0o600);
  const nobody = record('');
  return {
    take: () => void writeSync(file, record(`${process.pid} ${Date.now()}`), 0, BYTES, 0),
    leave: () => void writeSync(file, nobody, 0, BYTES, 0),
    close: () => closeSync(file),
  };
}

/** The process that has held the lock for longer than `ms`, as far as it wrote that down and is alive. One that ended
 *  while it held the lock holds nothing any more; in another container it cannot be told from one that ended. */
export function stuckHolder(directory: string, ms: number): Holder | undefined {
  const [pid = 0, since = 0] = textIn(fileIn(directory)).trim().split(' ').map(Number);
  const forMs = Date.now() - since;
  if (!(pid > 0) || pid === process.pid || forMs < ms || !isAlive(pid)) return undefined;
  return { pid, forMs };
}

/** Waits while another process holds the lock without going on: opening the files would wait as well, on the only thread and
 *  without a word. @throws StoreError that names that process when it does not go on */
export async function waitForHolder(directory: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const holder = stuckHolder(directory, STUCK_MS);
    if (holder === undefined) return;
    if (performance.now() > end) {
      // The number of a process that ended while it held the lock may be another one's by now.
      if (!isLocked(directory)) return;
      throw new StoreError(describeHolder(holder));
    }
    await pause(100);
  }
}

/** Whether the lock is held right now, found out in a process of its own, which may wait for it. */
function isLocked(directory: string): boolean {
  const lmdb = import.meta.resolve('lmdb');
  const arguments_ = ['--input-type=module', '--eval', TAKE, join(directory, 'gate.mdb'), lmdb];
  return spawnSync(process.execPath, arguments_, { timeout: STUCK_MS, stdio: 'ignore' }).status !== 0;
}

const TAKE = `
const [path, lmdb] = process.argv.slice(1);
const { open } = await import(lmdb);
const gate = open({ path, encoding: 'string' });
gate.transactionSync(() => {});
process.exit(0);
`;

/** A turn holds the lock for milliseconds, on a slow disk for a second. */
export const STUCK_MS = 2_000;
const PATIENCE_MS = 3_000;

/** What to tell an operator of it. */
export function describeHolder({ pid, forMs }: Holder): string {
  return `process ${pid} has held the session files for ${Math.round(forMs / 1000)} s and does not go on: let it go on (kill -CONT ${pid}) or end it (kill -9 ${pid})`;
}

const BYTES = 32;
const fileIn = (directory: string) => join(directory, 'gate.owner');
const record = (text: string) => Buffer.from(text.padEnd(BYTES));

function textIn(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
