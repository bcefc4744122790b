/** Ends a process whose event loop does not turn any more, for whoever supervises it to start it again: such a process holds
 *  the port, answers nobody, and hears no signal. */
import { Worker } from 'node:worker_threads';

/** The loop of a busy process turns many times a second; one that stands for so long never comes back in time. */
const STANDS_MS = 30_000;

/** Watches this process from a thread of its own. It counts its own rounds, so that a whole machine that slept is not taken for
 *  a process that stands. @param standsMs milliseconds without a turn after which the process is ended (SIGKILL). */
export function startWatchdog(standsMs = STANDS_MS): void {
  const turns = new Int32Array(new SharedArrayBuffer(4));
  setInterval(() => Atomics.add(turns, 0, 1), standsMs / ROUNDS / 2).unref();
  const thread = new Worker(WATCH, {
    eval: true,
    workerData: { turns, everyMs: standsMs / ROUNDS, rounds: ROUNDS },
    // None of the loaders of this process; it needs next to nothing.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
  });
  thread.unref();
}

const ROUNDS = 10;

const WATCH = `
const { workerData: { turns, everyMs, rounds } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
let seen = -1;
let still = 0;
setInterval(() => {
  const now = Atomics.load(turns, 0);
  still = now === seen ? still + 1 : 0;
  seen = now;
  if (still < rounds) return;
  writeSync(2, 'The event loop stands still; ending the process.\\n');
  process.kill(process.pid, 'SIGKILL');
}, everyMs);
`;
