/** A process of its own, started by merchants.ts: fills a store with merchants, or measures one that is filled. Takes one
 *  job as JSON and writes one line of JSON. Not the same process for both, since filling leaves memory behind. */
import { createHash } from 'node:crypto';
import { percentile } from '../lib/figures.ts';
import { memoryOf } from '../lib/machine.ts';
import { type Gauge, lookInto } from '../lib/redis.ts';
import { TALK } from '../lib/talk.ts';
import { RETENTION } from '../micro/built.ts';
import { usedSince } from '../micro/clock.ts';
import { startConversation } from '../micro/conversation.ts';
import { type Opened, openStore, type Place } from './stores.ts';

export type Job =
  | { readonly kind: 'fill'; readonly place: Place; readonly from: number; readonly to: number }
  | {
      readonly kind: 'measure';
      readonly place: Place;
      readonly merchants: number;
      readonly rounds: number;
      /** Whole talks in each round. */
      readonly talks: number;
    };

/** What a measurement finds. CPU in microseconds an update, one value for each round. */
export interface Measured {
  /** Our process, the turn included. */
  readonly withTurn: readonly number[];
  /** Our process, with the outcome of the turn at hand: what the store itself takes. */
  readonly storeAlone: readonly number[];
  /** The Redis server. */
  readonly server: readonly number[];
  /** Milliseconds from call to answer, the turn included, one update after another. */
  readonly p50: number;
  readonly p99: number;
  /** Megabytes resident at the end: this process's own, and mapped files, the embedded store's among them. */
  readonly own: number;
  readonly mapped: number;
  /** Milliseconds of CPU of a clean-up round, which removes what the measurement left behind. */
  readonly sweepMs: number | undefined;
}

/** From starting over to the list, and on to the questions: it ends where it began. */
const LINES = [...TALK.slice(-1), ...TALK.slice(1, -1)];
/** Seconds that an answer is kept for re-sends while measuring. After each talk the store's clock goes on for longer, so
 *  that ten merchants, who talk again and again, find no more answers waiting than a million, who come once. */
const REPLY_SECONDS = 5;
/** Pure turns before anything is measured, so that V8 is done with them. */
const WARM_TURNS = 12_000;
/** The same for the way through the store. */
const WARM_ROUNDS = 3;

/** Updates under way at a time: for Redis enough to fill the pipe, few enough for the client's queue. In the embedded
 *  store they become one commit, and large ones leave a file full of free pages behind, as no real day does: each commit
 *  after that goes through the list of them. */
const WAVES: Readonly<Record<Place['kind'], number>> = { redis: 1_000, embedded: 500 };
/** The fraction whose multiples spread most evenly between 0 and 1. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** For an update; long, since others may need this machine more. */
const DEADLINE_MS = 60_000;
const ATTEMPTS = 5;
const PAUSE_MS = 3_000;

const job: Job = JSON.parse(process.argv[2] ?? '');
const start = new Date();
const { hear } = await startConversation(start);
process.stdout.write(`${JSON.stringify(job.kind === 'fill' ? await fill(job) : await measure(job))}\n`);

/** The usual talk, line by line: session before, text, and what the turn makes of it. */
function talk() {
  let before = TALK.slice(0, -1).reduce<string | undefined>(
    (old, { says }) => hear(old, says).after,
    undefined,
  );
  return LINES.map((line) => {
    const outcome = heard(before, line.says);
    if (!outcome.reply.includes(line.hears)) throw new Error(`a wrong answer to ${line.says}`);
    const each = { ...line, before, outcome };
    before = outcome.session;
    return each;
  });
}

function heard(before: string | undefined, text: string) {
  const { say, after } = hear(before, text);
  return { session: after, reply: JSON.stringify({ at: start.getTime(), say }) };
}

/** Merchants as they are after a usual talk. Their answers for re-sends are empty, and gone when it ends. */
async function fill({ place, from, to }: Extract<Job, { kind: 'fill' }>) {
  const session = talk()[0]?.before;
  const retention = { ...RETENTION, replySeconds: 1 };
  const { sessions, sweep } = await openStore(place, {
    now: () => new Date(),
    retention,
    deadlineMs: 60_000,
  });
  const wave = WAVES[place.kind];
  for (let next = from; next < to; next += wave) {
    const updates = Array.from({ length: Math.min(wave, to - next) }, (_, i) =>
      persistently(() =>
        sessions.update(whoIs(next + i), 'filled', () => ({ session, reply: '', report: undefined })),
      ),
    );
    await Promise.all(updates);
  }
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await sweep?.();
  await sessions.close();
  return {};
}

/** The store refuses while it finds the server slow, which a busy machine makes it. Filling twice is filling once. */
async function persistently(update: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await update();
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

async function measure(asked: Extract<Job, { kind: 'measure' }>): Promise<Measured> {
  const { place, rounds, talks } = asked;
  let clock = start.getTime();
  const retention = { ...RETENTION, replySeconds: REPLY_SECONDS };
  const opened = await openStore(place, { now: () => new Date(clock), retention, deadlineMs: DEADLINE_MS });
  const gauge = place.kind === 'redis' ? await lookInto(place) : undefined;
  const lines = talk();
  for (let i = 0; i < WARM_TURNS / lines.length; i++)
    for (const { before, says } of lines) heard(before, says);

  let said = 0;
  /** One merchant after another, spread evenly over all of them. */
  async function talking(count: number, thinks: boolean, waits: number[] = []): Promise<void> {
    for (let i = 0; i < count; i++) {
      said += 1;
      const who = whoIs(Math.floor(((said * GOLDEN) % 1) * asked.merchants));
      for (const [number, { says, outcome }] of lines.entries()) {
        const from = performance.now();
        await opened.sessions.update(who, `${said}.${number}`, (before) =>
          thinks ? heard(before, says) : outcome,
        );
        waits.push(performance.now() - from);
      }
      clock += (REPLY_SECONDS + 1) * 1000;
    }
  }

  for (let round = 0; round < WARM_ROUNDS; round++) {
    await talking(talks, true);
    await talking(talks, false);
  }
  const withTurn: number[] = [];
  const storeAlone: number[] = [];
  const server: number[] = [];
  const waits: number[] = [];
  const updates = talks * lines.length;
  for (let round = 0; round < rounds; round++) {
    withTurn.push((await used(gauge, () => talking(talks, true, waits))).own / updates);
    const alone = await used(gauge, () => talking(talks, false));
    storeAlone.push(alone.own / updates);
    if (alone.server !== undefined) server.push(alone.server / updates);
  }
  const sweepMs = await sweeping(opened);
  gc?.();
  const { now: resident, files } = memoryOf(process.pid);
  await opened.sessions.close();
  gauge?.close();
  return {
    withTurn,
    storeAlone,
    server,
    p50: percentile(waits, 0.5),
    p99: percentile(waits, 0.99),
    own: resident - files,
    mapped: files,
    sweepMs,
  };
}

/** Microseconds of CPU, of this process and of Redis. */
async function used(gauge: Gauge | undefined, work: () => Promise<void>) {
  const before = await gauge?.work();
  const from = process.cpuUsage();
  await work();
  const own = usedSince(from);
  const after = await gauge?.work();
  return { own, server: before && after && after.cpu - before.cpu };
}

async function sweeping({ sweep }: Opened): Promise<number | undefined> {
  if (sweep === undefined) return undefined;
  const from = process.cpuUsage();
  await sweep();
  return usedSince(from) / 1000;
}

/** As long as the names of real merchants, and as evenly spread over the keys. */
function whoIs(number: number): string {
  return createHash('sha256').update(String(number)).digest('base64url');
}
