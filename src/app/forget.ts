/** Deletes all that is kept of one merchant, for an operator who is asked to: `npm run forget -- <OpenID>`. */
import { pino } from 'pino';
import { SettingsError } from '../core/errors.ts';
import type { Config } from './config.ts';
import { namesFor } from './names.ts';
import { openStore, waitUntilReady } from './open-store.ts';

/** Deletes at once, also while the assistant runs, and is quiet where there is nothing. @returns what to tell the operator.
 *  @throws SettingsError without an OpenID; StoreError when the store cannot be reached, and then nothing is promised. */
export async function forget(config: Config, openId: string | undefined): Promise<string> {
  if (openId === undefined || openId === '')
    throw new SettingsError('name the merchant: npm run forget -- <OpenID>');
  const { who, formerWho } = namesFor(config);
  const store = await openStore(config, () => new Date(), pino({ level: 'silent' }));
  try {
    await waitUntilReady(store);
    for (const nameOf of [who, formerWho]) if (nameOf !== undefined) await store.forget(nameOf(openId));
    return 'Nothing is kept of this merchant any more.';
  } finally {
    await store.close();
  }
}
