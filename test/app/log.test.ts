/** src/app/log.ts: a log that is slow, full or dead stops nobody. */
import { execFileSync } from 'node:child_process';
import { constants, createReadStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { openLog } from '../../src/app/log.ts';

test('goes on where the disk is full, and does not hold up the end', async () => {
  const { log, flushed } = openLog('info', openSync('/dev/full', constants.O_WRONLY));
  for (let line = 0; line < 50_000; line += 1) log.info({ line, text: 'x'.repeat(100) }, 'message');
  await flushed();
  log.info('still here');
});

test('drops lines while nobody reads, and says how many once somebody does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assistant-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  // Open for both, so that neither end waits for the other.
  const reader = openSync(pipe, constants.O_RDWR);
  const { log } = openLog('info', reader);
  for (let line = 0; line < 50_000; line += 1) log.info({ line, text: 'x'.repeat(100) }, 'message');
  const lines = createInterface({
    input: createReadStream(pipe, { fd: openSync(pipe, constants.O_RDONLY) }),
  });
  const told = await new Promise<{ readonly dropped: number }>((resolve) => {
    lines.on('line', (line) => {
      const read: { readonly msg: string; readonly dropped: number } = JSON.parse(line);
      if (read.msg === 'the log could not be written for a while') resolve(read);
    });
  });
  lines.close();
  expect(told.dropped).toBeGreaterThan(10_000);
  expect(told.dropped).toBeLessThan(50_000);
});
