/** Whether a request is from the platform, and fresh. Values in, values out: the time is an argument. */

import { hash, timingSafeEqual } from 'node:crypto';
import { Refused } from '../core/errors.ts';

/** A parsed query string: a parameter given twice is a list. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Seconds that the `timestamp` of a request may differ from our clock, in both directions. The platform re-sends a
 *  message with an unchanged query within about 15 s, so a repeated nonce inside the window is no attack. */
export const FRESH_SECONDS = 300;

/** What a checked clear request carries: `token` is the one that signed it. */
export interface ClearRequest {
  readonly token: string;
  readonly timestamp: string;
  readonly nonce: string;
}

/** What a fresh encrypted request claims; only `Envelope.open` decides whether `msgSignature` is right. */
export interface SealedRequest {
  readonly timestamp: string;
  readonly nonce: string;
  readonly msgSignature: string;
}

/** SHA-1 in lower-case hex over token and parts, sorted and joined.
 *  Three parts make `signature`, four `msg_signature`: https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.md */
export function signatureOf(token: string, parts: readonly string[]): string {
  // The default order is by UTF-16 units, which for the ASCII of the platform is the byte order that it asks for.
  return hash('sha1', [token, ...parts].sort().join(''), 'hex');
}

/** The token under which `claimed` is the right signature of `parts`, or `undefined`. Compares in constant time. */
export function signingToken(
  tokens: readonly string[],
  parts: readonly string[],
  claimed: string,
): string | undefined {
  return tokens.find((token) => sameText(signatureOf(token, parts), claimed));
}

/** Whether the request says that its body is encrypted. @throws Refused 400 for a type that nobody documented. */
export function saysEncrypted(query: Query): boolean {
  const type = query.encrypt_type;
  if (type === undefined || type === '' || type === 'raw') return false;
  if (type === 'aes') return true;
  throw new Refused(400, 'unknown encrypt_type');
}

/** Checks the handshake (in every mode) and clear messages. `tokens`: the current one, then those still accepted after
 *  a change. @throws Refused 403 when a parameter is missing or doubled, `signature` is wrong, or the request is more
 *  than five minutes old or ahead. */
export function checkRequest(request: {
  readonly query: Query;
  readonly tokens: readonly string[];
  readonly now: Date;
}): ClearRequest {
  const signature = only(request.query, 'signature');
  const timestamp = only(request.query, 'timestamp');
  const nonce = only(request.query, 'nonce');
  const token = signingToken(request.tokens, [timestamp, nonce], signature);
  if (token === undefined) throw new Refused(403, 'wrong signature');
  checkFresh(timestamp, request.now);
  return { token, timestamp, nonce };
}

/** Reads the query of an encrypted message. `signature` is not looked at: there the vendor lets only `msg_signature`
 *  count, which needs the body. @throws Refused 403 when a parameter is missing or doubled, or the request is stale. */
export function checkSealedRequest(request: { readonly query: Query; readonly now: Date }): SealedRequest {
  const msgSignature = only(request.query, 'msg_signature');
  const timestamp = only(request.query, 'timestamp');
  const nonce = only(request.query, 'nonce');
  checkFresh(timestamp, request.now);
  return { timestamp, nonce, msgSignature };
}

function only(query: Query, name: string): string {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  if (value === undefined || value === '') throw new Refused(403, `${name} is missing`);
  if (typeof value !== 'string') throw new Refused(403, `${name} is given more than once`);
  return value;
}

function checkFresh(timestamp: string, now: Date): void {
  if (!/^\d{1,11}$/.test(timestamp)) throw new Refused(403, 'timestamp is not in seconds');
  const apart = Math.abs(now.getTime() / 1000 - Number(timestamp));
  if (apart > FRESH_SECONDS) throw new Refused(403, 'timestamp is not fresh');
}

function sameText(right: string, claimed: string): boolean {
  const a = Buffer.from(right);
  const b = Buffer.from(claimed);
  return a.length === b.length && timingSafeEqual(a, b);
}
