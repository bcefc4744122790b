/** Notices a query that comes again with another body. The plain signature covers no body, so one captured query would
 *  forge messages for as long as it is fresh; the platform itself repeats query and body together. Counts in this process
 *  only, and of the last queries only: what remains is written in docs/security.md. */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Refused } from '../../core/errors.ts';
import { FRESH_SECONDS } from '../../wechat/signature.ts';

export interface UsedQueries {
  /** The first body under a query wins for as long as the query is fresh.
   *  @param signature of the query, which is right.
   *  @throws Refused 403 for another body. */
  claim(signature: string, body: string): void;
}

/** Queries that are remembered, some 200 bytes each: a thousand messages a second for 50 seconds. */
const QUERIES = 50_000;

/** Makes the memory of one account. */
export function createUsedQueries(): UsedQueries {
  // A timestamp may lie as far in the future as in the past.
  const bodies = new LRUCache<string, string>({ max: QUERIES, ttl: 2 * FRESH_SECONDS * 1_000 });
  return {
    claim(signature, body) {
      const name = hash('sha1', body, 'base64');
      const first = bodies.get(signature);
      if (first === undefined) bodies.set(signature, name);
      else if (first !== name) throw new Refused(403, 'another body under a query that was used');
    },
  };
}
