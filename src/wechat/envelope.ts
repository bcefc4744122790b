/** Opens encrypted messages, strictly, and seals replies. Why not by wechat-crypto:
 *  docs/decisions/0006-strict-opening.md. */

import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import { Refused } from '../core/errors.ts';
import { signatureOf, signingToken } from './signature.ts';

/** Which of the account's keys was used: after a change of the key both live for a while. */
export type KeyName = 'current' | 'previous';

/** An encrypted message: `encrypt` from the body exactly as it stands there, the rest from the query. */
export interface SealedMessage {
  readonly encrypt: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly msgSignature: string;
}

/** A message in clear, and the key and token that its reply must be sealed with. */
export interface Opened {
  readonly xml: string;
  readonly key: KeyName;
  readonly token: string;
}

/** How to seal a reply. `timestamp` is the reply's own; it is written in whole seconds. `nonce`: letters and digits. */
export interface Sealing {
  readonly key: KeyName;
  readonly token: string;
  readonly timestamp: Date;
  readonly nonce: string;
}

export interface Envelope {
  /** Checks `msgSignature` first, then decrypts with the current key, then with the previous one.
   *  @throws Refused 403 for a wrong signature, a tampered message or another app id; 400 for a text that is no
   *  cipher text. The reason names no content. Bytes that are no UTF-8 become U+FFFD: the sender is proven. */
  open(message: SealedMessage): Opened;
  /** The XML of a reply envelope around `xml`. `success` and the empty body are never sealed.
   *  @throws Error when there is no previous key and `key` asks for it. */
  seal(xml: string, sealing: Sealing): string;
}

const BLOCK = 16; // AES
const LARGEST_PAD = 32; // the platform pads to 32 bytes, not to AES's 16
const RANDOM = 16;
const HEAD = RANDOM + 4; // and the length of the message

/** Makes the envelope of one account. `tokens`: the current one first. A key is the EncodingAESKey of the console.
 *  Rules: https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.md
 *  @param random draws the 16 bytes that each reply begins with.
 *  @throws Error when a key is not 43 letters and digits (the key itself is not named). */
export function createEnvelope(
  account: {
    readonly appId: string;
    readonly tokens: readonly string[];
    readonly aesKey: string;
    readonly previousAesKey?: string | undefined;
  },
  random = createRandom(RANDOM),
): Envelope {
  const appId = Buffer.from(account.appId);
  const current = keyOf('current', account.aesKey);
  const keys = account.previousAesKey ? [current, keyOf('previous', account.previousAesKey)] : [current];

  return {
    open({ encrypt, timestamp, nonce, msgSignature }) {
      const token = signingToken(account.tokens, [timestamp, nonce, encrypt], msgSignature);
      if (token === undefined) throw new Refused(403, 'wrong msg_signature');
      const cipherText = cipherTextOf(encrypt);
      const failures: string[] = [];
      for (const key of keys) {
        const result = decrypt(cipherText, key.bytes, appId);
        if (result.kind === 'opened') return { xml: UTF8.decode(result.message), key: key.name, token };
        failures.push(`${key.name} key: ${result.reason}`);
      }
      throw new Refused(403, failures.join('; '));
    },

    seal(xml, { key: name, token, timestamp, nonce }) {
      const key = keys.find((one) => one.name === name);
      if (key === undefined) throw new Error(`there is no ${name} key to seal with`);
      const seconds = Math.floor(timestamp.getTime() / 1000);
      const encrypt = encryptedWith(key.bytes, [random(), Buffer.from(xml), appId]);
      const signature = signatureOf(token, [String(seconds), nonce, encrypt]);
      // As `writeXml` would write it, which looks through all of it for what base64 and digits cannot hold.
      return (
        `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature>` +
        `<TimeStamp>${seconds}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`
      );
    },
  };
}

interface Key {
  readonly name: KeyName;
  readonly bytes: Buffer;
}

function keyOf(name: KeyName, encoded: string): Key {
  if (!/^[A-Za-z0-9]{43}$/.test(encoded)) throw new Error(`the ${name} AES key is not 43 letters and digits`);
  // 43 characters hold two bits more than the key. The console gives out keys where they are set, so decoding is lenient.
  return { name, bytes: Buffer.from(`${encoded}=`, 'base64') };
}

function cipherTextOf(encrypt: string): Buffer {
  const bytes = Buffer.from(encrypt, 'base64');
  // Node skips what is not base64; only a text that comes out the same again was base64 through and through.
  if (bytes.length === 0 || bytes.toString('base64') !== encrypt)
    throw new Refused(400, 'Encrypt is not base64');
  if (bytes.length % BLOCK !== 0) throw new Refused(400, 'Encrypt is not whole blocks');
  return bytes;
}

type Decrypted =
  | { readonly kind: 'opened'; readonly message: Buffer }
  | { readonly kind: 'failed'; readonly reason: string };

function decrypt(cipherText: Buffer, key: Buffer, appId: Buffer): Decrypted {
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16));
  // Node's own unpadding knows pads up to 16 only.
  decipher.setAutoPadding(false);
  // Whole blocks without padding: nothing is held back for `final`.
  const padded = decipher.update(cipherText);

  const pad = padded.at(-1) ?? 0;
  if (pad < 1 || pad > LARGEST_PAD || pad > padded.length) return failed('padding length');
  const end = padded.length - pad;
  if (!padded.subarray(end).every((byte) => byte === pad)) return failed('padding bytes');
  if (end < HEAD) return failed('too short');
  const messageEnd = HEAD + padded.readUInt32BE(HEAD - 4);
  if (messageEnd > end) return failed('message length');
  if (!padded.subarray(messageEnd, end).equals(appId)) return failed('other app id');
  return { kind: 'opened', message: padded.subarray(HEAD, messageEnd) };
}

/** Base64 of head, length, message, app id and pad, encrypted. */
function encryptedWith(key: Buffer, [head, message, appId]: readonly [Buffer, Buffer, Buffer]): string {
  const used = HEAD + message.length + appId.length;
  const pad = LARGEST_PAD - (used % LARGEST_PAD);
  const plain = Buffer.alloc(used + pad, pad);
  head.copy(plain);
  plain.writeUInt32BE(message.length, RANDOM);
  message.copy(plain, HEAD);
  appId.copy(plain, HEAD + message.length);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
  cipher.setAutoPadding(false);
  return cipher.update(plain).toString('base64');
}

/** Draws for many replies at once: one call takes as long as half of the sealing. Nothing is given out twice. */
function createRandom(bytes: number): () => Buffer {
  const pool = Buffer.alloc(bytes * 256);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += bytes;
    return pool.subarray(used - bytes, used);
  };
}

function failed(reason: string): Decrypted {
  return { kind: 'failed', reason };
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
