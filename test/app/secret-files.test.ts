/** src/app/secret-files.ts: secrets out of files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig, SETTINGS } from '../../src/app/config.ts';
import { SECRETS, withSecretFiles } from '../../src/app/secret-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function aFile(text: string): string {
  const file = join(folder, `secret-${text.length}`);
  writeFileSync(file, text);
  return file;
}

describe('a setting that is a secret', () => {
  it('may stand in a file, with a line break at its end', () => {
    const settings = withSecretFiles({
      WECHAT_APP_ID: 'wx0123456789abcdef',
      WECHAT_TOKEN_FILE: aFile('TokenFromAFile01\n'),
      DATA_KEY_FILE: aFile('a data key of more than thirty-two characters \r\n'),
    });
    const config = readConfig(settings);
    expect(config.wechat.tokens).toEqual(['TokenFromAFile01']);
    expect(config.dataKey).toBe('a data key of more than thirty-two characters ');
  });

  it('is a setting of ours', () => {
    expect(SECRETS.filter((name) => !SETTINGS.includes(name))).toEqual([]);
  });

  it('stops the start where the file is missing, or it is given twice: all mistakes at once, and nothing of a secret', () => {
    const given = { METRICS_TOKEN: 'metrics-token-0123456789', METRICS_TOKEN_FILE: '/nowhere' };
    const missing = { WECHAT_TOKEN_FILE: join(folder, 'missing') };
    expect(() => withSecretFiles({ ...given, ...missing })).toThrow(
      /WECHAT_TOKEN_FILE: .*missing cannot be read \(ENOENT\)[\s\S]*METRICS_TOKEN_FILE: METRICS_TOKEN is given as well/,
    );
    expect(() => withSecretFiles(given)).not.toThrow('metrics-token-0123456789');
  });

  it('counts as absent where the name of the file is empty', () => {
    expect(withSecretFiles({ DATA_KEY_FILE: '' })).toEqual({ DATA_KEY_FILE: '' });
  });
});
