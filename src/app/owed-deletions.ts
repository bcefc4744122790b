/** Deletions that met an outage or overload: kept, and made up for as soon as the store can be reached. What a person writes
 *  afterwards waits for the deletion, so that it never takes new answers along. */
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Utterance } from '../core/conversation/messages.ts';
import type { Sessions } from '../core/conversation/session/store.ts';
import { StoreError } from '../core/errors.ts';
import { isAlive } from '../store/process-alive.ts';

export interface OwedDeletions {
  /** The store, in which an owed deletion always goes first. */
  readonly sessions: Sessions;
  /** Keeps what this person asked for. */
  owe(utterance: Pick<Utterance, 'who' | 'formerly'>): void;
  /** How many are owed now. */
  readonly size: number;
  close(): void;
}

export interface OwedDeletionsParts {
  readonly sessions: Sessions;
  /** Holds a file for each process, of opaque names, a line each. */
  readonly directory: string;
  /** Hears of the first one owed, of those made up for, and of a file that cannot be written. */
  readonly log: (event: OwedEvent) => void;
  readonly everyMs?: number;
}

export type OwedEvent =
  | { readonly kind: 'owed' | 'made-up-for'; readonly count: number }
  | { readonly kind: 'not-written'; readonly reason: string };

/** Takes over what processes that are gone still owed. */
export function createOwedDeletions(parts: OwedDeletionsParts): OwedDeletions {
  const { sessions, log } = parts;
  const files = createFiles(parts.directory, (reason) => log({ kind: 'not-written', reason }));
  const owed = new Set<string>(files.taken());
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  if (owed.size > 0) {
    log({ kind: 'owed', count: owed.size });
    files.write(owed);
    later();
  }

  return {
    sessions: {
      ...sessions,
      async update(who, id, change, formerly) {
        if (owed.size > 0) for (const name of [who, formerly]) if (name !== undefined) await settle(name);
        return sessions.update(who, id, change, formerly);
      },
    },
    owe({ who, formerly }) {
      const names = formerly === undefined ? [who] : [who, formerly];
      const fresh = names.filter((name) => !owed.has(name)).slice(0, MOST - owed.size);
      if (fresh.length === 0) return;
      if (owed.size === 0) log({ kind: 'owed', count: fresh.length });
      for (const name of fresh) owed.add(name);
      files.add(fresh);
      later();
    },
    get size() {
      return owed.size;
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };

  async function settle(name: string): Promise<void> {
    if (!owed.has(name)) return;
    await sessions.forget(name);
    owed.delete(name);
    files.write(owed);
  }

  function later(): void {
    if (isClosed || timer !== undefined) return;
    timer = setTimeout(() => {
      void makeUp().then(() => {
        timer = undefined;
        if (owed.size > 0) later();
      });
    }, parts.everyMs ?? EVERY_MS).unref();
  }

  async function makeUp(): Promise<void> {
    let count = 0;
    for (const name of [...owed]) {
      try {
        await sessions.forget(name);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        // Still away: the next round tries again.
        break;
      }
      owed.delete(name);
      count += 1;
    }
    if (count > 0) log({ kind: 'made-up-for', count });
    files.write(owed);
  }
}

const EVERY_MS = 1_000;
/** Some 100 bytes each; nobody unsubscribes from an account in such numbers within one outage. */
const MOST = 100_000;
/** A file of another machine that nobody has touched for so long belongs to a process that is gone. */
const GONE_AFTER_MS = 60 * 60 * 1_000;

/** A file for this process, and those of others. Memory is enough while it runs, so a disk that refuses is told, no more. */
function createFiles(directory: string, failed: (reason: string) => void) {
  const folder = join(directory, 'owed-deletions');
  const own = `${hostname()}.${process.pid}`;
  let written = false;
  return { taken, add, write };

  function taken(): readonly string[] {
    return (
      guarded(() => {
        const files = filesIn(folder).filter(isGone);
        const names = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
        const known = names.filter((name) => name !== '');
        if (known.length > 0) save(new Set(known));
        for (const file of files) if (file !== own) rmSync(join(folder, file), { force: true });
        return known;
      }) ?? []
    );
  }

  function write(names: ReadonlySet<string>): void {
    guarded(() => {
      if (names.size > 0) save(names);
      else if (written) {
        rmSync(join(folder, own), { force: true });
        written = false;
      }
    });
  }

  function add(names: readonly string[]): void {
    guarded(() => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      appendFileSync(join(folder, own), names.map((name) => `${name}\n`).join(''), { mode: 0o600 });
      written = true;
    });
  }

  function save(names: ReadonlySet<string>): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const aside = join(folder, `.${own}`);
    writeFileSync(aside, `${[...names].join('\n')}\n`, { mode: 0o600 });
    renameSync(aside, join(folder, own));
    written = true;
  }

  /** Whether the process that wrote a file is gone; this one has just come, so a file with its name is an earlier one's. */
  function isGone(file: string): boolean {
    const dot = file.lastIndexOf('.');
    const pid = Number(file.slice(dot + 1));
    if (file.slice(0, dot) === hostname()) return pid === process.pid || !isAlive(pid);
    return Date.now() - statSync(join(folder, file)).mtimeMs > GONE_AFTER_MS;
  }

  function guarded<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      failed(error instanceof Error ? error.message : 'unknown');
      return undefined;
    }
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((file) => !file.startsWith('.'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
