/** Both stores against a simple model: any sequence of updates, re-sends, forgetting and waiting, through two stores on
 *  the same data as two processes would have them, gives what a list in memory gives. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RETENTION, type Sessions } from '../../src/core/conversation/session/store.ts';
import { embeddedStore } from '../../src/store/embedded/sessions.ts';
import { connectServer } from '../../src/store/redis/connect.ts';
import { redisStore } from '../../src/store/redis/sessions.ts';
import { startRedis } from '../setup/redis.ts';
import { cases, report } from './cases.ts';

const DAY = 24 * 60 * 60;

/** What should be kept of one person. */
interface Model {
  session: { text: string; at: number } | undefined;
  replies: readonly { id: string; text: string; at: number }[];
}

interface Real {
  /** Two stores on the same data. */
  readonly stores: readonly [Sessions, Sessions];
  readonly clock: { seconds: number };
  /** New for each run, so that runs share the data and do not meet. */
  readonly who: string;
}

type Command = fc.AsyncCommand<Model, Real>;

/** A message: leaves a session, leaves none, or breaks off. An id that was used before makes it a re-send. */
function update(through: 0 | 1, id: string, leaves: string | undefined | Error): Command {
  return {
    check: () => true,
    async run(model, { stores, clock, who }) {
      const now = clock.seconds;
      const answered = model.replies
        .filter(({ at }) => at >= now - RETENTION.idSeconds)
        .slice(-RETENTION.idsKept);
      const withReply = answered
        .filter(({ at }) => at >= now - RETENTION.replySeconds)
        .slice(-RETENTION.repliesKept);
      const found = answered.find((reply) => reply.id === id);
      const known = found && { ...found, text: withReply.includes(found) ? found.text : '' };
      const alive = model.session && now - model.session.at <= RETENTION.sessionDays * DAY;
      const before = alive ? model.session?.text : undefined;
      const seen: (string | undefined)[] = [];
      const work = stores[through].update(who, id, (given) => {
        seen.push(given);
        if (leaves instanceof Error) throw leaves;
        return { session: leaves, reply: `${id}: ${leaves} after ${given}`, report: undefined };
      });
      if (known === undefined && leaves instanceof Error) {
        await expect(work).rejects.toBe(leaves);
        expect(seen.at(-1)).toBe(before);
        return;
      }
      const { reply, replayed } = await work;
      // A store may try what it remembers first; what counts is what came of it.
      expect({ reply, replayed }).toEqual(
        known === undefined
          ? { reply: `${id}: ${leaves} after ${before}`, replayed: false }
          : { reply: known.text, replayed: true },
      );
      if (known !== undefined) return;
      expect(seen.at(-1)).toBe(before);
      // What is over when somebody writes is deleted, also for a clock that is set back afterwards.
      const kept = leaves === undefined ? [] : withReply.slice(1 - RETENTION.repliesKept);
      const earlier = answered.map((one) => (kept.includes(one) ? one : { ...one, text: '' }));
      model.replies = [...earlier, { id, text: reply, at: now }];
      model.session = typeof leaves === 'string' ? { text: leaves, at: now } : undefined;
    },
    toString: () =>
      `update(${through}, ${id}, ${JSON.stringify(leaves ?? null)}${leaves instanceof Error ? ' throws' : ''})`,
  };
}

function forget(through: 0 | 1): Command {
  return {
    check: () => true,
    async run(model, { stores, who }) {
      await stores[through].forget(who);
      model.session = undefined;
      model.replies = [];
    },
    toString: () => `forget(${through})`,
  };
}

function pass(seconds: number): Command {
  return {
    check: () => true,
    async run(_, { clock }) {
      clock.seconds += seconds;
    },
    toString: () => `pass(${seconds})`,
  };
}

const through = fc.constantFrom(0 as const, 1 as const);
const ids = fc.oneof(
  fc.nat(11).map((n) => `m${n}`),
  fc.constantFrom('', '\t', 'a\nb', '__proto__', 'm1\tx', '\\'),
);
const broken = new RangeError('the turn broke off');
const left = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom('|', '1|x', 'a\nb\tc\\n', 'ms0o2d2g.AAAAAAAA|x') },
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constant(broken) },
);
const times = [1, 15, 60, 119, 120, 121, DAY, 29 * DAY, 30 * DAY, 30 * DAY + 1, -1, -3600];
const commands = fc.commands(
  [
    fc.tuple(through, ids, left).map((parts) => update(...parts)),
    fc.tuple(through, ids, left).map((parts) => update(...parts)),
    fc.tuple(through, ids, left).map((parts) => update(...parts)),
    fc.constantFrom(...times).map(pass),
    through.map(forget),
  ],
  { maxCommands: 40, size: 'max' },
);

interface Backend {
  readonly stores: readonly [Sessions, Sessions];
  stop(): Promise<void>;
}

function behavesAsItsModel(name: string, start: (now: () => Date) => Promise<Backend>): void {
  describe(name, () => {
    const clock = { seconds: 0 };
    let backend: Backend;
    beforeAll(async () => {
      backend = await start(() => new Date(clock.seconds * 1000));
    });
    afterAll(() => backend.stop());

    it('does what a list in memory does, whatever comes in whatever order', async () => {
      let runs = 0;
      let steps = 0;
      await fc.assert(
        fc.asyncProperty(commands, async (some) => {
          runs += 1;
          clock.seconds = Date.UTC(2026, 2, 31, 4) / 1000;
          const setup = () => ({
            model: { session: undefined, replies: [] },
            real: { stores: backend.stores, clock, who: `person ${runs}` },
          });
          await fc.asyncModelRun(setup, some);
          steps += [...some].length;
        }),
        { numRuns: Math.ceil(cases(400) / 16) },
      );
      report(`${name}: ${steps} commands in ${runs} runs`);
      expect(steps).toBeGreaterThan(cases(400) / 4);
    });
  });
}

behavesAsItsModel('the embedded store', async (now) => {
  const directory = mkdtempSync(join(tmpdir(), 'model-test-'));
  const make = () =>
    embeddedStore({
      directory,
      account: 'wx',
      now,
      log: (event) => {
        throw new Error(`unexpected event ${event.kind}`);
      },
    });
  const stores = [make(), make()] as const;
  return {
    stores,
    async stop() {
      for (const store of stores) await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});

behavesAsItsModel('the store on Redis', async (now) => {
  const server = await startRedis();
  const make = async () => {
    const store = await new Promise<Sessions>((resolve) => {
      const client = connectServer(server.url, {
        log: (event) => {
          if (event.kind === 'ready') resolve(redisStore({ client, account: 'wx', now }));
        },
      });
    });
    return store;
  };
  const stores = [await make(), await make()] as const;
  return {
    stores,
    async stop() {
      for (const store of stores) await store.close();
      await server.stop();
    },
  };
});
