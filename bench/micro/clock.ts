/** Times small pieces of work by the CPU that this process uses, garbage collection included, so that a busy machine
 *  disturbs little. micro.ts calls it. */
import { median } from '../lib/figures.ts';

/** Microseconds of CPU for one run of `work`, in several rounds. */
export type Timing = readonly number[];

export interface Clock {
  time(work: () => unknown): Timing;
  /** For work that ends later; one at a time. */
  timeLater(work: () => Promise<unknown>): Promise<Timing>;
}

const WARM_RUNS = 300;
const WARM_MOST_US = 3_000_000;

/** @param milliseconds CPU that each round uses; the first round warms up and does not count. */
export function createClock(rounds: number, milliseconds: number): Clock {
  /** The first round goes on until V8 has had enough to work on, however long one run takes. */
  function isOver(round: number, runs: number, used: number): boolean {
    const enough = used >= milliseconds * 1000;
    return round > 0 ? enough : (enough && runs >= WARM_RUNS) || used >= WARM_MOST_US;
  }

  return {
    time(work) {
      const timings: number[] = [];
      for (let round = 0; round <= rounds; round++) {
        const start = process.cpuUsage();
        let runs = 0;
        let used = 0;
        for (let batch = 1; !isOver(round, runs, used); batch = Math.min(batch * 2, 256)) {
          for (let i = 0; i < batch; i++) work();
          runs += batch;
          used = usedSince(start);
        }
        if (round > 0) timings.push(used / runs);
      }
      return timings;
    },

    async timeLater(work) {
      const timings: number[] = [];
      for (let round = 0; round <= rounds; round++) {
        const start = process.cpuUsage();
        let runs = 0;
        let used = 0;
        for (let batch = 1; !isOver(round, runs, used); batch = Math.min(batch * 2, 256)) {
          for (let i = 0; i < batch; i++) await work();
          runs += batch;
          used = usedSince(start);
        }
        if (round > 0) timings.push(used / runs);
      }
      return timings;
    },
  };
}

/** Microseconds of CPU of all threads of this process. */
export function usedSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

/** `median` and `min – max`, as cells of a table. */
export function cells(timing: Timing, digits = 1): readonly [string, string] {
  const [least, most] = [Math.min(...timing), Math.max(...timing)];
  return [median(timing).toFixed(digits), `${least.toFixed(digits)} – ${most.toFixed(digits)}`];
}

/** The same in one cell: `median (min – max)`. */
export function inOneCell(timing: Timing, digits = 1): string {
  const [middle, range] = cells(timing, digits);
  return `${middle} (${range})`;
}
