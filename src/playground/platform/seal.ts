/** Signs, seals and opens as the platform does. A second implementation on purpose: it shares no code with src/wechat,
 *  so that it finds that folder's faults instead of repeating them.
 *  Rules: https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.md */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** What both sides share: the key as the console shows it (43 characters) and the app id that ends every message. */
export interface Lock {
  readonly aesKey: string;
  readonly appId: string;
}

export type Opened =
  | { readonly kind: 'open'; readonly clear: string }
  | { readonly kind: 'fault'; readonly reason: string };

const BLOCK = 32;
const HEAD = 20;

/** SHA-1 over the parts in byte order, without separators, as lower-case hex. With three parts (token, timestamp,
 *  nonce) it is `signature`, with the cipher text as a fourth it is `msg_signature`. */
export function sign(...parts: readonly string[]): string {
  const sorted = parts.map((part) => Buffer.from(part)).sort(Buffer.compare);
  return createHash('sha1').update(Buffer.concat(sorted)).digest('hex');
}

/** Encrypts `clear` for the owner of `lock`; base64. `random` is 16 bytes, given only to reproduce a known text.
 *  @throws Error when the key does not decode to 32 bytes. */
export function seal(clear: string, lock: Lock, random: Uint8Array = randomBytes(16)): string {
  const message = Buffer.from(clear);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const full = Buffer.concat([random, length, message, Buffer.from(lock.appId)]);
  const pad = BLOCK - (full.length % BLOCK);
  const key = keyOf(lock);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([full, Buffer.alloc(pad, pad)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}

/** Decrypts what the other side sealed and checks padding, length and app id. @throws Error as `seal` does. */
export function open(encrypt: string, lock: Lock): Opened {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encrypt)) {
    return fault('Encrypt is not base64');
  }
  const bytes = Buffer.from(encrypt, 'base64');
  if (bytes.length === 0 || bytes.length % BLOCK !== 0) {
    return fault(`cipher text of ${bytes.length} bytes, not a multiple of ${BLOCK}`);
  }
  const key = keyOf(lock);
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(bytes), decipher.final()]);
  const pad = padded.at(-1) ?? 0;
  if (pad < 1 || pad > BLOCK || padded.subarray(-pad).some((byte) => byte !== pad))
    return fault('padding is wrong');
  const full = padded.subarray(0, -pad);
  if (full.length < HEAD) return fault('too short for its head');
  const end = HEAD + full.readUInt32BE(16);
  if (end > full.length) return fault('msg_len points beyond the end');
  if (full.subarray(end).toString() !== lock.appId) return fault('the app id at the end is another one');
  const clear = decodeUtf8(full.subarray(HEAD, end));
  return clear === undefined ? fault('the message inside is not UTF-8') : { kind: 'open', clear };
}

/** Bytes as text, a byte order mark kept; `undefined` when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function keyOf(lock: Lock): Buffer {
  // Node decodes leniently, which is wanted: the 43rd character may carry spare bits.
  const key = Buffer.from(`${lock.aesKey}=`, 'base64');
  if (!/^[A-Za-z0-9]{43}$/.test(lock.aesKey) || key.length !== 32)
    throw new Error('aesKey must be 43 letters and digits');
  return key;
}

function fault(reason: string): Opened {
  return { kind: 'fault', reason };
}
