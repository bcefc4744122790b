/** `npm run bench`: the built assistant beside its peers, in turn and in rounds, every answer judged. Prints the tables
 *  and appends them to docs/performance.md. Options: README.md. */
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { endWithChildren } from './lib/child.ts';
import { ASSISTANT, CONTENDERS, type Contender, LIMIT, ROOT } from './lib/contenders.ts';
import { loadNow, machineLine } from './lib/machine.ts';
import { createBench, type Row, type Subject, warmUp } from './lib/measure.ts';
import { MODES, madeUpAccount } from './lib/platform.ts';
import { startRedis } from './lib/redis.ts';
import { reportOf } from './lib/report.ts';
import { createSpeaker } from './lib/speaker.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string', default: '64' },
    rate: { type: 'string', default: '1000' },
    'no-write': { type: 'boolean', default: false },
  },
});
const { quick } = options;
const rounds = {
  closed: Number(options.rounds ?? (quick ? 2 : 4)),
  open: Number(options.rounds ?? (quick ? 1 : 6)),
};
const loads = {
  closed: {
    connections: Number(options.connections),
    seconds: Number(options.seconds ?? (quick ? 0.6 : 1.2)),
  },
  open: { rate: Number(options.rate), seconds: quick ? 3 : 4, resendEvery: 20, leadIn: 1 },
};
/** No further round begins when it would not be over by then. */
const budgetMs = quick ? 45_000 : 330_000;
/** Messages before the clock starts. V8 goes on compiling for some fifty thousand, on a thread of its own that takes turns
 *  with the server where cores are few; who waits for it in the open loop should not wait for that. */
const warmth = { closed: quick ? 5_000 : 15_000, open: quick ? 5_000 : 60_000 };

const began = performance.now();
const startedAt = new Date();
const loadBefore = loadNow();
endWithChildren();
const account = madeUpAccount();
const redis = await startRedis();
const subjects: Subject[] = [];
let report: string;
let wrong: number;
try {
  const bench = createBench(redis);
  for (const contender of CONTENDERS) {
    const subject = await startSubject(contender);
    subjects.push(subject);
    await warmUp(bench, subject, remembers(contender) ? warmth.open : warmth.closed);
    say(`${contender.name} is warm and answers rightly`);
  }

  const closed = await inRounds('closed loop', rounds.closed, 0.5, async (round) => {
    const rows: Row[] = [];
    for (const mode of MODES)
      for (const subject of subjects) rows.push(await bench.closed(subject, mode, round, loads.closed));
    return rows;
  });
  const memoize = subjects.filter(({ contender }) => remembers(contender));
  const open = await inRounds('open loop', rounds.open, 1, async (round) => {
    const rows: Row[] = [];
    for (const mode of MODES)
      for (const subject of round % 2 === 0 ? [...memoize].reverse() : memoize)
        rows.push(await bench.open(subject, mode, round, loads.open));
    return rows;
  });
  wrong = [...closed, ...open].reduce((sum, { faults }) => sum + faults.length, 0);
  report = [
    `### ${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC${quick ? ', quick' : ''}`,
    `${machineLine(ROOT, redis.version)}; load ${loadBefore} before, ${loadNow()} after; all on loopback of one machine.`,
    reportOf({ closed, open, loads }),
  ].join('\n\n');
} finally {
  for (const { started } of subjects) await started.end();
  await redis.end();
}
process.stdout.write(`\n${report}\n`);
if (!options['no-write']) appendFileSync(`${ROOT}docs/performance.md`, `\n${report}\n`);
process.exitCode = wrong === 0 ? 0 : 1;

function remembers(contender: Contender): boolean {
  return contender === LIMIT || contender === ASSISTANT;
}

async function startSubject(contender: Contender): Promise<Subject> {
  const started = await contender.start({ account, redisUrl: redis.url });
  return { contender, started, speaker: await createSpeaker(account, contender, started.port) };
}

/** Rounds one after another, fewer of them when the machine is slow. @param share of the time that may be used up then. */
async function inRounds(
  what: string,
  wanted: number,
  share: number,
  run: (round: number) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let longest = 0;
  for (let round = 1; round <= wanted; round++) {
    const from = performance.now();
    if (round > 1 && from - began + longest > budgetMs * share) {
      say(`${what}: ${round - 1} rounds instead of ${wanted}, the time is used up`);
      break;
    }
    rows.push(...(await run(round)));
    longest = Math.max(longest, performance.now() - from);
    say(`${what}: round ${round} of ${wanted}`);
  }
  return rows;
}

function say(line: string): void {
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
}
