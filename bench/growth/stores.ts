/** Both stores as they are built, opened with their own public functions only. merchant-run.ts measures them. */
import { at } from '../micro/built.ts';

/** Where the sessions of a measurement lie. */
export type Place =
  | { readonly kind: 'redis'; readonly url: string; readonly pid: number }
  | { readonly kind: 'embedded'; readonly directory: string };

export interface Opening {
  readonly now: () => Date;
  readonly retention: import('../../src/core/conversation/session/store.ts').Retention;
  /** Milliseconds for a whole update. */
  readonly deadlineMs: number;
}

export interface Opened {
  readonly sessions: import('../../src/core/conversation/session/store.ts').Sessions;
  /** One clean-up round; what Redis does by itself is `undefined`. */
  readonly sweep: (() => Promise<number>) | undefined;
}

const ACCOUNT = 'gh_0123456789ab';
/** Long, since whoever measures may be the last to get a turn on this machine. */
const READY_MS = 60_000;

/** Resolves when it can be written. The embedded store does not clean up by itself here, so that it does not do so in
 *  the middle of a measurement. Only the code of the one store is loaded, as in a start of the assistant. */
export async function openStore(place: Place, { now, retention, deadlineMs }: Opening): Promise<Opened> {
  const options = { account: ACCOUNT, now, retention, deadlineMs };
  // Outages reject the updates; what is told beside is for a log that is not kept here.
  const log = () => undefined;
  if (place.kind === 'embedded') {
    const { embeddedStore }: typeof import('../../src/store/embedded/sessions.ts') = await import(
      at('store/embedded/sessions')
    );
    const sessions = embeddedStore({
      ...options,
      directory: place.directory,
      log,
      sweepEveryMs: 24 * 3_600_000,
    });
    return { sessions, sweep: sessions.sweep };
  }
  const { connectRedis }: typeof import('../../src/store/redis/connect.ts') = await import(
    at('store/redis/connect')
  );
  const { redisStore }: typeof import('../../src/store/redis/sessions.ts') = await import(
    at('store/redis/sessions')
  );
  const sessions = redisStore({ ...options, client: connectRedis(place.url, { log }) });
  const until = performance.now() + READY_MS;
  for (;;) {
    try {
      await sessions.ready();
      return { sessions, sweep: undefined };
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
