/** Hostile and broken bodies behind a valid signature: each is answered below 500 in bounded time, harms nobody, and
 *  leaves nothing of itself, of a person or of a secret in the log. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Sent } from '../../src/playground/platform/platform.ts';
import { seal } from '../../src/playground/platform/seal.ts';
import { ACCOUNT, aMerchant, anOpenId, answerTo, type Started, startAssistant } from './running.ts';
import { openWire, postBytes } from './wire.ts';

/** In every hostile body, so that the log can be searched for what came in with them. */
const MARK = 'Zwiebelfisch';
const FROM = `oHostile_${'a1B2c3D4e5F6g7H8i9J'}`;

let assistant: Started;
const openIds: string[] = [FROM];
const texts: string[] = [MARK];
beforeAll(async () => {
  assistant = await startAssistant();
});
afterAll(() => assistant.remove());

/** After each of them the next merchant is answered as if nothing had been. */
afterEach(async () => {
  const openId = anOpenId();
  openIds.push(openId);
  const merchant = aMerchant(assistant.platform('safe'), openId);
  expect(await merchant.say('备案')).toContain('主体');
  expect(await fetch(`${assistant.url}/healthz`).then(({ status }) => status)).toBe(200);
});

const messageXml = (inner: string) =>
  `<xml><ToUserName>${ACCOUNT.originalId}</ToUserName><FromUserName>${FROM}</FromUserName><CreateTime>1760000001</CreateTime>${inner}</xml>`;
const textXml = (content: string) =>
  messageXml(`<MsgType>text</MsgType><Content>${content}</Content><MsgId>1</MsgId>`);

/** A clear request with a valid signature around any bytes. */
const clear = (body: string | Uint8Array) => ({ query: assistant.platform('plain').signedQuery(), body });
/** An encrypted request, valid in all respects, around any clear text. */
const sealed = (text: string) => {
  const encrypt = seal(text, ACCOUNT);
  const body = `<xml><ToUserName>${ACCOUNT.originalId}</ToUserName><Encrypt>${encrypt}</Encrypt></xml>`;
  return { query: assistant.platform('safe').signedQuery({ encrypt }), body };
};

const LOL = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
const NESTED = '<a>'.repeat(100_000) + MARK + '</a>'.repeat(100_000);

/** What each body becomes: turned away for its size, acknowledged, or answered as any text. The sender is proven, and what is
 *  not answered with 200 is sent twice more and then shown as a fault. */
const bodies: readonly [string, string, 413 | 'success' | 'reply'][] = [
  ['a DOCTYPE', `<!DOCTYPE xml [<!ELEMENT xml ANY>]>${textXml(MARK)}`, 'success'],
  [
    'an external entity',
    `<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]>${textXml('&x;')}`,
    'success',
  ],
  ['a billion laughs', `<!DOCTYPE lol [<!ENTITY l0 "${MARK}">${LOL}]>${textXml('&l9;')}`, 'success'],
  ['an entity that nobody declared', textXml(`&${MARK};`), 'reply'],
  ['a character that XML forbids, as a number', textXml(`${MARK}&#0;`), 'reply'],
  ['100,000 nested tags', `<xml>${NESTED}</xml>`, 413],
  ['50,000 nested tags', `<xml>${NESTED.slice(150_000, -200_000)}</xml>`, 'success'],
  ['100,000 open tags', `<xml>${NESTED.slice(0, 300_000)}`, 'success'],
  ['100,000 tags beside each other', `<xml>${`<a>${MARK}</a>`.repeat(20_000)}</xml>`, 'success'],
  ['a tag without an end', `<xml><Content>${MARK}</xml>`, 'success'],
  ['an endless attribute', `<xml a="${MARK.repeat(10_000)}`, 'success'],
  ['a processing instruction', `<?xml-stylesheet href="${MARK}"?>${textXml(MARK)}`, 'reply'],
  ['NULs', textXml(`${MARK}\0\0\0`), 'reply'],
  ['a text that is XML itself', textXml(`<![CDATA[<status><![CDATA[${MARK}]]></status>]]>`), 'reply'],
  [
    'a message in JSON',
    JSON.stringify({
      ToUserName: ACCOUNT.originalId,
      FromUserName: FROM,
      CreateTime: 1760000001,
      MsgType: 'text',
      Content: MARK,
      MsgId: 1,
    }),
    'reply',
  ],
  [
    'an event in JSON',
    JSON.stringify({
      ToUserName: ACCOUNT.originalId,
      FromUserName: FROM,
      CreateTime: 1760000001,
      MsgType: 'event',
      Event: 'debug_demo',
      debug_str: MARK,
    }),
    'success',
  ],
  ['something behind the end', `${textXml(MARK)}<x>${MARK}</x>`, 'reply'],
  ['nothing', '', 'success'],
  ['JSON', JSON.stringify({ FromUserName: FROM, MsgType: 'text', Content: MARK }), 'success'],
  ['an HTML page', `<!doctype html><html><body>${MARK}</body></html>`, 'success'],
  ['a text', MARK, 'success'],
  ['another root', `<html>${MARK}</html>`, 'success'],
  ['an empty element', '<xml/>', 'success'],
  ['no MsgType', messageXml(`<Content>${MARK}</Content>`), 'success'],
  ['the container check of the cloud', '<xml><action>CheckContainerPath</action></xml>', 'success'],
  ['a MsgType that nobody documented', messageXml(`<MsgType>${MARK}</MsgType>`), 'reply'],
  ['no sender', `<xml><MsgType>text</MsgType><Content>${MARK}</Content></xml>`, 'success'],
  ['a CreateTime that is no time', textXml(MARK).replace('1760000001', MARK), 'success'],
  [
    'a CreateTime beyond all calendars',
    textXml(MARK).replace('1760000001', '99999999999999999999'),
    'success',
  ],
  [
    '__proto__',
    messageXml(
      `<MsgType>event</MsgType><Event>${MARK}</Event><__proto__><polluted>1</polluted></__proto__><constructor><prototype><polluted>1</polluted></prototype></constructor>`,
    ),
    'success',
  ],
];

describe.each(['clear', 'sealed'] as const)('a %s body', (way) => {
  it.each(bodies)('of %s is answered below 500 and changes nothing', async (_, body, becomes) => {
    const answer = await answerTo(assistant.platform(), way === 'clear' ? clear(body) : sealed(body));
    if (becomes === 'reply') expect([answer.status, answer.text.slice(0, 5)]).toEqual([200, '<xml>']);
    else if (becomes === 'success') expect([answer.status, answer.text]).toEqual([200, 'success']);
    else expect([answer.status, answer.text]).toEqual([becomes, '']);
    expect(answer.ms).toBeLessThan(2_000);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('bytes', () => {
  it('that are not UTF-8, as a character cut in two, do not keep the rest from being answered', async () => {
    const body = Buffer.concat([Buffer.from(textXml(MARK)), Buffer.from([0xff, 0xfe, 0xc3, 0x28])]);
    const answer = await answerTo(assistant.platform(), clear(body));
    expect([answer.status, answer.text.slice(0, 5)]).toEqual([200, '<xml>']);
  });

  it('of 3 MB are refused with 413, whether the size is declared or not', async () => {
    const big = textXml(MARK.repeat(262_144));
    expect(big.length).toBeGreaterThan(3_000_000);
    const url = `${assistant.url}/wechat?${new URLSearchParams(clear('').query)}`;
    for (const more of [[], ['Connection: keep-alive']]) {
      const wire = await openWire(assistant.url);
      wire.write(postBytes(url, big, more));
      const { status, body } = await wire.answer();
      expect([status, body]).toEqual([413, '']);
      await wire.closed;
    }
    const wire = await openWire(assistant.url);
    wire.write(postBytes(url, '').toString().replace('Content-Length: 0', 'Transfer-Encoding: chunked'));
    for (let at = 0; at < big.length; at += 65_536) {
      const chunk = big.slice(at, at + 65_536);
      wire.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    }
    const { status, body } = await wire.answer();
    expect([status, body]).toEqual([413, '']);
    await wire.closed;
  });

  it('of 3 MB get their refusal through an ordinary client too', async () => {
    const body = textXml(MARK.repeat(262_144));
    const answer = await answerTo(assistant.platform(), clear(body));
    expect([answer.status, answer.text]).toEqual([413, '']);
  });

  it('that stop half-way are refused with 408 after three seconds', async () => {
    const url = `${assistant.url}/wechat?${new URLSearchParams(clear('').query)}`;
    const whole = postBytes(url, textXml(MARK));
    const wire = await openWire(assistant.url);
    const start = performance.now();
    wire.write(whole.subarray(0, whole.length - 40));
    const { status, body } = await wire.answer();
    expect([status, body]).toEqual([408, '']);
    expect(performance.now() - start).toBeLessThan(4_500);
    await wire.closed;
  });

  it('that stop because the sender hangs up are noted and forgotten', async () => {
    const url = `${assistant.url}/wechat?${new URLSearchParams(clear('').query)}`;
    const whole = postBytes(url, textXml(MARK), ['Expect: 100-continue']);
    const wire = await openWire(assistant.url);
    const logged = assistant.log.next(({ msg }) => msg === 'refused');
    wire.write(whole.subarray(0, whole.length - 40));
    expect((await wire.answer()).status).toBe(100);
    wire.end();
    expect((await logged).reason).toBe('the body broke off');
  });
});

describe('texts of a merchant', () => {
  const awkward: readonly string[] = [
    '007',
    '  x  ',
    ']]>',
    'a ]]> b ]]>',
    '<a href="javascript:alert(1)">x</a>',
    '&lt;b&gt;',
    '👨‍👩‍👧‍👦',
    'line\u2028end\u2029',
    '\u202Eabc',
    '{{7*7}} %s %n',
    "'; DROP TABLE sessions; --",
    '__proto__',
    'constructor',
    '\uE001\uF8FF',
    '备'.repeat(600),
    '?'.repeat(2_000),
    ' ',
    '\n',
  ];
  it.each(awkward.map((text) => [text.slice(0, 24), text]))(
    'like %j get an answer that the platform shows',
    async (_, text) => {
      const openId = anOpenId();
      openIds.push(openId);
      texts.push(text);
      const merchant = aMerchant(assistant.platform('safe'), openId);
      expect(await merchant.say(text)).not.toBe('success');
      await merchant.say('备案');
      expect(await merchant.say(text)).not.toBe('success');
      expect(await merchant.does({ kind: 'pick', text, id: 'a.filing.subject.__proto__' })).not.toBe(
        'success',
      );
    },
  );

  it('that are empty get one as well', async () => {
    const sent: Sent = assistant.platform('plain').prepare({ from: FROM, kind: 'text', text: '' });
    const answer = await answerTo(assistant.platform('plain'), sent);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('<Content>');
  });
});

describe('the log of all this', () => {
  it('holds no text, no OpenID and no secret', () => {
    const { raw, lines } = assistant.log;
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.every(({ level }) => level < 50)).toBe(true);
    for (const openId of openIds) expect(raw).not.toContain(openId);
    for (const text of texts.filter((one) => one.trim().length > 3)) {
      expect(raw).not.toContain(JSON.stringify(text).slice(1, -1));
    }
    for (const secret of [ACCOUNT.token, ACCOUNT.aesKey, 'msg_signature=', 'signature=']) {
      expect(raw).not.toContain(secret);
    }
    // Nothing a merchant or the assistant says is Chinese to the log.
    expect(raw).not.toMatch(/\p{Script=Han}/u);
  });
});
