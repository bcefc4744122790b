/** What a start should be told about its settings although it can go on with them. */
import type { Config } from './config.ts';
import { SETTINGS } from './config.ts';

/** One line each, the setting first; nothing of a secret. @param environment the one that `config` was read from. */
export function warningsOf(
  environment: Readonly<Record<string, string | undefined>>,
  config: Config,
): readonly string[] {
  return [...misspelt(Object.keys(environment)), ...(config.production ? inProduction(config) : [])];
}

function inProduction({ today, wechat, dataKey, redisUrl, playground, gate }: Config): readonly string[] {
  const warnings: string[] = [];
  if (today !== undefined)
    warnings.push(`TODAY: all advice is given for ${today}, for ever; leave it out for the real day`);
  if (wechat.tokens.some((token) => token.length < SHORT))
    warnings.push(`WECHAT_TOKEN: fewer than ${SHORT} characters can be guessed from one request; use 32`);
  if (dataKey !== undefined && new Set(dataKey).size < VARIED)
    warnings.push('DATA_KEY: hardly any different characters; make one with: openssl rand -base64 32');
  if (wechat.mode !== 'safe')
    warnings.push(
      `WECHAT_MESSAGE_MODE: in ${wechat.mode} mode the signature covers no body (docs/security.md); choose the safe mode in the console`,
    );
  if (redisUrl !== undefined && /^rediss?:\/\/(?!.*@)/.test(redisUrl) && !redisUrl.includes('127.0.0.1'))
    warnings.push('REDIS_URL: no password; whoever reaches that server reads and deletes all sessions');
  if (gate.proxies.length === 0)
    warnings.push('TRUSTED_PROXY: not set; behind a proxy all callers count as one address');
  if (playground)
    warnings.push('PLAYGROUND: everybody who reaches it sees what is said in it, and breaks it');
  return warnings;
}

const SHORT = 16;
const VARIED = 10;

/** Names that are none of ours and yet one letter away from one, or without its underscores or plural. */
function misspelt(names: readonly string[]): readonly string[] {
  const known = new Set(SETTINGS);
  return names.flatMap((name) => {
    if (known.has(name)) return [];
    const meant = SETTINGS.find((setting) => bare(setting) === bare(name) || isOneEditAway(setting, name));
    return meant === undefined ? [] : [`${name}: no such setting; ${meant} is meant?`];
  });
}

const bare = (name: string) =>
  name
    .toUpperCase()
    .replaceAll('_', '')
    .replace(/(?:E?S)+$/, '');

/** One letter added, left out or changed, in names long enough that this is no coincidence. */
function isOneEditAway(setting: string, name: string): boolean {
  if (setting.length < 6 || Math.abs(setting.length - name.length) > 1) return false;
  let same = 0;
  while (same < setting.length && setting[same] === name[same]) same += 1;
  const [rest, other] = [setting.slice(same), name.slice(same)];
  return rest.slice(1) === other.slice(1) || rest.slice(1) === other || rest === other.slice(1);
}
