/** The two records of a merchant as texts, and what an update makes of them (pure but for the random mark). Both stores
 *  call `step`; they differ only in how they read and write.
 *
 *  A record is `<mark>|<text>`. The mark is the moment of the write (milliseconds in base 36), a dot, and 48 random bits:
 *  the moment tells when the record expires, and comparing marks tells whether anybody wrote in between. The bits are
 *  random rather than counted because a counter starts again after "forget me" and would then take a new session for
 *  an old one. Both records of one write carry the same mark. */

import { randomUUID } from 'node:crypto';
import type { Change, Retention } from './store.ts';

/** What stands in the store; `undefined` where there is nothing. */
export interface Records {
  readonly session: string | undefined;
  readonly replies: string | undefined;
}

/** `again`: the utterance was answered before, nothing is to be written. `write`: both records are to be replaced,
 *  together and only if the store still holds those that were read. */
export type Step =
  | { readonly kind: 'again'; readonly reply: string }
  | {
      readonly kind: 'write';
      readonly reply: string;
      readonly session: string | undefined;
      readonly replies: string;
      /** A session that could not be read, to be set aside. */
      readonly aside: string | undefined;
    };

/** One update: looks for an earlier reply to `id`, otherwise applies `change`. Throws only what `change` throws. */
export function step(found: Records, id: string, change: Change, at: Date, retention: Retention): Step {
  const replies = recentReplies(found.replies, at, retention);
  const key = `${escaped(id)}\t`;
  const known = replies.find((line) => line.startsWith(key));
  if (known !== undefined) return { kind: 'again', reply: replyIn(known) };

  const before = liveSession(found.session, at, retention);
  const kept = change(before);
  const earlier =
    kept.session === undefined ? [] : replies.slice(Math.max(0, replies.length - retention.repliesKept + 1));
  const entry = `${key}${at.getTime().toString(36)}\t${escaped(kept.reply)}`;
  const mark = newMark(at);
  return {
    kind: 'write',
    reply: kept.reply,
    session: kept.session === undefined ? undefined : mark + kept.session,
    replies: mark + [...earlier, entry].join('\n'),
    aside:
      kept.damaged === true && kept.session !== undefined && before !== undefined ? mark + before : undefined,
  };
}

/** The beginning of a record that is the same only as long as nobody has written it anew; empty when there is none. */
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

/** Whether a record is older than `lifeMs` at the moment `at`. A record without a mark is never: it is not ours. */
export function isOver(record: string, at: Date, lifeMs: number): boolean {
  const written = MARK.exec(record)?.[1];
  return written !== undefined && at.getTime() - Number.parseInt(written, 36) > lifeMs;
}

const MARK = /^([0-9a-z]{1,11})\.[\w-]{8}\|/;

function newMark(at: Date): string {
  // Node draws the randomness of many of these at once; its first twelve digits are random throughout.
  const digits = randomUUID();
  return `${at.getTime().toString(36)}.${Buffer.from(digits.slice(0, 8) + digits.slice(9, 13), 'hex').toString('base64url')}|`;
}

/** A text without our mark is handed on as it stands: whoever reads sessions knows how to set a broken one aside, and
 *  refusing it here would lock the merchant out. */
function liveSession(record: string | undefined, at: Date, retention: Retention): string | undefined {
  if (record === undefined || isOver(record, at, sessionLifeMs(retention))) return undefined;
  return record.slice(MARK.exec(record)?.[0].length ?? 0);
}

/** The replies that are remembered, a line each: id, moment in base 36, text. Lines, so that the texts, which are most of it,
 *  are neither parsed nor written anew with every message. What is no such line counts as none: the worst that follows is
 *  that one re-sent message is heard twice, while an error would shut the merchant out for as long as the record lives. */
function recentReplies(record: string | undefined, at: Date, retention: Retention): readonly string[] {
  if (record === undefined) return [];
  const oldest = at.getTime() - replyLifeMs(retention);
  const recent = record
    .slice(markOf(record).length)
    .split('\n')
    .filter((line) => Number.parseInt(LINE.exec(line)?.[1] ?? '', 36) >= oldest);
  return recent.slice(Math.max(0, recent.length - retention.repliesKept));
}

const LINE = /^[^\t\n]*\t([0-9a-z]{1,11})\t/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\t': '\\t' };
const MEANT: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

function escaped(text: string): string {
  return /[\\\n\t]/.test(text) ? text.replace(/[\\\n\t]/g, (character) => ESCAPES[character] ?? '') : text;
}

function replyIn(line: string): string {
  const text = line.slice(LINE.exec(line)?.[0].length ?? 0);
  return text.replace(/\\(.)/g, (_, character: string) => MEANT[character] ?? character);
}
