/** Limits the messages of one person in a minute. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Counts messages of a person in this process only, so that no trip to the store is needed. */
export function createFloodGate(
  perMinute: number | undefined,
): ((who: string) => Promise<boolean>) | undefined {
  if (perMinute === undefined) return undefined;
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return async (who) => {
    try {
      await limiter.consume(who);
      return false;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return true;
      throw refusal;
    }
  };
}
