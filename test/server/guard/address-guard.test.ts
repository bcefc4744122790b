/** Who may call at all: the list of addresses behind a trusted proxy, and the limit for addresses that are refused again
 *  and again. Real HTTP on real connections; the clock is turned only where a minute has to pass. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressList, networkOf } from '../../../src/server/guard/address.ts';
import { createRefusals, NETWORKS_COUNTED } from '../../../src/server/guard/address-guard.ts';
import { ACCOUNT, aMerchant, type Settings, type Started, startAssistant } from '../running.ts';
import { openWire, postBytes } from '../wire.ts';

/** One assistant for all tests of a block. */
function started(settings: Settings): () => Started {
  let assistant: Started | undefined;
  beforeAll(async () => {
    assistant = await startAssistant(settings);
  });
  afterAll(() => assistant?.remove());
  return () => {
    if (!assistant) throw new Error('only inside of a test');
    return assistant;
  };
}

const LIST = '203.0.113.0/24, 2001:db8:1::/48';
const LISTED = '203.0.113.5';
const STRANGE = '198.51.100.1';
const TEXT = `<xml><ToUserName>${ACCOUNT.originalId}</ToUserName><FromUserName>oGate</FromUserName><CreateTime>1760000001</CreateTime><MsgType>text</MsgType><Content>备案</Content><MsgId>1</MsgId></xml>`;
const UNSIGNED = { signature: 'x', timestamp: '1', nonce: '1' };

/** Status of a delivery that a proxy passed on with this X-Forwarded-For; `signed` as the platform does, or not. */
async function post(
  assistant: Started,
  forwarded: string | undefined,
  signed: 'signed' | 'unsigned' = 'signed',
) {
  const query = signed === 'signed' ? assistant.platform('plain').signedQuery() : UNSIGNED;
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const target = `${assistant.url}/wechat?${new URLSearchParams(query)}`;
  return (await fetch(target, { method: 'POST', body: TEXT, headers })).status;
}

describe('a list of platform addresses behind a proxy of our own', () => {
  const assistant = started({ TRUSTED_PROXY: '127.0.0.1, 10.0.0.0/8', PLATFORM_ADDRESSES: LIST });

  it.each([
    ['the address that the proxy saw', LISTED, 200],
    ['a network of the list', '2001:db8:1::7', 200],
    ['a strange address', STRANGE, 403],
    ['what a stranger wrote in front of it', `${LISTED}, ${STRANGE}`, 403],
    ['a listed one behind what it was sent', `${STRANGE}, ${LISTED}`, 200],
    ['another proxy of our own in between', `${LISTED}, 10.1.2.3`, 200],
    ['a stranger behind that proxy', `${LISTED}, ${STRANGE}, 10.1.2.3`, 403],
    ['a port behind the address', `${LISTED}:50123`, 200],
    ['IPv6 in brackets', '[2001:db8:1::7]:443', 200],
    ['IPv4 written as IPv6', `::ffff:${LISTED}`, 200],
    ['a name', 'unknown', 403],
    ['nothing', '', 403],
    ['only proxies', '10.1.2.3, 10.1.2.4', 403],
    ['no header', undefined, 403],
    ['a thousand hops', `${LISTED}, ${'10.1.2.3, '.repeat(1_000)}10.1.2.3`, 403],
  ])('judges by %s', async (_, forwarded, status) => {
    expect(await post(assistant(), forwarded)).toBe(status);
  });

  it('says in the log which setting refused', async () => {
    const line = assistant().log.next(({ msg }) => msg === 'refused');
    await post(assistant(), STRANGE);
    expect((await line).reason).toContain('PLATFORM_ADDRESSES');
  });
});

describe('a list of platform addresses without a proxy', () => {
  const assistant = started({ PLATFORM_ADDRESSES: LIST, REFUSAL_LIMIT: 'off' });

  it('believes no X-Forwarded-For', async () => {
    expect(await post(assistant(), LISTED)).toBe(403);
  });

  it('keeps strangers from the handshake too, and nobody from the health probe', async () => {
    expect((await assistant().platform().handshake()).status).toBe(403);
    expect((await fetch(`${assistant().url}/healthz`)).status).toBe(200);
  });

  it('refuses before the body: the answer is there although not a byte of it was sent', async () => {
    const query = new URLSearchParams(assistant().platform('plain').signedQuery());
    const whole = postBytes(`${assistant().url}/wechat?${query}`, TEXT);
    const wire = await openWire(assistant().url);
    wire.write(whole.subarray(0, whole.indexOf('<xml>')));
    expect(await wire.answer()).toMatchObject({ status: 403, body: '' });
    await wire.closed;
  });

  it('counts nothing while REFUSAL_LIMIT is off', async () => {
    for (let i = 0; i < 100; i += 1) expect(await post(assistant(), undefined, 'unsigned')).toBe(403);
  });
});

describe('the limit for refused requests', () => {
  const assistant = started({ TRUSTED_PROXY: '127.0.0.1', REFUSAL_LIMIT: '3' });
  const refuse = async (from: string) => {
    for (let i = 0; i < 3; i += 1) expect(await post(assistant(), from, 'unsigned')).toBe(403);
  };

  it('counts no request that was answered, however many', async () => {
    const from = '198.51.100.10';
    for (let i = 0; i < 20; i += 1) expect(await post(assistant(), from)).toBe(200);
    await refuse(from);
    expect(await post(assistant(), from, 'unsigned')).toBe(429);
  });

  it('turns an address away with 429 after that many, unread, and tells the log once', async () => {
    const before = assistant().log.lines.length;
    await refuse(STRANGE);
    for (let i = 0; i < 5; i += 1) expect(await post(assistant(), STRANGE, 'unsigned')).toBe(429);
    const whole = postBytes(`${assistant().url}/wechat?${new URLSearchParams(UNSIGNED)}`, TEXT, [
      `X-Forwarded-For: ${STRANGE}`,
    ]);
    const wire = await openWire(assistant().url);
    wire.write(whole.subarray(0, whole.indexOf('<xml>')));
    expect(await wire.answer()).toMatchObject({ status: 429, body: '' });
    await wire.closed;
    const loud = assistant()
      .log.lines.slice(before)
      .filter(({ level }) => level >= 40);
    expect(loud.filter(({ msg }) => msg === 'refused')).toHaveLength(3);
    expect(loud.filter(({ network }) => network === STRANGE)).toHaveLength(1);
  });

  it('never hits what the platform signed, even from the same address, in clear and encrypted', async () => {
    // The platform of the tests calls from 127.0.0.1, as if the proxy itself were the caller.
    await refuse('127.0.0.1');
    expect(await post(assistant(), '127.0.0.1', 'unsigned')).toBe(429);
    for (const mode of ['plain', 'compatible', 'safe'] as const) {
      expect(await aMerchant(assistant().platform(mode)).say('备案')).toContain('主体');
    }
    expect((await assistant().platform().handshake()).ok).toBe(true);
  });

  it('leaves other addresses alone', async () => {
    await refuse('198.51.100.20');
    expect(await post(assistant(), '198.51.100.21', 'unsigned')).toBe(403);
  });

  it('counts what fails only in the body as well, such as a cipher text that nobody signed', async () => {
    const platform = assistant().platform('safe');
    const body = '<xml><Encrypt>AAAA</Encrypt></xml>';
    const forged = { ...platform.signedQuery({ encrypt: 'AAAA' }), msg_signature: 'x', signature: 'x' };
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      const target = `${assistant().url}/wechat?${new URLSearchParams(forged)}`;
      const headers = { 'x-forwarded-for': '198.51.100.30' };
      statuses.push((await fetch(target, { method: 'POST', body, headers })).status);
    }
    expect(statuses).toEqual([403, 403, 403, 429]);
  });
});

describe('the count of refusals', () => {
  const aClock = () => {
    let time = Date.UTC(2026, 10, 24);
    return {
      now: () => new Date(time),
      pass: (seconds: number) => {
        time += seconds * 1000;
      },
    };
  };

  it('ends a minute after the first refusal, however many came in between', () => {
    const { now, pass } = aClock();
    const refusals = createRefusals(2, now);
    refusals.count('a');
    pass(59);
    refusals.count('a');
    expect(refusals.isOver('a')).toBe(true);
    pass(1);
    expect(refusals.isOver('a')).toBe(false);
    expect(refusals.count('a')).toBe(1);
  });

  it('ends when the clock is set back an hour', () => {
    const { now, pass } = aClock();
    const refusals = createRefusals(1, now);
    refusals.count('a');
    pass(-3600);
    expect(refusals.isOver('a')).toBe(false);
  });

  it('remembers a bounded number of networks, and those that were refused last', () => {
    const { now } = aClock();
    const refusals = createRefusals(2, now);
    refusals.count('first');
    for (let i = 0; i < 3 * NETWORKS_COUNTED; i += 1) {
      if (i % 1_000 === 0) refusals.count('busy');
      refusals.count(`10.0.${i >> 8}.${i & 255}`);
    }
    expect(refusals.size).toBe(NETWORKS_COUNTED);
    expect(refusals.isOver('busy')).toBe(true);
    expect(refusals.count('first')).toBe(1);
  });

  it.each([
    ['203.0.113.5', '203.0.113.5'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:1::', '2001:db8:1:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['1:2:3:4:5:6:7::', '1:2:3:4'],
    ['64:ff9b::203.0.113.5', '64:ff9b:0:0'],
  ])('takes %s as %s, since one customer has 64 bits of IPv6', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('knows lists of both families', () => {
    const list = addressList(['10.0.0.0/8', '2001:db8::/32', '192.0.2.1']);
    const has = [
      '10.255.0.1',
      '11.0.0.1',
      '2001:db8:ffff::1',
      '2001:db9::1',
      '192.0.2.1',
      '192.0.2.2',
      '',
      'x',
    ];
    expect(has.filter((address) => list.has(address))).toEqual([
      '10.255.0.1',
      '2001:db8:ffff::1',
      '192.0.2.1',
    ]);
  });
});
