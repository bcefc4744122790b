/** The configurations of deploy/ for nginx and Caddy, with the real programs: TLS, the caller's address, sizes and times. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anOpenId, type Started, startAssistant } from '../server/running.ts';
import { call, freePort, type ReverseProxy, type StartProxy, startCaddy, startNginx } from './proxies.ts';

/** Addresses of this machine that stand for the platform's and for a stranger's. */
const PLATFORM = '127.0.0.9';
const STRANGER = '127.0.0.8';
const PLATFORM_GIVES_UP_MS = 5_000;

describe.each<[string, StartProxy]>([
  ['nginx', startNginx],
  ['Caddy', startCaddy],
])('behind %s', (_, start) => {
  let assistant: Started;
  let proxy: ReverseProxy;
  beforeAll(async () => {
    assistant = await startAssistant({
      TRUSTED_PROXY: '127.0.0.1',
      PLATFORM_ADDRESSES: PLATFORM,
      METRICS_TOKEN: 'metrics-token-0123456789',
    });
    proxy = await start([new URL(assistant.url).host]);
  });
  afterAll(async () => {
    await proxy.stop();
    await assistant.remove();
  });

  const message = (text: string, mode: 'plain' | 'safe' = 'plain') => {
    const { query, body } = assistant.platform(mode).prepare({ from: anOpenId(), kind: 'text', text });
    return { path: `/wechat?${query}`, body };
  };

  it('a message is answered, in clear and sealed', async () => {
    const clear = message('备案要多久');
    const answer = await call(proxy, clear.path, { from: PLATFORM, body: clear.body });
    expect([answer.status, answer.headers['content-encoding']]).toEqual([200, undefined]);
    expect(answer.body).toContain('依据：');
    const sealed = message('备案', 'safe');
    const other = await call(proxy, sealed.path, { from: PLATFORM, body: sealed.body });
    expect([other.status, other.body.includes('<Encrypt>')]).toEqual([200, true]);
  });

  it('the handshake comes back to the letter', async () => {
    const query = new URLSearchParams({ ...assistant.platform().signedQuery(), echostr: '7351+/= &<>' });
    const answer = await call(proxy, `/wechat?${query}`, { from: PLATFORM });
    expect([answer.status, answer.body]).toEqual([200, '7351+/= &<>']);
  });

  it('the assistant knows the caller, whatever the caller writes into X-Forwarded-For', async () => {
    const { path, body } = message('备案');
    for (const headers of [
      {},
      { 'x-forwarded-for': PLATFORM },
      { 'x-forwarded-for': `${PLATFORM}, ${PLATFORM}` },
    ])
      expect((await call(proxy, path, { from: STRANGER, body, headers })).status).toBe(403);
    expect(
      (await call(proxy, path, { from: PLATFORM, body, headers: { 'x-forwarded-for': STRANGER } })).status,
    ).toBe(200);
  });

  it('figures are not for the world, the page at / is', async () => {
    for (const path of ['/metrics', '/metrics/', '/metrics?x'])
      expect(
        (await call(proxy, path, { headers: { authorization: 'Bearer metrics-token-0123456789' } })).status,
      ).toBe(404);
    expect((await call(proxy, '/')).body).toContain('<h1>');
    expect((await call(proxy, '/readyz')).status).toBe(200);
  });

  it('what is too long for a message is refused, and shuts nobody else out', async () => {
    const { path } = message('备案');
    const tooLong = '<xml>'.repeat(200_000);
    for (let i = 0; i < 3; i++) {
      const answer = await call(proxy, path, { from: PLATFORM, body: tooLong }).catch(() => undefined);
      expect([undefined, 413, 502]).toContain(answer?.status);
    }
    const { path: next, body } = message('备案');
    expect((await call(proxy, next, { from: PLATFORM, body })).status).toBe(200);
  });

  it('half a message holds nobody up: the connection ends before the platform would', async () => {
    const socket = connect({
      host: '127.0.0.1',
      port: proxy.port,
      servername: 'localhost',
      rejectUnauthorized: false,
    });
    await once(socket, 'secureConnect');
    const since = performance.now();
    socket.write('POST /wechat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400\r\n\r\n<xml>');
    socket.resume();
    await once(socket, 'close');
    expect(performance.now() - since).toBeLessThan(PLATFORM_GIVES_UP_MS);
  });

  it('the log names paths, and nothing of a query', async () => {
    const { path, body } = message('备案');
    await call(proxy, path, { from: PLATFORM, body });
    await call(proxy, path, { from: PLATFORM, body: '<xml>'.repeat(200_000) }).catch(() => undefined);
    await expect.poll(() => proxy.log()).toContain('/wechat');
    expect(proxy.log()).not.toMatch(/signature=|openid=|nonce=|timestamp=/);
  });

  it('a process that is not there is left out, and nobody notices', async () => {
    const dead = await freePort();
    const beside = await start([`127.0.0.1:${dead}`, new URL(assistant.url).host]);
    try {
      for (let i = 0; i < 8; i++) {
        const { path, body } = message('备案');
        expect((await call(beside, path, { from: PLATFORM, body })).status).toBe(200);
      }
    } finally {
      await beside.stop();
    }
  });

  it('a process that is frozen is given up before the platform hangs up', async () => {
    const frozen = await aFrozenServer();
    const before = await start([`127.0.0.1:${frozen.port}`]);
    try {
      const { path, body } = message('备案');
      const since = performance.now();
      const { status } = await call(before, path, { from: PLATFORM, body });
      expect(status).toBeGreaterThanOrEqual(502);
      expect(performance.now() - since).toBeLessThan(PLATFORM_GIVES_UP_MS);
    } finally {
      await before.stop();
      frozen.stop();
    }
  });
});

/** Takes connections and what is sent, and never says anything. */
async function aFrozenServer() {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()).resume());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
