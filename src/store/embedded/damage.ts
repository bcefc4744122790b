/** Finds files that would end the process when they are opened: LMDB maps them into memory and trusts what stands there, so
 *  that a copy that broke off kills by SIGBUS or SIGSEGV instead of throwing. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreError } from '../../core/errors.ts';

/** Passes a file that is absent, empty or whole. Nobody may write to it meanwhile.
 *  @throws StoreError that says what to do, for one that is no session file or is damaged. */
export function refuseDamaged(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  const file = openSync(path, 'r');
  try {
    const pages = [0, 1].map((number) => metaOf(file, number));
    if (pages[0] === undefined)
      throw new StoreError(`${path} is not a session file: move it away, or set DATA_DIR to another folder`);
    if (fits(pages, fstatSync(file).size)) return;
  } finally {
    closeSync(file);
  }
  // What looks wrong at a glance may be right all the same: pages at the end that were never used need not be there.
  if (!canBeReadThrough(path))
    throw new StoreError(
      `${path} is damaged: put back a backup (npm run restore), or move the file away and lose the sessions`,
    );
}

/** One of the two pages that a file of LMDB begins with (mdb.c, `MDB_meta`, data version 2, as lmdb 3.5 writes it on
 *  machines that store the low byte first). */
interface Meta {
  readonly pageSize: number;
  /** Pages of the two roots. */
  readonly roots: readonly bigint[];
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

const META_BYTES = 160;
const MAGIC = 0xbeefc0de;
const NO_PAGE = 2n ** 64n - 1n;

/** `undefined` for what is no such page at all. */
function metaOf(file: number, number: number): Meta | undefined {
  const bytes = Buffer.alloc(META_BYTES);
  const from = number === 0 ? 0 : (metaOf(file, 0)?.pageSize ?? 4096);
  readSync(file, bytes, 0, META_BYTES, from);
  if (bytes.readUInt32LE(24) !== MAGIC) return undefined;
  return {
    pageSize: bytes.readUInt32LE(48),
    roots: [bytes.readBigUInt64LE(88), bytes.readBigUInt64LE(136)],
    lastPage: bytes.readBigUInt64LE(144),
    transaction: bytes.readBigUInt64LE(152),
  };
}

/** Whether the page that counts, the later one, tells of a tree that lies within the file. */
function fits(pages: readonly (Meta | undefined)[], size: number): boolean {
  const [first, second] = pages;
  if (first === undefined || second === undefined) return false;
  const { pageSize, roots, lastPage } = second.transaction > first.transaction ? second : first;
  const isSize = pageSize === first.pageSize && pageSize >= 512 && (pageSize & (pageSize - 1)) === 0;
  const isWithin = roots.every((root) => root === NO_PAGE || root <= lastPage);
  return isSize && isWithin && (lastPage + 1n) * BigInt(pageSize) <= BigInt(size);
}

/** Reads a copy from end to end in a process of its own, which may die of it. */
function canBeReadThrough(path: string): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'sessions-'));
  try {
    const copy = join(directory, 'sessions.mdb');
    copyFileSync(path, copy);
    const arguments_ = ['--input-type=module', '--eval', READ_THROUGH, copy, import.meta.resolve('lmdb')];
    return spawnSync(process.execPath, arguments_, { timeout: READ_MS, stdio: 'ignore' }).status === 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const READ_MS = 60_000;
const READ_THROUGH = `
const [path, lmdb] = process.argv.slice(1);
const { open } = await import(lmdb);
const sessions = open({ path, encoding: 'binary' });
for (const { key, value } of sessions.getRange({})) if (typeof key !== 'string' || !value) process.exit(1);
sessions.putSync('a key that nobody has', Buffer.from('x'));
await sessions.close();
`;
