/** `npm run profile` in this folder: where the assistant's time goes under the load of the bench. Prints tables, and
 *  keeps the profiles for a viewer. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endWithChildren } from './lib/child.ts';
import { ASSISTANT, ROOT } from './lib/contenders.ts';
import { parseProfile, whereTimeWent } from './lib/cpu-profile.ts';
import { createBench, warmUp } from './lib/measure.ts';
import { MODES, type Mode, madeUpAccount } from './lib/platform.ts';
import { type Redis, startRedis } from './lib/redis.ts';
import { createSpeaker } from './lib/speaker.ts';

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '8' } } });
const directory = mkdtempSync(join(tmpdir(), 'bench-profile-'));
endWithChildren();
const redis = await startRedis();
try {
  for (const mode of MODES) process.stdout.write(`\n## ${mode}\n\n${await profiled(mode, redis)}\n`);
} finally {
  await redis.end();
}
process.stdout.write(`\nThe profiles are in ${directory}\n`);

async function profiled(mode: Mode, { url }: Redis): Promise<string> {
  const account = madeUpAccount();
  const name = `${mode}.cpuprofile`;
  const started = await ASSISTANT.start({
    account,
    redisUrl: url,
    nodeArgs: ['--cpu-prof', '--cpu-prof-dir', directory, '--cpu-prof-name', name],
  });
  let from: number;
  let messages = 0;
  try {
    const speaker = await createSpeaker(account, ASSISTANT, started.port);
    const bench = createBench(redis);
    const subject = { contender: ASSISTANT, started, speaker };
    await warmUp(bench, subject, 10_000);
    const load = { connections: 64, seconds: 1 };
    from = Number(process.hrtime.bigint() / 1000n);
    for (let second = 0; second < Number(options.seconds); second++) {
      const row = await bench.closed(subject, mode, second, load);
      if (row.faults.length > 0) throw new Error(`${row.faults.length} wrong answers, e.g. ${row.faults[0]}`);
      messages += row.messages;
    }
  } finally {
    await started.end();
  }
  if (!readdirSync(directory).includes(name)) throw new Error('the assistant left no profile behind');
  return whereTimeWent(parseProfile(readFileSync(join(directory, name), 'utf8')), from, messages, ROOT);
}
