/** Faults on purpose, for the playground's panel: the store is away, every answer is held back. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Sessions } from '../core/conversation/session/store.ts';
import { StoreError } from '../core/errors.ts';
import type { Faults } from './app.ts';

export interface FaultySessions {
  readonly sessions: Sessions;
  inject(faults: Faults): void;
}

/** The same store, until faults are injected. @param isOurs whether somebody is played here: nobody else suffers. */
export function withFaults(real: Sessions, isOurs: (who: string) => boolean): FaultySessions {
  let faults: Faults = { storeAway: false, slowMs: 0 };
  const suffer = async (who: string) => {
    if (!isOurs(who)) return;
    if (faults.slowMs > 0) await wait(faults.slowMs);
    if (faults.storeAway) throw new StoreError('the store was taken away in the playground');
  };
  return {
    inject: (wanted) => {
      faults = wanted;
    },
    sessions: {
      ...real,
      update: async (who, id, change, formerly) => {
        await suffer(who);
        return real.update(who, id, change, formerly);
      },
      forget: async (who) => {
        await suffer(who);
        return real.forget(who);
      },
    },
  };
}
