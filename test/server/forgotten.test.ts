/** Who asks to be forgotten, leaves, or closes the account is gone from the store at once, on both stores; what is
 *  answered does not tell whether there was anything. Looks into the store behind the assistant's back. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/app/config.ts';
import { forget } from '../../src/app/forget.ts';
import { seal } from '../../src/playground/platform/seal.ts';
import { startRedis } from '../setup/redis.ts';
import {
  ACCOUNT,
  aDirectory,
  aMerchant,
  anOpenId,
  answerTo,
  type Settings,
  type Started,
  settingsFor,
  startAssistant,
} from './running.ts';

/** Where the records of an assistant lie. */
interface Place {
  readonly settings: Settings;
  /** Everything that is kept, by key. */
  look(): Promise<ReadonlyMap<string, string>>;
  /** Puts a text where a session was. */
  spoil(key: string): Promise<void>;
  end(): Promise<void>;
}

const PLATFORM_SENDER = 'oDemo_platform_sender';
let seconds = 1_760_000_000;

/** An event or a text as the platform writes it; of the two about consent the person is in OpenID, not in FromUserName. */
function xmlOf(what: string, openId: string): string {
  seconds += 1;
  const head = (from: string) =>
    `<xml><ToUserName><![CDATA[${ACCOUNT.originalId}]]></ToUserName><FromUserName><![CDATA[${from}]]></FromUserName><CreateTime>${seconds}</CreateTime>`;
  if (what === 'unsubscribe')
    return `${head(openId)}<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[unsubscribe]]></Event></xml>`;
  if (what.startsWith('user_'))
    return `${head(PLATFORM_SENDER)}<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[${what}]]></Event><OpenID><![CDATA[${openId}]]></OpenID></xml>`;
  return `${head(openId)}<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${what}]]></Content><MsgId>${seconds}</MsgId></xml>`;
}

const WAYS = ['删除我的数据', 'unsubscribe', 'user_authorization_revoke', 'user_authorization_cancellation'];

function forgets(name: string, start: () => Promise<Place>): void {
  describe(`with ${name}`, () => {
    let place: Place;
    let assistant: Started;
    beforeAll(async () => {
      place = await start();
      assistant = await startAssistant(place.settings);
    });
    afterAll(async () => {
      await assistant.remove();
      await place.end();
    });

    it('is forgotten by the operator as well, while the assistant runs, and quietly where there is nothing', async () => {
      const merchant = aMerchant(assistant.platform('safe'));
      await merchant.say('备案');
      await merchant.say('企业');
      const before = await place.look();
      const config = readConfig(settingsFor(assistant.directory, place.settings));
      for (let round = 0; round < 2; round++)
        expect(await forget(config, merchant.openId)).toBe('Nothing is kept of this merchant any more.');
      expect((await place.look()).size).toBeLessThan(before.size);
      expect(await merchant.say('我的信息')).toContain(assistant.phrase('facts-empty-title'));
      await expect(forget(config, undefined)).rejects.toThrow('name the merchant');
    });

    /** Status, type and text of the answer, without what differs from person to person anyway. */
    async function send(what: string, openId: string, mode: 'plain' | 'safe') {
      const xml = xmlOf(what, openId);
      const encrypt = mode === 'safe' ? seal(xml, ACCOUNT) : undefined;
      const platform = assistant.platform(mode);
      const query = platform.signedQuery(encrypt === undefined ? {} : { encrypt });
      const body = encrypt === undefined ? xml : `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`;
      const { status, type, text } = await answerTo(platform, { query, body });
      const shown = mode === 'plain' ? text.replaceAll(openId, 'o').replace(/<CreateTime>\d+/, '') : '';
      return { status, type, shown, length: text.length };
    }

    const keysBefore = new Set<string>();
    /** The records that came since the last call: those of one person. */
    async function fresh() {
      const all = await place.look();
      const found = [...all].filter(([key]) => !keysBefore.has(key) && !key.includes('probe'));
      for (const [key] of found) keysBefore.add(key);
      return found;
    }

    it.each(WAYS)('%s deletes answers and earlier replies at once', async (what) => {
      await fresh();
      const openId = anOpenId();
      const merchant = aMerchant(assistant.platform('safe'), openId);
      for (const text of ['备案', '个体工商户', '未上架']) await merchant.say(text);
      const kept = await fresh();
      // The session, the list of answered messages, and three replies.
      expect(kept.map(([key]) => key.split(':').length).sort()).toEqual([3, 4, 5, 5, 5]);
      expect(kept.some(([, record]) => record.includes('sole-trader'))).toBe(true);
      expect(JSON.stringify(kept)).not.toContain(openId);

      await send(what, openId, 'plain');
      const after = await place.look();
      const left = kept.flatMap(([key]) => after.get(key) ?? []);
      // Only the list of keyed ids, lest what was captured be heard again for as long as its signature is accepted.
      expect(left).toHaveLength(1);
      for (const line of left[0]?.split('|')[1]?.split('\n') ?? [])
        expect(line).toMatch(/^[\w-]{22}\t[0-9a-z]+$/);
      const added = await fresh();
      expect(added.map(([key]) => key.split(':').length)).toEqual([5]);
      for (const word of ['sole-trader', '个体', '未上架', 'filing'])
        expect(JSON.stringify([left, added])).not.toContain(word);
    });

    it.each(WAYS)('%s is answered the same whether there was something or not', async (what) => {
      const known = anOpenId();
      const merchant = aMerchant(assistant.platform('safe'), known);
      for (const text of ['备案', '个体工商户', '未上架']) await merchant.say(text);
      for (const mode of ['plain', 'safe'] as const) {
        const stranger = anOpenId();
        expect(await send(what, known, mode)).toEqual(await send(what, stranger, mode));
        await merchant.say('备案');
      }
    });

    it.each(WAYS)(
      '%s takes along a session that was set aside because it could not be read',
      async (what) => {
        await fresh();
        const merchant = aMerchant(assistant.platform('safe'));
        await merchant.say('备案');
        await merchant.say('个体工商户');
        const [session] = (await fresh()).find(([key]) => key.split(':').length === 3) ?? [''];
        await place.spoil(session);
        await merchant.say('继续');
        const aside = `${session}:x`;
        expect((await place.look()).get(aside)).toContain('spoilt');
        await send(what, merchant.openId, 'safe');
        const after = await place.look();
        expect([after.has(session), after.has(aside)]).toEqual([false, false]);
      },
    );
  });
}

forgets('the embedded store', async () => {
  const directory = aDirectory();
  const raw = open<string, string>({ path: join(directory, 'sessions.mdb'), encoding: 'string' });
  return {
    settings: { DATA_DIR: directory },
    look: async () => new Map([...raw.getRange({})].map(({ key, value }) => [key, value])),
    spoil: async (key) => {
      await raw.put(key, 'spoilt');
    },
    async end() {
      await raw.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});

forgets('Redis', async () => {
  const server = await startRedis();
  const looker = await createClient({ url: server.url }).connect();
  return {
    settings: { REDIS_URL: server.url, DATA_KEY: 'k'.repeat(32) },
    async look() {
      const keys = await looker.keys('*');
      const values = await Promise.all(keys.map((key) => looker.get(key)));
      return new Map(keys.map((key, i) => [key, values[i] ?? '']));
    },
    async spoil(key) {
      await looker.set(key, 'spoilt');
    },
    async end() {
      looker.destroy();
      await server.stop();
    },
  };
});
