/** Growth with the number of merchants, in a Redis started here and in the embedded store. growth.ts calls it. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '../lib/child.ts';
import { table } from '../lib/figures.ts';
import type { Redis } from '../lib/redis.ts';
import { inOneCell } from '../micro/clock.ts';
import type { Job, Measured } from './merchant-run.ts';
import type { Place } from './stores.ts';

export interface MerchantsRow extends Measured {
  readonly store: Place['kind'];
  readonly merchants: number;
  /** In the store, for one merchant at rest: keys, tables and room left free included. */
  readonly bytes: number | undefined;
}

export interface Sizes {
  readonly merchants: readonly number[];
  readonly rounds: number;
  readonly talks: number;
}

/** Below this the store's own fixed needs would be all that is seen. */
const ENOUGH_TO_WEIGH = 1_000;

export async function inRedis(redis: Redis, sizes: Sizes): Promise<readonly MerchantsRow[]> {
  const place: Place = { kind: 'redis', url: redis.url, pid: redis.pid };
  // The first update leaves the store's script behind.
  await run({ kind: 'fill', place, from: 0, to: 1 });
  const empty = await atRest(redis, 1);
  return grown(place, sizes, async (merchants) => (await atRest(redis, merchants)) - empty);
}

export async function embedded(sizes: Sizes): Promise<readonly MerchantsRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-growth-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await grown({ kind: 'embedded', directory }, sizes, async () => {
      // What is on the disk, not what the file could become.
      return statSync(join(directory, 'sessions.mdb')).blocks * 512;
    });
  } finally {
    process.off('exit', remove);
    remove();
  }
}

async function grown(
  place: Place,
  { merchants, rounds, talks }: Sizes,
  weigh: (merchants: number) => Promise<number>,
): Promise<readonly MerchantsRow[]> {
  const rows: MerchantsRow[] = [];
  let from = 0;
  for (const count of merchants) {
    await run({ kind: 'fill', place, from, to: count });
    from = count;
    const weight = await weigh(count);
    const measured = await run<Measured>({ kind: 'measure', place, merchants: count, rounds, talks });
    const bytes = count < ENOUGH_TO_WEIGH ? undefined : weight / count;
    rows.push({ ...measured, store: place.kind, merchants: count, bytes });
  }
  return rows;
}

const WITHIN_MS = 30 * 60_000;

/** @throws Error with what it wrote when it fails. */
async function run<T>(job: Job): Promise<T> {
  const program = fileURLToPath(new URL('./merchant-run.ts', import.meta.url));
  const args = ['--expose-gc', '--import', 'tsx', program, JSON.stringify(job)];
  const child = await startChild(process.execPath, args, {
    env: {},
    until: /^(\{.*\})$/,
    withinMs: WITHIN_MS,
  });
  await child.end();
  return JSON.parse(child.said);
}

const REST_MS = 30_000;

/** Bytes that Redis holds when it has nothing but these merchants. */
async function atRest(redis: Redis, merchants: number): Promise<number> {
  const until = performance.now() + REST_MS;
  for (;;) {
    const { keys, bytes } = await redis.held();
    if (keys === merchants) return bytes;
    if (performance.now() > until) throw new Error(`Redis holds ${keys} keys instead of ${merchants}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export function merchantsTable(rows: readonly MerchantsRow[]): string {
  return table(
    [
      'store',
      'merchants',
      'an update with its turn, CPU µs',
      'the store’s part',
      'Redis, CPU µs',
      'p50 ms',
      'p99 ms',
      'bytes a merchant',
      'MB resident: own',
      'files mapped',
      'a clean-up round, ms of CPU',
    ],
    rows.map((row) => [
      row.store === 'redis' ? 'Redis' : 'embedded',
      row.merchants.toLocaleString('en'),
      inOneCell(row.withTurn, 0),
      inOneCell(row.storeAlone, 0),
      row.server.length === 0 ? '–' : inOneCell(row.server, 0),
      row.p50.toFixed(2),
      row.p99.toFixed(2),
      row.bytes === undefined ? '–' : row.bytes.toFixed(0),
      row.own.toFixed(0),
      row.mapped.toFixed(0),
      row.sweepMs?.toFixed(0) ?? '–',
    ]),
  );
}
