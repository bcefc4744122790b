/** Merchants who write all the time while something breaks, and who never let go of a message before it is answered: what
 *  was not answered is sent again, byte for byte, as the platform does. Afterwards the number of turns in the store says
 *  whether every message counted once. Used by the tests of this folder. */

import { createHmac } from 'node:crypto';
import type { Platform, Sent } from '../../src/playground/platform/platform.ts';
import { sessionKey } from '../../src/store/keys.ts';
import { ACCOUNT, anOpenId, textOf } from '../server/running.ts';

export const DATA_KEY = 'k'.repeat(32);

/** Under which key the assistant keeps the session of this person, with `DATA_KEY` as above. */
export function keyOf(openId: string): string {
  const who = createHmac('sha256', DATA_KEY).update(`${ACCOUNT.originalId}\n${openId}`).digest('base64url');
  return sessionKey(ACCOUNT.originalId, who);
}

/** How many messages have taken effect, by a record of the store. */
export function turnsIn(record: string | undefined): number {
  const found = /"turn":(\d+)/.exec(record ?? '')?.[1];
  return found === undefined ? 0 : Number(found);
}

export interface Tally {
  /** Deliveries, re-sends included. */
  deliveries: number;
  /** Messages that were answered with what they asked for. */
  answered: number;
  /** Deliveries that got the sentence of apology. */
  apologies: number;
  /** Deliveries that got `success`. */
  acknowledged: number;
  /** Deliveries that nobody took, or whose connection broke. */
  unheard: number;
  /** What the platform would have shown as a fault of the account. */
  banners: string[];
  /** Milliseconds of the slowest answer. */
  slowest: number;
  /** When an answer came last, and when something else did; `performance.now()`. */
  lastAnswer: number;
  lastTrouble: number;
}

export interface LoadParts {
  readonly platform: Platform;
  readonly merchants: number;
  /** The sentence of apology. */
  readonly apology: string;
  /** Milliseconds between two messages of one merchant. */
  readonly pauseMs?: number;
  /** What the merchants say. */
  readonly says?: readonly string[];
}

export interface Load {
  readonly tally: Tally;
  /** Resolves when `count` more messages have been answered. */
  answers(count: number): Promise<void>;
  /** Lets every merchant finish the message that is under way, then stops. Resolves when all are answered. */
  stop(): Promise<void>;
  /** Lets go of messages that will never be answered. */
  giveUp(): void;
  /** Every merchant with the number of messages that were answered; after `stop` it is the number of messages. */
  readonly merchants: ReadonlyMap<string, number>;
  /** The last message of each merchant and the bytes that answered it. */
  readonly last: ReadonlyMap<string, { readonly sent: Sent; readonly body: string }>;
}

/** Starts at once. */
export function startLoad({
  platform,
  merchants: count,
  apology,
  pauseMs = 20,
  says = ['帮助'],
}: LoadParts): Load {
  const merchants = new Map(Array.from({ length: count }, () => [anOpenId(), 0]));
  const last = new Map<string, { sent: Sent; body: string }>();
  const waiting: { at: number; resolve: () => void }[] = [];
  const tally: Tally = {
    deliveries: 0,
    answered: 0,
    apologies: 0,
    acknowledged: 0,
    unheard: 0,
    banners: [],
    slowest: 0,
    lastAnswer: 0,
    lastTrouble: 0,
  };
  let stopping = false;
  let givenUp = false;
  const done = Promise.all([...merchants.keys()].map(talk));

  async function talk(openId: string): Promise<void> {
    while (!stopping) {
      const said = says[(merchants.get(openId) ?? 0) % says.length] ?? '';
      const sent = platform.prepare({ from: openId, kind: 'text', text: said });
      let before = '';
      for (;;) {
        const body = await deliver(sent);
        if (body !== undefined) {
          last.set(openId, { sent, body });
          break;
        }
        if (givenUp) return;
        // The pause grows, so that a store that is away is not asked in a whirl.
        before = `${before}.`;
        await pause(Math.min(500, pauseMs * 2 ** Math.min(before.length, 6)));
      }
      merchants.set(openId, (merchants.get(openId) ?? 0) + 1);
      tally.answered += 1;
      for (const each of waiting) if (tally.answered >= each.at) each.resolve();
      await pause(pauseMs);
    }
  }

  /** The bytes of the answer, or nothing when it was none. */
  async function deliver(sent: Sent): Promise<string | undefined> {
    tally.deliveries += 1;
    const result = await platform.resend(sent);
    const delivery = result.deliveries.at(-1);
    const now = performance.now();
    if (result.outcome === 'fault') {
      tally.lastTrouble = now;
      if (delivery?.status === 0 && delivery.ms < 4_900) tally.unheard += 1;
      else tally.banners.push(`${result.code} after ${Math.round(delivery?.ms ?? 0)} ms`);
      return undefined;
    }
    tally.slowest = Math.max(tally.slowest, delivery?.ms ?? 0);
    if (result.outcome === 'silence') tally.acknowledged += 1;
    else if (textOf(result) === apology) tally.apologies += 1;
    else {
      tally.lastAnswer = now;
      return delivery?.responseBody ?? '';
    }
    tally.lastTrouble = now;
    return undefined;
  }

  return {
    tally,
    merchants,
    last,
    answers: (more) =>
      new Promise((resolve) => {
        waiting.push({ at: tally.answered + more, resolve });
      }),
    giveUp() {
      givenUp = true;
    },
    async stop() {
      stopping = true;
      await done;
    },
  };
}

/** Messages that were answered and are not in the store, and messages that count more than once. */
export function compare(
  merchants: ReadonlyMap<string, number>,
  turns: ReadonlyMap<string, number>,
): { readonly lost: number; readonly doubled: number } {
  let [lost, doubled] = [0, 0];
  for (const [openId, answered] of merchants) {
    const difference = (turns.get(openId) ?? 0) - answered;
    if (difference < 0) lost -= difference;
    else doubled += difference;
  }
  return { lost, doubled };
}

/** What a test has to say about itself: `npm run test:faults` prints it, and docs/reliability.md keeps the last ones. */
export function report(row: string, figures: Readonly<Record<string, number | string>>): void {
  const text = Object.entries(figures)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Math.round(value * 10) / 10 : value}`)
    .join(', ');
  process.stdout.write(`${row}: ${text}\n`);
}

/** `npm run test:faults` runs the long forms, `npm test` the short ones. */
export const LONG = process.env.FAULTS === 'long';

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
