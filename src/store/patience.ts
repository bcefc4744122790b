/** Notices that a backend has stopped answering, so that nobody joins the wait for it. Both stores send what they do
 *  through one of these. */

import { StoreError } from '../errors.ts';

export interface Patience {
  /** Runs `command`, and passes on how it ends. @throws StoreError at once, without running it, while an earlier one
   *  has been waiting longer than the patience lasts. As soon as that one ends, however it does, commands run again. */
  run<T>(command: () => Promise<T>): Promise<T>;
}

/** @param ms how long a command may be unanswered before the backend is taken to be frozen. */
export function createPatience(ms: number): Patience {
  // In the order of their start: the first is the one that has waited longest.
  const running = new Map<Promise<unknown>, number>();

  async function run<T>(command: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const [oldest = now] = running.values();
    if (now - oldest > ms) throw new StoreError('the store has stopped answering');
    const ended = command();
    running.set(ended, now);
    try {
      return await ended;
    } finally {
      running.delete(ended);
    }
  }

  return { run };
}
