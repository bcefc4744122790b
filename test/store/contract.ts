/** The promises that every store gives, as tests. A store's own test file calls `contract` with a way to open it. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Change,
  type Kept,
  RETENTION,
  type Retention,
  type Sessions,
} from '../../src/core/conversation/session/store.ts';
import { labelKey, recordKeys, sessionKey } from '../../src/store/keys.ts';
import { count, keep, never, session } from './changes.ts';

/** One place where data lies; every store opened on it sees the same data, as two processes would. */
export interface Backend {
  open(options: {
    readonly account: string;
    readonly now: () => Date;
    readonly retention?: Retention;
  }): Sessions | Promise<Sessions>;
  /** What lies under a key, for looking behind the store's back. */
  look(key: string): Promise<string | undefined>;
  /** Puts something there behind the store's back. */
  put(key: string, text: string): Promise<void>;
  stop(): Promise<void>;
}

export function contract(name: string, start: () => Promise<Backend>): void {
  describe(`${name} keeps the promises of every store`, () => {
    let backend: Backend;
    let accounts = 0;
    const opened: Sessions[] = [];

    beforeAll(async () => {
      backend = await start();
    });
    afterAll(async () => {
      for (const store of opened) await store.close();
      await backend.stop();
    });

    /** A fresh account with two stores on it, like two processes, and a clock to turn. */
    async function world() {
      accounts += 1;
      const account = `wx${accounts}`;
      let time = Date.UTC(2026, 2, 31, 4);
      const now = () => new Date(time);
      const store = await backend.open({ account, now });
      const other = await backend.open({ account, now });
      opened.push(store, other);
      const pass = (seconds: number) => {
        time += seconds * 1000;
      };
      /** A third process, with settings of its own. */
      const openWith = async (retention: Retention) => {
        const third = await backend.open({ account, now, retention });
        opened.push(third);
        return third;
      };
      return { account, store, other, pass, openWith, now };
    }

    test('has nothing before of a person never seen', async () => {
      const { store } = await world();
      const seen: (string | undefined)[] = [];
      const updated = await store.update('anna', '1', (before) => {
        seen.push(before);
        return { session: 's', reply: 'r', report: undefined };
      });
      expect(seen).toEqual([undefined]);
      expect(updated).toMatchObject({ reply: 'r', replayed: false });
    });

    test('hands the session to the next change, also in another process', async () => {
      const { store, other } = await world();
      await store.update('anna', '1', keep('first'));
      expect(await session(other, 'anna')).toBe('first');
    });

    test('gives the same reply to the same id and runs nothing', async () => {
      const { store, other } = await world();
      await store.update('anna', '1', count);
      for (const each of [store, other]) {
        const updated = await each.update('anna', '1', never);
        expect(updated).toMatchObject({ reply: '1', replayed: true });
      }
      expect(await session(store, 'anna')).toBe('1');
    });

    test('answers a re-send that comes while the first is still being worked on', async () => {
      const { store } = await world();
      const answers = await Promise.all([1, 2, 3].map(() => store.update('anna', '1', count)));
      expect(answers.map(({ reply, replayed }) => [reply, replayed])).toEqual([
        ['1', false],
        ['1', true],
        ['1', true],
      ]);
    });

    test('counts twenty parallel updates to twenty, in the order of the calls', async () => {
      const { store } = await world();
      const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
      const answers = await Promise.all(ids.map((id) => store.update('anna', id, count)));
      expect(answers.map(({ reply }) => Number(reply))).toEqual(ids.map((_, index) => index + 1));
      expect(await session(store, 'anna')).toBe('20');
    });

    test('counts right when two processes update one person at once', async () => {
      const { store, other } = await world();
      const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
      const answers = await Promise.all(
        ids.map((id, index) => (index % 2 === 0 ? store : other).update('anna', id, count)),
      );
      const numbers = answers.map(({ reply }) => Number(reply)).sort((a, b) => a - b);
      expect(numbers).toEqual(ids.map((_, index) => index + 1));
    });

    test('makes one change and gives one reply when two processes get the same id at once', async () => {
      const { store, other } = await world();
      for (let round = 1; round <= 20; round += 1) {
        const answers = await Promise.all(
          [store, other, store, other].map((each) => each.update('anna', `${round}`, count)),
        );
        expect(new Set(answers.map(({ reply }) => reply))).toEqual(new Set([`${round}`]));
        expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
      }
    });

    test('gives one reply to the same id at once also where nothing is kept before or after', async () => {
      const { store, other } = await world();
      for (let round = 1; round <= 20; round += 1) {
        const replies = await Promise.all(
          [store, other].map(async (each, process) => {
            const change = () => ({ session: undefined, reply: `process ${process}`, report: undefined });
            return (await each.update('anna', `${round}`, change)).reply;
          }),
        );
        expect(new Set(replies).size).toBe(1);
      }
    });

    test('writes nothing when the change throws, and the next update works', async () => {
      const { store } = await world();
      await store.update('anna', '1', keep('before'));
      const broken = store.update('anna', '2', () => {
        throw new RangeError('a fault in the turn');
      });
      const next = store.update('anna', '3', keep('after'));
      await expect(broken).rejects.toThrow(new RangeError('a fault in the turn'));
      expect((await next).replayed).toBe(false);
      const again = await store.update('anna', '2', (before) => ({
        session: before,
        reply: 'now it works',
        report: undefined,
      }));
      expect(again).toMatchObject({ reply: 'now it works', replayed: false });
      expect(await session(store, 'anna')).toBe('after');
    });

    test('keeps a throwing change from harming another person in the same moment', async () => {
      const { store } = await world();
      const [broken, fine] = await Promise.allSettled([
        store.update('anna', '1', never),
        store.update('berta', '1', keep('fine')),
      ]);
      expect(broken.status).toBe('rejected');
      expect(fine.status).toBe('fulfilled');
      expect(await session(store, 'berta')).toBe('fine');
    });

    test('forgets a person when the change leaves no session: earlier replies go, this one stays, and no earlier message is heard again', async () => {
      const { account, store } = await world();
      await store.update('anna', '1', keep('known', 'an early reply'));
      await store.update('anna', '2', () => ({ session: undefined, reply: 'forgotten', report: undefined }));
      expect(await backend.look(sessionKey(account, 'anna'))).toBeUndefined();
      const { replyTo } = recordKeys(account, 'anna');
      expect(await backend.look(replyTo('1'))).toBeUndefined();
      expect(await backend.look(replyTo('2'))).toContain('forgotten');

      await store.update('anna', '3', (before) => ({
        session: `new, before: ${before}`,
        reply: 'hello',
        report: undefined,
      }));
      expect(await store.update('anna', '2', never)).toMatchObject({ reply: 'forgotten', replayed: true });
      expect(await session(store, 'anna')).toBe('new, before: undefined');
      expect(await store.update('anna', '1', never)).toMatchObject({ reply: '', replayed: true });
    });

    test('gives a re-send its own first reply also after later messages', async () => {
      const { store, other } = await world();
      await store.update('anna', '1', keep('a', 'first'));
      await store.update('anna', '2', keep('b', 'second'));
      expect(await other.update('anna', '1', never)).toMatchObject({ reply: 'first', replayed: true });
      expect(await session(other, 'anna')).toBe('b');
    });

    test('keeps the replies to the last 32 messages: the next one pushes out the first, which is still not heard again', async () => {
      const { store } = await world();
      for (let id = 1; id <= 32; id += 1) await store.update('anna', `${id}`, keep('s', `reply ${id}`));
      expect(await store.update('anna', '1', never)).toMatchObject({ reply: 'reply 1', replayed: true });
      await store.update('anna', '33', keep('s', 'reply 33'));
      for (let id = 2; id <= 33; id += 1) {
        expect(await store.update('anna', `${id}`, never)).toMatchObject({
          reply: `reply ${id}`,
          replayed: true,
        });
      }
      expect(await store.update('anna', '1', never)).toMatchObject({ reply: '', replayed: true });
    });

    test('remembers ids of up to 700 messages of one person', async () => {
      const { store } = await world();
      for (let id = 1; id <= 701; id += 1) await store.update('anna', `${id}`, keep('s', 'r'));
      expect(await store.update('anna', '2', never)).toMatchObject({ replayed: true });
      expect((await store.update('anna', '1', keep('s', 'heard anew'))).replayed).toBe(false);
    });

    test('keeps a reply for 120 seconds, and knows its message for as long as a signature is accepted, while the session stays', async () => {
      const { store, pass } = await world();
      await store.update('anna', '1', keep('s', 'first'));
      pass(120);
      expect(await store.update('anna', '1', never)).toMatchObject({ reply: 'first', replayed: true });
      pass(1);
      expect(await store.update('anna', '1', never)).toMatchObject({ reply: '', replayed: true });
      pass(480);
      expect(
        await store.update('anna', '1', (before) => ({ session: before, reply: 'anew', report: undefined })),
      ).toMatchObject({
        reply: 'anew',
        replayed: false,
      });
      expect(await session(store, 'anna')).toBe('s');
    });

    test('deletes a reply with the message that pushes it out', async () => {
      const { account, store } = await world();
      const { replyTo } = recordKeys(account, 'anna');
      for (let id = 1; id <= 32; id += 1) await store.update('anna', `m${id}`, keep('s', `reply ${id}`));
      expect(await backend.look(replyTo('m1'))).toContain('reply 1');
      await store.update('anna', 'm33', keep('s', 'reply 33'));
      expect(await backend.look(replyTo('m1'))).toBeUndefined();
      expect(await backend.look(replyTo('m2'))).toContain('reply 2');
    });

    test('deletes a reply of more than 120 seconds with the next one', async () => {
      const { account, store, pass } = await world();
      const { replyTo } = recordKeys(account, 'anna');
      await store.update('anna', '1', keep('s', 'an old reply'));
      pass(121);
      await store.update('anna', '2', keep('s', 'a new reply'));
      expect(await backend.look(replyTo('1'))).toBeUndefined();
      expect(await backend.look(replyTo('2'))).toContain('a new reply');
    });

    test('gives a reply also where the list of answered messages is lost or unreadable', async () => {
      const { account, store, other } = await world();
      await store.update('anna', '1', keep('s', 'first'));
      await backend.put(recordKeys(account, 'anna').replies, 'nothing of ours');
      expect(await other.update('anna', '1', never)).toMatchObject({ reply: 'first', replayed: true });
      expect(await other.update('anna', '2', keep('t', 'second'))).toMatchObject({ replayed: false });
      expect(await store.update('anna', '2', never)).toMatchObject({ reply: 'second', replayed: true });
    });

    test('forgets a session thirty days after its last change', async () => {
      const { store, pass } = await world();
      await store.update('anna', '1', keep('s'));
      pass(29 * DAY);
      await store.update('anna', '2', (before) => ({ session: before, reply: 'r', report: undefined }));
      pass(30 * DAY);
      expect(await session(store, 'anna')).toBe('s');
      pass(30 * DAY + 1);
      expect(await session(store, 'anna')).toBeUndefined();
    });

    test('lets a session live as long as its writer said, whatever another process is set to', async () => {
      const { store, pass, openWith } = await world();
      const hasty = await openWith({ ...RETENTION, sessionDays: 1, replySeconds: 1, idSeconds: 1 });
      await store.update('anna', '1', keep('s', 'first'));
      await hasty.update('ben', '1', keep('short'));
      pass(60);
      expect(await hasty.update('anna', '1', never)).toMatchObject({ reply: 'first', replayed: true });
      pass(2 * DAY);
      const seen: unknown[] = [];
      await hasty.update('anna', '2', (before) => {
        seen.push(before);
        return { session: before, reply: 'r', report: undefined };
      });
      expect(seen).toEqual(['s']);
      expect(await session(store, 'ben')).toBeUndefined();
    });

    test('reads what earlier versions wrote, which lives by the settings of whoever looks', async () => {
      const { account, store, pass, now } = await world();
      const written = now().getTime().toString(36);
      await backend.put(sessionKey(account, 'anna'), `${written}.0123456789ab|hex`);
      await backend.put(sessionKey(account, 'ben'), `${written}.aB-_09zZ|base64url`);
      pass(30 * DAY);
      expect(await session(store, 'anna')).toBe('hex');
      pass(1);
      expect(await session(store, 'ben')).toBeUndefined();
    });

    test('remembers when the clock is set back an hour', async () => {
      const { store, pass } = await world();
      await store.update('anna', '1', keep('s', 'first'));
      pass(-3600);
      expect(await store.update('anna', '1', never)).toMatchObject({ reply: 'first', replayed: true });
      expect(await session(store, 'anna')).toBe('s');
    });

    test('forgets at once and wholly when told, and is quiet when there is nothing', async () => {
      const { account, store, other } = await world();
      await store.forget('anna');
      await store.update('anna', '1', keep('s', 'r'));
      await other.forget('anna');
      expect(await backend.look(sessionKey(account, 'anna'))).toBeUndefined();
      const { replies, replyTo } = recordKeys(account, 'anna');
      expect(await backend.look(replies)).toBeUndefined();
      expect(await backend.look(replyTo('1'))).toBeUndefined();
      expect(await session(store, 'anna')).toBeUndefined();
    });

    test('forgets in the order of the calls', async () => {
      const { store } = await world();
      const before = store.update('anna', '1', keep('before'));
      const forgotten = store.forget('anna');
      const after = store.update('anna', '2', (session) => ({
        session: `after ${session}`,
        reply: 'r',
        report: undefined,
      }));
      await Promise.all([before, forgotten, after]);
      expect(await session(store, 'anna')).toBe('after undefined');
    });

    test('does not bring back what was forgotten while an update of another process was under way', async () => {
      const { store, other } = await world();
      for (let round = 0; round < 20; round += 1) {
        await store.update('anna', `first ${round}`, keep('1'));
        await Promise.all([other.update('anna', `next ${round}`, count), store.forget('anna')]);
        // Either order is right: counted to 2 and then forgotten, or forgotten and then counted to 1.
        expect([undefined, '1']).toContain(await session(store, 'anna'));
        await store.forget('anna');
      }
    });

    test('quarantines a session that could not be read, and only the last one', async () => {
      const { account, store } = await world();
      const afresh = () => ({ session: 'fresh', reply: 'r', damaged: true, report: undefined });
      await store.update('anna', '1', keep('broken once'));
      await store.update('anna', '2', keep('sound'));
      expect(await backend.look(recordKeys(account, 'anna').quarantine)).toBeUndefined();
      await store.update('anna', '3', keep('broken once'));
      await store.update('anna', '4', afresh);
      expect(await backend.look(recordKeys(account, 'anna').quarantine)).toContain('broken once');
      expect(await session(store, 'anna')).toBe('fresh');
      await store.update('anna', '5', keep('broken again'));
      await store.update('anna', '6', afresh);
      await store.update('anna', '7', keep('sound'));
      expect(await backend.look(recordKeys(account, 'anna').quarantine)).toMatch(/broken again$/);
      expect(await store.update('anna', '6', never)).toMatchObject({ reply: 'r', replayed: true });
    });

    test('deletes what is in quarantine with the person who is forgotten', async () => {
      const { account, store } = await world();
      const ways = [
        () => store.forget('anna'),
        () =>
          store.update('anna', 'forget me', () => ({ session: undefined, reply: 'r', report: undefined })),
        () =>
          store.update('anna', 'at once', () => ({
            session: undefined,
            reply: 'r',
            damaged: true,
            report: undefined,
          })),
      ];
      for (const [number, forget] of ways.entries()) {
        await store.update('anna', `${number}`, keep('broken'));
        await store.update('anna', `${number} again`, () => ({
          session: 's',
          reply: 'r',
          damaged: true,
          report: undefined,
        }));
        expect(await backend.look(recordKeys(account, 'anna').quarantine)).toContain('broken');
        await forget();
        expect(await backend.look(recordKeys(account, 'anna').quarantine)).toBeUndefined();
      }
    });

    test('keeps people and accounts apart', async () => {
      const one = await world();
      const two = await world();
      await one.store.update('anna', '1', keep('of anna'));
      expect(await session(one.store, 'berta')).toBeUndefined();
      expect(await session(two.store, 'anna')).toBeUndefined();
      expect((await one.store.update('berta', '1', keep('of berta'))).replayed).toBe(false);
    });

    test.each([
      ['a line break', 'a\nb'],
      ['an emoji', '👩‍🍳店'],
      ['a closing brace', 'a}b{c}'],
      ['colons and percent signs', 'a:r%3A'],
      ['the suffix of replies', ':r'],
      ['a zero byte', 'a\u0000b'],
      ['nothing', ''],
    ])('takes %s in names and ids', async (_what, odd) => {
      const { store, other } = await world();
      await store.update(odd, odd, keep(odd, odd));
      expect(await other.update(odd, odd, never)).toMatchObject({ reply: odd, replayed: true });
      expect(await session(other, odd)).toBe(odd);
    });

    test('keeps texts exactly, Chinese and 64 kB long ones too', async () => {
      const { store, other } = await world();
      const long = '备案需要营业执照 "|" [1] \\ \r\n\t \u2028 𠮷'.repeat(1_500);
      expect(Buffer.byteLength(long)).toBeGreaterThan(64 * 1024);
      await store.update('anna', '1', keep(long, long));
      expect(await other.update('anna', '1', never)).toMatchObject({ reply: long, replayed: true });
      expect(await session(other, 'anna')).toBe(long);
    });

    test('reads a session without touching it', async () => {
      const { store, other, pass } = await world();
      expect(await store.read('anna')).toBeUndefined();
      await store.update('anna', '1', keep('s'));
      expect(await other.read('anna')).toBe('s');
      pass(30 * DAY + 1);
      expect(await store.read('anna')).toBeUndefined();
    });

    test('lets a session follow a person to another name with the next message, and leaves nothing behind', async () => {
      const { account, store, other } = await world();
      await store.update('old name', '1', keep('s'));
      const seen: unknown[] = [];
      const change: Change<undefined> = (before) => {
        seen.push(before);
        return { session: `${before}!`, reply: 'r', report: undefined };
      };
      await store.update('new name', '2', change, 'old name');
      await other.update('new name', '3', change, 'old name');
      expect(seen).toEqual(['s', 's!']);
      expect(await store.update('new name', '2', never, 'old name')).toMatchObject({ reply: 'r' });
      for (const key of [recordKeys(account, 'old name').session, recordKeys(account, 'old name').replies])
        expect(await backend.look(key)).toBeUndefined();
    });

    test('forgets a person under the name before as well', async () => {
      const { account, store } = await world();
      const leave = () => ({ session: undefined, reply: 'bye', report: undefined });
      await store.update('old anna', '1', keep('s'));
      await store.update('new anna', '2', leave, 'old anna');
      await store.update('old ben', '1', keep('s'));
      await store.update('new ben', '2', keep('moved'));
      await store.update('new ben', '3', leave, 'old ben');
      for (const who of ['old anna', 'old ben', 'new anna', 'new ben'])
        expect(await backend.look(sessionKey(account, who)), who).toBeUndefined();
    });

    test('hands out all that is kept of its account but replies, and takes it back for as long as it still has to live', async () => {
      const { account, store, pass } = await world();
      const people = Array.from({ length: 30 }, (_, n) => `person ${n}`);
      for (const who of people) await store.update(who, '1', keep(`session of ${who}`));
      await store.update('anna', '1', keep('broken'));
      await store.update('anna', '2', () => ({ ...keep('new')(), damaged: true }));
      const records: Kept[] = [];
      for await (const bite of store.walk()) records.push(...bite);
      const keys = [...people, 'anna'].map((who) => recordKeys(account, who));
      expect(records.map(({ key }) => key).sort()).toEqual(
        [
          ...keys.flatMap(({ session, replies }) => [session, replies]),
          recordKeys(account, 'anna').quarantine,
        ].sort(),
      );
      for (const who of [...people, 'anna']) await store.forget(who);
      pass(DAY);
      await store.put(records);
      expect(await backend.look(recordKeys(account, 'anna').replies)).toBeUndefined();
      expect(await backend.look(recordKeys(account, 'anna').quarantine)).toMatch(/\|broken$/);
      for (const who of people) expect(await store.read(who)).toBe(`session of ${who}`);
      pass(29 * DAY + 1);
      for (const who of people) expect(await store.read(who)).toBeUndefined();
    });

    test('keeps one label, which two processes never write over', async () => {
      const { store, other } = await world();
      const add = (mark: string) => (before: string | undefined) => `${before ?? ''}${mark}`;
      const start = (await backend.look(labelKey()))?.length ?? 0;
      await Promise.all([...'abcdefghij'].map((mark, i) => (i % 2 ? store : other).label(add(mark))));
      const label = await backend.look(labelKey());
      expect([...(label ?? '').slice(start)].sort().join('')).toBe('abcdefghij');
      await expect(
        store.label(() => {
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await backend.look(labelKey())).toBe(label);
    });

    test('says when it is ready', async () => {
      const { store } = await world();
      await expect(store.ready()).resolves.toBeUndefined();
    });
  });
}

const DAY = 24 * 60 * 60;
