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
  const keys = [config.dataKey ?? readDataKey(config.dataDir), config.previousDataKey];
  const names = keys.flatMap((key) =>
    key === undefined ? [] : [createWho(key, config.wechat.originalId)(openId)],
  );
  const store = await openStore(config, () => new Date(), pino({ level: 'silent' }));
  try {
    await waitUntilReady(store);
    for (const who of names) await store.forget(who);
    return 'Nothing is kept of this merchant any more.';
  } finally {
    await store.close();
  }
}
