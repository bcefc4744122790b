/** The two ways to load a server. Closed loop: so many connections, each sends as soon as it has its answer; shows how
 *  much a server can take. Open loop: so many messages a second whatever the server does; shows how long people wait.
 *  Answers are kept and judged by judge.ts once the clock has stopped. */
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
  /** From the moment it was sent (closed loop) or was due (open loop). */
  readonly ms: number;
  /** The same bytes were sent before. */
  readonly again: boolean;
}

export interface Outcome {
  readonly heard: readonly Heard[];
  /** Messages that got no answer, with the reason of the first. */
  readonly lost: number;
  readonly lostReason: string | undefined;
  readonly seconds: number;
  /** How late messages left this process, in milliseconds (open loop). */
  readonly lags: readonly number[];
}

/** Longer than any server may take: the platform itself hangs up after five seconds. */
const LAST_ANSWER_MS = 6_000;

export async function closedLoop(options: {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly next: () => Shot;
}): Promise<Outcome> {
  const { port, next } = options;
  const heard: Heard[] = [];
  let lost = 0;
  let lostReason: string | undefined;
  const start = performance.now();
  const end = start + options.seconds * 1000;
  let last = start;

  const talk = () =>
    new Promise<void>((resolve) => {
      let shot = next();
      let sent = performance.now();
      let connection = opened();
      const late = setTimeout(() => connection.close(), end - start + LAST_ANSWER_MS);
      connection.send(shot.request);

      function opened(): Connection {
        return openConnection(
          port,
          ({ status, body }) => {
            last = performance.now();
            heard.push({ shot, status, body, ms: last - sent, again: false });
            goOn();
          },
          (reason) => {
            lost += 1;
            lostReason ??= reason;
            connection = opened();
            goOn();
          },
        );
      }

      function goOn(): void {
        if (performance.now() >= end) {
          clearTimeout(late);
          connection.close();
          resolve();
          return;
        }
        shot = next();
        sent = performance.now();
        connection.send(shot.request);
      }
    });
  await Promise.all(Array.from({ length: options.connections }, talk));
  return { heard, lost, lostReason, seconds: (last - start) / 1000, lags: [] };
}

/** Half of the re-sends leave together with the first, so that they race it; the others this much later. */
const RESEND_AFTER_MS = 50;

/** @param options.resendEvery every so many-th message is sent twice, on top of `rate` (messages a second). */
export async function openLoop(options: {
  readonly port: number;
  readonly rate: number;
  readonly shots: readonly Shot[];
  readonly resendEvery: number;
}): Promise<Outcome> {
  const { port, rate, shots, resendEvery } = options;
  const due: { readonly shot: Shot; readonly at: number; readonly again: boolean }[] = [];
  for (const [i, shot] of shots.entries()) {
    const at = (i * 1000) / rate;
    due.push({ shot, at, again: false });
    if (i % resendEvery === 0) {
      const after = i % (2 * resendEvery) === 0 ? 0 : RESEND_AFTER_MS;
      due.push({ shot, at: at + after, again: true });
    }
  }
  due.sort((a, b) => a.at - b.at || Number(a.again) - Number(b.again));

  const heard: Heard[] = [];
  const lags: number[] = [];
  const idle: { readonly open: boolean; send(one: (typeof due)[number]): void }[] = [];
  const connections: Connection[] = [];
  let lost = 0;
  let lostReason: string | undefined;
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
        const { shot, at, again } = current;
        heard.push({ shot, status, body, ms: performance.now() - start - at, again });
        idle.push(self);
        settled();
      },
      (reason) => {
        lost += 1;
        lostReason ??= reason;
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
        connection.send(one.shot.request);
      },
    };
    return self;
  }

  let sent = 0;
  while (sent < due.length) {
    const now = performance.now() - start;
    for (let one = due[sent]; one !== undefined && one.at <= now; one = due[++sent]) {
      lags.push(now - one.at);
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
  const seconds = (performance.now() - start) / 1000;
  return {
    heard,
    lost: lost + left,
    lostReason: lostReason ?? (left > 0 ? 'no answer in time' : undefined),
    seconds,
    lags,
  };
}
