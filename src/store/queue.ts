/** One queue per person inside this process, bounded in length and in time. Both stores run their updates through it:
 *  without it, parallel messages of one merchant would keep overtaking each other in the compare-and-set. */

import { StoreError } from '../core/errors.ts';

/** Runs tasks; tasks of one person one after the other, in the order of the calls. */
export interface Queue {
  /** Resolves or rejects as `task` does, but `deadlineMs` after the call at the latest. A task that has not started by
   *  then never runs; one that has started is told by `overdue` and should write nothing any more.
   *  @throws StoreError when the person's queue is full or the time is up. */
  run<T>(who: string, task: (overdue: () => boolean) => Promise<T>): Promise<T>;
}

export interface QueueOptions {
  /** From the call to the answer, waiting included. */
  readonly deadlineMs: number;
  /** Tasks of one person that may wait or run at the same time. */
  readonly length?: number;
}

/** One line for each person; lines do not wait for each other. */
export function createQueue({ deadlineMs, length = 32 }: QueueOptions): Queue {
  // Not a map: the tables that V8's maps leave behind as they are written keep alive what stood in those that replaced them,
  // and as many are under way at once as are looked through in a moment.
  const lanes: Lane[] = [];

  function run<T>(who: string, task: (overdue: () => boolean) => Promise<T>): Promise<T> {
    const lane = laneOf(who);
    if (lane.tasks >= length) {
      return Promise.reject(new StoreError(`${length} updates of one person are waiting already`));
    }
    lane.tasks += 1;

    const before = lane.tasks === 1 ? undefined : lane.free;
    let late = false;
    const answer = new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        late = true;
        // Not at once: those behind whose time is up in the same moment must learn it before the lane is free for them.
        setImmediate(() => reject(new StoreError(`no answer from the store within ${deadlineMs} ms`)));
      }, deadlineMs);
      const start = async () => {
        if (late) return;
        try {
          resolve(await task(() => late));
        } catch (error) {
          // Once the time is up this does nothing, and rightly so: the caller has had its answer.
          reject(error);
        } finally {
          clearTimeout(timer);
        }
      };
      if (before === undefined) void start();
      else void before.then(start);
    });
    // The next task starts when this one is settled, however it ended, or given up: a frozen command holds up nobody.
    const leave = () => {
      lane.tasks -= 1;
      if (lane.tasks === 0) remove(lane);
    };
    lane.free = answer.then(leave, leave);
    return answer;
  }

  function laneOf(who: string): Lane {
    for (const lane of lanes) if (lane.who === who) return lane;
    const lane = { who, tasks: 0, free: Promise.resolve() };
    lanes.push(lane);
    return lane;
  }

  function remove(lane: Lane): void {
    const last = lanes.pop();
    if (last !== undefined && last !== lane) lanes[lanes.indexOf(lane)] = last;
  }

  return { run };
}

interface Lane {
  readonly who: string;
  tasks: number;
  free: Promise<void>;
}
