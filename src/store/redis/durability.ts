/** Whether a server of Redis keeps what it is told to keep. */
import { labelKey } from '../keys.ts';
import type { ScriptCommands } from './compare-and-set.ts';

/** A server that lets nobody ask (ACL, some hosted ones) answers with an error, which reads as nothing known. */
const ASK = `
local function of(section)
  local answer = redis.pcall('INFO', section)
  return type(answer) == 'string' and answer or ''
end
return of('memory') .. of('persistence')
`;

/** What is to be changed at the server that keeps the label; nothing where all is well or the server does not tell.
 *  Eviction: https://redis.io/docs/latest/develop/reference/eviction/. Persistence:
 *  https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/. */
export async function durabilityWarnings(
  client: ScriptCommands,
  trip: <T>(key: string, command: () => Promise<T>) => Promise<T>,
): Promise<readonly string[]> {
  const key = labelKey();
  return warningsFrom(String(await trip(key, () => client.eval(ASK, { keys: [key], arguments: [] }))));
}

/** @param info the texts of `INFO memory` and `INFO persistence` */
function warningsFrom(info: string): readonly string[] {
  const fields = new Map(
    info.split(/\r?\n/).flatMap((line) => {
      const [name, value] = line.split(':');
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  const warnings: string[] = [];
  const policy = fields.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction')
    warnings.push(
      `REDIS_URL: maxmemory-policy is ${policy}: a full server throws merchants' sessions away; set it to noeviction`,
    );
  if (fields.get('aof_enabled') === '0')
    warnings.push(
      'REDIS_URL: the append-only file is off: what was said since the last snapshot is lost when the server dies; set appendonly to yes',
    );
  return warnings;
}
