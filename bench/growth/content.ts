/** Growth with content: the index of questions and what one question costs, with many more answers than there are today.
 *  growth.ts calls it. */
import { table } from '../lib/figures.ts';
import * as built from '../micro/built.ts';
import { type Clock, inOneCell, type Timing, usedSince } from '../micro/clock.ts';
import { type Conversation, createHear } from '../micro/conversation.ts';
import { enlarged } from './larger.ts';

export interface ContentRow {
  /** Questions with answers. */
  readonly count: number;
  readonly phrasings: number;
  /** Milliseconds of CPU that building the index takes; a start reads it ready made. */
  readonly building: number;
  /** Megabytes of the index. */
  readonly memory: number;
  /** One question looked up, and a whole turn with one. */
  readonly question: Timing;
  readonly turn: Timing;
}

export async function withContent(
  conversation: Conversation,
  clock: Clock,
  now: Date,
): Promise<readonly ContentRow[]> {
  const { faqEntries, outOfScope, lexicon, thresholds } = conversation.handbook;
  // The first index is built by code that V8 has not seen yet; this one is not counted.
  await measured(faqEntries.length);
  const rows: ContentRow[] = [];
  for (const count of [faqEntries.length, 2_000, 10_000]) rows.push(await measured(count));
  return rows;

  async function measured(count: number): Promise<ContentRow> {
    const entries = enlarged(faqEntries, count);
    const before = await memoryUsed();
    const start = process.cpuUsage();
    const faq = built.createFaq({ entries, outOfScope, lexicon: { replace: lexicon }, thresholds });
    const building = usedSince(start) / 1000;
    const memory = ((await memoryUsed()) - before) / 1e6;
    const phrasings = entries.reduce((sum, { also }) => sum + 1 + also.length, 0);
    const handbook = { ...conversation.handbook, faq, faqEntries: entries };
    const parts = { ...conversation.parts, handbook, renderer: built.createRenderer(handbook) };
    const hear = createHear(parts, now);
    const session = hear(undefined, '备案').after;
    return {
      count,
      phrasings,
      building,
      memory,
      question: clock.time(each((text) => faq.find(text))),
      turn: clock.time(each((text) => hear(session, text))),
    };
  }

  /** The next question with every call. */
  function each(work: (text: string) => unknown): () => unknown {
    const { asked } = conversation;
    let next = 0;
    return () => work(asked[next++ % asked.length] ?? '');
  }
}

/** Bytes of all objects that are still needed, arrays of numbers included, which lie outside of the heap. */
async function memoryUsed(): Promise<number> {
  if (gc === undefined) throw new Error('run it with --expose-gc, as `npm run growth` does');
  for (let i = 0; i < 3; i++) {
    gc();
    // What lies outside is given back by a thread of its own.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export function contentTable(rows: readonly ContentRow[]): string {
  return table(
    [
      'questions with answers',
      'phrasings',
      'index, ms of CPU',
      'its memory, MB',
      'a question looked up, CPU µs',
      'a turn with a question, CPU µs',
    ],
    rows.map(({ count, phrasings, building, memory, question, turn }) => [
      count.toLocaleString('en'),
      phrasings.toLocaleString('en'),
      building.toFixed(0),
      memory.toFixed(0),
      inOneCell(question),
      inOneCell(turn, 0),
    ]),
  );
}
