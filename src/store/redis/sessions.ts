/** The store on Redis: one trip for who wrote a moment ago to this process, two for others; several processes may share
 *  it. Made by assemble.ts from REDIS_URL. */

import { createHash } from 'node:crypto';
import { ErrorReply } from 'redis';
import {
  type Change,
  RETENTION,
  type Retention,
  type Sessions,
  type Updated,
} from '../../core/conversation/session/store.ts';
import { StoreError } from '../../core/errors.ts';
import { probeKey, type RecordKeys, recordKeys } from '../keys.ts';
import { createQueue } from '../queue.ts';
import {
  idsIn,
  markOf,
  names,
  planUpdate,
  type Records,
  replyLifeMs,
  sessionLifeMs,
  type UpdatePlan,
} from '../record.ts';
import { createPatience, type Patience } from '../stall-guard.ts';
import { createLately } from './recent.ts';

/** What the store needs of a connected client: a single server's client has it, and so has a Cluster's or Sentinel's. */
export interface RedisCommands {
  readonly isOpen: boolean;
  mGet(keys: string[]): Promise<readonly (string | null)[]>;
  eval(script: string, options: ScriptOptions): Promise<unknown>;
  evalSha(sha1: string, options: ScriptOptions): Promise<unknown>;
  unlink(keys: string[]): Promise<unknown>;
  close(): Promise<unknown>;
  destroy(): unknown;
  /** Where there are several servers: what a key stands and falls with. One server that is away holds up its own lanes
   *  only. */
  laneOf?(key: string): string;
}

export interface ScriptOptions {
  keys: string[];
  arguments: string[];
}

export interface RedisOptions {
  /** From `connectRedis` (src/store/redis/connect.ts). The store closes it. */
  readonly client: RedisCommands;
  readonly account: string;
  readonly retention?: Retention;
  readonly now: () => Date;
  /** A whole update, waiting included. */
  readonly deadlineMs?: number;
}

/** The store on a connected client; closing it closes the client. */
export function redisStore(options: RedisOptions): Sessions {
  const { client, account, now } = options;
  const retention = options.retention ?? RETENTION;
  const queue = createQueue({ deadlineMs: options.deadlineMs ?? 3_500 });
  // Refusing while the server is frozen bounds what piles up behind it, and it is what lets the client notice: its socket
  // time-out starts anew with every byte written, so under steady load it would never run out.
  const patiences = new Map<string, Patience>();
  let scriptKnown = false;
  // What this process knew last of a person. It need not be so any more: the compare-and-set finds out, and answers what
  // is.
  const lately = createLately();
  const alone = createEstimate();

  function update<T>(who: string, id: string, change: Change<T>): Promise<Updated<T>> {
    return queue.run(who, async (overdue) => {
      const keys = recordKeys(account, who);
      const { session, replies } = keys;
      const reply = keys.replyTo(id);
      const read = async () => records(await trip(session, () => client.mGet([session, replies, reply])));
      const written = lately.get(who);
      // A message that was answered before wants its reply, which is not in memory.
      let remembered = written !== undefined && !names(written.replies, id) && alone.isWorthATry();
      let found: Records =
        remembered && written !== undefined ? { reply: undefined, ...written } : await read();
      let roundTrips = remembered ? 0 : 1;
      for (;;) {
        let next: UpdatePlan<T>;
        try {
          next = planUpdate(found, id, change, now(), retention);
        } catch (error) {
          if (!remembered) throw error;
          // It may have been made from what is no longer so.
          remembered = false;
          found = await read();
          roundTrips += 1;
          continue;
        }
        if (next.kind === 'replay') {
          lately.set(who, found);
          return { reply: next.reply, replayed: true, roundTrips };
        }
        if (overdue()) throw new StoreError('the time for this update was up before it could be written');
        const outcome = await compareAndSet(keys, reply, found, next);
        roundTrips += outcome.roundTrips;
        if (remembered) alone.note(outcome.kind === 'done');
        if (outcome.kind === 'done') {
          lately.set(who, next);
          return { reply: next.reply, report: next.report, replayed: false, roundTrips };
        }
        remembered = false;
        found = outcome.found;
      }
    });
  }

  /** One round trip. */
  function trip<T>(key: string, command: () => Promise<T>): Promise<T> {
    return patienceFor(key).run(() =>
      command().catch((error: unknown) => {
        throw new StoreError(`Redis: ${reasonOf(error)}`);
      }),
    );
  }

  function patienceFor(key: string): Patience {
    const lane = client.laneOf?.(key) ?? '';
    const known = patiences.get(lane);
    if (known !== undefined) return known;
    const fresh = createPatience(2_000);
    patiences.set(lane, fresh);
    return fresh;
  }

  /** Writes all records if the store still holds `found`; otherwise answers what it holds now. */
  async function compareAndSet(
    { session, replies, aside, replyTo }: RecordKeys,
    reply: string,
    found: Records,
    next: Extract<UpdatePlan<unknown>, { kind: 'write' }>,
  ) {
    const script = {
      keys: [session, replies, aside, reply, ...next.dropped.map(replyTo)],
      arguments: [
        markOf(found.session),
        markOf(found.replies),
        next.session ?? '',
        String(sessionLifeMs(retention)),
        next.replies,
        next.kept,
        String(replyLifeMs(retention)),
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
    return Array.isArray(answer)
      ? { kind: 'overtaken' as const, found: records(answer), roundTrips }
      : { kind: 'done' as const, roundTrips };
  }

  async function forget(who: string): Promise<void> {
    const { session, replies, aside, replyTo } = recordKeys(account, who);
    await queue.run(who, async () => {
      lately.delete(who);
      const [list] = await trip(session, () => client.mGet([replies]));
      const kept = idsIn(text(list)).map(replyTo);
      await trip(session, () => client.unlink([session, replies, aside, ...kept]));
    });
  }

  /** Writes, since a server that is full or read-only reads well. Of several servers one is enough: sending everybody
   *  away because some are not served would be the worse fault. */
  async function ready(): Promise<void> {
    const probes = Array.from({ length: client.laneOf === undefined ? 1 : 8 }, (_, number) => {
      const keys = [probeKey(account, number)];
      return trip(keys[0] ?? '', () => client.eval(PROBE, { keys, arguments: [] }));
    });
    try {
      await within(READY_MS, Promise.any(probes));
    } catch (error) {
      const [first] = error instanceof AggregateError ? error.errors : [error];
      throw first;
    }
  }

  async function close(): Promise<void> {
    if (!client.isOpen) return;
    try {
      await within(
        READY_MS,
        client.close().catch((error: unknown) => {
          throw new StoreError(`Redis: ${reasonOf(error)}`);
        }),
      );
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // The server does not answer: there is nothing left to wait for.
      client.destroy();
    }
  }

  return { update, forget, ready, close };
}

/** How often nobody else wrote in between, as far as this process has seen. Where several processes share the merchants
 *  most of what one remembers is out of date, and trying costs a turn for nothing. */
function createEstimate() {
  let share = 1;
  let passedOver = 0;
  return {
    /** Whether what this process wrote last is likely to stand still; says yes now and then, to learn when that changes. */
    isWorthATry(): boolean {
      if (share > 0.5) return true;
      passedOver = (passedOver + 1) % 16;
      return passedOver === 0;
    },
    note(right: boolean): void {
      share += ((right ? 1 : 0) - share) / 16;
    },
  };
}

/** KEYS: session, list of answered messages, set aside, reply, then the replies that are to go. ARGV: the mark that session
 *  and list had when they were read (empty: absent), then the new session (empty: delete) and its life in milliseconds,
 *  the new list, the reply and the life of both, and what is to be set aside, if anything is. Answers 1, or what stands
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
if ARGV[8] then redis.call('SET', KEYS[3], ARGV[8], 'PX', ARGV[4]) end
redis.call('SET', KEYS[2], ARGV[5], 'PX', ARGV[7])
redis.call('SET', KEYS[4], ARGV[6], 'PX', ARGV[7])
if #KEYS > 4 then redis.call('DEL', unpack(KEYS, 5)) end
return 1
`;
const PROBE = `return redis.call('SET', KEYS[1], '1', 'PX', 1000)`;
const SCRIPT_SHA = createHash('sha1').update(SCRIPT).digest('hex');
const NO_SCRIPT = Symbol('the server does not know the script');
const WRONG_TYPE = Symbol('something that is no text stands where a record should be');

/** Something that is no text reads as nothing and cannot be written over: it is moved aside. Answers what stands there
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

/** Readiness probes and the polite good-bye wait this long. */
const READY_MS = 900;

/** Why a command or a connection failed, safe for a log: of what the server says only the leading code (`OOM`,
 *  `READONLY`, `WRONGPASS`), since its messages may repeat the arguments of the command. */
export function reasonOf(error: unknown): string {
  if (error instanceof StoreError) return error.message;
  if (error instanceof ErrorReply) return /^[A-Z]+/.exec(error.message)?.[0] ?? 'error reply';
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.constructor.name;
}

function unlessItTells(error: unknown): typeof NO_SCRIPT | typeof WRONG_TYPE {
  if (error instanceof ErrorReply && error.message.startsWith('NOSCRIPT')) return NO_SCRIPT;
  if (error instanceof ErrorReply && error.message.includes('WRONGTYPE')) return WRONG_TYPE;
  throw error;
}

function records([session, replies, reply]: readonly unknown[]): Records {
  return { session: text(session), replies: text(replies), reply: text(reply) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** `answer`, or a StoreError when it takes longer. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreError(`Redis has not answered within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
