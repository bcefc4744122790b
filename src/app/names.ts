/** How persons and messages of this account are called in the store, with the data key and the one before. */
import type { Config } from './config.ts';
import { createMessageIds, createWho, readDataKey } from './data-key.ts';
import { createSeal, type Seal } from './seal.ts';

export interface Names {
  readonly who: (openId: string) => string;
  /** The name by the key before the last change. */
  readonly formerWho: ((openId: string) => string) | undefined;
  readonly idOf: (dedupeKey: string) => string;
  readonly seal: Seal['seal'];
}

/** @throws SettingsError when the key is to be kept in DATA_DIR and cannot be. */
export function namesFor({ dataKey: given, previousDataKey: previous, dataDir, wechat }: Config): Names {
  const key = given ?? readDataKey(dataDir);
  const account = wechat.originalId;
  return {
    who: createWho(key, account),
    formerWho: previous === undefined ? undefined : createWho(previous, account),
    idOf: createMessageIds(key, account),
    seal: createSeal(key, previous).seal,
  };
}
