/** The assistant on the embedded store: what it remembers, what it hears once, and what it does when it cannot go on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Assistant, createAssistant } from '../../src/core/conversation/assistant.ts';
import type { Utterance } from '../../src/core/conversation/messages.ts';
import { createRenderer } from '../../src/core/conversation/render/renderer.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { type EmbeddedSessions, embeddedStore } from '../../src/store/embedded/sessions.ts';
import { wechatLimits } from '../../src/wechat/channel.ts';
import { SEAL, TODAY, textOf, theHandbook } from '../support.ts';

let handbook: Handbook;
let present: Handbook;
let sessions: EmbeddedSessions;
let assistant: Assistant;
let now = new Date('2026-11-24T02:00:00Z');

beforeAll(async () => {
  handbook = await theHandbook();
  present = handbook;
  const directory = mkdtempSync(join(tmpdir(), 'assistant-test-'));
  sessions = embeddedStore({ directory, account: 'gh_demo0a1b2c3d', now: () => now, log: () => {} });
  assistant = createAssistant({
    content: () => ({ handbook: present, renderer: createRenderer(present) }),
    sessions,
    limits: wechatLimits,
    now: () => now,
    today: () => TODAY,
    sessionDays: 30,
    seal: SEAL.seal,
  });
  return async () => {
    await sessions.close();
    rmSync(directory, { recursive: true });
  };
});

let people = 0;
/** Somebody new, each of whose utterances has an id of its own. */
function somebody() {
  people += 1;
  const who = `person${people}`;
  let count = 0;
  const utterance = (what: Partial<Utterance>): Utterance => {
    count += 1;
    return { id: `u${count}`, who, at: now, kind: 'text', text: '', ...what };
  };
  return {
    who,
    utterance,
    say: async (text: string) => textOf((await assistant.hear(utterance({ text }))).say),
  };
}
const phrase = (id: 'damaged' | 'forgotten' | 'facts-empty-title') =>
  createRenderer(handbook).phrase(id).join('\n');

describe('hearing', () => {
  it('remembers from one utterance to the next, and tells what happened by ids only', async () => {
    const person = somebody();
    await person.say('备案');
    const { events, session, replayed } = await assistant.hear(person.utterance({ text: '企业' }));
    expect(replayed).toBe(false);
    expect(events).toContainEqual({ kind: 'answered', dialog: 'filing', facts: ['subject'] });
    expect(JSON.stringify(events)).not.toContain('企业');
    expect(session?.answers.map(([, fact, value]) => [fact, value])).toEqual([['subject', 'company']]);
    expect(JSON.stringify(session)).not.toMatch(/\p{Script=Han}/u);
  });

  it('gives a re-send the same words and the same time, and says that nothing ran', async () => {
    const person = somebody();
    const utterance = person.utterance({ text: '备案' });
    const first = await assistant.hear(utterance);
    now = new Date(now.getTime() + 10_000);
    const second = await assistant.hear(utterance);
    expect(second).toMatchObject({
      say: first.say,
      at: first.at,
      replayed: true,
      events: [],
      session: undefined,
    });
    expect(second.thinkingMs).toBe(0);
  });

  it('is silent to what is sent again after the platform has given up, and hears it anew once no signature could be right', async () => {
    const person = somebody();
    const utterance = person.utterance({ text: '备案' });
    await assistant.hear(utterance);
    now = new Date(now.getTime() + 121_000);
    expect(await assistant.hear(utterance)).toMatchObject({ say: { kind: 'silence' }, replayed: true });
    now = new Date(now.getTime() + 480_000);
    expect((await assistant.hear(utterance)).replayed).toBe(false);
  });

  it('forgets a person after the days that the settings name', async () => {
    const person = somebody();
    await person.say('备案');
    await person.say('企业');
    now = new Date(now.getTime() + 29 * 86_400_000);
    expect(await person.say('我的信息')).toContain('企业');
    now = new Date(now.getTime() + 31 * 86_400_000);
    expect(await person.say('我的信息')).toContain(phrase('facts-empty-title'));
  });

  it('answers a notice with silence and without a trip to the store', async () => {
    const person = somebody();
    const hearing = await assistant.hear(person.utterance({ kind: 'notice' }));
    expect(hearing).toMatchObject({ say: { kind: 'silence' }, roundTrips: 0, events: [] });
    expect(await person.say('我的信息')).toContain(phrase('facts-empty-title'));
  });

  it('keeps nothing of a person who leaves', async () => {
    const person = somebody();
    await person.say('备案');
    const { say, session } = await assistant.hear(person.utterance({ kind: 'leave' }));
    expect([say.kind, session]).toEqual(['silence', undefined]);
    expect(await person.say('我的信息')).toContain(phrase('facts-empty-title'));
  });
});

describe('what goes wrong', () => {
  it('starts afresh over a session that cannot be read, and says so', async () => {
    for (const damaged of ['not JSON', '{"version":1}', '[]', '"备案"']) {
      const person = somebody();
      await sessions.update(person.who, 'before', () => ({ session: damaged, reply: '', report: undefined }));
      const heard = await person.say('备案');
      expect(heard).toContain(phrase('damaged'));
      expect(heard).toContain('主体');
      expect(await person.say('企业')).not.toContain(phrase('damaged'));
      expect(sessions.quarantined().map(({ record }) => record.replace(/^[^|]*\|/, ''))).toContain(damaged);
    }
    expect(sessions.quarantined()).toHaveLength(4);
  });

  it('lets 重新开始 and 删除我的数据 work over a session that cannot be read', async () => {
    const person = somebody();
    await sessions.update(person.who, 'before', () => ({
      session: 'not JSON',
      reply: '',
      report: undefined,
    }));
    expect(await person.say('重新开始')).toContain(phrase('damaged'));
    const aside = sessions.quarantined().length;
    await sessions.update(person.who, 'before that', () => ({
      session: 'not JSON',
      reply: '',
      report: undefined,
    }));
    expect(await person.say('删除我的数据')).toContain(phrase('forgotten'));
    expect(sessions.quarantined()).toHaveLength(aside - 1);
    expect(await person.say('我的信息')).toContain(phrase('facts-empty-title'));
  });

  it('reads a session of a newer version and keeps what it does not know', async () => {
    const person = somebody();
    const newer = {
      version: 2,
      turn: 3,
      heard: now.getTime(),
      answers: [],
      misses: 0,
      reminders: ['2027-01-01'],
    };
    await sessions.update(person.who, 'before', () => ({
      session: JSON.stringify(newer),
      reply: '',
      report: undefined,
    }));
    const { session } = await assistant.hear(person.utterance({ text: '备案' }));
    expect(session).toMatchObject({ version: 2, turn: 4, reminders: ['2027-01-01'] });
  });

  it('saves nothing when the turn throws, and hears the same utterance again once it can', async () => {
    onTestFinished(() => {
      present = handbook;
    });
    const person = somebody();
    await person.say('备案');
    const utterance = person.utterance({ text: '企业' });
    present = {
      ...handbook,
      walk: () => {
        throw new RangeError('a rule that breaks');
      },
    };
    await expect(assistant.hear(utterance)).rejects.toThrow('a rule that breaks');
    present = handbook;
    expect(await assistant.hear(utterance)).toMatchObject({ replayed: false });
    expect(await person.say('我的信息')).toContain('企业');
  });

  it('takes up a new handbook with the next utterance, without a restart', async () => {
    onTestFinished(() => {
      present = handbook;
    });
    const person = somebody();
    await person.say('备案');
    present = { ...handbook, contact: { ...handbook.contact, how: '请拨打示例电话' } };
    expect(await person.say('人工')).toContain('请拨打示例电话');
  });

  it('answers twenty utterances at once in the order in which they were heard', async () => {
    const person = somebody();
    await person.say('备案');
    const heard = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        assistant.hear(
          person.utterance({
            kind: 'pick',
            text: '广东',
            pick: `a.filing.province.${i % 2 ? '广东' : '浙江'}`,
          }),
        ),
      ),
    );
    expect(heard.map(({ session }) => session?.turn)).toEqual(Array.from({ length: 20 }, (_, i) => i + 2));
  });
});
