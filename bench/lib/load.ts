/** The two ways to load a server. Closed loop: so many connections, each sends as soon as it has its answer; shows how
 *  much a server can take. Open loop: so many messages a second whatever the server does; shows how long people wait.
 *  Answers are kept, and judged by judge.ts once the clock has stopped. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, openConnection } from './http.ts';

/** One message, ready to be sent. */
export interface Shot {
  readonly request: Buffer;
  readonly user: number;
  readonly line: number;
}

export interface Heard {
  readonly shot: Shot;
  readonly status: number;
  readonly body: Buffer;
  /** When it was sent (closed loop) or due (open loop), on the clock of `performance.now`, and milliseconds from then. */
  readonly at: number;
  readonly ms: number;
  /** The same bytes were sent before. */
  readonly again: boolean;
  /** It was sent before the clock started: judged, not timed with the rest. */
  readonly early: boolean;
}

export interface Outcome {
  readonly heard: readonly Heard[];
  /** Deliveries that got no answer, with the reason of the first. */
  readonly unanswered: readonly { readonly shot: Shot; readonly at: number }[];
  readonly reason: string | undefined;
  readonly seconds: number;
  /** How late messages left this process, in milliseconds (open loop). */
  readonly lags: readonly number[];
}

/** Longer than any server may take: the platform itself hangs up after five seconds. */
const LAST_ANSWER_MS = 6_000;

/** The clock starts when each connection has had one answer: a server takes new connections one by one while it serves
 *  those that it has, and a slow one would let some wait for most of the time. */
export async function closedLoop(options: {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly next: () => Shot;
}): Promise<Outcome> {
  const { port, connections, next } = options;
  const heard: Heard[] = [];
  const unanswered: { readonly shot: Shot; readonly at: number }[] = [];
  let reason: string | undefined;
  let greeted = 0;
  let start = Number.POSITIVE_INFINITY;
  let last = 0;
  let running = connections;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const lines: { ask(): void; close(): void }[] = [];

  function line() {
    let shot = next();
    let sent = 0;
    let connection = opened();

    function opened(): Connection {
      return openConnection(
        port,
        ({ status, body }) => {
          last = performance.now();
          heard.push({
            shot,
            status,
            body: Buffer.from(body),
            at: sent,
            ms: last - sent,
            again: false,
            early: sent < start,
          });
          settled();
        },
        (why) => {
          unanswered.push({ shot, at: sent });
          reason ??= why;
          connection = opened();
          settled();
        },
      );
    }

    function settled(): void {
      if (start === Number.POSITIVE_INFINITY) {
        greeted += 1;
        if (greeted < connections) return;
        start = performance.now();
        for (const one of lines) one.ask();
      } else if (performance.now() < start + options.seconds * 1000) ask();
      else {
        running -= 1;
        if (running === 0) finish();
      }
    }

    function ask(): void {
      shot = next();
      send();
    }

    function send(): void {
      sent = performance.now();
      connection.send(shot.request);
    }

    lines.push({ ask, close: () => connection.close() });
    send();
  }

  for (let i = 0; i < connections; i++) line();
  // Closing loses what is still unanswered, and so ends the run.
  const late = setTimeout(
    () => {
      for (const one of lines) one.close();
    },
    options.seconds * 1000 + 2 * LAST_ANSWER_MS,
  );
  await finished;
  clearTimeout(late);
  for (const one of lines) one.close();
  return { heard, unanswered, reason, seconds: (last - start) / 1000, lags: [] };
}

/** Half of the re-sends leave together with the first, so that they race it; the others this much later. */
const RESEND_AFTER_MS = 50;

/** Bytes of an answer, on average, that there is room for. */
const BODY_BYTES = 8_192;

/** What the load generator does itself must not make anybody wait, or the slower of two servers would be charged more for
 *  it: it would have to make up for a burst. So nothing is collected while the clock runs: garbage goes before, answers
 *  are copied to a room that was there before, and bench/package.json gives what is made in between room enough.
 *
 *  @param options.resendEvery every so many-th message is sent twice, on top of `rate` (messages a second).
 *  @param options.leadIn seconds at the beginning of which answers are judged and not timed with the rest: a server that
 *  had nothing to do opens its connections and comes to speed. */
export async function openLoop(options: {
  readonly port: number;
  readonly rate: number;
  readonly shots: readonly Shot[];
  readonly resendEvery: number;
  readonly leadIn: number;
}): Promise<Outcome> {
  const { port, rate, shots, resendEvery, leadIn } = options;
  const sendings: { readonly shot: Shot; readonly at: number; readonly again: boolean }[] = [];
  for (const [i, shot] of shots.entries()) {
    const at = (i * 1000) / rate;
    sendings.push({ shot, at, again: false });
    if (i % resendEvery === 0) {
      const after = i % (2 * resendEvery) === 0 ? 0 : RESEND_AFTER_MS;
      sendings.push({ shot, at: at + after, again: true });
    }
  }
  sendings.sort((a, b) => a.at - b.at || Number(a.again) - Number(b.again));
  const due = sendings.map((one, place) => ({ ...one, place }));

  const bodies = Buffer.alloc(due.length * BODY_BYTES);
  const starts = new Float64Array(due.length);
  const ends = new Float64Array(due.length);
  const statuses = new Int32Array(due.length);
  const waits = new Float64Array(due.length);
  let filled = 0;
  const lags = new Float64Array(due.length);
  collect();
  const idle: { readonly open: boolean; send(one: (typeof due)[number]): void }[] = [];
  const connections: Connection[] = [];
  const waiting = new Set<(typeof due)[number]>();
  let reason: string | undefined;
  let left = due.length;
  const start = performance.now() + 20;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });

  function settled(): void {
    left -= 1;
    if (left === 0) finish();
  }

  function free() {
    let one = idle.pop();
    while (one !== undefined && !one.open) one = idle.pop();
    return one;
  }

  function another() {
    let current: (typeof due)[number] | undefined;
    const connection = openConnection(
      port,
      ({ status, body }) => {
        if (current === undefined) return;
        const { place } = current;
        waits[place] = performance.now() - start - current.at;
        waiting.delete(current);
        statuses[place] = status;
        starts[place] = filled;
        filled += body.copy(bodies, filled);
        ends[place] = filled;
        idle.push(self);
        settled();
      },
      (why) => {
        reason ??= why;
        settled();
      },
    );
    connections.push(connection);
    const self = {
      get open() {
        return connection.open;
      },
      send(one: (typeof due)[number]) {
        current = one;
        waiting.add(one);
        connection.send(one.shot.request);
      },
    };
    return self;
  }

  let sent = 0;
  while (sent < due.length) {
    const now = performance.now() - start;
    for (let one = due[sent]; one !== undefined && one.at <= now; one = due[++sent]) {
      lags[sent] = now - one.at;
      (free() ?? another()).send(one);
    }
    if (sent < due.length) await pause(1);
  }
  const giveUp = new AbortController();
  await Promise.race([
    finished,
    pause(LAST_ANSWER_MS, undefined, { signal: giveUp.signal }).catch(() => undefined),
  ]);
  giveUp.abort();
  for (const connection of connections) connection.close();
  if (filled === bodies.length) throw new Error(`answers are longer than ${BODY_BYTES} bytes on average`);
  const heard = due.flatMap(({ shot, at, again, place }): Heard[] => {
    const status = statuses[place] ?? 0;
    if (status === 0) return [];
    const body = bodies.subarray(starts[place], ends[place]);
    return [{ shot, status, body, at: start + at, ms: waits[place] ?? 0, again, early: at < leadIn * 1000 }];
  });
  return {
    heard,
    unanswered: [...waiting].map(({ shot, at }) => ({ shot, at: start + at })),
    reason: reason ?? 'not in time',
    seconds: (performance.now() - start) / 1000 - leadIn,
    lags: [...lags],
  };
}

/** @throws Error when Node was not started so that it can: the scripts of bench/package.json do. */
function collect(): void {
  if (globalThis.gc === undefined) throw new Error('start with `npm run start`: Node needs --expose-gc');
  // What the first finds dead the second gives back.
  globalThis.gc();
  globalThis.gc();
}
