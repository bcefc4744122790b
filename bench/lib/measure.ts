/** One measurement: a server, a mode, a kind of load; what it took and what was wrong. run.ts collects them in rounds. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Contender, Started } from './contenders.ts';
import { percentile } from './figures.ts';
import { closedLoop, type Outcome, openLoop, type Shot } from './load.ts';
import { cpuOf, memoryOf } from './machine.ts';
import type { Mode } from './platform.ts';
import { callsBetween, type Redis } from './redis.ts';
import type { Speaker } from './speaker.ts';

export interface Subject {
  readonly contender: Contender;
  readonly started: Started;
  readonly speaker: Speaker;
}

export interface Row {
  readonly name: string;
  readonly mode: Mode;
  readonly round: number;
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The 99th percentile of what was sent before the clock started, in milliseconds. */
  readonly early: number;
  /** Microseconds of CPU for a message: the server's and Redis's. */
  readonly cpu: number;
  readonly redisCpu: number | undefined;
  /** Round trips to Redis for a message, and all commands by name. */
  readonly trips: number | undefined;
  readonly commands: ReadonlyMap<string, number>;
  /** Megabytes: at the end, and at most so far. */
  readonly memory: { readonly now: number; readonly most: number };
  /** Bytes of an answer, on average. */
  readonly bytes: number;
  /** The 99th percentile of how late messages left the load generator, in milliseconds. */
  readonly lag: number;
  readonly messages: number;
  readonly faults: readonly string[];
  /** Answers of which only the form was judged (judge.ts). */
  readonly outOfTurn: number;
}

export interface Bench {
  closed(subject: Subject, mode: Mode, round: number, load: Closed): Promise<Row>;
  open(subject: Subject, mode: Mode, round: number, load: Open): Promise<Row>;
}

export interface Closed {
  readonly connections: number;
  readonly seconds: number;
}

export interface Open {
  readonly rate: number;
  readonly seconds: number;
  readonly resendEvery: number;
  /** Seconds before the clock starts, on top of `seconds`. */
  readonly leadIn: number;
}

export function createBench(redis: Redis): Bench {
  /** Answers a second that a server gave last time, so that enough messages are ready before the clock starts. */
  const rates = new Map<string, number>();
  return { closed, open };

  async function closed(subject: Subject, mode: Mode, round: number, load: Closed): Promise<Row> {
    const { contender, started, speaker } = subject;
    const key = `${contender.name} ${mode}`;
    const ready = speaker.shots(mode, Math.ceil((rates.get(key) ?? 1_000) * load.seconds * 1.2) + 100);
    let sent = 0;
    const next = (): Shot => ready[sent++] ?? speaker.shot(mode);
    const row = await observed(subject, mode, round, () => closedLoop({ port: started.port, ...load, next }));
    speaker.giveBack(ready.slice(sent));
    rates.set(key, row.rate);
    return row;
  }

  async function open(subject: Subject, mode: Mode, round: number, load: Open): Promise<Row> {
    const shots = subject.speaker.shots(mode, Math.round(load.rate * (load.leadIn + load.seconds)));
    const row = await observed(subject, mode, round, () =>
      openLoop({ port: subject.started.port, ...load, shots }),
    );
    await untilIdle(subject.started.pid);
    return row;
  }

  async function observed(
    { contender, started, speaker }: Subject,
    mode: Mode,
    round: number,
    run: () => Promise<Outcome>,
  ): Promise<Row> {
    const redisBefore = await redis.work();
    const cpuBefore = cpuOf(started.pid);
    const outcome = await run();
    const cpu = cpuOf(started.pid) - cpuBefore;
    const redisAfter = await redis.work();
    const messages = outcome.heard.length;
    const commands = new Map(
      [...callsBetween(redisBefore, redisAfter)].map(([name, calls]) => [name, calls / messages] as const),
    );
    const trips = [...commands].filter(([name]) => !contender.inScripts.includes(name));
    const timed = outcome.heard.filter(({ early }) => !early);
    const latencies = timed.map(({ ms }) => ms);
    return {
      name: contender.name,
      mode,
      round,
      rate: timed.length / outcome.seconds,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      max: percentile(latencies, 1),
      early: percentile(
        outcome.heard.filter(({ early }) => early).map(({ ms }) => ms),
        0.99,
      ),
      cpu: cpu / messages,
      redisCpu: contender.usesRedis ? (redisAfter.cpu - redisBefore.cpu) / messages : undefined,
      trips: contender.usesRedis ? trips.reduce((sum, [, calls]) => sum + calls, 0) : undefined,
      commands: contender.usesRedis ? commands : new Map(),
      memory: memoryOf(started.pid),
      bytes: outcome.heard.reduce((sum, { body }) => sum + body.length, 0) / messages,
      lag: percentile(outcome.lags, 0.99),
      messages,
      ...speaker.judge(mode, outcome),
    };
  }
}

/** At the beginning only few lines are mixed, so that those of one merchant follow close upon each other: with more under
 *  way they could overtake. */
const LEAD_IN_CONNECTIONS = 16;

/** Says the talk to a server, in both modes by turns, until it has answered so many messages and all lines are mixed: V8
 *  makes programs several times faster over their first thousands of messages. @throws Error when an answer is wrong. */
export async function warmUp(bench: Bench, subject: Subject, messages: number): Promise<void> {
  const { contender, speaker } = subject;
  let answered = 0;
  for (let run = 0; answered < messages || !speaker.mixed; run++) {
    const load = { connections: speaker.mixed ? 64 : LEAD_IN_CONNECTIONS, seconds: 0.4 };
    const row = await bench.closed(subject, run % 2 === 0 ? 'plain' : 'sealed', 0, load);
    const [first] = row.faults;
    if (first !== undefined)
      throw new Error(
        `${contender.name}: ${row.faults.length} wrong answers while warming up, e.g. ${first}`,
      );
    answered += row.messages;
  }
}

/** Waits until a server that was asked more than it can take has done its backlog, so that the next one is measured
 *  alone. @throws Error when it is still busy after half a minute. */
async function untilIdle(pid: number): Promise<void> {
  for (let i = 0; i < 150; i++) {
    const before = cpuOf(pid);
    await pause(200);
    if (cpuOf(pid) - before < 40_000) return;
  }
  throw new Error('a server is still busy half a minute after its last message');
}
