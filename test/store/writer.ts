/** A process that writes to the embedded store and says each confirmed write on its output, `<who> <number>` a line.
 *  Started by embedded.test.ts: `writer.ts <directory> <account> <task>`. */

import { join } from 'node:path';
import { open } from 'lmdb';
import { StoreError } from '../../src/core/errors.ts';
import { createLockOwner } from '../../src/store/embedded/lock-owner.ts';
import { embeddedStore } from '../../src/store/embedded/sessions.ts';
import { count } from './changes.ts';

const [directory = '', account = '', task = ''] = process.argv.slice(2);

const store = embeddedStore({
  directory,
  account,
  now: () => new Date(),
  log: (event) => process.stderr.write(`${event.kind}\n`),
});

switch (task) {
  case 'endless':
    await Promise.all(Array.from({ length: 50 }, (_, index) => writeForever(`person${index}`)));
    break;
  case 'hundred':
    for (let number = 1; number <= 100; number += 1) {
      const { reply } = await store.update('all', `${process.pid} ${number}`, count);
      process.stdout.write(`all ${reply}\n`);
    }
    break;
  case 'reopen':
    await reopen();
    break;
  case 'fill':
    await writeUntilFull();
    break;
  case 'hold':
    holdTheLock();
    break;
  default:
    throw new Error(`no such task: ${task}`);
}
await store.close();

async function writeForever(who: string): Promise<void> {
  for (let number = 1; ; number += 1) {
    const { reply } = await store.update(who, `${number}`, count);
    process.stdout.write(`${who} ${reply}\n`);
  }
}

/** Comes and goes like processes that start and stop. */
async function reopen(): Promise<void> {
  await store.close();
  for (let time = 1; time <= 150; time += 1) {
    const visitor = embeddedStore({ directory, account, now: () => new Date(), log: () => {} });
    await visitor.ready();
    await visitor.close();
  }
  process.stdout.write('all reopened\n');
}

/** Writes until the disk is full, tries on a little, and shows that it is not ready for anybody new although it reads well. */
async function writeUntilFull(): Promise<void> {
  // The limit that the test sets would end the process with this signal before any write could fail.
  process.on('SIGXFSZ', () => {});
  const large = 'x'.repeat(2_000);
  for (let round = 0, refused = 0; refused < 100; round += 1) {
    const people = Array.from({ length: 50 }, (_, index) => `person${round}-${index}`);
    await Promise.all(
      people.map(async (who) => {
        try {
          await store.update(who, '1', () => ({ session: large, reply: who, report: undefined }));
          process.stdout.write(`${who} written\n`);
        } catch (error) {
          if (!(error instanceof StoreError)) throw error;
          refused += 1;
        }
      }),
    );
  }
  await store.read('person0-0');
  for (let refused = 0, number = 0; refused < 20; number += 1) {
    if (
      await goes(() =>
        store.update(`late ${number}`, '1', () => ({ session: large, reply: 'r', report: undefined })),
      )
    )
      continue;
    refused += 1;
    if (await goes(() => store.ready()))
      process.stdout.write('all ready although the last message was refused\n');
  }
  process.stdout.write('all tried\n');
}

async function goes(task: () => Promise<unknown>): Promise<boolean> {
  try {
    await task();
    return true;
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}

/** Becomes the one writer of all processes and never ends. */
function holdTheLock(): void {
  const gate = open({ path: join(directory, 'gate.mdb'), encoding: 'string' });
  gate.transactionSync(() => {
    createLockOwner(directory).take();
    process.stdout.write('holding\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
}
