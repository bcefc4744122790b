/** Every naughty text gets a valid reply: from the turn in any kind of utterance, and over real HTTP in clear and
 *  encrypted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonical, normalise } from '../../src/core/text/normalise.ts';
import { wholeNumber } from '../../src/core/text/numbers.ts';
import { toPinyin } from '../../src/core/text/sounds.ts';
import { wechatLimits } from '../../src/wechat/channel.ts';
import { NAUGHTY } from '../naughty.ts';
import { aMerchant, type Started, startAssistant } from '../server/running.ts';
import { aPerson, bytesOfSay, theHandbook } from '../support.ts';

describe('naughty texts', () => {
  it('are more than two hundred, each once', () => {
    expect(NAUGHTY.length).toBeGreaterThan(200);
    expect(new Set(NAUGHTY).size).toBe(NAUGHTY.length);
  });

  it('have a normal form of bounded length without half characters', () => {
    for (const text of NAUGHTY) {
      for (const form of [normalise(text), canonical(text), toPinyin(normalise(text))]) {
        expect(form.isWellFormed()).toBe(true);
        // Four hundred characters are read, also of those that stand for eighteen.
        expect(form.length).toBeLessThanOrEqual(form === toPinyin(normalise(text)) ? 2_400 : 400);
      }
      expect([text, wholeNumber(text) ?? 1]).toEqual([text, expect.any(Number)]);
    }
  });

  it('get an answer that fits from the turn, whatever kind of utterance brings them', async () => {
    const handbook = await theHandbook();
    for (const [at, text] of NAUGHTY.entries()) {
      const person = aPerson(handbook);
      const answered = (reply: string) => {
        expect([text, reply.trim()]).not.toEqual([text, '']);
        expect(bytesOfSay(person.last.say)).toBeLessThanOrEqual(wechatLimits.limit);
        expect(reply).not.toMatch(/undefined|\[object|NaN/);
      };
      answered(person.say(text));
      person.say('备案');
      answered(person.say(text));
      answered(person.does({ kind: 'pick', text, pick: text }));
      const others = ['press', 'scan', 'link', 'location'] as const;
      answered(person.does({ kind: others[at % others.length] ?? 'press', text }));
    }
  }, 120_000);
});

describe('naughty texts over HTTP', () => {
  let assistant: Started;
  beforeAll(async () => {
    assistant = await startAssistant({ LOG_LEVEL: 'warn' });
  });
  afterAll(() => assistant.remove());

  it.each(['plain', 'safe'] as const)('get a valid reply each, %s', async (mode) => {
    const platform = assistant.platform(mode);
    // Some at a time, since a store that writes to the disk for each of them takes longest.
    for (let from = 0; from < NAUGHTY.length; from += 25) {
      const sent = NAUGHTY.slice(from, from + 25).map(async (text) => {
        // Throws where the platform would show its fault notice.
        expect([text, await aMerchant(platform).say(text)]).not.toEqual([text, 'success']);
      });
      await Promise.all(sent);
    }
    expect(assistant.log.lines).toEqual([]);
  });
});
