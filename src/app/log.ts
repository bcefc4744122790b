/** The log on standard output. It can be slow, full or dead: lines are dropped and counted, never waited for, since a
 *  merchant must not wait for a disk. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Logger, pino } from 'pino';

export interface Log {
  readonly log: Logger;
  /** Resolves when what was logged is written, or half a second later. */
  flushed(): Promise<void>;
}

/** Bytes that may wait to be written: some thousands of lines. */
const MOST_WAITING = 2 * 1024 * 1024;
const FLUSH_MS = 500;

/** Opens the log. Once writing works again, one line tells how many lines are missing.
 *  @param file a descriptor, or the name of a file; standard output unless told otherwise. */
export function openLog(level: string, file: number | string = 1): Log {
  const destination = pino.destination({ dest: file, sync: false, maxLength: MOST_WAITING });
  const log = pino({ level, base: null }, destination);
  let dropped = 0;
  let failing: string | undefined;
  destination.on('drop', () => {
    dropped += 1;
  });
  // The lines stay and are tried again with the next one.
  destination.on('error', (error: unknown) => {
    failing = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  });
  destination.on('drain', () => {
    if (dropped === 0 && failing === undefined) return;
    const told = { dropped, reason: failing };
    dropped = 0;
    failing = undefined;
    log.warn(told, 'the log could not be written for a while');
  });
  return {
    log,
    async flushed() {
      const written = new Promise<void>((resolve) => destination.flush(() => resolve()));
      await Promise.race([written, pause(FLUSH_MS)]);
    },
  };
}
