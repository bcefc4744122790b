/** OpenIDs as opaque names: the key that makes them, and the names. */
import { createHmac, hash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '../core/errors.ts';

/** The key that turns OpenIDs into opaque names, made once and kept beside the data. @throws SettingsError */
export function readDataKey(directory: string): string {
  const file = join(directory, 'data.key');
  let key: string;
  try {
    key = keyIn(file) ?? makeKey(directory, file);
  } catch {
    throw new SettingsError(
      `DATA_DIR: cannot keep a key there (${directory}); name a folder that this process may write`,
    );
  }
  if (key.length < 32)
    throw new SettingsError(
      `DATA_DIR: the key in ${file} is damaged; restore it, or remove it and lose the sessions`,
    );
  return key;
}

function makeKey(directory: string, file: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeOnce(file, randomBytes(32).toString('base64url'));
  return readFileSync(file, 'utf8').trim();
}

/** `undefined` where there is no such file. A disk that is full or read-only is no hindrance to reading. */
function keyIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Writes a file that is not there yet. Written aside and linked, so that another process that starts at this moment
 *  sees all of it or nothing. */
function writeOnce(file: string, text: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    writeFileSync(aside, text, { mode: 0o600 });
    linkSync(aside, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** @returns a function of an OpenID: the name under which its records are kept. Nobody without the key can tell the two
 *  together. */
export function createWho(key: string, account: string): (openId: string) => string {
  return (openId) => createHmac('sha256', key).update(`${account}\n${openId}`).digest('base64url');
}

/** @returns a function of what the platform repeats with a message: the id that tells its re-sends. Keyed, so that nobody
 *  without the key finds out whose message a record belongs to. A hash over key and text rather than an HMAC: half of it
 *  is cut off, so nothing can be appended, and it takes half the time with every message. */
export function createMessageIds(key: string, account: string): (dedupeKey: string) => string {
  const start = `${key}\n${account}\nmessage\n`;
  return (dedupeKey) => hash('sha256', start + dedupeKey, 'base64url').slice(0, 22);
}
