/** The records of merchants who wrote in the last minute and a half: most of them write again at once. They may be stale;
 *  sessions.ts checks them.
 *
 *  They lie in one block of memory outside of V8's heap. Kept as strings they would outlive two collections each, and what
 *  survives is what makes collections slow: at a thousand messages a second the pauses doubled. And what is deleted here
 *  is overwritten. */

import type { Records } from '../record.ts';

/** What stands beside one another of a merchant, as far as it is read with every message. */
export type Written = Pick<Records, 'session' | 'replies'>;

export interface RecentRecords {
  get(who: string): Written | undefined;
  /** Keeps it in place of what was kept of this merchant. Records without a session, and ones too long for their place, are
   *  not kept. */
  set(who: string, records: Written): void;
  /** Nothing is left of this merchant, here. */
  delete(who: string): void;
}

/** @param options.merchants how many find room; beyond that who came first makes way.
 *  @param options.bytes room for the records of one merchant (UTF-8).
 *  @param options.ms milliseconds for which records can be had; they are overwritten after twice as many at most, also when
 *  nobody writes any more. */
export function createRecentRecords({ merchants = 2_048, bytes = 4_096, ms = 45_000 } = {}): RecentRecords {
  const room = Buffer.alloc(merchants * bytes);
  const places = new Map<string, number>();
  const owners: (string | undefined)[] = Array.from({ length: merchants }, () => undefined);
  const free = Array.from({ length: merchants }, (_, index) => merchants - 1 - index);
  const sessionBytes = new Int32Array(merchants);
  /** −1 where there is no list. */
  const repliesBytes = new Int32Array(merchants);
  const setAt = new Float64Array(merchants);
  let next = 0;
  let timer: NodeJS.Timeout | undefined;

  return { get, set, delete: remove };

  function get(who: string): Written | undefined {
    const place = places.get(who);
    if (place === undefined || isOver(place)) return undefined;
    const from = place * bytes;
    const middle = from + (sessionBytes[place] ?? 0);
    const list = repliesBytes[place] ?? -1;
    return {
      session: room.toString('utf8', from, middle),
      replies: list < 0 ? undefined : room.toString('utf8', middle, middle + list),
    };
  }

  function set(who: string, { session, replies }: Written): void {
    const length = session === undefined ? bytes : Buffer.byteLength(session);
    const list = replies === undefined ? -1 : Buffer.byteLength(replies);
    if (session === undefined || length + list > bytes) {
      remove(who);
      return;
    }
    const place = placeFor(who);
    room.write(session, place * bytes, 'utf8');
    if (replies !== undefined) room.write(replies, place * bytes + length, 'utf8');
    sessionBytes[place] = length;
    repliesBytes[place] = list;
    setAt[place] = performance.now();
    if (timer === undefined) timer = setTimeout(clean, ms).unref();
  }

  function remove(who: string): void {
    const place = places.get(who);
    if (place === undefined) return;
    vacate(place);
    free.push(place);
  }

  function placeFor(who: string): number {
    const own = places.get(who);
    if (own !== undefined) return own;
    let place = free.pop();
    if (place === undefined) {
      place = next;
      next = (next + 1) % merchants;
      vacate(place);
    }
    places.set(who, place);
    owners[place] = who;
    return place;
  }

  function vacate(place: number): void {
    const owner = owners[place];
    if (owner !== undefined) places.delete(owner);
    owners[place] = undefined;
    room.fill(0, place * bytes, (place + 1) * bytes);
  }

  function isOver(place: number): boolean {
    return performance.now() - (setAt[place] ?? 0) > ms;
  }

  function clean(): void {
    for (const [who, place] of places) if (isOver(place)) remove(who);
    timer = places.size === 0 ? undefined : setTimeout(clean, ms).unref();
  }
}
