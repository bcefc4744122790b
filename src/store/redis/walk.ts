/** All records of an account on Redis, for a backup, and back again. */
import type { Kept, Retention } from '../../core/conversation/session/store.ts';
import { accountPart, isLasting } from '../keys.ts';
import { lifeLeftMs, sessionLifeMs } from '../record.ts';
import { type ScriptCommands, text } from './compare-and-set.ts';

export interface WalkParts {
  readonly client: ScriptCommands & {
    mGet(keys: string[]): Promise<readonly (string | null)[]>;
    laneOf?(key: string): string;
  };
  readonly account: string;
  readonly trip: <T>(key: string, command: () => Promise<T>) => Promise<T>;
}

/** Asks one server after the other which keys it has. A record that is written meanwhile may be missed or come twice. */
export async function* walkAll({ client, account, trip }: WalkParts): AsyncIterable<readonly Kept[]> {
  const pattern = `{b*}:${escapedGlob(accountPart(account))}:*`;
  for (const lane of await lanesOfServers({ client, account, trip })) {
    let cursor = '0';
    do {
      const scan = { keys: [lane], arguments: [cursor, pattern, String(BITE)] };
      const answer = await trip(lane, () => client.eval(SCAN, scan));
      const [next, found] = Array.isArray(answer) ? answer : [];
      const keys = (Array.isArray(found) ? found : []).filter(
        (key): key is string => typeof key === 'string' && isLasting(key, account),
      );
      const records = await Promise.all([...byTag(keys)].map((same) => valuesOf(same)));
      yield records.flat();
      cursor = String(next ?? '0');
    } while (cursor !== '0');
  }

  async function valuesOf(keys: readonly string[]): Promise<readonly Kept[]> {
    const values = await trip(keys[0] ?? '', () => client.mGet([...keys]));
    return keys.flatMap((key, index) => {
      const record = text(values[index]);
      return record === undefined ? [] : [{ key, record }];
    });
  }
}

/** Writes records as they are, each for as long as it still has to live. */
export async function putAll(
  { client, trip }: Omit<WalkParts, 'account'>,
  records: readonly Kept[],
  { now, retention }: { readonly now: Date; readonly retention: Retention },
): Promise<void> {
  await Promise.all(
    records.map(async ({ key, record }) => {
      const life = Math.min(lifeLeftMs(record, now, sessionLifeMs(retention)), LONGEST_MS);
      if (life <= 0) return;
      const put = { keys: [key], arguments: [record, String(Math.round(life))] };
      await trip(key, () => client.eval(PUT, put));
    }),
  );
}

/** One key on each server, whichever merchant it would belong to. */
async function lanesOfServers({ client, trip }: WalkParts): Promise<readonly string[]> {
  const first = '{b00}';
  if (client.laneOf === undefined || client.laneOf('{b00}:') === client.laneOf('{b01}:')) return [first];
  const servers = new Map<string, string>();
  for (let bucket = 0; bucket < 256; bucket += 1) {
    const lane = `{b${bucket.toString(16).padStart(2, '0')}}`;
    servers.set(String(await trip(lane, () => client.eval(MYID, { keys: [lane], arguments: [] }))), lane);
  }
  return [...servers.values()];
}

/** Keys that share a slot may be read at once. */
function byTag(keys: readonly string[]): Iterable<readonly string[]> {
  const tags = new Map<string, string[]>();
  for (const key of keys) {
    const tag = key.slice(0, key.indexOf('}'));
    const same = tags.get(tag);
    if (same === undefined) tags.set(tag, [key]);
    else same.push(key);
  }
  return tags.values();
}

function escapedGlob(part: string): string {
  return part.replace(/[\\*?[\]^]/g, (sign) => `\\${sign}`);
}

/** Keys looked at in one script; the server answers nobody else meanwhile. */
const BITE = 500;
/** For a record without an end of its own: as long as settings allow. */
const LONGEST_MS = 365 * 24 * 60 * 60 * 1_000;
const MYID = `return redis.call('CLUSTER', 'MYID')`;
const SCAN = `return redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])`;
const PUT = `return redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])`;
