/** Shows an operator the sessions that could not be read: `npm run aside`. */
import type { Config } from './config.ts';

/** One line for each: key, a tab, what stood there. With Redis the lines say how to look there. Safe while the assistant
 *  runs. @throws StoreError when the files cannot be opened. */
export async function listAside(config: Config): Promise<readonly string[]> {
  if (config.redisUrl !== undefined)
    return [
      'Sessions set aside stand in Redis under keys that end in :x; in a Cluster ask each master:',
      "  redis-cli --scan --pattern '{b*}:*:x'",
      "  redis-cli get '<key>'      (redis-cli type '<key>' when it is no text)",
    ];
  // Only here: main.ts loads this file also where the store is Redis.
  const { embeddedStore } = await import('../store/embedded/sessions.ts');
  const store = embeddedStore({
    directory: config.dataDir,
    account: config.wechat.originalId,
    now: () => new Date(),
    log: () => {},
  });
  try {
    const found = store.quarantined().map(({ key, record }) => `${key}\t${record}`);
    return found.length === 0 ? ['Nothing is set aside.'] : found;
  } finally {
    await store.close();
  }
}
