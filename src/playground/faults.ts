/** Faults on purpose, for the playground's panel: the store is away, every answer is held back. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Sessions } from '../core/conversation/session/store.ts';
import { StoreError } from '../core/errors.ts';
import type { Faults } from './app.ts';

export interface FaultySessions {
  readonly sessions: Sessions;
  inject(faults: Faults): void;
}

/** The same store, until faults are injected. */
export function withFaults(real: Sessions): FaultySessions {
  let faults: Faults = { storeAway: false, slowMs: 0 };
  const suffer = async () => {
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
        await suffer();
        return real.update(who, id, change, formerly);
      },
      forget: async (who) => {
        await suffer();
        return real.forget(who);
      },
      ready: async () => {
        await suffer();
        return real.ready();
      },
    },
  };
}
