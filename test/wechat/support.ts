/** What the tests of this folder share: the published vectors, the example bodies, and a sealing of its own that can
 *  also seal wrongly. */

import { createCipheriv } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const vectorShape = z.strictObject({
  id: z.string(),
  what: z.string(),
  token: z.string().optional(),
  encodingAESKey: z.string().optional(),
  appid: z.string().optional(),
  timestamp: z.string().optional(),
  nonce: z.string().optional(),
  echostr: z.string().optional(),
  signature: z.string().optional(),
  msg_signature: z.string().optional(),
  encrypt: z.string().optional(),
  random: z.string().optional(),
  msg_len: z.number().optional(),
  plaintext: z.string().optional(),
  body_clear_fields: z.record(z.string(), z.string()).optional(),
});

export type Vector = z.infer<typeof vectorShape>;

/** The vectors of the vendor and of other projects, `id` V1 to V13. */
export const vectors: readonly Vector[] = z.array(vectorShape).parse(JSON.parse(read('vectors.json')));

export function vector(id: string): Vector {
  const found = vectors.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
}

/** A value that a vector must have for the test at hand. */
export function has(value: string | undefined): string {
  if (value === undefined) throw new Error('the vector lacks this value');
  return value;
}

/** The example body `folder/name.xml`, without its last line break. */
export function example(name: string): string {
  return read(`examples/${name}.xml`).replace(/\n$/, '');
}

/** The names of all example bodies of a folder. */
export function examplesIn(folder: string): readonly string[] {
  return readdirSync(new URL(`examples/${folder}`, import.meta.url))
    .map((file) => file.replace(/\.xml$/, ''))
    .sort();
}

/** Seals as the platform does, unless told to do it wrongly. */
export function sealBytes(parts: {
  readonly aesKey: string;
  readonly appId: string;
  readonly message: string | Uint8Array;
  /** 16 bytes. */
  readonly random?: string | Uint8Array;
  /** The length that is written, when it is not the message's own. */
  readonly length?: number;
  /** What stands behind the app id, when it is not the right padding. */
  readonly padding?: Uint8Array;
  readonly block?: number;
}): string {
  const key = Buffer.from(`${parts.aesKey}=`, 'base64');
  const message = Buffer.from(parts.message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(parts.length ?? message.length);
  const body = Buffer.concat([
    Buffer.from(parts.random ?? 'r'.repeat(16)),
    length,
    message,
    Buffer.from(parts.appId),
  ]);
  const block = parts.block ?? 32;
  const pad = block - (body.length % block);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([body, parts.padding ?? Buffer.alloc(pad, pad)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
