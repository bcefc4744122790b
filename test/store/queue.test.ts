/** The queue per person and the patience with a backend, apart from any store. */

import { describe, expect, test } from 'vitest';
import { StoreError } from '../../src/core/errors.ts';
import { createQueue } from '../../src/store/queue.ts';
import { createStallGuard } from '../../src/store/stall-guard.ts';

describe('the queue per person', () => {
  test('runs the tasks of one person one after the other and those of others beside them', async () => {
    const queue = createQueue({ deadlineMs: 5_000 });
    const order: string[] = [];
    const gate = createGate();
    const first = queue.run('anna', async () => {
      await gate.opened;
      order.push('anna 1');
    });
    const second = queue.run('anna', async () => void order.push('anna 2'));
    await queue.run('berta', async () => void order.push('berta'));
    gate.open();
    await Promise.all([first, second]);
    expect(order).toEqual(['berta', 'anna 1', 'anna 2']);
  });

  test('gives up a task that never ends, never starts one that waited too long, and then goes on', async () => {
    const queue = createQueue({ deadlineMs: 50 });
    const ran: string[] = [];
    const stuck = queue.run('anna', () => new Promise<never>(() => {}));
    const waiting = queue.run('anna', async () => void ran.push('waiting'));
    // Both deadlines pass before the loop turns again, however far apart the two calls were.
    standStill(60);
    const both = [expect(stuck).rejects.toThrow(StoreError), expect(waiting).rejects.toThrow(StoreError)];
    await Promise.all(both);
    await queue.run('anna', async () => void ran.push('later'));
    expect(ran).toEqual(['later']);
  });

  test('tells a running task that its time is up', async () => {
    const queue = createQueue({ deadlineMs: 20 });
    const gate = createGate();
    const answers: boolean[] = [];
    const ended = createGate();
    const late = queue.run('anna', async (overdue) => {
      answers.push(overdue());
      await gate.opened;
      answers.push(overdue());
      ended.open();
    });
    await expect(late).rejects.toThrow(StoreError);
    gate.open();
    await ended.opened;
    expect(answers).toEqual([false, true]);
  });

  test('passes on what a task throws, also before its first await, and goes on', async () => {
    const queue = createQueue({ deadlineMs: 1_000 });
    const broken = queue.run('anna', () => {
      throw new RangeError('at once');
    });
    await expect(broken).rejects.toThrow(new RangeError('at once'));
    await expect(queue.run('anna', async () => 'next')).resolves.toBe('next');
  });

  test('takes no more tasks of one person than its length, and takes them again when there is room', async () => {
    const queue = createQueue({ deadlineMs: 1_000, length: 2 });
    const gate = createGate();
    const taken = [queue.run('anna', () => gate.opened), queue.run('anna', () => gate.opened)];
    await expect(queue.run('anna', async () => 'third')).rejects.toThrow(StoreError);
    gate.open();
    await Promise.all(taken);
    await expect(queue.run('anna', async () => 'fourth')).resolves.toBe('fourth');
  });
});

describe('patience', () => {
  test('runs nothing more while an old command is unanswered, and runs again once it has failed', async () => {
    const patience = createStallGuard(0);
    const gate = createGate();
    const old = patience.run(async () => {
      await gate.opened;
      throw new RangeError('the connection broke');
    });
    await expect.poll(() => outcome(patience.run(async () => 'ran'))).toBe('StoreError');
    gate.open();
    await expect(old).rejects.toThrow(RangeError);
    await expect(patience.run(async () => 'ran')).resolves.toBe('ran');
  });
});

describe('patience that many try at once', () => {
  test('notices the one that is stuck, whichever of them end before it', async () => {
    const patience = createStallGuard(100);
    for (let round = 0; round < 3; round += 1) {
      const gates = Array.from({ length: 2_500 }, createGate);
      const all = gates.map((gate) => patience.run(() => gate.opened));
      for (const gate of gates.slice(1).reverse()) gate.open();
      await Promise.all(all.slice(1));
      await expect.poll(() => outcome(patience.run(async () => 'ran'))).toBe('StoreError');
      gates[0]?.open();
      await all[0];
      await expect(patience.run(async () => 'ran')).resolves.toBe('ran');
    }
  });
});

/** Keeps the event loop from turning, as a machine under load does. */
function standStill(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

async function outcome(promise: Promise<string>): Promise<string> {
  return promise.catch((error: unknown) => (error instanceof Error ? error.name : 'unknown'));
}

function createGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
