/** What a browser gets from the assistant: every page, every file and every error carries the headers that keep others
 *  out, and nothing of a request comes back in an answer. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECURITY_HEADERS } from '../../src/server/app.ts';
import { type Started, startAssistant } from './running.ts';
import { openWire } from './wire.ts';

let assistant: Started;
beforeAll(async () => {
  assistant = await startAssistant({ PLAYGROUND: 'on', METRICS_TOKEN: 'metrics-token-0123456789' });
});
afterAll(() => assistant.remove());

/** Not changed by encoding, so that it would be found in an answer as it stands. */
const MARK = 'Reflektor7';
const EVIL = `${MARK}<script>alert(1)</script>`;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request whose path goes out as it is written here: `fetch` would tidy it up. */
function ask(path: string, method = 'GET', headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(assistant.url);
    const sent = request({ hostname, port, path, method, headers: { host, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const own = () => ({ origin: assistant.url, 'content-type': 'application/json' });
const json = (value: unknown) => JSON.stringify(value);
const escaped = encodeURIComponent(EVIL);

const asked: readonly [string, number, () => Promise<Answer>][] = [
  ['the root', 200, () => ask('/')],
  ['the health probe', 200, () => ask('/healthz')],
  ['the readiness probe', 200, () => ask('/readyz')],
  ['figures without the token', 401, () => ask('/metrics', 'GET', { authorization: `Bearer ${EVIL}` })],
  ['a path that is not there', 404, () => ask(`/${escaped}`)],
  ['a path with markup', 404, () => ask(`/${EVIL}`)],
  ['a path that cannot be decoded', 404, () => ask(`/${MARK}%E0%A4%A`)],
  ['a path that climbs', 404, () => ask(`/playground/../../${MARK}`)],
  ['another host in the path', 404, () => ask(`//${MARK}.example.test/`)],
  [
    'a handshake that nobody signed',
    403,
    () => ask(`/wechat?signature=x&timestamp=1&nonce=1&echostr=${escaped}`),
  ],
  ['a message that nobody signed', 403, () => ask(`/wechat?signature=${escaped}`, 'POST', {}, EVIL)],
  ['a method that is not there', 405, () => ask(`/wechat?x=${escaped}`, 'DELETE', { 'x-evil': EVIL })],
  ['a method that nobody knows', 501, () => ask('/wechat', 'PROPFIND')],
  [
    'the question for methods',
    200,
    () => ask('/wechat', 'OPTIONS', { origin: `https://${MARK}.example.test` }),
  ],
  ['the chat page', 200, () => ask(`/playground?${escaped}`)],
  ['a file of the chat page', 200, () => ask('/playground/page.js')],
  ['a file that is not there', 404, () => ask(`/playground/${escaped}`)],
  [
    'the chat page for a strange host',
    403,
    () => ask('/playground', 'GET', { host: `${MARK}.example.test` }),
  ],
  [
    'the chat for a strange page',
    403,
    () => ask('/playground/api/send', 'POST', { origin: EVIL.slice(0, 10) }),
  ],
  ['a body that is no JSON', 400, () => ask('/playground/api/send', 'POST', own(), EVIL)],
  ['a body of the wrong form', 400, () => ask('/playground/api/send', 'POST', own(), json({ [EVIL]: EVIL }))],
  [
    'a body with wrong values',
    400,
    () => ask('/playground/api/send', 'POST', own(), json({ openId: EVIL, mode: EVIL, act: { kind: EVIL } })),
  ],
  ['a body that is too long', 413, () => ask('/playground/api/send', 'POST', own(), MARK.repeat(30_000))],
  [
    'a strange address to send again to',
    409,
    () => ask('/playground/api/resend', 'POST', own(), json({ openId: `oPlay${'a'.repeat(23)}`, url: EVIL })),
  ],
  ['a day that is none', 400, () => ask('/playground/api/today', 'POST', own(), json({ day: EVIL }))],
];

describe('every page and every error', () => {
  it.each(asked)('keeps others out and gives nothing back: %s', async (_, status, get) => {
    const answer = await get();
    expect(answer.status).toBe(status);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (name !== 'content-security-policy') expect([name, answer.headers[name]]).toEqual([name, value]);
    }
    const policy = String(answer.headers['content-security-policy']);
    for (const rule of [
      "default-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
      expect(policy).toContain(rule);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(JSON.stringify([answer.headers, answer.body])).not.toContain(MARK);
    for (const name of ['server', 'x-powered-by', 'access-control-allow-origin', 'set-cookie', 'location'])
      expect(answer.headers[name]).toBeUndefined();
  });

  it('the echo of the handshake is plain text of whoever knows the token, never a page', async () => {
    const query = new URLSearchParams({ ...assistant.platform().signedQuery(), echostr: EVIL });
    const answer = await ask(`/wechat?${query}`);
    expect([answer.status, answer.body]).toEqual([200, EVIL]);
    expect(answer.headers).toMatchObject({
      ...SECURITY_HEADERS,
      'content-type': 'text/plain; charset=utf-8',
    });
  });

  it.each([
    ['no HTTP', `${MARK}\r\n\r\n`, 400],
    ['a header without a colon', `GET / HTTP/1.1\r\nHost: x\r\n${MARK}\r\n\r\n`, 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${MARK.repeat(3_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      `POST /wechat HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n${MARK}`,
      400,
    ],
    [
      'a length and chunks',
      `POST /wechat HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${MARK}`,
      400,
    ],
  ])('%s gets a bare status and an end', async (_, bytes, status) => {
    const wire = await openWire(assistant.url);
    wire.write(bytes);
    const answer = await wire.answer();
    expect([answer.status, answer.body]).toEqual([status, '']);
    expect(answer.head).not.toContain(MARK);
    await wire.closed;
  });
});
