/** Runs several processes on one port (WORKERS): starts them, replaces those that die, ends them together, and adds up
 *  their figures. The first process does this and answers no messages itself. */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { z } from 'zod';
import { StoreError } from '../core/errors.ts';
import { createSharedMetrics } from '../server/metrics.ts';
import { serveMetrics } from '../server/metrics-port.ts';
import type { Config } from './config.ts';
import { openLog } from './log.ts';

/** What a worker says once it listens. */
const Ready = z.object({ kind: z.literal('ready'), url: z.string() });
export type Ready = z.infer<typeof Ready>;

/** What a worker sends again and again: it turns. */
export const BEAT = { kind: 'beat' } as const;
export const BEAT_MS = 1_000;
/** A worker that misses so many is ended and replaced: it takes connections and answers none. */
const BEATS_MISSED = 10;

export interface Workers {
  readonly url: string;
  /** Asks all to stop and resolves when they are gone. */
  stop(): Promise<void>;
}

/** Resolves when all listen. @param gaveUp called when workers die faster than it makes sense to replace them.
 *  @throws StoreError when one of them cannot start (it has printed why), SettingsError for METRICS_PORT; nothing is
 *  left running then. */
export async function startWorkers(config: Config, gaveUp: () => void): Promise<Workers> {
  const { log, flushed } = openLog(config.logLevel);
  const deaths: number[] = [];
  /** Those that answer; the others have nothing to lose. */
  const listening = new Map<number, { missed: number }>();
  let stopping = false;
  let complete = false;
  // Each takes its connections itself. Handed over by this process, one on its way to a worker that dies would hang.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const metricsServer = await serveMetrics(config.metrics.port, createSharedMetrics());

  async function stop(): Promise<void> {
    stopping = true;
    clearInterval(watch);
    const all = workersNow();
    const gone = Promise.all(all.map((worker) => once(worker, 'exit')));
    for (const worker of all) {
      if (!listening.has(worker.id)) worker.process.kill('SIGKILL');
      else if (worker.isConnected()) worker.send({ kind: 'stop' });
    }
    const timer = setTimeout(() => {
      for (const worker of workersNow()) worker.process.kill('SIGKILL');
    }, END_WITHIN_MS);
    await gone;
    clearTimeout(timer);
    metricsServer?.close();
    metricsServer?.closeAllConnections();
    await flushed();
  }

  function replace(worker: Worker, code: number | null, signal: string | null): void {
    if (stopping) return;
    const now = performance.now();
    deaths.push(now);
    const recent = deaths.filter((at) => now - at < WINDOW_MS);
    deaths.splice(0, deaths.length, ...recent);
    log.error({ worker: worker.id, code, signal, recent: recent.length }, 'worker ended');
    if (recent.length > MOST_DEATHS) {
      stopping = true;
      gaveUp();
      return;
    }
    const again = () => {
      // When it ends before it listens, that is one death more, and comes here again.
      if (!stopping) start().catch(() => {});
    };
    setTimeout(again, Math.min(5_000, 100 * 2 ** (recent.length - 1)));
  }

  /** Resolves when it listens, rejects when it ends before. */
  function start(): Promise<Ready> {
    const worker = cluster.fork();
    return new Promise((resolve, reject) => {
      worker.on('message', (message: unknown) => {
        const alive = listening.get(worker.id);
        if (alive) alive.missed = 0;
        const ready = Ready.safeParse(message);
        if (!ready.success) return;
        listening.set(worker.id, { missed: 0 });
        log.info({ worker: worker.id, pid: worker.process.pid }, 'worker listens');
        resolve(ready.data);
      });
      worker.once('exit', (code: number | null, signal: string | null) => {
        listening.delete(worker.id);
        reject(new StoreError('a worker ended before it could answer; see above'));
        if (complete) replace(worker, code, signal);
      });
    });
  }

  function endSilent(): void {
    for (const worker of workersNow()) {
      const alive = listening.get(worker.id);
      if (stopping || alive === undefined) continue;
      // Counted in rounds of this process: one that itself stood still for a while has heard nobody meanwhile.
      alive.missed += 1;
      if (alive.missed <= BEATS_MISSED) continue;
      log.error({ worker: worker.id, pid: worker.process.pid }, 'worker is silent: ended');
      worker.process.kill('SIGKILL');
    }
  }

  const watch = setInterval(endSilent, BEAT_MS).unref();
  try {
    const [ready] = await Promise.all(Array.from({ length: config.workers }, start));
    if (ready === undefined) throw new StoreError('no worker was started');
    complete = true;
    return { url: ready.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Deaths of workers within a minute after which the program gives up. */
const MOST_DEATHS = 8;
const WINDOW_MS = 60_000;
/** The caller has five seconds. */
const END_WITHIN_MS = 4_800;

function workersNow(): readonly Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}
