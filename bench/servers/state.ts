/** What servers with state remember of a merchant, about 0.9 kB of JSON, and the compare-and-set that marks the limit. */
import type { Command } from './resp.ts';

export interface State {
  step: number;
  said: string[];
  readonly answers: Readonly<Record<string, string>>;
}

export const STATE_SECONDS = 1_800;
const REPEAT_SECONDS = '60';

export function freshState(): State {
  return {
    step: 0,
    said: [],
    answers: Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`question-${i + 1}`, `第 ${i + 1} 题答的是：${'有'.repeat(10)}`]),
    ),
  };
}

/** The state after one more message. */
export function advance(state: State, text: string): State {
  return { ...state, step: state.step + 1, said: [...state.said, text.slice(0, 20)].slice(-5) };
}

/** Claims the message and reads the state, in one trip. */
const LOAD = `
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then return false end
local found = redis.call('HMGET', KEYS[2], 'version', 'state')
return { found[1] or '0', found[2] or '' }`;

/** Writes the state if its version is still the one that was read. */
const SAVE = `
local version = redis.call('HGET', KEYS[1], 'version') or '0'
if version ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'version', tonumber(version) + 1, 'state', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1`;

/** Two trips a message; resolves to the new step, `undefined` for a message that was seen before. */
export async function createCompareAndSet(command: Command) {
  const load = String(await command('SCRIPT', 'LOAD', LOAD));
  const save = String(await command('SCRIPT', 'LOAD', SAVE));

  return async (from: string, id: string, text: string): Promise<number | undefined> => {
    const key = `state:${from}`;
    const found = await command('EVALSHA', load, '2', `seen:${from}:${id}`, key, REPEAT_SECONDS);
    if (!Array.isArray(found)) return undefined;
    let version = String(found[0]);
    let json = String(found[1]);
    for (;;) {
      const next = advance(json === '' ? freshState() : JSON.parse(json), text);
      const written = await command(
        'EVALSHA',
        save,
        '1',
        key,
        version,
        JSON.stringify(next),
        String(STATE_SECONDS),
      );
      if (written === 1) return next.step;
      const now = await command('HMGET', key, 'version', 'state');
      if (!Array.isArray(now)) throw new Error('no state');
      version = String(now[0] ?? '0');
      json = String(now[1] ?? '');
    }
  };
}
