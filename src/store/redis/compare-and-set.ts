/** Writes all records of one update, if the store still holds what was read: one script, so that nobody comes in between. */
import { createHash } from 'node:crypto';
import { ErrorReply } from 'redis';
import type { Retention } from '../../core/conversation/session/store.ts';
import type { RecordKeys } from '../keys.ts';
import { idLifeMs, markOf, type Records, replyLifeMs, sessionLifeMs, type UpdatePlan } from '../record.ts';

export interface ScriptOptions {
  keys: string[];
  arguments: string[];
}

/** What runs scripts on a server. */
export interface ScriptCommands {
  eval(script: string, options: ScriptOptions): Promise<unknown>;
  evalSha(sha1: string, options: ScriptOptions): Promise<unknown>;
}

/** `overtaken`: somebody else wrote meanwhile, and `found` is what stands there now. */
export type WriteOutcome = { readonly roundTrips: number } & (
  | { readonly kind: 'done' }
  | { readonly kind: 'overtaken'; readonly found: Records }
);

/** Writes if the store still holds `found`. @param reply the key of the reply. */
export type CompareAndSet = (
  keys: RecordKeys,
  reply: string,
  found: Records,
  next: Extract<UpdatePlan<unknown>, { kind: 'write' }>,
) => Promise<WriteOutcome>;

/** @param trip makes one round trip to the server that holds a key. */
export function createCompareAndSet(
  client: ScriptCommands,
  retention: Retention,
  trip: <T>(key: string, command: () => Promise<T>) => Promise<T>,
): CompareAndSet {
  let scriptKnown = false;

  return async ({ session, replies, quarantine, replyTo }, reply, found, next) => {
    const script = {
      keys: [session, replies, quarantine, reply, ...next.dropped.map(replyTo)],
      arguments: [
        markOf(found.session),
        markOf(found.replies),
        next.session ?? '',
        String(sessionLifeMs(retention)),
        next.replies,
        next.kept,
        String(replyLifeMs(retention)),
        String(idLifeMs(retention)),
        ...(next.quarantined === undefined ? [] : [next.quarantined]),
      ],
    };
    let roundTrips = 0;
    let answer: unknown = NO_SCRIPT;
    if (scriptKnown) {
      roundTrips += 1;
      answer = await trip(session, () => client.evalSha(SCRIPT_SHA, script).catch(unlessItTells));
    }
    // The first time in this process, and after the server has lost its scripts, the whole text goes along.
    if (answer === NO_SCRIPT) {
      roundTrips += 1;
      answer = await trip(session, () => client.eval(SCRIPT, script).catch(unlessItTells));
      scriptKnown = true;
    }
    if (answer === WRONG_TYPE) {
      roundTrips += 1;
      const rescue = { keys: script.keys, arguments: [String(sessionLifeMs(retention))] };
      answer = await trip(session, () => client.eval(RESCUE, rescue));
    }
    if (Array.isArray(answer) && cannotBeCompared(found, records(answer))) {
      roundTrips += 1;
      const { session: sessionText = '', replies: list = '' } = records(answer);
      const rewrite = { keys: [session, replies, reply], arguments: [sessionText, list] };
      answer = await trip(session, () => client.eval(REWRITE, rewrite));
    }
    return Array.isArray(answer)
      ? { kind: 'overtaken' as const, found: records(answer), roundTrips }
      : { kind: 'done' as const, roundTrips };
  };
}

/** KEYS: session, list of answered messages, quarantine, reply, then the replies that are to go. ARGV: the mark that session
 *  and list had when they were read (empty: absent), then the new session (empty: delete) and its life in milliseconds,
 *  the new list, the reply, the life of the reply and of the list, and what goes into quarantine, if anything is. Answers 1, or what stands
 *  there now. */
const SCRIPT = `
local session, replies = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])
local function same(record, mark)
  if mark == '' then return (record or '') == '' end
  return record and string.sub(record, 1, #mark) == mark
end
if not (same(session, ARGV[1]) and same(replies, ARGV[2])) then
  return { session, replies, redis.call('GET', KEYS[4]) }
end
if ARGV[3] == '' then redis.call('DEL', KEYS[1], KEYS[3]) else redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4]) end
if ARGV[9] then redis.call('SET', KEYS[3], ARGV[9], 'PX', ARGV[4]) end
redis.call('SET', KEYS[2], ARGV[5], 'PX', ARGV[8])
redis.call('SET', KEYS[4], ARGV[6], 'PX', ARGV[7])
if #KEYS > 4 then redis.call('DEL', unpack(KEYS, 5)) end
return 1
`;
const SCRIPT_SHA = createHash('sha1').update(SCRIPT).digest('hex');
const NO_SCRIPT = Symbol('the server does not know the script');
const WRONG_TYPE = Symbol('something that is no text stands where a record should be');

/** Something that is no text reads as nothing and cannot be written over: it goes into quarantine. Answers what stands there
 *  now, as the script above does. KEYS as above; ARGV: how long it is kept, in milliseconds. */
const RESCUE = `
for _, i in ipairs({ 1, 2, 4 }) do
  local kind = redis.call('TYPE', KEYS[i]).ok
  if kind ~= 'string' and kind ~= 'none' then
    redis.call('RENAME', KEYS[i], KEYS[3])
    redis.call('PEXPIRE', KEYS[3], ARGV[1])
  end
end
return { redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2]), redis.call('GET', KEYS[4]) }
`;

/** Bytes that are no UTF-8 are read as other characters, so that no mark made of them is ever found again and the merchant
 *  would be shut out for as long as the record lives. A record without one of our marks is written as it was read; the turn
 *  then puts it aside as damaged. KEYS: session, list, reply; ARGV: session and list as they were read. */
const REWRITE = `
for i = 1, 2 do
  local record = redis.call('GET', KEYS[i])
  if record and not string.match(record, '^[0-9a-z]+%.[%w_-]+|') then redis.call('SET', KEYS[i], ARGV[i], 'KEEPTTL') end
end
return { redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2]), redis.call('GET', KEYS[3]) }
`;

/** Whether what stands there reads exactly as what was read before, and yet was not found to be the same. */
function cannotBeCompared(before: Records, now: Records): boolean {
  return markOf(before.session) === markOf(now.session) && markOf(before.replies) === markOf(now.replies);
}

function unlessItTells(error: unknown): typeof NO_SCRIPT | typeof WRONG_TYPE {
  if (error instanceof ErrorReply && error.message.startsWith('NOSCRIPT')) return NO_SCRIPT;
  if (error instanceof ErrorReply && error.message.includes('WRONGTYPE')) return WRONG_TYPE;
  throw error;
}

/** The records in an answer of the server. */
export function records([session, replies, reply]: readonly unknown[]): Records {
  return { session: text(session), replies: text(replies), reply: text(reply) };
}

/** A text of the server; anything else reads as nothing. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
