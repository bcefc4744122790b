/** `npm run growth` in this folder: how the CPU of each stage of the built program grows with merchants, history and
 *  content. Prints tables, appends them to docs/performance.md and draws docs/images/growth.svg. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type ContentRow, contentTable, withContent } from './growth/content.ts';
import { type HistoryRow, historyTable, withHistory } from './growth/history.ts';
import { embedded, inRedis, type MerchantsRow, merchantsTable, type Sizes } from './growth/merchants.ts';
import { drawGrowth, type Panel } from './growth/picture.ts';
import { endWithChildren } from './lib/child.ts';
import { loadNow, machineLine } from './lib/machine.ts';
import { startRedis } from './lib/redis.ts';
import { ROOT } from './micro/built.ts';
import { createClock } from './micro/clock.ts';
import { startConversation } from './micro/conversation.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
  },
});
const { quick } = options;
const sizes: Sizes = quick
  ? { merchants: [10, 100, 1_000], rounds: 3, talks: 10 }
  : { merchants: [10, 10_000, 1_000_000], rounds: 7, talks: 40 };
endWithChildren();
const now = new Date();
const load = loadNow();

const redis = await startRedis();
const merchants: MerchantsRow[] = [];
try {
  merchants.push(...(await inRedis(redis, sizes)));
} finally {
  await redis.end();
}
merchants.push(...(await embedded(sizes)));
const clock = createClock(quick ? 3 : 7, quick ? 30 : 100);
const conversation = await startConversation(now);
const history = withHistory(conversation, clock, now);
const content = await withContent(conversation, clock, now);

const report = [
  `### ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC, growth${quick ? ', quick' : ''}`,
  `${machineLine(ROOT, redis.version)}; load ${load} before, ${loadNow()} after. CPU with garbage collection, median (min – max).`,
  'Growth with merchants, who talk one after another:',
  merchantsTable(merchants),
  'Growth with history:',
  historyTable(history),
  'Growth with content:',
  contentTable(content),
].join('\n\n');
process.stdout.write(`${report}\n`);
if (!options['no-write']) {
  appendFileSync(`${ROOT}docs/performance.md`, `\n${report}\n`);
  // A quick run looks elsewhere: its picture would not be that of the text.
  if (!quick) writeFileSync(`${ROOT}docs/images/growth.svg`, picture());
}

function picture(): string {
  const day = now.toISOString().slice(0, 10);
  return drawGrowth(`CPU of a stage, median of ${sizes.rounds} rounds, ${day}`, [
    merchantsPanel(merchants),
    historyPanel(history),
    contentPanel(content),
  ]);
}

function merchantsPanel(rows: readonly MerchantsRow[]): Panel {
  const of = (store: MerchantsRow['store']) => rows.filter((row) => row.store === store);
  return {
    title: 'Merchants',
    axis: 'merchants in the store',
    places: of('redis').map((row) => ({ at: row.merchants, label: row.merchants.toLocaleString('en') })),
    lines: [
      {
        name: 'an update with its turn, embedded store',
        timings: of('embedded').map((row) => row.withTurn),
      },
      { name: 'an update with its turn, Redis', timings: of('redis').map((row) => row.withTurn) },
      { name: 'the Redis server, beside it', timings: of('redis').map((row) => row.server) },
    ],
  };
}

function historyPanel(rows: readonly HistoryRow[]): Panel {
  // The others stand too near to these.
  const shown = rows.filter(({ answers, programs }) => programs === 1 || (answers === 40 && programs > 5));
  return {
    title: 'History',
    axis: 'answers remembered (by the size of the session)',
    places: shown.map(({ answers, programs, bytes }) => ({
      at: bytes,
      label: programs === 1 ? String(answers) : `${programs} × ${answers}`,
    })),
    lines: [
      { name: 'a turn with a question', timings: shown.map(({ question }) => question) },
      { name: 'the session read', timings: shown.map(({ parse }) => parse) },
      { name: 'the session written', timings: shown.map(({ write }) => write) },
    ],
  };
}

function contentPanel(rows: readonly ContentRow[]): Panel {
  return {
    title: 'Content',
    axis: 'questions with answers',
    places: rows.map(({ count }) => ({ at: count, label: count.toLocaleString('en') })),
    lines: [
      { name: 'a turn with a question', timings: rows.map(({ turn }) => turn) },
      { name: 'one question looked up in the index', timings: rows.map(({ question }) => question) },
    ],
  };
}
