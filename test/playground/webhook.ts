/** A webhook on a port of the kernel's choice that answers whatever a test tells it to, and keeps what it was sent.
 *  Used by the playground's tests only. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv4 } from 'node:net';
import { onTestFinished } from 'vitest';
import {
  createPlatform,
  type Mode,
  type Platform,
  type PlatformParts,
} from '../../src/playground/platform/platform.ts';
import { seal, sign } from '../../src/playground/platform/seal.ts';
import { type Fields, writeXml } from '../../src/playground/platform/xml.ts';

export const ACCOUNT = 'gh_demo0a1b2c3d';
export const APP_ID = 'wxdemo0123456789';
export const TOKEN = 'PlayToken01';
export const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
export const USER = 'oPlay_user-0001AbCdEfGhIjKlM';
/** How long the platform of these tests waits for an answer: less would re-send on a busy machine. */
export const PATIENCE = 1_000;

export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Webhook {
  readonly url: string;
  readonly received: readonly Received[];
}

/** Answers; `undefined` leaves the request open for ever. */
export type Behaviour = (
  received: Received,
  nth: number,
) => undefined | { readonly status?: number; readonly type?: string; readonly body: string | Uint8Array };

export async function startWebhook(behaviour: Behaviour): Promise<Webhook> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://webhook.test');
      const one = { method: request.method ?? '', url, headers: request.headers, body };
      received.push(one);
      answer(response, behaviour(one, received.length));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(async () => {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  });
  return { url: `http://127.0.0.1:${portOf(server.address())}/wechat`, received };
}

/** A platform in front of a webhook, with little patience. */
export function platformBefore(
  url: string,
  mode: Mode = 'plain',
  more: Partial<PlatformParts> = {},
): Platform {
  const aesKey = mode === 'plain' ? undefined : AES_KEY;
  const account = { account: ACCOUNT, appId: APP_ID, token: TOKEN, aesKey };
  return createPlatform({ url, mode, timeoutMs: PATIENCE, ...account, ...more });
}

/** A faultless text reply; each field may be replaced. */
export function replyXml(changes: Readonly<Record<string, Fields[number][1]>> = {}): string {
  const fields = new Map<string, Fields[number][1]>([
    ['ToUserName', USER],
    ['FromUserName', ACCOUNT],
    ['CreateTime', { bare: '1760002001' }],
    ['MsgType', 'text'],
    ['Content', '你好'],
    ...Object.entries(changes),
  ]);
  return writeXml([...fields]);
}

/** The envelope of safe mode around a reply; each part may be replaced. */
export function envelopeXml(clear: string, changes: Readonly<Record<string, string>> = {}): string {
  const encrypt = changes.Encrypt ?? seal(clear, { aesKey: AES_KEY, appId: changes.appId ?? APP_ID });
  const timestamp = changes.TimeStamp ?? '1760002008';
  return writeXml([
    ['Encrypt', encrypt],
    ['MsgSignature', changes.MsgSignature ?? sign(TOKEN, timestamp, '415670741', encrypt)],
    ['TimeStamp', { bare: timestamp }],
    ['Nonce', '415670741'],
  ]);
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function answer(response: ServerResponse, what: ReturnType<Behaviour>): void {
  if (what === undefined) return;
  response.writeHead(what.status ?? 200, { 'content-type': what.type ?? 'text/xml' });
  response.end(what.body);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string' || !isIPv4(address.address)) throw new Error('no port');
  return address.port;
}
