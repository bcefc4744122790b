/** src/app/what-runs.ts: what a start tells. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/app/config.ts';
import { whatRuns } from '../../src/app/what-runs.ts';

const URL = 'http://127.0.0.1:3000';
const CONNECTED = {
  NODE_ENV: 'production',
  WECHAT_TOKEN: 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6',
  WECHAT_APP_ID: 'wx0123456789abcdef',
  WECHAT_ORIGINAL_ID: 'gh_0123456789ab',
};
const told = (settings: Readonly<Record<string, string>>, playground?: string) =>
  whatRuns(readConfig(settings), { url: URL, playground }).join('\n');
/** The remedy for what is off, by its name. */
const offs = (text: string) =>
  new Map(
    [...text.matchAll(/^(?:off)? +(\S+(?: \S+)*?) {2,}(set .*)$/gm)].map(
      ([, name, remedy]) => [name, remedy] as const,
    ),
  );

describe('a start', () => {
  it('without settings names mode and store, where to talk, and how to connect an account', () => {
    const text = told({}, `${URL}/playground`);
    expect(text).toContain(`The assistant runs at ${URL}/wechat`);
    expect(text).toContain(`Talk to it           ${URL}/playground`);
    expect(text).toMatch(/^mode +development$/m);
    expect(text).toMatch(/^store +embedded, in data\/$/m);
    expect(text).toMatch(/^account +none: set WECHAT_APP_ID and WECHAT_TOKEN/m);
    expect(text).toMatch(/^on +.*playground/m);
  });

  it('names the setting for each ability that is off, and only for these', () => {
    expect([...offs(told({ ...CONNECTED })).keys()]).toEqual([
      'encryption',
      'playground',
      'several processes',
      'several machines',
      'metrics',
      'traces',
      'callers behind a proxy',
      'platform addresses only',
    ]);
    const all = told({
      ...CONNECTED,
      WECHAT_ENCODING_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
      REDIS_URL: 'redis://user:secret-password@10.0.0.1',
      DATA_KEY: 'kR7-data-key-of-thirty-two-letters',
      WORKERS: '2',
      METRICS_PORT: '9464',
      TRACING: 'on',
      TRUSTED_PROXY: '10.0.0.0/8',
      PLATFORM_ADDRESSES: '203.0.113.0/24',
    });
    expect([...offs(all).keys()]).toEqual(['playground']);
    expect(all).toMatch(/^account +gh_0123456789ab, safe mode$/m);
    expect(all).toMatch(/^store +redis$/m);
    expect(all).toMatch(/2 workers.*port 9464/);
    const limits = told({ ...CONNECTED, RATE_LIMIT: 'off', REFUSAL_LIMIT: 'off', STRANGER_LIMIT: 'off' });
    for (const name of ['limit for a merchant', 'limit for refusals', 'limit for strangers'])
      expect(offs(limits).get(name)).toMatch(/^set [A-Z_]+=\d+$/);
  });

  it('tells no secret', () => {
    const secrets = {
      ...CONNECTED,
      WECHAT_ENCODING_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
      REDIS_URL: 'redis://user:secret-password@10.0.0.1',
      DATA_KEY: 'kR7-data-key-of-thirty-two-letters',
      METRICS_TOKEN: 'metrics-token-0123456789',
    };
    const text = told(secrets);
    for (const secret of [
      secrets.WECHAT_TOKEN,
      secrets.WECHAT_ENCODING_AES_KEY,
      'secret-password',
      secrets.DATA_KEY,
      secrets.METRICS_TOKEN,
    ])
      expect(text).not.toContain(secret);
  });
});
