/** The changes that the store tests apply, and a look at what is kept. Free of the test runner: child processes use it. */

import type { Change, ChangeResult, Sessions } from '../../src/core/conversation/session/store.ts';

/** A change that leaves a counter one higher and says its value. */
export const count: Change<undefined> = (before) => {
  const next = `${Number(before ?? 0) + 1}`;
  return { session: next, reply: next, report: undefined };
};

/** A change that leaves this session and says this reply. */
export function keep(session: string, reply = 'r'): () => ChangeResult<undefined> {
  return () => ({ session, reply, report: undefined });
}

/** A change that must not run. */
export const never: Change<undefined> = () => {
  throw new Error('the change ran although the reply was known');
};

let looks = 0;

/** The session as the next change would see it. Leaves it as it is. */
export async function session(store: Sessions, who: string): Promise<string | undefined> {
  const seen: (string | undefined)[] = [];
  looks += 1;
  await store.update(who, `look ${looks}`, (before) => {
    seen.push(before);
    return { session: before, reply: '', report: undefined };
  });
  return seen.at(-1);
}
