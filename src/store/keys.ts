/** Where a merchant's records stand. Both stores use these keys; nothing else makes keys of its own. */

/** Key of the session: `{bNN}:<account>:<who>`. NN is a hash of `who` modulo 256 in two hex digits. The braces are the
 *  hash tag of a Redis Cluster (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags):
 *  only what stands between the first pair decides on the slot, so all records of one merchant share one and a single
 *  script may change them together. `%` and `:` inside the parts are escaped, so different people never share a key. */
export function sessionKey(account: string, who: string): string {
  return `{b${bucket(who)}}:${part(account)}:${part(who)}`;
}

/** The keys of all that is kept of one merchant. */
export interface RecordKeys {
  readonly session: string;
  /** The list of answered messages: the session's key and `:r`. */
  readonly replies: string;
  /** A session that could not be read: the session's key and `:x`. */
  readonly quarantine: string;
  /** The reply to one message, kept for re-sends: the key of the list and the message's id. */
  replyTo(id: string): string;
}

/** All of them at once: `who` is hashed once. */
export function recordKeys(account: string, who: string): RecordKeys {
  const session = sessionKey(account, who);
  const replies = `${session}${REPLIES}`;
  return {
    session,
    replies,
    quarantine: `${session}${QUARANTINE}`,
    replyTo: (id) => `${replies}:${part(id)}`,
  };
}

/** Key for trying whether the store can be written, one of several in different slots. No merchant has it: the names of
 *  merchants hold no blank. */
export function probeKey(account: string, number: number): string {
  return sessionKey(account, `probe ${number}`);
}

/** Whether a key is one of something kept of a merchant of this account that outlives the minute: no reply, and no probe. */
export function isLasting(key: string, account: string): boolean {
  const { record, account: of } = recordOf(key);
  return of === part(account) && record !== 'reply' && !/:probe \d$/.test(key);
}

/** Key of the text that tells whose store this is. No account is without a name. */
export function labelKey(): string {
  return sessionKey('', 'store');
}

/** Whether a key made here is one of a session in quarantine. */
export function isQuarantineKey(key: string): boolean {
  return key.endsWith(QUARANTINE) && key.split(':').length === 4;
}

/** Which record a key made here is one of, and of which account (as `accountPart` writes it). */
export function recordOf(key: string): {
  readonly record: 'session' | 'list' | 'reply' | 'quarantine';
  readonly account: string | undefined;
} {
  const [, account, , kind, id] = key.split(':');
  if (`:${kind}` === QUARANTINE) return { record: 'quarantine', account };
  if (`:${kind}` !== REPLIES) return { record: 'session', account };
  return { record: id === undefined ? 'list' : 'reply', account };
}

/** An account as it stands in keys. */
export const accountPart = part;

const REPLIES = ':r';
const QUARANTINE = ':x';

/** FNV-1a, 32 bits, over the UTF-8 bytes (http://www.isthe.com/chongo/tech/comp/fnv/), folded to 8 bits. Stable across
 *  machines and versions: a change here loses every session. */
function bucket(who: string): string {
  let hash = 0x811c9dc5;
  // The usual name is ASCII, of which each character is its byte.
  const bytes = /[^\0-\x7f]/.test(who) ? Buffer.from(who, 'utf8') : undefined;
  const length = bytes?.length ?? who.length;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (bytes?.[i] ?? who.charCodeAt(i)), 0x01000193);
  const folded = (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & 0xff;
  return folded.toString(16).padStart(2, '0');
}

/** The real `who` is a hex or base64 digest and passes unchanged. */
function part(text: string): string {
  return text.replace(/[%:]/g, (sign) => (sign === '%' ? '%25' : '%3A'));
}
