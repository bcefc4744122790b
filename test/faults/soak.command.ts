/** A long run under mixed load: `npm run soak -- <minutes> <messages a second>` starts the assistant, lets merchants talk
 *  (whole talks, questions, nonsense, pictures, re-sends, people who leave), looks every five seconds at its memory, its
 *  open files and its answers, and draws docs/images/soak.svg. */

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Act, Platform } from '../../src/playground/platform/platform.ts';
import { aDirectory, anOpenId, settingsFor, spawnAssistant } from '../server/running.ts';
import { startRedis } from '../setup/redis.ts';
import { ROOT } from '../support.ts';
import { DATA_KEY } from './load.ts';
import { drawSoak, type Sample } from './soak-picture.ts';

const [minutes = 30, rate = 50] = process.argv.slice(2).map(Number);

const text = (said: string): Act => ({ kind: 'text', text: said });
/** What a merchant does, in this order, before the next one comes. */
const TALK: readonly Act[] = [
  { kind: 'event', event: 'subscribe', key: '' },
  ...['备案', '企业', '未上架', '广东', '备案要多久', '1', '1', '咕噜咕噜', '我的信息', '返回', '1'].map(
    text,
  ),
  { kind: 'image' },
  ...['更多', '帮助', '认证', '1', '继续', '删除我的数据', '备案', '个体户'].map(text),
  { kind: 'event', event: 'unsubscribe', key: '' },
];

const redis = await startRedis();
const directory = aDirectory();
const assistant = await spawnAssistant(
  settingsFor(directory, { REDIS_URL: redis.url, DATA_KEY, LOG_LEVEL: 'warn' }),
);
const platforms = [assistant.platform('plain'), assistant.platform('safe')];
const samples: Sample[] = [];
const totals = { messages: 0, banners: 0 };
/** What the platform would have shown, by its reason. */
const reasons = new Map<string, number>();
let waits: number[] = [];
let open: { platform: Platform; from: string; step: number }[] = [];

const start = performance.now();
const end = start + minutes * 60_000;
let sentSoFar = 0;
const pending = new Set<Promise<void>>();

function next(): void {
  const platform = platforms[sentSoFar % 2];
  if (platform === undefined) throw new Error('no platform');
  // A hundred talks at a time, each in its own order.
  if (open.length < 100) open.push({ platform, from: anOpenId(), step: 0 });
  const talk = open[sentSoFar % open.length];
  sentSoFar += 1;
  if (talk === undefined) return;
  const act = TALK[talk.step];
  talk.step += 1;
  if (talk.step >= TALK.length) open = open.filter((one) => one !== talk);
  if (act === undefined) return;
  const sent = talk.platform.prepare({ from: talk.from, ...act });
  const times = sentSoFar % 20 === 0 ? 2 : 1;
  for (let time = 0; time < times; time += 1) {
    const done = talk.platform.resend(sent).then((result) => {
      totals.messages += 1;
      waits.push(result.deliveries.at(-1)?.ms ?? 0);
      if (result.outcome !== 'fault') return;
      totals.banners += 1;
      reasons.set(result.code, (reasons.get(result.code) ?? 0) + 1);
    });
    pending.add(done);
    void done.finally(() => pending.delete(done));
  }
}

function look(): void {
  const sorted = waits.sort((a, b) => a - b);
  waits = [];
  const status = readFileSync(`/proc/${assistant.pid}/status`, 'utf8');
  samples.push({
    seconds: (performance.now() - start) / 1000,
    megabytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1000,
    handles: readdirSync(`/proc/${assistant.pid}/fd`).length,
    perSecond: sorted.length / 5,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  });
}

const looking = setInterval(look, 5_000);
await new Promise<void>((resolve) => {
  const sending = setInterval(() => {
    const now = performance.now();
    const due = Math.floor(((now - start) / 1000) * rate);
    // A generator that fell behind does not make up for it in one go.
    for (let burst = 0; sentSoFar < due && burst < rate; burst += 1) next();
    if (now < end) return;
    clearInterval(sending);
    resolve();
  }, 20);
});
clearInterval(looking);
await Promise.all(pending);
const exit = await assistant.end('SIGTERM');
await redis.stop();
rmSync(directory, { recursive: true, force: true });

const file = join(ROOT, 'docs/images/soak.svg');
const day = new Date().toISOString().slice(0, 10);
writeFileSync(file, drawSoak(samples, { day, messages: totals.messages }));
const half = samples.slice(Math.floor(samples.length / 2));
const most = Math.max(...half.map(({ megabytes }) => megabytes));
const least = Math.min(...half.map(({ megabytes }) => megabytes));
process.stdout.write(
  `${minutes} minutes, ${totals.messages} messages, ${totals.banners} banners ` +
    `(${[...reasons].map(([code, count]) => `${count} ${code}`).join(', ')}), exit ${exit.code}; second half: ` +
    `${Math.round(least)} to ${Math.round(most)} MB, ${Math.min(...half.map(({ handles }) => handles))} to ` +
    `${Math.max(...half.map(({ handles }) => handles))} open files; drawn in docs/images/soak.svg\n`,
);
process.exitCode = totals.banners === 0 && exit.code === 0 ? 0 : 1;
