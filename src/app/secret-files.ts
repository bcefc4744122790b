/** Secrets out of files, as containers and systemd hand them over: `WECHAT_TOKEN_FILE=/run/secrets/token` is
 *  `WECHAT_TOKEN` with what stands in that file. */
import { readFileSync } from 'node:fs';
import { SettingsError } from '../core/errors.ts';

/** Settings that may be read from a file. */
export const SECRETS = [
  'WECHAT_TOKEN',
  'WECHAT_PREVIOUS_TOKEN',
  'WECHAT_ENCODING_AES_KEY',
  'WECHAT_PREVIOUS_AES_KEY',
  'WECHAT_APP_SECRET',
  'REDIS_URL',
  'DATA_KEY',
  'PREVIOUS_DATA_KEY',
  'METRICS_TOKEN',
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment with what stands in the files that it names; line breaks at the end do not count.
 *  @throws SettingsError with all mistakes: a file that cannot be read, or a setting that is given both ways. */
export function withSecretFiles(environment: Environment): Environment {
  const mistakes: string[] = [];
  const read = SECRETS.flatMap((name): [string, string][] => {
    const file = environment[`${name}_FILE`];
    if (file === undefined || file === '') return [];
    if (environment[name] !== undefined && environment[name] !== '') {
      mistakes.push(`${name}_FILE: ${name} is given as well; leave one of the two out`);
      return [];
    }
    try {
      return [[name, readFileSync(file, 'utf8').replace(/[\r\n]+$/, '')]];
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      mistakes.push(`${name}_FILE: ${file} cannot be read (${why}); name a file that this process may read`);
      return [];
    }
  });
  if (mistakes.length > 0)
    throw new SettingsError(`Mistakes in the settings:\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
  return { ...environment, ...Object.fromEntries(read) };
}
