/** The records of a merchant as texts, and what an update makes of them (pure but for the random mark). Both stores call
 *  `planUpdate`; they differ only in how they read and write.
 *
 *  There is the session, the list of the messages that were answered recently, and a reply for each of these, under a key of
 *  its own: an update reads and writes one reply, however many are remembered. A record is `<mark>|<text>`. The mark is
 *  the moment when the record expires (milliseconds in base 36), a dot, and 32 random bits in capital hex digits: whoever
 *  wrote it decides how long it lives, whatever another process's settings say, and comparing marks tells whether anybody
 *  wrote in between. The bits are random rather than counted because a counter starts again after "forget me" and would
 *  then take a new session for an old one. All records of one write carry the same bits.
 *
 *  Earlier versions wrote the moment of the write, and the bits as twelve small hex digits or eight characters of base64url:
 *  such a record expires by the settings of whoever looks at it. They in turn read ours, and keep them longer. */

import { randomUUID } from 'node:crypto';
import type { Change, Retention } from '../core/conversation/session/store.ts';

/** What stands in the store; `undefined` where there is nothing. */
export interface Records {
  readonly session: string | undefined;
  /** The list of answered messages. */
  readonly replies: string | undefined;
  /** The reply to this message. */
  readonly reply: string | undefined;
}

/** `replay`: the utterance was answered before, nothing is to be written. `write`: the records are to be replaced,
 *  together and only if the store still holds the session and the list that were read. */
export type UpdatePlan<T> =
  /** `reply` is empty when it is gone. */
  | { readonly kind: 'replay'; readonly reply: string }
  | {
      readonly kind: 'write';
      /** What the change replied and reported. */
      readonly reply: string;
      readonly report: T;
      readonly session: string | undefined;
      readonly replies: string;
      /** The record of the reply. */
      readonly kept: string;
      /** Ids of messages whose replies are to go. */
      readonly dropped: readonly string[];
      /** A session that could not be read, for the quarantine. */
      readonly quarantined: string | undefined;
    };

/** One update: looks for an earlier reply to `id`, otherwise applies `change`. Throws only what `change` throws. */
export function planUpdate<T>(
  found: Records,
  id: string,
  change: Change<T>,
  at: Date,
  retention: Retention,
): UpdatePlan<T> {
  if (found.reply !== undefined && !isOver(found.reply, at, replyLifeMs(retention)))
    return { kind: 'replay', reply: textIn(found.reply) };
  const answered = since(answeredIn(found.replies), at, idLifeMs(retention));
  if (answered.some((one) => one.id === id)) return { kind: 'replay', reply: '' };

  const before = liveSession(found.session, at, retention);
  const { session, reply, report, damaged } = change(before);
  const earlier = answered.slice(Math.max(0, answered.length - retention.idsKept + 1));
  const bits = newBits();
  const mark = markFor(at, sessionLifeMs(retention), bits);
  const lines = [...earlier.map(({ line }) => line), `${escaped(id)}\t${at.getTime().toString(36)}`];
  return {
    kind: 'write',
    reply,
    report,
    session: session === undefined ? undefined : mark + session,
    replies: markFor(at, idLifeMs(retention), bits) + lines.join('\n'),
    kept: markFor(at, replyLifeMs(retention), bits) + reply,
    dropped: outlived(answered, session === undefined ? 0 : retention.repliesKept - 1, at, retention),
    quarantined:
      damaged === true && session !== undefined && before !== undefined ? mark + before : undefined,
  };
}

/** Whether the list names this message. Without reading the list: it is asked before each update. May say yes to an id that
 *  ends like one in the list, which costs a look into the store. */
export function names(replies: string | undefined, id: string): boolean {
  if (replies === undefined) return false;
  const wanted = `${escaped(id)}\t`;
  for (let at = replies.indexOf(wanted); at !== -1; at = replies.indexOf(wanted, at + 1)) {
    if (at === 0 || '\n|'.includes(replies.charAt(at - 1))) return true;
  }
  return false;
}

/** The ids of the messages whose replies are kept, by their list. */
export function idsIn(replies: string | undefined): readonly string[] {
  return answeredIn(replies).map(({ id }) => id);
}

/** The beginning of a record that is the same only as long as nobody has written it again; empty when there is none. */
export function markOf(record: string | undefined): string {
  if (record === undefined) return '';
  return MARK.exec(record)?.[0] ?? record;
}

/** How long a session is kept after its last change, in milliseconds. */
export function sessionLifeMs(retention: Retention): number {
  return retention.sessionDays * 24 * 60 * 60 * 1000;
}

/** How long a reply is kept, in milliseconds. */
export function replyLifeMs(retention: Retention): number {
  return retention.replySeconds * 1000;
}

/** How long the list of answered messages is kept, in milliseconds. */
export function idLifeMs(retention: Retention): number {
  return retention.idSeconds * 1000;
}

/** Whether a record is over at the moment `at`. @param lifeMs as in `lifeLeftMs`. */
export function isOver(record: string, at: Date, lifeMs: number): boolean {
  return lifeLeftMs(record, at, lifeMs) < 0;
}

/** How long a record still lives at the moment `at`, in milliseconds; without end for one without a mark, which is not
 *  ours. @param lifeMs of records of earlier versions, which do not say themselves. */
export function lifeLeftMs(record: string, at: Date, lifeMs: number): number {
  const [, moment, bits = ''] = MARK.exec(record) ?? [];
  if (moment === undefined) return Number.POSITIVE_INFINITY;
  const milliseconds = Number.parseInt(moment, 36);
  return (EXPIRES.test(bits) ? milliseconds : milliseconds + lifeMs) - at.getTime();
}

const MARK = /^([0-9a-z]{1,11})\.([0-9a-f]{12}|[\w-]{8})\|/;
/** Bits of a mark whose moment is the one of expiry. One in 65,000 of the oldest marks looks like it. */
const EXPIRES = /^[0-9A-F]{8}$/;

function newBits(): string {
  // Node draws the randomness of many of these at once; its first eight digits are random throughout.
  return randomUUID().slice(0, 8).toUpperCase();
}

function markFor(at: Date, lifeMs: number, bits: string): string {
  return `${(at.getTime() + lifeMs).toString(36)}.${bits}|`;
}

/** The session in a record, if there is one that is not over. A text without our mark is handed on as it stands: whoever
 *  reads sessions knows how to quarantine a broken one, and refusing it here would lock the merchant out. */
export function liveSession(record: string | undefined, at: Date, retention: Retention): string | undefined {
  if (record === undefined || isOver(record, at, sessionLifeMs(retention))) return undefined;
  return textIn(record);
}

function textIn(record: string): string {
  return record.slice(MARK.exec(record)?.[0].length ?? 0);
}

interface Answered {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly line: string;
}

/** The messages that were answered, oldest first, a line each: id and moment in base 36. What is no such line counts as
 *  none: the worst that follows is that a reply outlives what deletes it by two minutes, while an error would shut the
 *  merchant out for as long as the record lives. */
function answeredIn(record: string | undefined): readonly Answered[] {
  if (record === undefined) return [];
  const answered: Answered[] = [];
  for (const line of textIn(record).split('\n')) {
    const tab = line.indexOf('\t');
    const at = tab === -1 ? Number.NaN : Number.parseInt(line.slice(tab + 1), 36);
    if (!Number.isNaN(at)) answered.push({ id: meant(line.slice(0, tab)), at, line });
  }
  return answered;
}

/** The ids whose replies are to go now: those beyond `most`, and those that grew too old since the update before, which
 *  took its own. */
function outlived(
  answered: readonly Answered[],
  most: number,
  at: Date,
  retention: Retention,
): readonly string[] {
  const oldest = at.getTime() - replyLifeMs(retention);
  const oldestThen = (answered.at(-1)?.at ?? 0) - replyLifeMs(retention);
  const live = answered.filter((one) => one.at >= oldest);
  const beyond = live.slice(0, Math.max(0, live.length - most));
  const old = answered.filter((one) => one.at < oldest && one.at >= oldestThen);
  return [...old, ...(most === 0 ? beyond : beyond.slice(-1))].map(({ id }) => id);
}

function since(answered: readonly Answered[], at: Date, lifeMs: number): readonly Answered[] {
  const oldest = at.getTime() - lifeMs;
  return answered.filter((one) => one.at >= oldest);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\t': '\\t' };
const MEANT: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

function escaped(text: string): string {
  return /[\\\n\t]/.test(text) ? text.replace(/[\\\n\t]/g, (character) => ESCAPES[character] ?? '') : text;
}

function meant(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\(.)/g, (_, character: string) => MEANT[character] ?? character)
    : text;
}
