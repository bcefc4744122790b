/** The webhook over HTTP: who is let in, in which mode, and what everybody else gets to see (nothing). */

import { request as httpRequest } from 'node:http';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Mode, Sent } from '../../../src/playground/platform/platform.ts';
import { seal, sign } from '../../../src/playground/platform/seal.ts';
import {
  ACCOUNT,
  aMerchant,
  anOpenId,
  answerTo,
  type Settings,
  type Started,
  startAssistant,
} from '../running.ts';

let assistant: Started;
beforeAll(async () => {
  assistant = await startAssistant({
    WECHAT_PREVIOUS_TOKEN: ACCOUNT.previousToken,
    WECHAT_PREVIOUS_AES_KEY: ACCOUNT.previousAesKey,
  });
});
afterAll(() => assistant.remove());

const query = (token: string = ACCOUNT.token, at = new Date()) => {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  return { timestamp, nonce: '0415670741', signature: sign(token, timestamp, '0415670741') };
};
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

async function another(settings: Settings): Promise<Started> {
  const started = await startAssistant(settings);
  onTestFinished(() => started.remove());
  return started;
}

describe('the handshake', () => {
  // The published example (V1) has a fixed timestamp of 2024, so its shape is used with a fresh signature; that the
  // signature rule gives the published value is test/wechat/vectors.test.ts.
  const echostr = '4375120948345356249';

  it('echoes echostr as plain text, byte for byte', async () => {
    const answer = await request(assistant.server)
      .get('/wechat')
      .query({ ...query(), echostr });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(echostr);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('echoes markup as text, not as a page', async () => {
    const markup = '<script>alert(1)</script>';
    const answer = await request(assistant.server)
      .get('/wechat')
      .query({ ...query(), echostr: markup });
    expect(answer.text).toBe(markup);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
  });

  it('accepts the token before the last change', async () => {
    const answer = await request(assistant.server)
      .get('/wechat')
      .query({ ...query(ACCOUNT.previousToken), echostr });
    expect(answer.text).toBe(echostr);
  });

  const wrong: readonly [string, Record<string, string | string[]>, string][] = [
    ['another token', { ...query('SomeOtherToken'), echostr }, 'wrong signature'],
    ['the published example of 2024', vectorOne(), 'wrong signature'],
    ['no signature', { timestamp: query().timestamp, nonce: '0415670741', echostr }, 'signature is missing'],
    ['a signature given twice', { ...query(), signature: ['a', 'b'], echostr }, 'given more than once'],
    ['a timestamp of six minutes ago', { ...query(ACCOUNT.token, minutesAgo(6)), echostr }, 'not fresh'],
    ['a timestamp six minutes ahead', { ...query(ACCOUNT.token, minutesAgo(-6)), echostr }, 'not fresh'],
  ];
  it.each(wrong)('refuses %s without echoing anything', async (_, asked, reason) => {
    const logged = assistant.log.next(({ msg }) => msg === 'refused');
    const answer = await request(assistant.server).get('/wechat').query(asked);
    expect(answer.status).toBe(403);
    expect(answer.text).toBe('');
    expect((await logged).reason).toContain(reason);
  });

  it('refuses a handshake without echostr', async () => {
    const answer = await request(assistant.server).get('/wechat').query(query());
    expect([answer.status, answer.text]).toEqual([400, '']);
  });
});

function vectorOne() {
  return {
    signature: 'f464b24fc39322e44b38aa78f5edd27bd1441696',
    timestamp: '1714036504',
    nonce: '1514711492',
    echostr: '4375120948345356249',
  };
}

/** The parameters of a request, to change some. */
const paramsOf = ({ query }: Sent): Record<string, string> => Object.fromEntries(new URLSearchParams(query));

describe('a whole talk from 备案 to the list', () => {
  it('ends in the same list with plain, compatible and sealed messages', async () => {
    const talkIn = (mode: Mode) => aMerchant(assistant.platform(mode)).talksToTheList();
    const plain = await talkIn('plain');
    const all = plain.map(({ heard }) => heard).join('\n');
    expect(all).toContain('备案清单】');
    expect(all).toContain('营业执照');
    expect(all).toContain('不需要准备');
    expect(plain.length).toBeGreaterThan(6);
    expect(await talkIn('compatible')).toEqual(plain);
    expect(await talkIn('safe')).toEqual(plain);
  });

  it('works on an account that is set to plain mode and has no key', async () => {
    const plain = await another({ WECHAT_MESSAGE_MODE: 'plain', WECHAT_ENCODING_AES_KEY: '' });
    const talk = await aMerchant(plain.platform('plain')).talksToTheList();
    expect(talk.at(-1)?.heard).not.toBe('success');
    const sealed = await answerTo(
      plain.platform('safe'),
      plain.platform('safe').prepare({ from: anOpenId(), kind: 'text', text: '备案' }),
    );
    expect([sealed.status, sealed.text]).toEqual([403, '']);
  });

  it('answers an account in compatible mode from its clear fields where no key is set, and says what to set where there are none', async () => {
    const plain = await another({ WECHAT_MESSAGE_MODE: 'plain', WECHAT_ENCODING_AES_KEY: '' });
    const talk = await aMerchant(plain.platform('compatible')).talksToTheList();
    expect(talk.map(({ heard }) => heard).join('\n')).toContain('备案清单】');
    const logged = plain.log.next(({ msg }) => msg === 'refused');
    const safe = plain.platform('safe');
    const answer = await answerTo(safe, safe.prepare({ from: anOpenId(), kind: 'text', text: '备案' }));
    expect(answer.status).toBe(403);
    expect((await logged).reason).toContain('set WECHAT_ENCODING_AES_KEY');
  });

  it('takes an empty encrypt_type for none', async () => {
    const platform = assistant.platform('plain');
    const sent = platform.prepare({ from: anOpenId(), kind: 'text', text: '备案' });
    const answer = await answerTo(platform, {
      ...sent,
      query: String(new URLSearchParams({ ...paramsOf(sent), encrypt_type: '' })),
    });
    expect(answer.text).toContain('<Content>');
  });

  it.each(['/wechat/', '/WECHAT', '/Wechat/'])(
    'serves %s as the one address: answered, and logged as a message',
    async (path) => {
      const platform = assistant.platform('plain');
      const sent = platform.prepare({ from: anOpenId(), kind: 'text', text: '备案' });
      const logged = assistant.log.next(({ msg }) => msg === 'message');
      const answer = await answerTo(platform, { ...sent, url: `${assistant.url}${path}` });
      expect(answer.text).toContain('<Content>');
      expect(await logged).toMatchObject({ kind: 'text', outcome: 'reply' });
      const refused = assistant.log.next(({ msg }) => msg === 'refused');
      const forged = {
        ...sent,
        query: String(new URLSearchParams({ ...paramsOf(sent), signature: '0'.repeat(40) })),
        url: `${assistant.url}${path}`,
      };
      expect((await answerTo(platform, forged)).status).toBe(403);
      expect((await refused).reason).toBe('wrong signature');
    },
  );

  it('lets the first body under a query win, in clear and where the query was that of an encrypted message', async () => {
    const victim = anOpenId();
    for (const mode of ['plain', 'compatible'] as const) {
      const platform = assistant.platform(mode);
      const sent = platform.prepare({ from: victim, kind: 'text', text: '备案' });
      const first = await answerTo(platform, sent);
      expect(first.status).toBe(200);
      const clear = assistant.platform('plain').prepare({ from: victim, kind: 'text', text: '删除我的数据' });
      const { encrypt_type: _, msg_signature: __, ...query } = paramsOf(sent);
      const logged = assistant.log.next(({ msg }) => msg === 'refused');
      const forged = await answerTo(assistant.platform('plain'), {
        ...clear,
        query: String(new URLSearchParams(query)),
      });
      expect([forged.status, forged.text]).toEqual([403, '']);
      expect((await logged).reason).toBe('another body under a query that was used');
      // The same again, as the platform repeats it.
      expect((await answerTo(platform, sent)).status).toBe(200);
    }
  });

  it('refuses an encrypted request with a wrong plain signature before a byte of its body is read, and reads little without one', async () => {
    const safe = assistant.platform('safe');
    const sent = safe.prepare({ from: anOpenId(), kind: 'text', text: '备案' });
    const long = 'x'.repeat(100_000);
    const wrong = await answerTo(safe, {
      ...sent,
      query: String(new URLSearchParams({ ...paramsOf(sent), signature: '0'.repeat(40) })),
      body: long,
    });
    expect(wrong.status).toBe(403);
    const { signature: _, ...query } = paramsOf(sent);
    expect(
      (await answerTo(safe, { ...sent, query: String(new URLSearchParams(query)), body: long })).status,
    ).toBe(413);
    expect((await answerTo(safe, { ...sent, query: String(new URLSearchParams(query)) })).status).toBe(200);
  });

  it('works on an account in safe mode, where clear messages are refused', async () => {
    const safe = await another({ WECHAT_MESSAGE_MODE: '' });
    const merchant = aMerchant(safe.platform('safe'));
    await merchant.talksToTheList();
    const before = await merchant.say('我的信息');
    const logged = safe.log.next(({ msg }) => msg === 'refused');
    const clear = safe.platform('plain').prepare({ from: merchant.openId, kind: 'text', text: '返回' });
    const answer = await answerTo(safe.platform('plain'), clear);
    expect([answer.status, answer.text]).toEqual([403, '']);
    expect((await logged).reason).toBe('a clear message in safe mode');
    expect(await merchant.say('我的信息')).toBe(before);
  });
});

describe('what is not certainly from the platform', () => {
  /** A merchant with answers behind them, who would lose one by each 返回 that got through. */
  async function withAnswers() {
    const merchant = aMerchant(assistant.platform('safe'));
    for (const text of ['备案', '1', '1']) await merchant.say(text);
    return { merchant, before: await merchant.say('我的信息') };
  }

  const back = (from: string, options = {}) =>
    assistant.platform('safe').prepare({ from, kind: 'text', text: '返回' }, options);
  type Prepared = ReturnType<typeof back>;
  const withQuery = (sent: Prepared, change: (query: URLSearchParams) => void): Prepared => {
    const changed = new URLSearchParams(sent.query);
    change(changed);
    return { ...sent, query: changed.toString() };
  };
  /** The same message with another cipher text and the signature that fits it. */
  const sealedAs = (sent: Prepared, encrypt: string): Prepared =>
    withQuery({ ...sent, body: sent.body.replace(/(?<=<Encrypt><!\[CDATA\[)[^\]]*/, encrypt) }, (changed) =>
      changed.set(
        'msg_signature',
        sign(ACCOUNT.token, changed.get('timestamp') ?? '', changed.get('nonce') ?? '', encrypt),
      ),
    );
  const cipherText = (sent: Prepared) => /<Encrypt><!\[CDATA\[([^\]]*)/.exec(sent.body)?.[1] ?? '';
  const flipped = (encrypt: string, at: number) => {
    const bytes = Buffer.from(encrypt, 'base64');
    bytes[at < 0 ? bytes.length + at : at] = (bytes.at(at) ?? 0) ^ 1;
    return bytes.toString('base64');
  };

  const cases: readonly [string, (from: string) => Prepared, RegExp][] = [
    [
      'a wrong msg_signature',
      (from) => withQuery(back(from), (q) => q.set('msg_signature', 'f'.repeat(40))),
      /wrong msg_signature/,
    ],
    [
      'no msg_signature',
      (from) => withQuery(back(from), (q) => q.delete('msg_signature')),
      /msg_signature is missing/,
    ],
    [
      'the plain signature in place of msg_signature',
      (from) => withQuery(back(from), (q) => q.set('msg_signature', q.get('signature') ?? '')),
      /wrong msg_signature/,
    ],
    [
      'cipher text that was changed behind the signature',
      (from) => {
        const sent = back(from);
        return { ...sent, body: sent.body.replace(cipherText(sent), flipped(cipherText(sent), 40)) };
      },
      /wrong msg_signature/,
    ],
    [
      'cipher text that was tampered with and signed again, in its last block',
      (from) => {
        const sent = back(from);
        return sealedAs(sent, flipped(cipherText(sent), -1));
      },
      /current key: .*previous key: /,
    ],
    [
      'cipher text without its last block',
      (from) => {
        const sent = back(from);
        return sealedAs(sent, Buffer.from(cipherText(sent), 'base64').subarray(0, -16).toString('base64'));
      },
      /current key: /,
    ],
    [
      'cipher text that is no multiple of a block',
      (from) => {
        const sent = back(from);
        return sealedAs(sent, Buffer.from(cipherText(sent), 'base64').subarray(0, -3).toString('base64'));
      },
      /./,
    ],
    ['cipher text that is no base64', (from) => sealedAs(back(from), '***'), /./],
    [
      'a message for another app id',
      (from) => {
        const sent = back(from);
        return sealedAs(sent, seal(sent.clear, { aesKey: ACCOUNT.aesKey, appId: 'wx0000000000000000' }));
      },
      /app id/,
    ],
    [
      'a message sealed with a key that nobody gave',
      (from) => {
        const sent = back(from);
        return sealedAs(sent, seal(sent.clear, { aesKey: 'Z'.repeat(43), appId: ACCOUNT.appId }));
      },
      /current key: /,
    ],
    [
      'encrypt_type=aes without Encrypt',
      (from) => {
        const sent = back(from);
        return { ...sent, body: sent.clear };
      },
      /without Encrypt/,
    ],
    [
      'an unknown encrypt_type',
      (from) => withQuery(back(from), (q) => q.set('encrypt_type', 'des')),
      /unknown encrypt_type/,
    ],
    ['a message that is six minutes old', (from) => back(from, { at: minutesAgo(6) }), /not fresh/],
    ['a message from six minutes ahead', (from) => back(from, { at: minutesAgo(-6) }), /not fresh/],
    [
      'a clear message with a wrong signature',
      (from) => withQuery(back(from, { mode: 'plain' }), (q) => q.set('signature', 'f'.repeat(40))),
      /wrong signature/,
    ],
    [
      'a clear message without a signature',
      (from) => withQuery(back(from, { mode: 'plain' }), (q) => q.delete('signature')),
      /signature is missing/,
    ],
  ];
  it.each(cases)('refuses %s: empty body, reason in the log, nothing changed', async (_, forge, reason) => {
    const { merchant, before } = await withAnswers();
    const logged = assistant.log.next(({ msg }) => msg === 'refused');
    const answer = await answerTo(assistant.platform(), forge(merchant.openId));
    expect(answer.text).toBe('');
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect((await logged).reason).toMatch(reason);
    expect(await merchant.say('我的信息')).toBe(before);
  });

  it('lets a message of four minutes ago in, as often as it is re-sent, and answers it once', async () => {
    const { merchant, before } = await withAnswers();
    const sent = back(merchant.openId, { at: minutesAgo(4), mode: 'plain' });
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push((await answerTo(assistant.platform('plain'), sent)).text);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('<MsgType><![CDATA[text]]></MsgType>');
    await merchant.say('1');
    expect(await merchant.say('我的信息')).toBe(before);
  });

  it('accepts only POST and GET', async () => {
    for (const method of ['put', 'delete', 'patch'] as const) {
      const logged = assistant.log.next(({ status }) => status === 405);
      const answer = await request(assistant.server)[method]('/wechat').query(query());
      expect(answer.status).toBe(405);
      expect((await logged).msg).toBe('request');
    }
  });
});

describe('after a change of key or token', () => {
  it('answers a message sealed with the previous key, sealed with that key', async () => {
    const previous = assistant.platform('safe', { aesKey: ACCOUNT.previousAesKey });
    // The platform of this test opens replies with the previous key only.
    expect(await aMerchant(previous).say('备案')).toContain('主体');
  });

  it.each(['plain', 'safe'] as const)(
    'answers a %s message under the previous token, signed with that token',
    async (mode) => {
      const previous = assistant.platform(mode, { token: ACCOUNT.previousToken });
      expect(await aMerchant(previous).say('备案')).toContain('主体');
    },
  );

  it('keeps one session across the change', async () => {
    const merchant = aMerchant(assistant.platform('safe', { aesKey: ACCOUNT.previousAesKey }));
    await merchant.say('备案');
    const asked = await merchant.say('1');
    const later = aMerchant(assistant.platform('safe'), merchant.openId);
    expect(asked).toContain(await later.say('继续').then((text) => text.split('\n').at(-1) ?? 'nothing'));
  });
});

describe('the body', () => {
  it.each([
    'text/xml',
    'application/xml; charset=utf-8',
    'text/plain',
    'application/x-www-form-urlencoded',
    '',
  ])('is read whatever its content type claims: "%s"', async (type) => {
    const sent = assistant.platform('plain').prepare({ from: anOpenId(), kind: 'text', text: '备案' });
    const { status, body } = await post(`${assistant.url}/wechat?${sent.query}`, sent.body, type);
    expect(status).toBe(200);
    expect(body).toContain('主体');
  });
});

/** Unlike fetch, sends no content type when none is given. */
function post(
  url: string,
  body: string,
  type: string,
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, {
      method: 'POST',
      headers: type === '' ? {} : { 'content-type': type },
    });
    outgoing.on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
