/** What strangers may cost: requests that the platform did not sign, by connection and by address, whatever they ask for, and
 *  connections. Real HTTP on real connections. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ACCOUNT, aMerchant, type Settings, type Started, startAssistant } from '../running.ts';
import { openWire, postBytes, type Wire } from '../wire.ts';

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

const GET = 'GET /nothing-here HTTP/1.1\r\nHost: a\r\n\r\n';
let messages = 0;

/** The bytes of a message that the platform signed, in clear. */
function signed({ url, platform }: Started, from = 'oStrangers'): Buffer {
  messages += 1;
  const query = new URLSearchParams(platform('plain').signedQuery());
  return postBytes(
    `${url}/wechat?${query}`,
    `<xml><ToUserName>${ACCOUNT.originalId}</ToUserName><FromUserName>${from}</FromUserName><CreateTime>1760000001</CreateTime><MsgType>text</MsgType><Content>备案</Content><MsgId>${messages}</MsgId></xml>`,
  );
}

async function wireTo({ url }: Started): Promise<Wire> {
  const wire = await openWire(url);
  onTestFinished(() => wire.end());
  return wire;
}

/** How many answers come before the server hangs up. */
async function answersBeforeTheEnd(wire: Wire): Promise<number> {
  for (let answers = 0; ; answers += 1) {
    const more = await wire.answer().then(
      () => true,
      () => false,
    );
    if (!more) return answers;
  }
}

describe('requests that wait behind each other on one connection', () => {
  const assistant = started({});

  it('are answered, as many as a program that knows what it does would send', async () => {
    const wire = await wireTo(assistant());
    wire.write(GET.repeat(32));
    for (let i = 0; i < 32; i += 1) expect(await wire.answer()).toMatchObject({ status: 404 });
  });

  it.each([
    ['GET of nothing', GET],
    ['GET of the probe', 'GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['messages that nobody signed', 'POST /wechat HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx'],
    [
      'messages to another spelling of the path',
      'POST /WeChat/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx',
    ],
  ])('cost a stranger who sends thousands the connection: %s', async (_, request) => {
    const wires = await Promise.all(Array.from({ length: 5 }, () => wireTo(assistant())));
    const told = assistant().log.find(({ msg }) => msg === 'strangers held back');
    for (const wire of wires) wire.write(request.repeat(5_000));
    const merchant = aMerchant(assistant().platform());
    expect(await merchant.say('备案')).toContain('主体');
    for (const wire of wires) expect(await answersBeforeTheEnd(wire)).toBeLessThan(1_000);
    await told;
  });

  it('are all answered when the platform signed them', async () => {
    const wire = await wireTo(assistant());
    wire.write(Buffer.concat(Array.from({ length: 100 }, (_, i) => signed(assistant(), `oPipe${i}`))));
    for (let i = 0; i < 100; i += 1) expect((await wire.answer()).body).toContain('主体');
  });
});

describe('requests of one address that nobody signed', () => {
  const assistant = started({ STRANGER_LIMIT: '3' });

  it('get 429 on a connection that ends, whatever they ask for, while the platform is heard', async () => {
    const paths = ['/healthz', '/', '/readyz', '/metrics', '/wechat', '/nothing'];
    const statuses: number[] = [];
    for (const path of paths) statuses.push((await fetch(`${assistant().url}${path}`)).status);
    expect(statuses.slice(0, 3)).not.toContain(429);
    expect(statuses.slice(3)).toEqual([429, 429, 429]);

    const wire = await wireTo(assistant());
    wire.write(GET);
    expect((await wire.answer()).head.toLowerCase()).toContain('connection: close');
    await wire.closed;

    for (let i = 0; i < 10; i += 1) {
      const message = await wireTo(assistant());
      message.write(signed(assistant(), `oHeard${i}`));
      expect(await message.answer()).toMatchObject({ status: 200 });
    }
    const told = assistant().log.lines.filter(({ msg }) => msg === 'strangers held back');
    expect(told).toHaveLength(1);
  });

  it('that a proxy passed on do not use up the probes of the machine it runs on', async () => {
    const fresh = await startAssistant({ STRANGER_LIMIT: '3' });
    onTestFinished(() => fresh.remove());
    const forwarded = { headers: { 'x-forwarded-for': '203.0.113.9' } };
    for (let i = 0; i < 3; i += 1) await fetch(`${fresh.url}/nothing`, forwarded);
    expect((await fetch(`${fresh.url}/nothing`, forwarded)).status).toBe(429);
    expect((await fetch(`${fresh.url}/healthz`)).status).toBe(200);
  });

  it('are told apart behind a proxy that is known', async () => {
    const fresh = await startAssistant({ STRANGER_LIMIT: '3', TRUSTED_PROXY: '127.0.0.1' });
    onTestFinished(() => fresh.remove());
    const from = (address: string) =>
      fetch(`${fresh.url}/nothing`, { headers: { 'x-forwarded-for': address } }).then(({ status }) => status);
    for (let i = 0; i < 3; i += 1) await from('203.0.113.9');
    expect(await from('203.0.113.9')).toBe(429);
    expect(await from('203.0.113.10')).toBe(404);
  });
});

describe('connections beyond MAX_CONNECTIONS', () => {
  it('cost the oldest one of a stranger, and none that the platform signed', async () => {
    const assistant = await startAssistant({ MAX_CONNECTIONS: '10' });
    onTestFinished(() => assistant.remove());
    const genuine = await wireTo(assistant);
    genuine.write(signed(assistant));
    expect(await genuine.answer()).toMatchObject({ status: 200 });

    const strangers: Wire[] = [];
    for (let i = 0; i < 9; i += 1) strangers.push(await wireTo(assistant));
    const told = assistant.log.find(({ msg }) => msg?.startsWith('connections full') === true);
    strangers.push(await wireTo(assistant));
    await strangers[0]?.closed;
    await told;

    genuine.write(signed(assistant));
    expect(await genuine.answer()).toMatchObject({ status: 200 });
    strangers[9]?.write(GET);
    expect(await strangers[9]?.answer()).toMatchObject({ status: 404 });
  });

  it('are refused while all of them are the platform’s', async () => {
    const assistant = await startAssistant({ MAX_CONNECTIONS: '10' });
    onTestFinished(() => assistant.remove());
    for (let i = 0; i < 10; i += 1) {
      const genuine = await wireTo(assistant);
      genuine.write(signed(assistant, `oFull${i}`));
      expect(await genuine.answer()).toMatchObject({ status: 200 });
    }
    const late = await wireTo(assistant);
    await late.closed;
  });
});
