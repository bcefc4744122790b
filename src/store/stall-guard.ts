/** Notices that a backend has stopped answering, so that nobody joins the wait for it. (A circuit breaker counts
 *  failures; this counts silence.) */

import { StoreError } from '../core/errors.ts';

export interface StallGuard {
  /** Runs `command`, and passes on how it ends. @throws StoreError at once, without running it, while an earlier one
   *  has been waiting longer than `ms`. As soon as that one ends, however it does, commands run again. */
  run<T>(command: () => Promise<T>): Promise<T>;
}

/** @param ms how long a command may be unanswered before the backend is taken to be frozen. */
export function createStallGuard(ms: number): StallGuard {
  // When each command started, in the order of their start from `first` on; NaN once it has ended. Not a map that comes and
  // goes: see src/server/shutdown.ts.
  const starts: number[] = [];
  let first = 0;
  let forgotten = 0;

  async function run<T>(command: () => Promise<T>): Promise<T> {
    const now = performance.now();
    if (now - (starts[first] ?? now) > ms) throw new StoreError('the store has stopped answering');
    const number = forgotten + starts.push(now) - 1;
    try {
      return await command();
    } finally {
      ended(number);
    }
  }

  function ended(number: number): void {
    starts[number - forgotten] = Number.NaN;
    while (first < starts.length && Number.isNaN(starts[first])) first += 1;
    if (first < Math.min(starts.length, 1_000)) return;
    forgotten += first;
    starts.splice(0, first);
    first = 0;
  }

  return { run };
}
