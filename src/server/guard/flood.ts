/** Limits the messages of one person in a minute. */
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Messages whose verdict is remembered: a re-send comes within seconds. */
const VERDICTS = 20_000;

/** Whether this person sends more than is answered in full. A message counts once: its re-sends get its own verdict, so that
 *  who was heard is answered, however many came after. */
export type FloodGate = (who: string, id: string) => Promise<boolean>;

/** Counts messages of a person in this process only, so that no trip to the store is needed. */
export function createFloodGate(perMinute: number | undefined): FloodGate | undefined {
  if (perMinute === undefined) return undefined;
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  const verdicts = new LRUCache<string, boolean>({ max: VERDICTS });
  return async (who, id) => {
    const known = verdicts.get(id);
    if (known !== undefined) return known;
    const isOver = await isBeyond(who);
    verdicts.set(id, isOver);
    return isOver;
  };

  async function isBeyond(who: string): Promise<boolean> {
    try {
      await limiter.consume(who);
      return false;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return true;
      throw refusal;
    }
  }
}
