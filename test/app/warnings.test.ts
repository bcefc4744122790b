/** src/app/warnings.ts: what a start is told about settings that it can go on with. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/app/config.ts';
import { warningsOf } from '../../src/app/warnings.ts';

const GOOD = {
  NODE_ENV: 'production',
  WECHAT_TOKEN: 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6',
  WECHAT_APP_ID: 'wx0123456789abcdef',
  WECHAT_ENCODING_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  TRUSTED_PROXY: '10.0.0.0/8',
};
const namesOf = (settings: Readonly<Record<string, string>>) =>
  warningsOf(settings, readConfig(settings)).map((line) => line.split(':')[0]);

describe('a start in production', () => {
  it('is told nothing where all is well, and nothing outside of production', () => {
    expect(namesOf({ ...GOOD, HOME: '/', PATH: '/bin', NODE_OPTIONS: '' })).toEqual([]);
    expect(namesOf({ TODAY: '2027-01-01' })).toEqual([]);
  });

  it.each([
    ['TODAY', { TODAY: '2020-01-01' }],
    ['WECHAT_TOKEN', { WECHAT_TOKEN: 'abc' }],
    ['DATA_KEY', { DATA_KEY: 'a'.repeat(32) }],
    ['DATA_KEY', { DATA_KEY: `${' '.repeat(31)}x` }],
    ['WECHAT_MESSAGE_MODE', { WECHAT_MESSAGE_MODE: 'plain' }],
    ['WECHAT_MESSAGE_MODE', { WECHAT_MESSAGE_MODE: 'compatible' }],
    ['TRUSTED_PROXY', { TRUSTED_PROXY: '' }],
    ['PLAYGROUND', { PLAYGROUND: 'on', PLAYGROUND_IN_PRODUCTION: 'strangers-may-use-it' }],
    [
      'REDIS_URL',
      { REDIS_URL: 'redis://10.0.0.1:6379', DATA_KEY: 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA' },
    ],
  ])('is told of %s (%j)', (name, settings) => {
    expect(namesOf({ ...GOOD, ...settings })).toEqual([name]);
  });
});

describe('a name that is no setting', () => {
  it.each([
    ['PLATFORM_ADDRESS', 'PLATFORM_ADDRESSES'],
    ['RATE_LIMITS', 'RATE_LIMIT'],
    ['TRUSTEDPROXY', 'TRUSTED_PROXY'],
    ['DATA_DIRS', 'DATA_DIR'],
    ['WECHAT_TOKN', 'WECHAT_TOKEN'],
    ['SESSION_TTL_DAY', 'SESSION_TTL_DAYS'],
  ])('%s is told as %s', (given, meant) => {
    expect(warningsOf({ [given]: 'x' }, readConfig({}))).toEqual([
      `${given}: no such setting; ${meant} is meant?`,
    ]);
  });

  it('is left alone where it is like none of ours', () => {
    const usual = ['HOME', 'PATH', 'HOSTNAME', 'LANG', 'LOGNAME', 'PORTAL', 'npm_config_host', 'TERM', 'PWD'];
    expect(warningsOf(Object.fromEntries(usual.map((name) => [name, 'x'])), readConfig({}))).toEqual([]);
  });
});
