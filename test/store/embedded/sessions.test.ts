/** The embedded store: the contract, and what only files promise (survival of kill -9, several processes, clean-up). */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { open } from 'lmdb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { RETENTION } from '../../../src/core/conversation/session/store.ts';
import { StoreError } from '../../../src/core/errors.ts';
import { waitForHolder } from '../../../src/store/embedded/lock-owner.ts';
import {
  type EmbeddedOptions,
  type EmbeddedSessions,
  embeddedStore,
} from '../../../src/store/embedded/sessions.ts';
import { recordKeys, sessionKey } from '../../../src/store/keys.ts';
import type { StoreEvent } from '../../../src/store/log.ts';
import { count, keep, never, session } from '../changes.ts';
import { contract } from '../contract.ts';

let root = '';
let folders = 0;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'embedded-test-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function freshFolder(): string {
  folders += 1;
  return join(root, `data-${folders}`);
}

function openStore(options: Partial<EmbeddedOptions> & { readonly directory: string }): EmbeddedSessions {
  const now = options.now ?? (() => new Date());
  // Time passes as the clock says, but where a test sets the clock.
  const store = embeddedStore({
    account: 'wx',
    now,
    elapsedMs: () => now().getTime(),
    log: unexpected,
    ...options,
  });
  onTestFinished(() => store.close());
  return store;
}

function unexpected(event: StoreEvent): void {
  throw new Error(`unexpected event ${event.kind}`);
}

contract('the embedded store', async () => {
  const directory = freshFolder();
  const files = embeddedStore({ directory, account: 'looker', now: () => new Date(), log: unexpected });
  const raw = open<string, string>({ path: join(directory, 'sessions.mdb'), encoding: 'string' });
  return {
    open: (options) => embeddedStore({ directory, log: unexpected, ...options }),
    look: async (key) => {
      // Reads in one turn of the event loop share a snapshot; a look wants what stands there now.
      raw.resetReadTxn();
      return raw.get(key);
    },
    put: async (key, text) => void (await raw.put(key, text)),
    stop: async () => {
      await raw.close();
      await files.close();
    },
  };
});

describe('the embedded store on the disk', () => {
  test('makes its folder for this user only', async () => {
    const directory = join(freshFolder(), 'deeper');
    await openStore({ directory }).update('anna', '1', count);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  test('says what to do when the files cannot be opened', () => {
    const directory = freshFolder();
    writeFileSync(directory, 'a file where the folder should be');
    expect(() => openStore({ directory })).toThrow(StoreError);
    expect(() => openStore({ directory })).toThrow(/DATA_DIR/);
  });

  test('refuses files that are not its own instead of overwriting them', async () => {
    const directory = freshFolder();
    await openStore({ directory }).close();
    writeFileSync(join(directory, 'sessions.mdb'), 'this was never a database '.repeat(1_000));
    expect(() => openStore({ directory })).toThrow(/DATA_DIR/);
  });

  test('refuses files that are cut or damaged behind the first page, which would end the process, and opens whole ones', async () => {
    const directory = freshFolder();
    const first = openStore({ directory });
    for (let n = 0; n < 200; n += 1) await first.update(`person ${n}`, '1', keep('x'.repeat(3_000)));
    await first.close();
    const path = join(directory, 'sessions.mdb');
    const whole = readFileSync(path);
    const damaged: [string, Buffer][] = [
      ['a hundred bytes', whole.subarray(0, 100)],
      ['one page', whole.subarray(0, 4_096)],
      ['two pages', whole.subarray(0, 8_192)],
      ['a half', whole.subarray(0, whole.length / 2)],
      ['first page wild', Buffer.from(whole).fill(0xff, 28, 4_096)],
      [
        'both first pages wild',
        Buffer.from(whole)
          .fill(0xff, 28, 4_096)
          .fill(0xff, 4_096 + 28, 8_192),
      ],
      [
        'both first pages zero',
        Buffer.from(whole)
          .fill(0, 28, 4_096)
          .fill(0, 4_096 + 28, 8_192),
      ],
    ];
    for (const [what, bytes] of damaged) {
      writeFileSync(path, bytes);
      expect(
        () => embeddedStore({ directory, account: 'wx', now: () => new Date(), log: unexpected }),
        what,
      ).toThrow(/is damaged: put back a backup/);
    }
    // Pages at the end that the tree does not reach need not be there.
    const lonely = Buffer.from(whole);
    for (const page of [0, 4_096])
      lonely.writeBigUInt64LE(lonely.readBigUInt64LE(page + 144) + 1n, page + 144);
    for (const bytes of [lonely, whole]) {
      writeFileSync(path, bytes);
      const again = openStore({ directory });
      expect(await session(again, 'person 199')).toBe('x'.repeat(3_000));
      await again.close();
    }
  });

  test('is not ready when its files are deleted or replaced under it', async () => {
    const directory = freshFolder();
    const store = openStore({ directory });
    await store.update('anna', '1', keep('s'));
    await store.ready();
    rmSync(join(directory, 'sessions.mdb'));
    await expect(store.ready()).rejects.toThrow('was deleted or replaced');
    openStore({ directory });
    await expect(store.ready()).rejects.toThrow('was deleted or replaced');
  });

  test('needs no trips', async () => {
    const store = openStore({ directory: freshFolder() });
    expect((await store.update('anna', '1', count)).roundTrips).toBe(0);
  });

  test('finds everything again after a restart', async () => {
    const directory = freshFolder();
    const first = openStore({ directory });
    await first.update('anna', '1', keep('s', 'r'));
    await first.close();
    const second = openStore({ directory });
    expect(await second.update('anna', '1', never)).toMatchObject({ reply: 'r', replayed: true });
    expect(await session(second, 'anna')).toBe('s');
  });

  test('finishes what is under way when it is closed and refuses what comes after', async () => {
    const directory = freshFolder();
    const store = openStore({ directory });
    const underWay = store.update('anna', '1', keep('s'));
    await Promise.resolve();
    await store.close();
    await expect(store.update('anna', '2', count)).rejects.toThrow(StoreError);
    await expect(store.forget('anna')).rejects.toThrow(StoreError);
    await expect(store.ready()).rejects.toThrow(StoreError);
    await expect(store.sweep()).rejects.toThrow(StoreError);
    await expect(underWay).resolves.toMatchObject({ replayed: false });
    expect(await session(openStore({ directory }), 'anna')).toBe('s');
  });

  test('removes what has expired, in bites, and nothing else', async () => {
    const directory = freshFolder();
    let time = Date.UTC(2026, 0, 1);
    const store = openStore({ directory, now: () => new Date(time) });
    const raw = open<string, string>({ path: join(directory, 'sessions.mdb'), encoding: 'string' });
    onTestFinished(() => raw.close());
    const people = Array.from({ length: 1_200 }, (_, index) => `person ${index}`);
    await Promise.all(people.map((who) => store.update(who, '1', keep('s'))));
    expect(await store.sweep()).toBe(0);

    time += 121 * 1000;
    // The one reply of each, then the lists.
    expect(await store.sweep()).toBe(people.length);
    time += 480 * 1000;
    expect(await store.sweep()).toBe(people.length);
    expect(raw.get(recordKeys('wx', 'person 7').replies)).toBeUndefined();
    expect(raw.get(sessionKey('wx', 'person 7'))).toContain('s');

    time += 20 * 24 * 60 * 60 * 1000;
    await store.update('person 7', '2', keep('still here'));
    time += 15 * 24 * 60 * 60 * 1000;
    // The sessions of all others, and person 7's list and reply.
    expect(await store.sweep()).toBe(people.length - 1 + 2);
    expect(raw.get(sessionKey('wx', 'person 8'))).toBeUndefined();
    expect(await session(store, 'person 7')).toBe('still here');
  });

  test('removes no session after the clock has leapt by a month, until an hour has passed', async () => {
    let [time, elapsed] = [Date.UTC(2026, 0, 1), 0];
    const store = openStore({
      directory: freshFolder(),
      now: () => new Date(time),
      elapsedMs: () => elapsed,
    });
    await store.update('anna', '1', keep('s'));
    const pass = (seconds: number) => {
      time += seconds * 1_000;
      elapsed += seconds * 1_000;
    };
    const leap = 31 * 24 * 60 * 60 * 1_000;
    time += leap;
    // List and reply, which live for minutes.
    expect(await store.sweep()).toBe(2);
    pass(70);
    expect(await store.sweep()).toBe(0);
    time -= leap;
    expect(await session(store, 'anna')).toBe('s');
    pass(60);
    time += leap;
    await store.sweep();
    pass(3_601);
    expect(await store.sweep()).toBe(1);
    expect(await session(store, 'anna')).toBeUndefined();
  });

  test('leaves sessions of other accounts in the same files to their own settings', async () => {
    const directory = freshFolder();
    let time = Date.UTC(2026, 0, 1);
    const now = () => new Date(time);
    const retention = { ...RETENTION, sessionDays: 1 };
    const patient = openStore({
      directory,
      account: 'patient',
      now,
      retention: { ...RETENTION, sessionDays: 365 },
    });
    const hasty = openStore({ directory, account: 'hasty', now, retention });
    await patient.update('anna', '1', keep('kept'));
    await hasty.update('anna', '1', keep('gone'));
    time += 2 * 24 * 60 * 60 * 1_000;
    await hasty.sweep();
    expect(await session(patient, 'anna')).toBe('kept');
    expect(await session(hasty, 'anna')).toBeUndefined();
    time += 366 * 24 * 60 * 60 * 1_000;
    await hasty.sweep();
    expect(await session(patient, 'anna')).toBeUndefined();
  });

  test('lets messages through while it cleans up', async () => {
    let time = Date.UTC(2026, 0, 1);
    const store = openStore({ directory: freshFolder(), now: () => new Date(time) });
    const people = Array.from({ length: 3_000 }, (_, index) => `person ${index}`);
    await Promise.all(people.map((who) => store.update(who, '1', keep('s'))));
    time += 40 * 24 * 60 * 60 * 1000;
    let swept = false;
    const sweep = store.sweep().finally(() => {
      swept = true;
    });
    await store.update('anna', '1', keep('in between'));
    expect(swept).toBe(false);
    await sweep;
    expect(await session(store, 'anna')).toBe('in between');
  });

  test('cleans up by itself', async () => {
    const directory = freshFolder();
    let time = Date.UTC(2026, 0, 1);
    const store = openStore({ directory, now: () => new Date(time), sweepEveryMs: 5 });
    const raw = open<string, string>({ path: join(directory, 'sessions.mdb'), encoding: 'string' });
    onTestFinished(() => raw.close());
    await store.update('anna', '1', keep('s'));
    time += 31 * 24 * 60 * 60 * 1000;
    await expect.poll(() => raw.get(sessionKey('wx', 'anna'))).toBeUndefined();
  });

  test('shows the operator what is in quarantine, and removes it when a session would be', async () => {
    let time = Date.UTC(2026, 0, 1);
    const store = openStore({ directory: freshFolder(), now: () => new Date(time) });
    await store.update('anna', '1', keep('broken'));
    expect(store.quarantined()).toEqual([]);
    await store.update('anna', '2', () => ({ session: 's', reply: 'r', damaged: true, report: undefined }));
    expect(store.quarantined()).toEqual([
      { key: recordKeys('wx', 'anna').quarantine, record: expect.stringMatching(/\|broken$/) },
    ]);
    time += 30 * 24 * 3_600_000;
    await store.sweep();
    expect(store.quarantined()).toHaveLength(1);
    time += 1;
    await store.sweep();
    expect(store.quarantined()).toEqual([]);
  });

  test('hands on a record that is not its own as a session, and writes over it', async () => {
    const directory = freshFolder();
    const store = openStore({ directory });
    const raw = open<string, string>({ path: join(directory, 'sessions.mdb'), encoding: 'string' });
    onTestFinished(() => raw.close());
    await raw.put(sessionKey('wx', 'anna'), 'half a rec');
    await raw.put(recordKeys('wx', 'anna').replies, '[["1", 2');
    const seen: unknown[] = [];
    await store.update('anna', '1', (before) => {
      seen.push(before);
      return { session: 'whole', reply: 'r', report: undefined };
    });
    expect(seen).toEqual(['half a rec']);
    expect(await session(store, 'anna')).toBe('whole');
    expect(await store.update('anna', '1', never)).toMatchObject({ reply: 'r', replayed: true });
  });
});

describe('the embedded store among processes', () => {
  test('still has every confirmed write after kill -9 with fifty writers in flight', async () => {
    const directory = freshFolder();
    for (let round = 1; round <= 2; round += 1) {
      const account = `wx${round}`;
      const writer = startWriter(directory, account, 'endless');
      const confirmed = new Map<string, number>();
      for await (const line of createInterface({ input: writer.output })) {
        const [who = '', number = ''] = line.split(' ');
        confirmed.set(who, Number(number));
        if ([...confirmed.values()].reduce((sum, each) => sum + each, 0) >= 300) writer.child.kill('SIGKILL');
      }
      await writer.ended;
      expect(writer.child.signalCode).toBe('SIGKILL');
      expect(confirmed.size).toBe(50);

      const store = openStore({ directory, account });
      for (const [who, number] of confirmed) {
        expect(await store.update(who, `${number}`, never)).toMatchObject({
          reply: `${number}`,
          replayed: true,
        });
        // The write after the confirmed one may have reached the disk without its confirmation reaching us.
        expect([number, number + 1]).toContain(Number(await session(store, who)));
      }
    }
  });

  test('counts right over two processes', async () => {
    const directory = freshFolder();
    const writers = [startWriter(directory, 'wx', 'hundred'), startWriter(directory, 'wx', 'hundred')];
    const replies: string[] = [];
    await Promise.all(
      writers.map(async (writer) => {
        for await (const line of createInterface({ input: writer.output })) replies.push(line);
        await writer.ended;
        expect(writer.child.exitCode).toBe(0);
      }),
    );
    const numbers = replies.map((line) => Number(line.split(' ')[1])).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(await session(openStore({ directory }), 'all')).toBe('200');
  });

  test('loses nothing while other processes open and close the files', async () => {
    // In memory, where there is such a folder: commits must be quick for enough of them to meet an opening.
    const directory = existsSync('/dev/shm') ? mkdtempSync('/dev/shm/embedded-test-') : freshFolder();
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const store = openStore({ directory });
    const visitor = startWriter(directory, 'wx', 'reopen');
    const said: string[] = [];
    createInterface({ input: visitor.output }).on('line', (line) => said.push(line));
    let gone = false;
    void visitor.ended.then(() => {
      gone = true;
    });
    let written = 0;
    while (!gone) {
      written += 1;
      expect((await store.update('anna', `${written}`, count)).reply).toBe(`${written}`);
    }
    expect(said).toEqual(['all reopened']);
    expect(written).toBeGreaterThan(50);
  });

  test('refuses when the disk is full, lives on, and has lost nothing that was confirmed', async () => {
    const directory = freshFolder();
    // A limit on the size of files stands in for the full disk: the write fails in the same place.
    const writer = startWriter(directory, 'wx', 'fill', ['sh', '-c', 'ulimit -f 1000; exec "$@"', 'sh']);
    const confirmed: string[] = [];
    const said: string[] = [];
    for await (const line of createInterface({ input: writer.output })) {
      const [who = '', what = ''] = line.split(' ');
      said.push(what);
      if (what === 'written') confirmed.push(who);
    }
    await writer.ended;
    expect(writer.child.exitCode).toBe(0);
    expect(said).not.toContain('ready');
    expect(said.at(-1)).toBe('tried');
    expect(confirmed.length).toBeGreaterThanOrEqual(50);
    const store = openStore({ directory });
    for (const who of confirmed)
      expect(await store.update(who, '1', never)).toMatchObject({ replayed: true });
    expect((await store.update('anna', '1', count)).reply).toBe('1');
  });

  test('gives up in time when another process is stuck while writing, and goes on when it is gone', async () => {
    const directory = freshFolder();
    const store = openStore({ directory, deadlineMs: 300 });
    const holder = startWriter(directory, 'wx', 'hold');
    const [line] = await once(createInterface({ input: holder.output }), 'line');
    expect(line).toBe('holding');
    const ran: string[] = [];
    const stuck = store.update('anna', '1', () => {
      ran.push('late');
      return { session: 'late', reply: 'late', report: undefined };
    });
    await expect(stuck).rejects.toThrow(StoreError);
    await expect
      .poll(() => store.ready().catch(({ message }: Error) => message), { timeout: 5_000 })
      .toMatch(new RegExp(`^process ${holder.child.pid} has held the session files for \\d s`));
    await expect(waitForHolder(directory)).rejects.toThrow(`kill -9 ${holder.child.pid}`);
    holder.child.kill('SIGKILL');
    await holder.ended;
    await store.ready();
    await waitForHolder(directory);
    expect(await session(store, 'anna')).toBeUndefined();
    expect(ran).toEqual([]);
  });
});

/** Starts test/store/writer.ts as a process of its own. LMDB prints failed commits itself: that output is left out. */
function startWriter(
  directory: string,
  account: string,
  task: 'endless' | 'hundred' | 'reopen' | 'fill' | 'hold',
  wrapper: readonly string[] = [],
) {
  const script = join(import.meta.dirname, '../writer.ts');
  const [command = process.execPath, ...args] = [
    ...wrapper,
    process.execPath,
    ...['--import', 'tsx', script, directory, account, task],
  ];
  const child: ChildProcess = spawn(command, args, {
    stdio: ['ignore', 'pipe', task === 'fill' ? 'ignore' : 'inherit'],
  });
  const ended = once(child, 'close');
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('the writer has no output to read');
  return { child, output: child.stdout, ended };
}
