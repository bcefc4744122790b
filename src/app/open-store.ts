/** Opens the store that the settings name. */
import type { Logger } from 'pino';
import { RETENTION, type Sessions } from '../core/conversation/session/store.ts';
import { StoreError } from '../core/errors.ts';
import type { StoreEvent } from '../store/log.ts';
import type { Config } from './config.ts';
import { readDataKey } from './data-key.ts';
import { claimedFirst, claimStore } from './store-label.ts';

/** The store gives up before that, so that there is time to say so. */
const STORE_WITHIN = 3_900;

/** How long a start waits for the store, in milliseconds. */
const STORE_GREETS_WITHIN = 1_000;

/** Opens the store, which is claimed for this account and key before anything is asked of it. */
export async function openStore(config: Config, now: () => Date, log: Logger): Promise<Sessions> {
  const store = await openUnclaimed(config, now, log);
  const { dataKey, previousDataKey, wechat } = config;
  const owner = {
    account: wechat.originalId,
    dataKey: dataKey ?? readDataKey(config.dataDir),
    previousDataKey,
  };
  return claimedFirst(store, async () => {
    const warnings = [...(await claimStore(store, owner)), ...(await store.warnings())];
    for (const warning of warnings) log.warn({ warning }, 'store');
  });
}

/** The store whoever it belongs to. Loads the code of the one that is used: the client of Redis alone takes a fifth of a
 *  second. */
export async function openUnclaimed(config: Config, now: () => Date, log: Logger): Promise<Sessions> {
  const account = config.wechat.originalId;
  const retention = { ...RETENTION, sessionDays: config.sessionDays };
  const tell = (event: StoreEvent) =>
    event.kind === 'ready' ? log.info(event, 'store') : log.warn(event, 'store');
  if (config.redisUrl === undefined) {
    const [{ embeddedStore }, { waitForHolder }] = await Promise.all([
      import('../store/embedded/sessions.ts'),
      import('../store/embedded/lock-owner.ts'),
    ]);
    await waitForHolder(config.dataDir);
    return embeddedStore({ directory: config.dataDir, account, retention, now, log: tell });
  }
  const [{ connectRedis }, { redisStore }] = await Promise.all([
    import('../store/redis/connect.ts'),
    import('../store/redis/sessions.ts'),
  ]);
  const client = connectRedis(config.redisUrl, { log: tell });
  return redisStore({ client, account, retention, now, deadlineMs: STORE_WITHIN });
}

/** Waits up to a second for the store. Starting without it is allowed.
 *  @throws what is no StoreError, such as a SettingsError for a store of another key */
export async function waitUntilReady(store: Sessions): Promise<void> {
  const end = performance.now() + STORE_GREETS_WITHIN;
  while (performance.now() < end) {
    try {
      return await store.ready();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
