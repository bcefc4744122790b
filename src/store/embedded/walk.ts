/** All records of the files, a little at a time. */
import { setTimeout as pause } from 'node:timers/promises';
import type { RootDatabase } from 'lmdb';
import type { Kept } from '../../core/conversation/session/store.ts';
import { isLasting, isQuarantineKey } from '../keys.ts';

/** Records looked at before others get their turn: about a millisecond. */
const BITE = 500;

/** All records, a thousandth of a second's work at a time. */
export async function* bitesOf(
  db: RootDatabase<string, string>,
): AsyncIterable<readonly { readonly key: string; readonly value: string }[]> {
  let after: string | undefined;
  for (;;) {
    const range = after === undefined ? {} : { start: after, exclusiveStart: true };
    const bite = [...db.getRange({ ...range, limit: BITE })];
    yield bite;
    after = bite.at(-1)?.key;
    if (bite.length < BITE) return;
    // A pause, not setImmediate: a round must leave most of the processor to others.
    await pause(20);
  }
}

/** The records of one account but the replies, for a backup. */
export async function* walkAll(
  db: RootDatabase<string, string>,
  account: string,
): AsyncIterable<readonly Kept[]> {
  for await (const bite of bitesOf(db)) {
    yield bite.filter(({ key }) => isLasting(key, account)).map(({ key, value }) => ({ key, record: value }));
  }
}

/** The sessions of all accounts that could not be read. */
export function quarantinedIn(db: RootDatabase<string, string>): readonly Kept[] {
  return [...db.getRange({}).filter(({ key }) => isQuarantineKey(key))].map(({ key, value }) => ({
    key,
    record: value,
  }));
}
