/** The text that tells whose store this is, on Redis. */
import { labelKey } from '../keys.ts';
import { type ScriptCommands, text } from './compare-and-set.ts';

/** Answers 1, or the text that stands there instead of the one that was read (empty: none). */
const RELABEL = `
local now = redis.call('GET', KEYS[1]) or ''
if now ~= ARGV[1] then return now end
redis.call('SET', KEYS[1], ARGV[2])
return 1
`;

/** `Sessions.label` on Redis. @param trip makes one round trip to the server that holds a key. */
export async function relabel(
  client: ScriptCommands & { mGet(keys: string[]): Promise<readonly (string | null)[]> },
  trip: <T>(key: string, command: () => Promise<T>) => Promise<T>,
  decide: (before: string | undefined) => string,
): Promise<void> {
  const key = labelKey();
  let [before] = (await trip(key, () => client.mGet([key]))).map(text);
  for (;;) {
    const options = { keys: [key], arguments: [before ?? '', decide(before)] };
    const answer = await trip(key, () => client.eval(RELABEL, options));
    if (typeof answer !== 'string') return;
    before = answer === '' ? undefined : answer;
  }
}
