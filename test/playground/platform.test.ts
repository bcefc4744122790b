/** The playground's platform on its own: signing and sealing against published vectors, what it sends
 *  and how often (judge.test.ts: how it judges what comes back). Nothing of src/wechat takes part. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UNSUPPORTED } from '../../src/playground/platform/push.ts';
import { open, seal, sign } from '../../src/playground/platform/seal.ts';
import { childrenOf, readXml, writeXml } from '../../src/playground/platform/xml.ts';
import {
  ACCOUNT,
  AES_KEY,
  APP_ID,
  type Behaviour,
  PATIENCE,
  platformBefore,
  replyXml,
  startWebhook,
  TOKEN,
  USER,
} from './webhook.ts';

type Vector = Readonly<Record<string, string>>;
const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../wechat/vectors.json', import.meta.url), 'utf8'),
);
const having = (...names: readonly string[]): readonly Vector[] =>
  vectors.filter((v) => names.every((name) => name in v));
const of = (vector: Vector, name: string): string => vector[name] ?? '';
const lockOf = (vector: Vector) => ({ aesKey: of(vector, 'encodingAESKey'), appId: of(vector, 'appid') });

describe('the published vectors', () => {
  it('are thirteen', () =>
    expect(vectors.map((v) => v.id)).toEqual(Array.from({ length: 13 }, (_, i) => `V${i + 1}`)));

  it.each(having('token', 'signature'))('$id: signs the query ($what)', (v) => {
    expect(sign(of(v, 'token'), of(v, 'timestamp'), of(v, 'nonce'))).toBe(v.signature);
  });

  it.each(having('token', 'msg_signature'))('$id: signs the cipher text ($what)', (v) => {
    expect(sign(of(v, 'token'), of(v, 'timestamp'), of(v, 'nonce'), of(v, 'encrypt'))).toBe(v.msg_signature);
  });

  it.each(having('encrypt', 'plaintext'))('$id: opens the cipher text ($what)', (v) => {
    expect(open(of(v, 'encrypt'), lockOf(v))).toEqual({ kind: 'open', clear: v.plaintext });
  });

  it.each(having('encrypt', 'plaintext', 'random'))('$id: seals to the same cipher text ($what)', (v) => {
    expect(seal(of(v, 'plaintext'), lockOf(v), Buffer.from(of(v, 'random')))).toBe(v.encrypt);
  });

  it.each(having('encrypt', 'plaintext'))('$id: does not open for another app id', (v) => {
    expect(open(of(v, 'encrypt'), { ...lockOf(v), appId: 'wx0000000000000000' }).kind).toBe('fault');
  });

  it('refuse a shortened, a tampered and an empty cipher text', () => {
    const lock = { aesKey: AES_KEY, appId: APP_ID };
    const sealed = Buffer.from(seal('x'.repeat(100), lock), 'base64');
    const tampered = Buffer.from(sealed);
    tampered[tampered.length - 1] = (tampered.at(-1) ?? 0) ^ 1;
    for (const bytes of [sealed.subarray(0, -16), sealed.subarray(0, -32), tampered, Buffer.alloc(0)]) {
      expect(open(bytes.toString('base64'), lock).kind).toBe('fault');
    }
  });

  it('hold for every length of the last block', () => {
    const lock = { aesKey: AES_KEY, appId: APP_ID };
    for (let length = 0; length <= 64; length += 1) {
      const clear = '备'.repeat(length);
      expect(open(seal(clear, lock), lock)).toEqual({ kind: 'open', clear });
    }
  });
});

describe('the XML', () => {
  it('survives writing and reading with every awkward text', () => {
    for (const text of [
      '007',
      '  x  ',
      'a ]]> b ]]>',
      '<b>&amp;</b>',
      '👨‍👩‍👧‍👦',
      'line\u2028end',
      '',
      ']]',
    ]) {
      const parsed = readXml(
        writeXml([
          ['Content', text],
          ['N', [['M', { bare: '1' }]]],
        ]),
      );
      expect(parsed.kind === 'xml' && childrenOf(parsed.root, 'Content')[0]?.text).toBe(text);
    }
  });

  it.each([
    ['a wrong closing tag', '<xml><a>1</b></xml>'],
    ['a missing closing tag', '<xml><a>1</xml>'],
    ['two roots', '<xml/><xml/>'],
    ['a DOCTYPE', '<!DOCTYPE xml><xml></xml>'],
    ['a processing instruction', '<xml><?php x ?></xml>'],
    ['an unknown entity', '<xml><a>&nbsp;</a></xml>'],
    ['a bare ampersand', '<xml><a>a & b</a></xml>'],
    ['CDATA without an end', '<xml><a><![CDATA[x</a></xml>'],
    ['an end of CDATA without a start', '<xml><a>x]]></a></xml>'],
    ['text beside elements', '<xml>loose<a>1</a></xml>'],
    ['a byte order mark', '\ufeff<xml></xml>'],
    ['100,000 nested tags', '<a>'.repeat(100_000)],
    ['no XML at all', 'text'],
  ])('refuses %s', (_, source) => expect(readXml(source).kind).toBe('fault'));

  it('tells characters that XML forbids, written out or as a number', () => {
    for (const text of ['\u0000', '\u000b', '\ufffe', '\ud800', '&#0;', '&#x1F;', '&#xD800;']) {
      expect(readXml(`<xml><a>${text}</a></xml>`)).toMatchObject({ kind: 'fault', illegal: true });
    }
  });
});

describe('a delivery', () => {
  it('carries signature, openid, seconds and a MsgId of 19 digits', async () => {
    const hook = await startWebhook(() => ({ body: 'success' }));
    const at = new Date('2026-11-24T01:02:03.999Z');
    await platformBefore(hook.url, 'plain', { now: () => at }).send({
      from: USER,
      kind: 'text',
      text: '备案 <&> ]]>',
    });
    const [got] = hook.received;
    const query = Object.fromEntries(got?.url.searchParams ?? []);
    expect(query).toMatchObject({ openid: USER, timestamp: '1795482123' });
    expect(query.signature).toBe(sign(TOKEN, query.timestamp ?? '', query.nonce ?? ''));
    expect(query).not.toHaveProperty('encrypt_type');
    expect(got?.headers['content-type']).toBe('text/xml');
    expect(clearText(got?.body ?? '')).toMatchObject({
      ToUserName: ACCOUNT,
      FromUserName: USER,
      CreateTime: '1795482123',
      MsgType: 'text',
      Content: '备案 <&> ]]>',
      MsgId: expect.stringMatching(/^\d{19}$/),
    });
  });

  it('in safe mode shows the receiver only and signs the cipher text', async () => {
    const hook = await startWebhook(() => ({ body: '' }));
    await platformBefore(hook.url, 'safe').send({ from: USER, kind: 'text', text: '秘密' });
    const body = clearText(hook.received[0]?.body ?? '');
    const query = hook.received[0]?.url.searchParams ?? new URLSearchParams();
    expect(Object.keys(body)).toEqual(['ToUserName', 'Encrypt']);
    expect(query.get('encrypt_type')).toBe('aes');
    const parts = [query.get('timestamp') ?? '', query.get('nonce') ?? '', body.Encrypt ?? ''];
    expect(query.get('msg_signature')).toBe(sign(TOKEN, ...parts));
    const opened = open(body.Encrypt ?? '', { aesKey: AES_KEY, appId: APP_ID });
    expect(opened.kind === 'open' && clearText(opened.clear).Content).toBe('秘密');
  });

  it('in compatible mode shows the clear fields beside the cipher text', async () => {
    const hook = await startWebhook(() => ({ body: '' }));
    await platformBefore(hook.url, 'compatible').send({ from: USER, kind: 'text', text: '你好' });
    expect(clearText(hook.received[0]?.body ?? '')).toMatchObject({
      Content: '你好',
      Encrypt: expect.any(String),
    });
  });

  it('writes every kind of message with the elements of the platform', () => {
    const platform = platformBefore('http://127.0.0.1/');
    const kinds = [
      [{ kind: 'pick', text: '个体户', id: 'subject.sole-trader' }, ['Content', 'bizmsgmenuid']],
      [{ kind: 'image' }, ['PicUrl', 'MediaId']],
      [{ kind: 'voice', recognition: '备案' }, ['MediaId', 'Format', 'Recognition', 'MediaId16K']],
      [{ kind: 'video' }, ['MediaId', 'ThumbMediaId']],
      [{ kind: 'shortvideo' }, ['MediaId', 'ThumbMediaId']],
      [
        { kind: 'location', latitude: 31.2, longitude: 121.4, label: '上海' },
        ['Location_X', 'Location_Y', 'Scale', 'Label'],
      ],
      [
        { kind: 'link', title: 'a', description: 'b', url: 'https://a.test/?x=1&y=2' },
        ['Title', 'Description', 'Url'],
      ],
      [{ kind: 'file', title: 'a.pdf' }, ['Title', 'FileKey', 'FileMd5', 'FileTotalLen']],
    ] as const;
    for (const [act, names] of kinds) {
      const fields = clearText(platform.prepare({ from: USER, ...act }).clear);
      expect(Object.keys(fields), act.kind).toEqual(expect.arrayContaining([...names, 'MsgId']));
    }
    expect(clearText(platform.prepare({ from: USER, kind: 'sticker' }).clear).Content).toBe(UNSUPPORTED);
    const menu = clearText(
      platform.prepare({ from: USER, kind: 'event', event: 'CLICK', key: 'MENU_HELP' }).clear,
    );
    expect(menu).toMatchObject({ MsgType: 'event', Event: 'CLICK', EventKey: 'MENU_HELP' });
    expect(menu).not.toHaveProperty('MsgId');
  });

  it('never uses a MsgId twice, even within a millisecond', () => {
    const platform = platformBefore('http://127.0.0.1/', 'plain', { now: () => new Date(1_790_000_000_000) });
    const ids = Array.from(
      { length: 500 },
      () => clearText(platform.prepare({ from: USER, kind: 'image' }).clear).MsgId,
    );
    expect(new Set(ids).size).toBe(500);
  });

  it('without an answer comes three times with the same bytes and then shows the fault notice', async () => {
    const hook = await startWebhook(() => undefined);
    const result = await platformBefore(hook.url, 'safe').send({ from: USER, kind: 'text', text: '在吗' });
    expect(result).toMatchObject({ outcome: 'fault', code: 'no-answer' });
    expect(result.deliveries.map((d) => d.problem)).toEqual(['timeout', 'timeout', 'timeout']);
    expect(hook.received).toHaveLength(3);
    expect(new Set(hook.received.map((r) => r.url.search + r.body)).size).toBe(1);
    for (const { ms } of result.deliveries) expect(ms).toBeGreaterThanOrEqual(PATIENCE - 5);
  });

  it('is answered by whichever delivery is open: the second when the first was left alone', async () => {
    const hook = await startWebhook((_, nth) => (nth === 1 ? undefined : { body: replyXml() }));
    const result = await platformBefore(hook.url).send({ from: USER, kind: 'text', text: '在吗' });
    expect(result).toMatchObject({ outcome: 'reply', reply: { text: '你好' } });
    expect(result.deliveries.map((d) => d.status)).toEqual([0, 200]);
  });

  it('is not repeated after any answer, even a broken one', async () => {
    const hook = await startWebhook(() => ({ status: 500, body: '' }));
    await platformBefore(hook.url).send({ from: USER, kind: 'text', text: '在吗' });
    expect(hook.received).toHaveLength(1);
  });

  it('to nobody is repeated at the same pace and named after the network', async () => {
    const platform = platformBefore('http://127.0.0.1:9/', 'plain', { fetch: refused, timeoutMs: 20 });
    const begin = performance.now();
    const result = await platform.send({ from: USER, kind: 'text', text: '在吗' });
    expect(result.deliveries.map((d) => d.problem)).toEqual(['ECONNREFUSED', 'ECONNREFUSED', 'ECONNREFUSED']);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(35);
  });

  it('can be sent again later, the same bytes to another address', async () => {
    const first = await startWebhook(() => ({ body: 'success' }));
    const second = await startWebhook(() => ({ body: replyXml() }));
    const platform = platformBefore(first.url, 'compatible');
    const { sent } = await platform.send({ from: USER, kind: 'text', text: '备案' });
    expect(await platform.resend(sent, { url: second.url })).toMatchObject({ outcome: 'reply' });
    expect(second.received[0]?.url.search).toBe(first.received[0]?.url.search);
    expect(second.received[0]?.body).toBe(first.received[0]?.body);
  });

  it('of hostile bytes goes out as it is', async () => {
    const hook = await startWebhook(() => ({ status: 403, body: '' }));
    const arrival = await platformBefore(hook.url).deliver({
      query: 'signature=a&signature=b',
      body: '{}',
      headers: { 'x-odd': '1' },
    });
    expect(arrival).toMatchObject({ kind: 'answer', status: 403 });
    expect(hook.received[0]?.url.search).toBe('?signature=a&signature=b');
    expect(hook.received[0]).toMatchObject({ body: '{}', headers: { 'x-odd': '1' } });
  });
});

describe('the handshake', () => {
  const echo: Behaviour = ({ url }) => ({ type: 'text/plain', body: url.searchParams.get('echostr') ?? '' });

  it('is passed by the exact echostr', async () => {
    const hook = await startWebhook(echo);
    expect(await platformBefore(hook.url).handshake()).toMatchObject({ ok: true, contentType: 'text/plain' });
    const query = hook.received[0]?.url.searchParams;
    expect(hook.received[0]?.method).toBe('GET');
    expect(query?.get('signature')).toBe(
      sign(TOKEN, query?.get('timestamp') ?? '', query?.get('nonce') ?? ''),
    );
  });

  it('is failed by a quoted echostr and by any other status', async () => {
    const quoted = await startWebhook((r) => ({ body: `"${r.url.searchParams.get('echostr')}"` }));
    expect(await platformBefore(quoted.url).handshake()).toMatchObject({ ok: false, status: 200 });
    const refusing = await startWebhook((r) => ({
      status: 403,
      body: r.url.searchParams.get('echostr') ?? '',
    }));
    expect(await platformBefore(refusing.url).handshake({ signature: 'wrong' })).toMatchObject({
      ok: false,
      status: 403,
    });
  });
});

const refused: typeof fetch = async () => {
  throw new TypeError('fetch failed', {
    cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
  });
};

function clearText(xml: string): Readonly<Record<string, string>> {
  const parsed = readXml(xml);
  if (parsed.kind === 'fault') throw new Error(parsed.reason);
  return Object.fromEntries(parsed.root.children.map((child) => [child.name, child.text]));
}
