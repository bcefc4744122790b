/** What a start tells whoever started it: mode, store and account, what is switched on, and for what is off the one thing to
 *  do. */
import type { Config } from './config.ts';

/** Where it came to run. */
export interface Addresses {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly playground?: string | undefined;
  readonly metrics?: string | undefined;
}

interface Ability {
  readonly name: string;
  /** How it is, when it is on. */
  readonly on: string | undefined;
  /** What to do to have it. */
  readonly remedy: string;
}

/** Lines for a terminal; nothing of a secret. */
export function whatRuns(config: Config, addresses: Addresses): readonly string[] {
  const { url, playground } = addresses;
  const abilities = abilitiesOf(config, addresses);
  const on = abilities.filter((ability) => ability.on !== undefined);
  const off = abilities.filter((ability) => ability.on === undefined);
  const width = Math.max(...off.map(({ name }) => name.length));
  return [
    `The assistant runs at ${url}/wechat`,
    ...(playground === undefined ? [] : [`Talk to it           ${playground}`]),
    '',
    `mode     ${config.production ? 'production' : 'development'}`,
    `store    ${storeOf(config)}`,
    `account  ${accountOf(config)}`,
    `on       ${on.map((ability) => `${ability.name}${ability.on === '' ? '' : ` (${ability.on})`}`).join(', ')}`,
    ...off.map(
      ({ name, remedy }, i) => `${i === 0 ? 'off     ' : '        '} ${name.padEnd(width)}  ${remedy}`,
    ),
  ];
}

function storeOf({ redisUrl, dataDir }: Config): string {
  return redisUrl === undefined ? `embedded, in ${dataDir}/` : 'redis';
}

function accountOf({ wechat }: Config): string {
  return wechat.generated
    ? 'none: set WECHAT_APP_ID and WECHAT_TOKEN (README, "Connect an account")'
    : `${wechat.originalId}, ${wechat.mode} mode`;
}

function metricsOf({ metrics: { port, token } }: Config): string | undefined {
  if (token !== undefined) return 'behind METRICS_TOKEN';
  return port === undefined ? undefined : `port ${port}`;
}

function abilitiesOf(config: Config, { metrics }: Addresses): readonly Ability[] {
  const { wechat, gate } = config;
  const minute = (limit: number | undefined) => (limit === undefined ? undefined : `${limit} a minute`);
  return [
    {
      name: 'encryption',
      on: !wechat.generated && wechat.mode !== 'plain' ? wechat.mode : undefined,
      remedy: 'set WECHAT_ENCODING_AES_KEY, and choose the safe mode in the console',
    },
    {
      name: 'playground',
      on: config.playground ? '' : undefined,
      remedy: 'set PLAYGROUND=on, on your own machine',
    },
    {
      name: 'several processes',
      on: config.workers > 1 ? `${config.workers} workers` : undefined,
      remedy: 'set WORKERS=2',
    },
    {
      name: 'several machines',
      on: config.redisUrl === undefined ? undefined : 'one Redis for all',
      remedy: 'set REDIS_URL, and the same DATA_KEY everywhere',
    },
    {
      name: 'metrics',
      on: metrics ?? metricsOf(config),
      remedy: 'set METRICS_PORT=9464, or METRICS_TOKEN',
    },
    {
      name: 'traces',
      on: config.tracing ? 'OpenTelemetry' : undefined,
      remedy: 'set TRACING=on, and bring the SDK by --import (docs/tracing.md)',
    },
    {
      name: 'callers behind a proxy',
      on: gate.proxies.length > 0 ? 'X-Forwarded-For is believed' : undefined,
      remedy: 'set TRUSTED_PROXY to the address of yours',
    },
    {
      name: 'platform addresses only',
      on: gate.platform.length > 0 ? '' : undefined,
      remedy: 'set PLATFORM_ADDRESSES to what getcallbackip tells',
    },
    { name: 'limit for a merchant', on: minute(config.rateLimit), remedy: 'set RATE_LIMIT=60' },
    { name: 'limit for refusals', on: minute(gate.refusals), remedy: 'set REFUSAL_LIMIT=60' },
    { name: 'limit for strangers', on: minute(gate.strangers), remedy: 'set STRANGER_LIMIT=600' },
  ];
}
