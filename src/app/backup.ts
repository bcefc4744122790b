/** A copy of what is kept of the merchants, taken while the assistant runs, and its way back: `npm run backup -- <file>`,
 *  `npm run restore -- <file>`. The file is the same for every store, so it also moves sessions from one to another.
 *
 *  JSON lines: what it is (`Head`), then a record a line, then how many there were and their digest (`Tail`). Replies are
 *  left out, which live for two minutes. Without the data key nobody can tell whose records these are. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { z } from 'zod';
import type { Kept, Sessions } from '../core/conversation/session/store.ts';
import { SettingsError } from '../core/errors.ts';
import type { Config } from './config.ts';
import { readDataKey } from './data-key.ts';
import { openUnclaimed, waitUntilReady } from './open-store.ts';
import { claimedLabel, fingerprintOf, type Owner, readLabel, writeLabel } from './store-label.ts';

const KIND = 'sessions of the assistant';
const Head = z.object({
  kind: z.literal(KIND),
  format: z.literal(1, 'a later version made it'),
  account: z.string(),
  /** Fingerprint of the data key. */
  key: z.string(),
  made: z.string(),
});
const Line = z.tuple([z.string(), z.string()]);
const Tail = z.object({ records: z.number(), sha256: z.string() });

/** Writes the copy aside and renames it, so that a file with that name is always whole. @returns what to tell the operator.
 *  @throws SettingsError without a file name or for a store of another key; StoreError when the store cannot be read */
export async function backUp(config: Config, file: string | undefined): Promise<string> {
  if (file === undefined || file === '') throw new SettingsError('name the file: npm run backup -- <file>');
  return withStore(config, async (store, owner) => {
    await store.label((before) => claimedLabel(before, owner).label);
    const records = await writeCopy(store, owner, file).catch(asRefusal(file));
    return `${records} records of ${owner.account} are in ${file}. Keep the data key as well, in another place: without it they are nobody's.`;
  });
}

async function writeCopy(store: Sessions, owner: Owner, file: string): Promise<number> {
  const aside = `${file}.part`;
  const out = await open(aside, 'w', 0o600);
  const digest = createHash('sha256');
  let records = 0;
  try {
    const head = {
      kind: KIND,
      format: 1,
      account: owner.account,
      key: fingerprintOf(owner.dataKey),
      made: '',
    };
    await out.write(`${JSON.stringify({ ...head, made: new Date().toISOString() })}\n`);
    for await (const bite of store.walk()) {
      const lines = bite.map(({ key, record }) => `${JSON.stringify([key, record])}\n`).join('');
      digest.update(lines);
      records += bite.length;
      await out.write(lines);
    }
    await out.write(`${JSON.stringify({ records, sha256: digest.digest('hex') })}\n`);
    await out.sync();
  } finally {
    await out.close();
  }
  await rename(aside, file);
  await syncFolder(dirname(file));
  return records;
}

/** Puts the records back. The file is read to its end before the first is written; from then until the last is, the assistant
 *  does not start on this store, so that a restore that was cut off is noticed and done again.
 *  @returns what to tell the operator. @throws SettingsError with the remedy; StoreError when the store cannot be written */
export async function restore(
  config: Config,
  file: string | undefined,
  option: string | undefined,
): Promise<string> {
  if (file === undefined || file === '')
    throw new SettingsError('name the file: npm run restore -- <file> [--over]');
  return withStore(config, async (store, owner) => {
    const head = await checkCopy(file).catch(asRefusal(file));
    refuseForeign(head, owner, file);
    const isCutOff = await wasCutOff(store);
    if (option !== '--over' && !isCutOff && !(await isEmpty(store)))
      throw new SettingsError(
        `the store holds sessions of ${owner.account} already: name an empty one with DATA_DIR or REDIS_URL, or add --over to write over them`,
      );
    await store.label((before) => {
      const label = readLabel(before);
      const accounts = { ...label.accounts, [owner.account]: head.key };
      return writeLabel({ ...label, accounts, restoring: owner.account });
    });
    let records = 0;
    for await (const bite of bitesIn(file)) {
      await store.put(bite);
      records += bite.length;
    }
    await store.label((before) => {
      const { restoring: _, ...label } = readLabel(before);
      return writeLabel(label);
    });
    return `${records} records of ${owner.account} are back, as they were at ${head.made}.`;
  });
}

async function withStore<T>(
  config: Config,
  action: (store: Sessions, owner: Owner) => Promise<T>,
): Promise<T> {
  const { dataKey, previousDataKey, dataDir, wechat } = config;
  const owner = { account: wechat.originalId, dataKey: dataKey ?? readDataKey(dataDir), previousDataKey };
  const store = await openUnclaimed(config, () => new Date(), pino({ level: 'silent' }));
  try {
    await waitUntilReady(store);
    return await action(store, owner);
  } finally {
    await store.close();
  }
}

/** A file that the operator can do something about. */
function asRefusal(file: string): (error: unknown) => never {
  return (error) => {
    const code = error instanceof Error && 'syscall' in error && 'code' in error ? error.code : undefined;
    if (code === undefined) throw error;
    throw new SettingsError(
      `${file} cannot be used (${code}): name a file in a folder that this user may write`,
    );
  };
}

/** Reads all of it. @throws SettingsError for a file that is none of ours, or not whole */
async function checkCopy(file: string): Promise<z.infer<typeof Head>> {
  const digest = createHash('sha256');
  let head: z.infer<typeof Head> | undefined;
  let records = 0;
  let last = '';
  for await (const line of linesOf(file)) {
    if (head === undefined)
      head = parsedAs(Head, line, `${file} is no backup of sessions, or of a later version`);
    else {
      if (last !== '') {
        digest.update(`${last}\n`);
        records += 1;
      }
      last = line;
    }
  }
  if (head === undefined) throw new SettingsError(`${file} is empty`);
  const tail = parsedAs(Tail, last, `${file} breaks off before its end; take another copy`);
  if (tail.records !== records || tail.sha256 !== digest.digest('hex'))
    throw new SettingsError(`${file} was changed or damaged since it was written; take another copy`);
  return head;
}

function refuseForeign({ account, key }: z.infer<typeof Head>, owner: Owner, file: string): void {
  if (account !== owner.account)
    throw new SettingsError(
      `${file} holds sessions of ${account}, the settings name ${owner.account}: set WECHAT_ORIGINAL_ID`,
    );
  const own = [owner.dataKey, owner.previousDataKey].flatMap((one) => (one === undefined ? [] : [one]));
  if (!own.some((one) => fingerprintOf(one) === key))
    throw new SettingsError(
      `DATA_KEY: ${file} was made with another key (fingerprint ${key}); set DATA_KEY to it, or PREVIOUS_DATA_KEY`,
    );
}

async function wasCutOff(store: Sessions): Promise<boolean> {
  let isCutOff = false;
  await store.label((before) => {
    const label = readLabel(before);
    isCutOff = label.restoring !== undefined;
    return writeLabel(label);
  });
  return isCutOff;
}

async function isEmpty(store: Sessions): Promise<boolean> {
  for await (const bite of store.walk()) if (bite.length > 0) return false;
  return true;
}

async function* bitesIn(file: string): AsyncIterable<readonly Kept[]> {
  let bite: Kept[] = [];
  let isHead = true;
  for await (const line of linesOf(file)) {
    const entry = isHead ? undefined : Line.safeParse(JSON.parse(line));
    isHead = false;
    if (entry?.success) bite.push({ key: entry.data[0], record: entry.data[1] });
    if (bite.length < BITE) continue;
    yield bite;
    bite = [];
  }
  yield bite;
}

const BITE = 500;

function linesOf(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}

function parsedAs<T>(shape: z.ZodType<T>, line: string, otherwise: string): T {
  try {
    return shape.parse(JSON.parse(line));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw new SettingsError(otherwise);
    throw error;
  }
}

/** Only now the name survives a power cut as well. */
async function syncFolder(directory: string): Promise<void> {
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
