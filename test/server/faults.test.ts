/** What the merchant gets when something breaks inside: a turn that throws, a turn that is too slow, a reply that cannot
 *  be written, a merchant who floods. Real parts throughout; only what is to break is broken. */

import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createMessageIds, createWho } from '../../src/app/data-key.ts';
import { createAssistant } from '../../src/core/conversation/assistant.ts';
import type { ChannelLimits, Say } from '../../src/core/conversation/messages.ts';
import { createRenderer } from '../../src/core/conversation/render/renderer.ts';
import type { Handbook, PhraseId } from '../../src/core/handbook/handbook.ts';
import { createPlatform } from '../../src/playground/platform/platform.ts';
import { createApp } from '../../src/server/app.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { createSignatureCheck } from '../../src/server/wechat/request-cache.ts';
import { createWebhook } from '../../src/server/wechat/webhook.ts';
import { embeddedStore } from '../../src/store/embedded/sessions.ts';
import { createWechatChannel, STICKER_SENTENCES, wechatLimits } from '../../src/wechat/channel.ts';
import { NO_DELETIONS, SEAL, TODAY, theHandbook } from '../support.ts';
import {
  ACCOUNT,
  aDirectory,
  aMerchant,
  anOpenId,
  answerTo,
  type Started,
  startAssistant,
} from './running.ts';

const DATA_KEY = 'a key of 32 characters at least.';

/** The webhook on the embedded store with a handbook, and perhaps limits, that the test may change under it. */
async function withParts({
  handbook,
  limits = wechatLimits,
}: {
  readonly handbook: () => Handbook;
  readonly limits?: ChannelLimits;
}) {
  const directory = aDirectory();
  const now = () => new Date();
  const lines: string[] = [];
  const sessions = embeddedStore({ directory, account: ACCOUNT.originalId, now, log: () => {} });
  const metrics = createMetrics();
  const fault: Say = { kind: 'text', lines: (await phrase('fault')).split('\n') };
  const app = createApp({
    route: {
      path: '/wechat',
      webhook: createWebhook({
        mode: 'plain',
        check: createSignatureCheck([ACCOUNT.token], now),
        envelope: undefined,
        channel: createWechatChannel({
          who: createWho(DATA_KEY, 'gh'),
          idOf: createMessageIds(DATA_KEY, 'gh'),
          stickerSentences: STICKER_SENTENCES,
        }),
        assistant: createAssistant({
          content: () => ({ handbook: handbook(), renderer: createRenderer(handbook()) }),
          sessions,
          limits,
          now,
          today: () => TODAY,
          sessionDays: 30,
          seal: SEAL.seal,
        }),
        now,
        limits: { bytes: 100_000, milliseconds: 1_000 },
        deadlineMs: 2_000,
        isFlooding: async () => false,
        deletions: NO_DELETIONS,
        fault: () => fault,
        slowDown: () => fault,
        metrics,
      }),
    },
    ready: () => sessions.ready(),
    details: () => [],
    log: pino({ base: null }, { write: (line: string) => void lines.push(line) }),
    metrics,
    metricsToken: undefined,
    rooms: [],
  });
  const server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await sessions.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const platform = createPlatform({
    url: `http://127.0.0.1:${portOf(server.address())}/wechat`,
    account: ACCOUNT.originalId,
    appId: ACCOUNT.appId,
    token: ACCOUNT.token,
    mode: 'plain',
    deliveries: 1,
  });
  return { merchant: aMerchant(platform), lines };
}

async function phrase(id: PhraseId): Promise<string> {
  return createRenderer(await theHandbook())
    .phrase(id)
    .join('\n');
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('a turn that throws', () => {
  it('says the fault sentence with status 200, saves nothing, and leaves the stack in the log', async () => {
    const sound = await theHandbook();
    const broken: Handbook = {
      ...sound,
      walk: () => {
        throw new RangeError('a rule that breaks');
      },
    };
    let present = sound;
    const { merchant, lines } = await withParts({ handbook: () => present });
    await merchant.say('备案');
    await merchant.say('企业');
    const before = await merchant.say('我的信息');

    present = broken;
    // The merchant of this test throws for anything but status 200 and a reply that the platform shows.
    expect(await merchant.say('未上架')).toBe(await phrase('fault'));
    const line = JSON.parse(lines.at(-1) ?? '{}');
    expect(line).toMatchObject({ msg: 'fault', kind: 'text', outcome: 'fault', err: { name: 'RangeError' } });
    expect(line.err.stack).toContain('src/core/conversation/turn.ts');
    expect(lines.join()).not.toContain('未上架');
    expect(lines.join()).not.toContain(merchant.openId);

    present = sound;
    expect(await merchant.say('我的信息')).toBe(before);
  });

  it('is tried anew when the message is sent again', async () => {
    const sound = await theHandbook();
    let present: () => Handbook = () => {
      throw new Error('no handbook');
    };
    const { merchant } = await withParts({ handbook: () => present() });
    expect(await merchant.say('备案')).toBe(await phrase('fault'));
    present = () => sound;
    expect(await merchant.say('备案')).toContain('主体');
  });

  it('is acknowledged when an event set it off that wants no answer', async () => {
    const { merchant } = await withParts({
      handbook: () => {
        throw new Error('no handbook');
      },
    });
    expect(await merchant.does({ kind: 'event', event: 'unsubscribe', key: '' })).toBe('success');
  });
});

describe('a reply that the platform would not show', () => {
  it('becomes the fault sentence, not an error page', async () => {
    const sound = await theHandbook();
    // A voice that believes in endless messages: the list comes as one piece, far above what a reply may hold.
    const { merchant, lines } = await withParts({
      handbook: () => sound,
      limits: { ...wechatLimits, limit: 1_000_000 },
    });
    let heard = await merchant.say('备案');
    for (const said of ['1', '1', '广东']) heard = await merchant.say(said);
    while (merchant.options.some(({ menuId }) => menuId.startsWith('a.')) && !heard.startsWith('抱歉')) {
      heard = await merchant.say('1');
    }
    heard = await merchant.say('全部');
    expect(heard).toBe(await phrase('fault'));
    expect(JSON.parse(lines.at(-1) ?? '{}')).toMatchObject({ msg: 'fault', outcome: 'fault' });
    expect(lines.join()).not.toMatch(/营业执照/);
  });
});

describe('in the playground', () => {
  let assistant: Started;
  beforeAll(async () => {
    assistant = await startAssistant({ PLAYGROUND: 'on', RATE_LIMIT: '5' });
  });
  afterAll(() => assistant.remove());

  async function inject(faults: { storeAway: boolean; slowMs: number }): Promise<void> {
    const { status } = await fetch(`${assistant.url}/playground/api/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: assistant.url },
      body: JSON.stringify(faults),
    });
    expect(status).toBe(200);
  }

  /** A merchant whom the page plays: what the chat shows then. */
  async function aGuest() {
    const post = async (path: string, body: object) => {
      const answer = await fetch(`${assistant.url}/playground/api/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: assistant.url },
        body: JSON.stringify(body),
      });
      return z
        .object({ openId: z.string().optional(), reply: z.object({ text: z.string() }).optional() })
        .parse(await answer.json());
    };
    const { openId } = await post('merchants', {});
    return async (text: string) =>
      (await post('send', { openId, mode: 'safe', act: { kind: 'text', text } })).reply?.text;
  }

  it('a store that answers after six seconds: the fault sentence before the platform hangs up, and nobody else notices', async () => {
    const guest = await aGuest();
    const merchant = aMerchant(assistant.platform('safe'));
    await guest('备案');
    await merchant.say('备案');
    await inject({ storeAway: false, slowMs: 6_000 });
    const logged = assistant.log.next(({ msg }) => msg === 'fault');
    const start = performance.now();
    const late = guest('企业');
    expect(await merchant.say('企业')).toContain('企业');
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(await late).toBe(assistant.phrase('fault'));
    const took = performance.now() - start;
    expect(took).toBeGreaterThan(4_300);
    expect(took).toBeLessThan(5_000);
    expect(await logged).toMatchObject({ outcome: 'late' });
    await inject({ storeAway: false, slowMs: 0 });
  });

  it('a store that was taken away: the fault sentence, then as if nothing had been, and nobody else notices', async () => {
    const guest = await aGuest();
    const merchant = aMerchant(assistant.platform('safe'));
    await guest('备案');
    await inject({ storeAway: true, slowMs: 0 });
    expect(await guest('企业')).toBe(assistant.phrase('fault'));
    expect(await merchant.say('备案')).toContain('主体');
    expect((await fetch(`${assistant.url}/readyz`)).status).toBe(200);
    await inject({ storeAway: false, slowMs: 0 });
    expect(await guest('我的信息')).toContain(assistant.phrase('facts-empty-title'));
  });

  it('a message within RATE_LIMIT gets its reply again when it is re-sent, however many came after it', async () => {
    const platform = assistant.platform('plain');
    const openId = anOpenId();
    const sent = platform.prepare({ from: openId, kind: 'text', text: '帮助' });
    const first = await answerTo(platform, sent);
    const flooder = aMerchant(platform, openId);
    const slowDown = assistant.phrase('slow-down');
    for (let i = 0; i < 6; i += 1) await flooder.say('帮助');
    expect(await flooder.say('帮助')).toBe(slowDown);
    for (let i = 0; i < 3; i += 1) expect((await answerTo(platform, sent)).text).toBe(first.text);
  });

  it('a merchant who sends more than RATE_LIMIT a minute is asked to slow down, and another is not', async () => {
    const flooder = aMerchant(assistant.platform('safe'));
    const heard: string[] = [];
    for (let i = 0; i < 7; i += 1) heard.push(await flooder.say('帮助'));
    const slowDown = assistant.phrase('slow-down');
    expect(heard.map((text) => text === slowDown)).toEqual([false, false, false, false, false, true, true]);
    expect(await aMerchant(assistant.platform('safe')).say('帮助')).not.toBe(slowDown);
    expect(await flooder.does({ kind: 'event', event: 'unsubscribe', key: '' })).toBe('success');
  });
});
