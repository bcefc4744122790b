/** Removes what has expired, again and again. */
import type { RootDatabase } from 'lmdb';
import type { Expiry } from './expiry.ts';
import { bitesOf } from './walk.ts';

export interface SweepParts {
  readonly db: RootDatabase<string, string>;
  readonly expiry: Expiry;
  readonly write: <T>(action: () => T) => Promise<T>;
  readonly isClosed: () => boolean;
}

/** One round over all records of all accounts, in small bites between which others get their turn. Resolves with the number
 *  of records removed. @throws StoreError */
export async function sweepOnce({ db, expiry, write, isClosed }: SweepParts): Promise<number> {
  expiry.look();
  let removed = 0;
  for await (const bite of bitesOf(db)) {
    if (isClosed()) break;
    const expired = bite.filter(({ key, value }) => expiry.isOver(key, value)).map(({ key }) => key);
    if (expired.length > 0) removed += await write(() => expired.filter(removeIfStillExpired).length);
  }
  return removed;

  function removeIfStillExpired(key: string): boolean {
    const value = db.get(key);
    return value !== undefined && expiry.isOver(key, value) && db.removeSync(key);
  }
}

/** Runs `task` again and again with a pause in between, without keeping the process alive. */
export function everyNowAndThen(
  pauseMs: number,
  task: () => Promise<unknown>,
  failed: (error: unknown) => void,
): { stop(): void } {
  let timer = setTimeout(round, pauseMs).unref();
  let stopped = false;

  function round(): void {
    void task()
      .catch(failed)
      .finally(() => {
        if (!stopped) timer = setTimeout(round, pauseMs).unref();
      });
  }

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
