/** The answer in time belongs to no channel: a second one brings four functions (hear, speak, limits, who) and nothing else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAssistant } from '../../src/core/conversation/assistant.ts';
import { type ChannelLimits, plain, type Say, type Utterance } from '../../src/core/conversation/messages.ts';
import { createRenderer } from '../../src/core/conversation/render/renderer.ts';
import type { Sessions } from '../../src/core/conversation/session/store.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { withFaults } from '../../src/playground/faults.ts';
import { type AnswerInTimeParts, createAnswerInTime, type Seen } from '../../src/server/answer-in-time.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { type EmbeddedSessions, embeddedStore } from '../../src/store/embedded/sessions.ts';
import { NO_DELETIONS, SEAL, TODAY, theHandbook } from '../support.ts';

/** A message of a web chat. */
interface ChatMessage {
  readonly number: number;
  readonly user: string;
  readonly text: string;
}

// The whole channel: what a person did, what is said, what fits, and who it is.
const who = (user: string) => `chat-${user}`;
const hear = ({ number, user, text }: ChatMessage): Utterance => ({
  id: `${user} ${number}`,
  who: who(user),
  at: new Date('2026-11-24T02:00:00Z'),
  kind: text === '(leaves)' ? 'leave' : 'text',
  text,
});
const speak = (say: Say): string => (say.kind === 'text' ? say.lines.map(plain).join('\n') : `(${say.kind})`);
const limits: ChannelLimits = { limit: 20_000, bytes: (line) => Buffer.byteLength(plain(line)) };

let handbook: Handbook;
let store: EmbeddedSessions;
beforeAll(async () => {
  handbook = await theHandbook();
  const directory = mkdtempSync(join(tmpdir(), 'assistant-test-'));
  store = embeddedStore({ directory, account: 'chat', now: () => new Date(), log: () => {} });
  return async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  };
});

const text = (words: string): Say => ({ kind: 'text', lines: [words] });

/** A web chat over the store. */
function aChat(sessions: Sessions, more: Partial<AnswerInTimeParts> = {}) {
  const now = () => new Date('2026-11-24T02:00:00Z');
  const content = { handbook, renderer: createRenderer(handbook) };
  const answer = createAnswerInTime({
    assistant: createAssistant({
      content: () => content,
      sessions,
      limits,
      now,
      today: () => TODAY,
      sessionDays: 30,
      seal: SEAL.seal,
    }),
    now,
    deadlineMs: 2_000,
    fault: () => text('sorry'),
    slowDown: () => text('slowly'),
    deletions: NO_DELETIONS,
    metrics: createMetrics(),
    ...more,
  });
  return async (message: ChatMessage, say = speak): Promise<Seen & { readonly sent: readonly string[] }> => {
    const sent: string[] = [];
    const arrived = performance.now();
    const seen = await answer({
      kind: 'chat',
      arrived,
      utterance: hear(message),
      send: (said) => sent.push(say(said)),
    });
    return { ...seen, sent };
  };
}

describe('a second channel', () => {
  it('is answered, a whole list in one message where its limits allow that', async () => {
    const chat = aChat(store);
    const said = ['备案', '企业', '未上架', '广东', '不是本人', '都不涉及', '没有', '还没认证'];
    let last = '';
    for (const [number, words] of said.entries()) {
      const { sent, outcome } = await chat({ number, user: 'anna', text: words });
      expect([sent.length, outcome]).toEqual([1, 'reply']);
      last = sent.join('');
    }
    expect(last).toContain('备案清单】');
    expect(last).not.toContain('更多（');
  });

  it('gets the same answer again for the same message, and nothing happens twice', async () => {
    const chat = aChat(store);
    await chat({ number: 1, user: 'berta', text: '备案' });
    const first = await chat({ number: 2, user: 'berta', text: '企业' });
    const again = await chat({ number: 2, user: 'berta', text: '企业' });
    expect([first.hearing?.replayed, again.hearing?.replayed]).toEqual([false, true]);
    expect(again.sent).toEqual(first.sent);
    expect(again.hearing?.events).toEqual([]);
  });

  it('is told in time when the store is slow, and when it is away', async () => {
    const faulty = withFaults(store, () => true);
    const chat = aChat(faulty.sessions, { deadlineMs: 50 });
    faulty.inject({ storeAway: false, slowMs: 300 });
    const late = await chat({ number: 1, user: 'carla', text: '备案' });
    expect([late.sent, late.outcome]).toEqual([['sorry'], 'late']);
    faulty.inject({ storeAway: true, slowMs: 0 });
    const away = await chat({ number: 2, user: 'carla', text: '备案' });
    expect([away.sent, away.outcome]).toEqual([['sorry'], 'fault']);
    expect(await chat({ number: 3, user: 'carla', text: '(leaves)' })).toMatchObject({
      sent: ['(silence)'],
      outcome: 'fault',
    });
  });

  it('is asked to slow down, and whoever leaves is not', async () => {
    const chat = aChat(store, { isFlooding: async () => true });
    expect(await chat({ number: 1, user: 'dora', text: '备案' })).toMatchObject({
      sent: ['slowly'],
      outcome: 'slowed',
    });
    expect((await chat({ number: 2, user: 'dora', text: '(leaves)' })).outcome).toBe('silence');
  });

  it('sends the sentence at fault in place of what it cannot say', async () => {
    const chat = aChat(store);
    const seen = await chat({ number: 1, user: 'emma', text: '备案' }, (said) => {
      if (speak(said) !== 'sorry') throw new Error('cannot be said');
      return speak(said);
    });
    expect([seen.sent, seen.outcome]).toEqual([['sorry'], 'fault']);
    expect(seen.error).toBeInstanceOf(Error);
  });

  it('is measured stage by stage', async () => {
    const { stages } = await aChat(store)({ number: 1, user: 'fanny', text: '帮助' });
    expect(Object.keys(stages).sort()).toEqual(['open', 'seal', 'store', 'think', 'total']);
  });
});
