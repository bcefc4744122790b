/** Deletes all that is kept of one merchant, for an operator who is asked to: `npm run forget -- <OpenID>`. */
import { pino } from 'pino';
import { SettingsError } from '../core/errors.ts';
import type { Config } from './config.ts';
import { createWho, readDataKey } from './data-key.ts';
import { openStore, waitUntilReady } from './open-store.ts';

/** Deletes at once, also while the assistant runs, and is quiet where there is nothing. @returns what to tell the operator.
 *  @throws SettingsError without an OpenID; StoreError when the store cannot be reached, and then nothing is promised. */
export async function forget(config: Config, openId: string | undefined): Promise<string> {
  if (openId === undefined || openId === '')
    throw new SettingsError('name the merchant: npm run forget -- <OpenID>');
  const who = createWho(config.dataKey ?? readDataKey(config.dataDir), config.wechat.originalId);
  const store = await openStore(config, () => new Date(), pino({ level: 'silent' }));
  try {
    await waitUntilReady(store);
    await store.forget(who(openId));
    return 'Nothing is kept of this merchant any more.';
  } finally {
    await store.close();
  }
}
