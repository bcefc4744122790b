/** Texts that only the operator may read: sealed before they are stored, since a store may be read by others. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

export interface Seal {
  /** @param name tells this text apart from all others that are sealed: it is never used for another one. The same text
   *  under the same name is sealed the same way, so a change that runs twice writes the same. */
  seal(text: string, name: string): string;
  /** @returns `undefined` for what was sealed by another key, or was changed since. */
  open(sealed: string): string | undefined;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM under a key of its own, which follows from the data key.
 *  @param previousDataKey opens what was sealed before the last change. */
export function createSeal(dataKey: string, previousDataKey?: string): Seal {
  const current = createOneSeal(dataKey);
  if (previousDataKey === undefined) return current;
  const before = createOneSeal(previousDataKey);
  return { seal: current.seal, open: (sealed) => current.open(sealed) ?? before.open(sealed) };
}

function createOneSeal(dataKey: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', dataKey, '', 'texts for a person', 32));
  return {
    seal(text, name) {
      const nonce = createHmac('sha256', key).update(name).digest().subarray(0, NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open(written) {
      const bytes = Buffer.from(written, 'base64url');
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        // Not ours, or not what was written: the tag says so.
        return undefined;
      }
    },
  };
}
