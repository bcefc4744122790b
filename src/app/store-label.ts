/** Whose store this is: accounts, format and a fingerprint of the data key stand in it, so that a key that was lost or mixed
 *  up is noticed at the start instead of making a stranger of every merchant. */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Sessions } from '../core/conversation/session/store.ts';
import { SettingsError } from '../core/errors.ts';
import { MADE_UP_ACCOUNT } from './config.ts';

/** Counts up when records are written that the version before would not read. */
const FORMAT = 1;

const Label = z.object({
  format: z.number(),
  /** Fingerprints of the data keys, by account. */
  accounts: z.record(z.string(), z.string()),
  /** The account whose records are being put back from a backup. */
  restoring: z.string().optional(),
});
export type Label = z.infer<typeof Label>;

export interface Owner {
  readonly account: string;
  readonly dataKey: string;
  /** The key before the last change, while its records follow. */
  readonly previousDataKey: string | undefined;
}

/** Makes the store this account's, or finds that it is. @returns what the operator should hear.
 *  @throws SettingsError with the remedy for a store of another key, of a later version or one half restored; StoreError */
export async function claimStore(store: Pick<Sessions, 'label'>, owner: Owner): Promise<readonly string[]> {
  let warnings: readonly string[] = [];
  await store.label((before) => {
    const claimed = claimedLabel(before, owner);
    warnings = claimed.warnings;
    return claimed.label;
  });
  return warnings;
}

/** The label after a start. @throws SettingsError */
export function claimedLabel(
  before: string | undefined,
  { account, dataKey, previousDataKey }: Owner,
): { readonly label: string; readonly warnings: readonly string[] } {
  const label = readLabel(before);
  const known = label.accounts[account];
  const own = fingerprintOf(dataKey);
  if (label.restoring !== undefined)
    throw new SettingsError(
      `the store is half restored (${label.restoring}): run npm run restore -- <file> again to its end, then start`,
    );
  const isOurs = known === undefined || known === own;
  if (!isOurs && (previousDataKey === undefined || known !== fingerprintOf(previousDataKey)))
    throw new SettingsError(
      `DATA_KEY: the sessions of ${account} in this store were made with another key (fingerprint ${known}; this one has ${own}).\n` +
        '  Bring that key back (DATA_KEY, or the file data.key in DATA_DIR), or set PREVIOUS_DATA_KEY to it so that sessions follow to the new one.\n' +
        '  If it is lost for good, nobody can find or delete those sessions by name: use another DATA_DIR or Redis database, and delete the old one.',
    );
  const others = Object.keys(label.accounts).filter(
    (other) => other !== account && other !== MADE_UP_ACCOUNT,
  );
  const warnings =
    known === undefined && others.length > 0
      ? [
          `the store holds sessions of ${others.join(', ')} and none of ${account}: is WECHAT_ORIGINAL_ID right?`,
        ]
      : [];
  return {
    label: writeLabel({ ...label, format: FORMAT, accounts: { ...label.accounts, [account]: own } }),
    warnings,
  };
}

/** Reads a label; an empty one where there is none. @throws SettingsError for one of a later version, or of nobody. */
export function readLabel(text: string | undefined): Label {
  if (text === undefined) return { format: FORMAT, accounts: {} };
  const label = Label.safeParse(parsed(text));
  if (!label.success)
    throw new SettingsError(
      'the store cannot tell whose it is (its label is damaged): restore a backup, or use another DATA_DIR or Redis database',
    );
  if (label.data.format > FORMAT)
    throw new SettingsError(
      `the store was written by a later version (format ${label.data.format}, this one reads ${FORMAT}): start that version, or restore a backup made before`,
    );
  return label.data;
}

/** The text of a label. */
export function writeLabel(label: Label): string {
  return JSON.stringify(label);
}

/** Tells two keys apart and gives neither away. */
export function fingerprintOf(dataKey: string): string {
  return createHmac('sha256', dataKey).update('fingerprint').digest('base64url').slice(0, 10);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is a damage like all others, which the caller tells.
    return undefined;
  }
}

/** The same store, which is claimed before anything else is asked of it: at the start, or when it can be reached for the
 *  first time. Until then everything rejects as `claim` does. */
export function claimedFirst(store: Sessions, claim: () => Promise<void>): Sessions {
  let isClaimed = false;
  let claiming: Promise<void> | undefined;

  function after<T>(action: () => Promise<T>): Promise<T> {
    if (isClaimed) return action();
    claiming ??= claim()
      .then(() => {
        isClaimed = true;
      })
      .finally(() => {
        claiming = undefined;
      });
    return claiming.then(action);
  }

  return {
    ...store,
    update: (who, id, change, formerly) => after(() => store.update(who, id, change, formerly)),
    read: (who) => after(() => store.read(who)),
    forget: (who) => after(() => store.forget(who)),
    ready: () => after(store.ready),
  };
}
