/** Every setting's good and bad values, what they say together, and that .env.example tells the truth. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Config, readConfig, SETTINGS } from '../../src/app/config.ts';
import { SettingsError } from '../../src/core/errors.ts';

const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const OTHER_KEY = 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR';
const ACCOUNT = { WECHAT_APP_ID: 'wxdemo0123456789', WECHAT_TOKEN: 'Token01' };

/** What must not come back in a message that may end in a log. */
const SECRET = /TOKEN|KEY|SECRET|REDIS_URL/;

/** The mistakes as `NAME: remedy`. */
function mistakesOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}
const namesIn = (mistakes: readonly string[]) => mistakes.map((line) => line.split(':')[0]);

/** Per setting: good values, bad values, and where in the Config it ends up. */
const CASES: Readonly<
  Record<
    string,
    {
      readonly with?: Record<string, string>;
      readonly good: readonly (readonly [string, unknown])[];
      readonly bad: readonly string[];
      readonly read: (config: Config) => unknown;
    }
  >
> = {
  NODE_ENV: {
    with: ACCOUNT,
    good: [
      ['development', false],
      ['test', false],
      ['production', true],
    ],
    bad: ['prod', 'Production'],
    read: (config) => config.production,
  },
  PORT: {
    good: [
      ['0', 0],
      ['80', 80],
      [' 8080 ', 8080],
      ['65535', 65535],
    ],
    bad: ['65536', '-1', '80.5', 'http', '0x50'],
    read: (config) => config.port,
  },
  HOST: {
    good: [
      ['0.0.0.0', '0.0.0.0'],
      [' ::1 ', '::1'],
    ],
    bad: [],
    read: (config) => config.host,
  },
  PUBLIC_URL: {
    good: [['https://bot.example.com', 'https://bot.example.com']],
    bad: ['bot.example.com', 'ftp://bot.example.com', 'javascript:alert(1)'],
    read: (config) => config.publicUrl,
  },
  WECHAT_APP_ID: {
    with: ACCOUNT,
    good: [
      ['wxdemo0123456789', 'wxdemo0123456789'],
      [' wxdemo0123456789\n', 'wxdemo0123456789'],
    ],
    bad: ['gh_demo0a1b2c3d', 'wx', 'wx demo0123456789', '原始'],
    read: (config) => config.wechat.appId,
  },
  WECHAT_ORIGINAL_ID: {
    with: ACCOUNT,
    good: [['gh_demo0a1b2c3d', 'gh_demo0a1b2c3d']],
    bad: ['wxdemo0123456789', 'gh_', 'demo0a1b2c3d'],
    read: (config) => config.wechat.originalId,
  },
  WECHAT_TOKEN: {
    with: ACCOUNT,
    good: [
      ['abc', ['abc']],
      ['A'.repeat(32), ['A'.repeat(32)]],
      [' Token02 ', ['Token02']],
    ],
    bad: ['ab', 'A'.repeat(33), 'with blank', 'with-hyphen'],
    read: (config) => config.wechat.tokens,
  },
  WECHAT_PREVIOUS_TOKEN: {
    with: ACCOUNT,
    good: [['Before01', ['Token01', 'Before01']]],
    bad: ['ab', 'with_underscore'],
    read: (config) => config.wechat.tokens,
  },
  WECHAT_ENCODING_AES_KEY: {
    with: ACCOUNT,
    good: [
      [KEY, KEY],
      [` ${KEY}\n`, KEY],
    ],
    bad: [KEY.slice(1), `${KEY}=`, `${KEY.slice(1)}+`],
    read: (config) => config.wechat.aesKey,
  },
  WECHAT_PREVIOUS_AES_KEY: {
    with: { ...ACCOUNT, WECHAT_ENCODING_AES_KEY: KEY },
    good: [[OTHER_KEY, OTHER_KEY]],
    bad: [OTHER_KEY.slice(1), '='.repeat(43)],
    read: (config) => config.wechat.previousAesKey,
  },
  WECHAT_MESSAGE_MODE: {
    with: { ...ACCOUNT, WECHAT_ENCODING_AES_KEY: KEY },
    good: [
      ['plain', 'plain'],
      ['compatible', 'compatible'],
      ['safe', 'safe'],
    ],
    bad: ['secure', '安全模式', 'SAFE'],
    read: (config) => config.wechat.mode,
  },
  WECHAT_APP_SECRET: {
    with: ACCOUNT,
    good: [['0123456789abcdef0123456789abcdef', '0123456789abcdef0123456789abcdef']],
    bad: ['short', '0123456789abcdef-0123456789abcdef'],
    read: (config) => config.wechat.appSecret,
  },
  REDIS_URL: {
    with: { DATA_KEY: 'k'.repeat(32) },
    good: [
      ['redis://127.0.0.1:6379', 'redis://127.0.0.1:6379'],
      ['rediss://user:pass@redis.example.com:6380/2', 'rediss://user:pass@redis.example.com:6380/2'],
      ['redis://a:7000,redis://b:7001', 'redis://a:7000,redis://b:7001'],
      ['redis+sentinel://a:26379,b:26379/shop', 'redis+sentinel://a:26379,b:26379/shop'],
    ],
    bad: [
      '127.0.0.1:6379',
      'http://127.0.0.1:6379',
      'localhost',
      'redis://a,b',
      'redis://a/1,redis://b/1',
      'redis+sentinel://a:26379',
    ],
    read: (config) => config.redisUrl,
  },
  DATA_DIR: {
    good: [[' /var/lib/assistant ', '/var/lib/assistant']],
    bad: [],
    read: (config) => config.dataDir,
  },
  DATA_KEY: {
    good: [['k'.repeat(32), 'k'.repeat(32)]],
    bad: ['k'.repeat(31)],
    read: (config) => config.dataKey,
  },
  PREVIOUS_DATA_KEY: {
    good: [['p'.repeat(32), 'p'.repeat(32)]],
    bad: ['p'.repeat(31)],
    read: (config) => config.previousDataKey,
  },
  SESSION_TTL_DAYS: {
    good: [
      ['1', 1],
      ['365', 365],
    ],
    bad: ['0', '366', '1.5', 'a month'],
    read: (config) => config.sessionDays,
  },
  TODAY: {
    good: [['2027-02-28', '2027-02-28']],
    bad: ['2027-02-29', '2027-2-8', 'tomorrow', '2027-01-15T00:00:00Z'],
    read: (config) => config.today,
  },
  LOG_LEVEL: {
    good: ['fatal', 'error', 'warn', 'info', 'debug', 'silent'].map((level) => [level, level] as const),
    bad: ['trace-all', 'INFO', 'verbose'],
    read: (config) => config.logLevel,
  },
  PLAYGROUND: {
    good: [
      ['on', true],
      ['off', false],
    ],
    bad: ['true', '1', 'ON'],
    read: (config) => config.playground,
  },
  PLAYGROUND_IN_PRODUCTION: {
    good: [['strangers-may-use-it', false]],
    bad: ['yes', 'on', '1'],
    // It opens nothing by itself.
    read: (config) => config.playground && config.production,
  },
  RATE_LIMIT: {
    good: [
      ['off', undefined],
      ['1', 1],
      ['120', 120],
    ],
    bad: ['0', '-5', 'none', '1.5'],
    read: (config) => config.rateLimit,
  },
  TRUSTED_PROXY: {
    good: [
      ['127.0.0.1', ['127.0.0.1']],
      [' 10.0.0.0/8 , ::1,2001:db8::/32 ', ['10.0.0.0/8', '::1', '2001:db8::/32']],
    ],
    bad: [
      'loopback',
      '10.0.0.0/33',
      '10.0.0/8',
      '0.0.0.0/0',
      '::/0',
      '127.0.0.1,',
      '10.0.0.1-10.0.0.9',
      'fe80::1%eth0',
    ],
    read: (config) => config.gate.proxies,
  },
  PLATFORM_ADDRESSES: {
    good: [['203.0.113.0/24,198.51.100.7', ['203.0.113.0/24', '198.51.100.7']]],
    bad: ['*', '203.0.113.0/24;198.51.100.7', '203.0.113.0/', '::1/129', 'wechat.example.com'],
    read: (config) => config.gate.platform,
  },
  REFUSAL_LIMIT: {
    good: [
      ['off', undefined],
      ['1', 1],
      ['600', 600],
    ],
    bad: ['0', '-1', 'never', '2.5'],
    read: (config) => config.gate.refusals,
  },
  STRANGER_LIMIT: {
    good: [
      ['off', undefined],
      ['1', 1],
      ['6000', 6000],
    ],
    bad: ['0', 'on', '-1', '1.5'],
    read: (config) => config.gate.strangers,
  },
  MAX_CONNECTIONS: {
    good: [
      ['10', 10],
      ['999999', 999_999],
    ],
    bad: ['9', '0', 'off', '1.5'],
    read: (config) => config.maxConnections,
  },
  MAX_WAITING: {
    good: [
      ['1', 1],
      [' 2000 ', 2000],
    ],
    bad: ['0', '-5', 'off', '1.5', '1000000'],
    read: (config) => config.maxWaiting,
  },
  WORKERS: {
    with: ACCOUNT,
    good: [
      ['1', 1],
      ['64', 64],
    ],
    bad: ['0', '65', 'all', '-1', '1.5'],
    read: (config) => config.workers,
  },
  METRICS_PORT: {
    good: [
      ['9464', 9464],
      ['0', 0],
    ],
    bad: ['65536', 'metrics', '-1'],
    read: (config) => config.metrics.port,
  },
  METRICS_TOKEN: {
    good: [['m'.repeat(16), 'm'.repeat(16)]],
    bad: ['m'.repeat(15)],
    read: (config) => config.metrics.token,
  },
  TRACING: {
    good: [
      ['on', true],
      ['off', false],
    ],
    bad: ['yes', 'ON'],
    read: (config) => config.tracing,
  },
};

describe('each setting', () => {
  it('has its good and bad values here', () => {
    expect(Object.keys(CASES)).toEqual(SETTINGS);
  });

  const good = Object.entries(CASES).flatMap(([name, one]) =>
    one.good.map(([value, wanted]) => ({ name, value, wanted, ...one })),
  );
  it.each(good)('$name takes $value', ({ name, value, wanted, with: others, read }) => {
    expect(read(readConfig({ ...others, [name]: value }))).toEqual(wanted);
  });

  const bad = Object.entries(CASES).flatMap(([name, one]) =>
    one.bad.map((value) => ({ name, value, ...one })),
  );
  it.each(bad)(
    '$name refuses $value with its name and a remedy, and repeats no secret',
    ({ name, value, with: others }) => {
      const mistakes = mistakesOf({ ...others, [name]: value });
      expect(new Set(namesIn(mistakes))).toEqual(new Set([name]));
      for (const line of mistakes) {
        expect(line).toMatch(/: (?:use|copy|write|name|needed)\b.{8,}/);
        if (value.length > 6 && SECRET.test(name)) expect(line).not.toContain(value);
      }
    },
  );

  it.each(SETTINGS)('%s counts as absent when it is blank', (name) => {
    // Blank everywhere is like nothing anywhere; only made-up credentials differ from start to start.
    const blank = readConfig({ [name]: '  ' });
    const absent = readConfig({});
    expect(blank.wechat.generated).toBe(true);
    expect({ ...blank, wechat: undefined }).toEqual({ ...absent, wechat: undefined });
  });
});

describe('without any setting', () => {
  it('the assistant runs on this machine only, on the embedded store, with the playground', () => {
    expect(readConfig({})).toMatchObject({
      production: false,
      host: '127.0.0.1',
      port: 3000,
      publicUrl: undefined,
      redisUrl: undefined,
      dataDir: 'data',
      dataKey: undefined,
      sessionDays: 30,
      today: undefined,
      logLevel: 'info',
      playground: true,
      rateLimit: 60,
      gate: { proxies: [], platform: [], refusals: 60 },
      metrics: { port: undefined, token: undefined },
      wechat: { originalId: 'gh_playground', mode: 'compatible', generated: true },
    });
  });

  it('the credentials are made up, fit the rules of real ones, and are new at each start', () => {
    const [one, other] = [readConfig({}).wechat, readConfig({}).wechat];
    expect(one.tokens[0]).not.toBe(other.tokens[0]);
    expect(one.aesKey).not.toBe(other.aesKey);
    const real = readConfig({
      WECHAT_APP_ID: one.appId,
      WECHAT_TOKEN: one.tokens[0],
      WECHAT_ENCODING_AES_KEY: one.aesKey,
    });
    expect(real.wechat).toMatchObject({ appId: one.appId, tokens: one.tokens, aesKey: one.aesKey });
  });

  it('the result cannot be changed', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });
});

describe('settings together', () => {
  it('the mode is safe with a key and plain without', () => {
    expect(readConfig(ACCOUNT).wechat.mode).toBe('plain');
    expect(readConfig({ ...ACCOUNT, WECHAT_ENCODING_AES_KEY: KEY }).wechat.mode).toBe('safe');
  });

  it('the app id names the account when the original id is not given', () => {
    expect(readConfig(ACCOUNT).wechat).toMatchObject({ originalId: ACCOUNT.WECHAT_APP_ID, generated: false });
  });

  it('production names every credential that is missing', () => {
    const mistakes = mistakesOf({ NODE_ENV: 'production' });
    expect(namesIn(mistakes)).toEqual(['WECHAT_TOKEN', 'WECHAT_APP_ID']);
    for (const line of mistakes) expect(line).toContain('needed in production');
    const safe = mistakesOf({ NODE_ENV: 'production', WECHAT_MESSAGE_MODE: 'safe' });
    expect(namesIn(safe)).toEqual(['WECHAT_TOKEN', 'WECHAT_APP_ID', 'WECHAT_ENCODING_AES_KEY']);
  });

  it.each(['compatible', 'safe'])('%s mode needs the key', (mode) => {
    expect(namesIn(mistakesOf({ ...ACCOUNT, WECHAT_MESSAGE_MODE: mode }))).toEqual([
      'WECHAT_ENCODING_AES_KEY',
    ]);
  });

  it.each(SETTINGS.filter((name) => name.startsWith('WECHAT_')))(
    '%s alone is never silently ignored',
    (name) => {
      const [value] = CASES[name]?.good[0] ?? [''];
      expect(mistakesOf({ [name]: value })).not.toEqual([]);
    },
  );

  it('Redis needs a DATA_KEY that all processes share', () => {
    expect(namesIn(mistakesOf({ REDIS_URL: 'redis://127.0.0.1' }))).toEqual(['DATA_KEY']);
  });

  it('a list of addresses that leaves out this machine does not go with the playground', () => {
    const listed = { PLAYGROUND: 'on', PLATFORM_ADDRESSES: '203.0.113.0/24' };
    expect(namesIn(mistakesOf(listed))).toEqual(['PLATFORM_ADDRESSES']);
    expect(mistakesOf({ ...listed, PLATFORM_ADDRESSES: '203.0.113.0/24, 127.0.0.1' })).toEqual([]);
    expect(mistakesOf({ ...listed, PLAYGROUND: 'off' })).toEqual([]);
  });

  it('in production the playground is refused until a second setting says in words what it means', () => {
    const production = { ...ACCOUNT, NODE_ENV: 'production', PLAYGROUND: 'on' };
    expect(namesIn(mistakesOf(production))).toEqual(['PLAYGROUND']);
    expect(mistakesOf({ ...production, PLAYGROUND_IN_PRODUCTION: 'strangers-may-use-it' })).toEqual([]);
    expect(mistakesOf({ ...production, PLAYGROUND: 'off' })).toEqual([]);
  });

  it('several workers need an account, and leave the chat page and the figures of one process alone', () => {
    expect(namesIn(mistakesOf({ WORKERS: '2' }))).toEqual(['WECHAT_TOKEN']);
    const more = { ...ACCOUNT, WORKERS: '2', PLAYGROUND: 'on', METRICS_TOKEN: 'm'.repeat(16) };
    expect(namesIn(mistakesOf(more))).toEqual(['PLAYGROUND', 'METRICS_TOKEN']);
    expect(mistakesOf({ ...more, WORKERS: '1' })).toEqual([]);
    expect(readConfig({ ...ACCOUNT, WORKERS: '2' }).playground).toBe(false);
  });

  it('all mistakes are told at once, those of single settings and those of several', () => {
    const mistakes = mistakesOf({
      NODE_ENV: 'production',
      PORT: '70000',
      SESSION_TTL_DAYS: '0',
      REDIS_URL: 'redis://127.0.0.1',
      TODAY: 'today',
      LOG_LEVEL: 'loud',
    });
    expect(new Set(namesIn(mistakes))).toEqual(
      new Set([
        'PORT',
        'SESSION_TTL_DAYS',
        'TODAY',
        'LOG_LEVEL',
        'WECHAT_TOKEN',
        'WECHAT_APP_ID',
        'DATA_KEY',
      ]),
    );
    expect(namesIn(mistakes)).toHaveLength(7);
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.0.1', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.2', false],
    ['127.0.0.1.example.com', false],
  ])('without an account and on %s the playground is on: %s', (HOST, on) => {
    expect(readConfig({ HOST }).playground).toBe(on);
  });

  it('with an account the playground is on only where PLAYGROUND says so', () => {
    expect(readConfig(ACCOUNT).playground).toBe(false);
    expect(readConfig({ ...ACCOUNT, PLAYGROUND: 'on', HOST: '0.0.0.0' }).playground).toBe(true);
  });
});

describe('.env.example', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
  const entries = [...example.matchAll(/^# ([A-Z][A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => ({
    name,
    value,
  }));

  it('lists the settings in their order, each below its comment', () => {
    expect(entries.map(({ name }) => name)).toEqual(SETTINGS);
    for (const { name } of entries) {
      expect(example).toMatch(new RegExp(`^# (?!${name}=).*[.\\d]\\n# ${name}=`, 'm'));
    }
  });

  it('changes nothing until something is uncommented', () => {
    expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });

  it('shows the default, or says what is the default', () => {
    const defaults = readConfig({});
    for (const { name, value } of entries) {
      const comment =
        example
          .slice(0, example.indexOf(`# ${name}=`))
          .split('\n\n')
          .at(-1) ?? '';
      if (/\bDefault: /.test(comment)) continue;
      const read = CASES[name]?.read;
      expect([name, read?.(readConfig({ [name]: value }))]).toEqual([name, read?.(defaults)]);
    }
  });

  it('gives values that would be accepted', () => {
    const account = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
    const given = {
      ...account,
      WECHAT_TOKEN: 'Token01',
      WECHAT_ENCODING_AES_KEY: KEY,
      DATA_KEY: 'k'.repeat(32),
    };
    expect(mistakesOf(given)).toEqual([]);
  });
});
