/** The platform, faked: it signs, seals and posts a person's message to a webhook over real HTTP, waits five seconds,
 *  sends the same bytes again (three deliveries in all) and judges the answer. It imports nothing from src/wechat. */
import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Fault, judge, type Mode, unanswered } from './judge.ts';
import { type Act, fieldsOf } from './push.ts';
import type { Reply } from './reply.ts';
import { decodeUtf8, seal, sign } from './seal.ts';
import { type Fields, writeXml } from './xml.ts';

export type { FaultCode, Mode } from './judge.ts';
export type { Act } from './push.ts';
export { type Article, type Option, optionsOf, type Part, type Reply } from './reply.ts';

export interface PlatformParts {
  /** The webhook's address; its own query parameters are kept. */
  readonly url: string;
  /** The account's original id, `gh_…`. */
  readonly account: string;
  readonly appId: string;
  readonly token: string;
  /** 43 characters; needed for compatible and safe mode. */
  readonly aesKey?: string | undefined;
  readonly mode: Mode;
  /** Clock for CreateTime, timestamp and MsgId; the real one by default. */
  readonly now?: () => Date;
  readonly fetch?: typeof fetch;
  /** Milliseconds that one delivery waits for its answer: 5000. */
  readonly timeoutMs?: number;
  /** Deliveries of one message in all: 3. */
  readonly deliveries?: number;
}

/** One request to the webhook. Delivering the same value again sends the same bytes. */
export interface Push {
  readonly url: string;
  readonly method?: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A push of this platform: what it says in clear, who it is from, and by which mode its answer is judged. */
export interface Sent extends Push {
  readonly body: string;
  readonly from: string;
  readonly mode: Mode;
  readonly clear: string;
}

/** What came back: an answer, or none (`reason`: `timeout` or the network's error code). */
export type Arrival =
  | {
      readonly kind: 'answer';
      readonly ms: number;
      readonly status: number;
      readonly headers: Headers;
      readonly body: Uint8Array;
      /** The body as text; `undefined` when it is not UTF-8. */
      readonly text: string | undefined;
    }
  | { readonly kind: 'none'; readonly ms: number; readonly reason: string };

/** One delivery as a log of it. `status` is 0 and `problem` says why when nothing came back. */
export interface Delivery {
  readonly url: string;
  readonly ms: number;
  readonly status: number;
  readonly problem: string | undefined;
  readonly requestXmlClear: string;
  readonly requestBody: string;
  readonly responseBody: string;
  readonly responseXmlClear: string | undefined;
}

/** What the person sees: a message, nothing, or the fault notice (`fault` says why, beginning with its code). */
export type Result = { readonly sent: Sent; readonly deliveries: readonly Delivery[] } & (
  | { readonly outcome: 'reply'; readonly reply: Reply }
  | { readonly outcome: 'silence' }
  | { readonly outcome: 'fault'; readonly code: Fault['code']; readonly fault: string }
);

export interface PrepareOptions {
  readonly url?: string | undefined;
  readonly mode?: Mode | undefined;
  /** A MsgId of one's own (decimal), to repeat or collide on purpose. */
  readonly msgId?: string | undefined;
  /** The moment of CreateTime and of the query's timestamp. */
  readonly at?: Date | undefined;
}

/** Other limits than the platform's own. */
export interface SendLimits {
  readonly timeoutMs?: number | undefined;
  readonly deliveries?: number | undefined;
}

export interface SendOptions extends PrepareOptions, SendLimits {}

export interface RawRequest {
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  /** A string is taken as it is (also with repeated parameters). */
  readonly query?: string | Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface Handshake {
  /** 200 with exactly the `echostr`. */
  readonly ok: boolean;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface Platform {
  /** Prepares a message, delivers it up to three times and judges the answer. Never rejects for what a webhook does. */
  send(message: Act & { readonly from: string }, options?: SendOptions): Promise<Result>;
  /** Delivers a prepared request as `send` does: up to three times, judged. */
  deliverAll(sent: Sent, options?: SendLimits): Promise<Result>;
  /** The request of a message without sending it. */
  prepare(message: Act & { readonly from: string }, options?: PrepareOptions): Sent;
  /** Delivers a past request once more, byte for byte, here or at another address, and judges the answer. */
  resend(
    sent: Sent,
    options?: { readonly url?: string | undefined; readonly timeoutMs?: number },
  ): Promise<Result>;
  /** Delivers anything once, unjudged. Without a query it is a correctly signed one. */
  deliver(request: RawRequest): Promise<Arrival>;
  /** The query that proves the platform for a body: `signature`, `timestamp`, `nonce`, and for cipher text more. */
  signedQuery(options?: {
    readonly encrypt?: string;
    readonly openId?: string;
    readonly at?: Date;
  }): Record<string, string>;
  /** The GET by which the console checks an address. @throws Error when nothing answers. */
  handshake(options?: {
    readonly echostr?: string;
    readonly signature?: string;
    readonly at?: Date;
  }): Promise<Handshake>;
}

/** @throws Error at once when the mode needs a key and there is none. */
export function createPlatform(parts: PlatformParts): Platform {
  const now = parts.now ?? (() => new Date());
  const call = parts.fetch ?? fetch;
  const patience = parts.timeoutMs ?? 5000;
  const nextMsgId = msgIds();
  if (parts.mode !== 'plain') sealing(parts);

  const signedQuery = createSigner(parts.token, now);

  function prepare(message: Act & { from: string }, options: PrepareOptions = {}): Sent {
    const at = options.at ?? now();
    const mode = options.mode ?? parts.mode;
    const { from } = message;
    const msgId = options.msgId ?? nextMsgId(at);
    const fields = fieldsOf(message, { account: parts.account, from, createTime: seconds(at), msgId });
    const clear = writeXml(fields);
    const encrypt = mode === 'plain' ? undefined : seal(clear, sealing(parts));
    const query = signedQuery({ openId: from, at, ...(encrypt === undefined ? {} : { encrypt }) });
    return {
      url: options.url ?? parts.url,
      query: new URLSearchParams(query).toString(),
      headers: { 'content-type': 'text/xml' },
      body: encrypt === undefined ? clear : wrap(mode, parts.account, fields, encrypt),
      from,
      mode,
      clear,
    };
  }

  async function deliver(request: RawRequest): Promise<Arrival> {
    const method = request.method ?? 'POST';
    // A connection of its own each time: a kept one may be dead by now, which would look like no answer.
    const headers = { 'content-type': 'text/xml', connection: 'close', ...request.headers };
    const query = request.query ?? signedQuery();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), request.timeoutMs ?? patience);
    const begin = performance.now();
    const ms = (): number => Math.round((performance.now() - begin) * 10) / 10;
    try {
      const url = withQuery(
        request.url ?? parts.url,
        typeof query === 'string' ? query : new URLSearchParams(query).toString(),
      );
      const body = request.body === undefined ? {} : { body: request.body };
      const response = await call(url, {
        method,
        headers,
        redirect: 'manual',
        signal: limit.signal,
        ...body,
      });
      const bytes = new Uint8Array(await response.arrayBuffer());
      const { status, headers: answered } = response;
      return { kind: 'answer', ms: ms(), status, headers: answered, body: bytes, text: decodeUtf8(bytes) };
    } catch (error) {
      return { kind: 'none', ms: ms(), reason: limit.signal.aborted ? 'timeout' : networkReason(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  async function deliverAll(sent: Sent, limits: SendLimits = {}): Promise<Result> {
    const timeoutMs = limits.timeoutMs ?? patience;
    const most = limits.deliveries ?? parts.deliveries ?? 3;
    const deliveries: Delivery[] = [];
    let reason = '';
    while (deliveries.length < most) {
      const arrival = await deliver({ ...sent, timeoutMs });
      if (arrival.kind === 'answer') {
        const verdict = judge(arrival, { ...parts, aesKey: parts.aesKey, mode: sent.mode, user: sent.from });
        const all = [...deliveries, logged(sent, arrival, verdict.clear)];
        if (verdict.outcome === 'reply')
          return { sent, deliveries: all, outcome: 'reply', reply: verdict.reply };
        if (verdict.outcome === 'silence') return { sent, deliveries: all, outcome: 'silence' };
        return { sent, deliveries: all, outcome: 'fault', code: verdict.code, fault: verdict.fault };
      }
      deliveries.push(logged(sent, arrival, undefined));
      reason = arrival.reason;
      // Deliveries begin five seconds apart, so a refused connection waits for the rest of its time.
      if (deliveries.length < most && arrival.ms < timeoutMs) await wait(timeoutMs - arrival.ms);
    }
    const { code, fault } = unanswered(deliveries.length, timeoutMs, reason);
    return { sent, deliveries, outcome: 'fault', code, fault };
  }

  return {
    prepare,
    deliver,
    signedQuery,
    deliverAll,
    send: (message, options = {}) => deliverAll(prepare(message, options), options),
    resend: (sent, { url = sent.url, timeoutMs } = {}) =>
      deliverAll({ ...sent, url }, { timeoutMs, deliveries: 1 }),
    async handshake({ echostr = nextMsgId(now()), signature, at = now() } = {}) {
      const query: Record<string, string> = { ...signedQuery({ at }), echostr };
      if (signature !== undefined) query.signature = signature;
      const arrival = await deliver({ method: 'GET', query });
      if (arrival.kind === 'none')
        throw new Error(`the webhook did not answer the handshake: ${arrival.reason}`);
      const { status, text = '', headers } = arrival;
      return {
        ok: status === 200 && text === echostr,
        status,
        body: text,
        contentType: headers.get('content-type') ?? '',
      };
    },
  };
}

/** Queries as the platform signs them. */
function createSigner(token: string, now: () => Date) {
  return ({
    encrypt,
    openId,
    at = now(),
  }: {
    encrypt?: string;
    openId?: string;
    at?: Date;
  } = {}): Record<string, string> => {
    const timestamp = String(seconds(at));
    const nonce = String(randomInt(100_000_000, 2_147_483_647));
    const query: Record<string, string> = {
      signature: sign(token, timestamp, nonce),
      timestamp,
      nonce,
    };
    if (openId !== undefined) query.openid = openId;
    if (encrypt !== undefined) {
      query.encrypt_type = 'aes';
      query.msg_signature = sign(token, timestamp, nonce, encrypt);
    }
    return query;
  };
}

/** Compatible mode carries the clear fields beside the cipher text, safe mode only the receiver. */
function wrap(mode: Mode, account: string, fields: Fields, encrypt: string): string {
  const beside: Fields = mode === 'compatible' ? fields : [['ToUserName', account]];
  return writeXml([...beside, ['Encrypt', encrypt]]);
}

function sealing(parts: PlatformParts): { aesKey: string; appId: string } {
  if (parts.aesKey === undefined) throw new Error('compatible and safe mode need an aesKey');
  return { aesKey: parts.aesKey, appId: parts.appId };
}

function logged(sent: Sent, arrival: Arrival, responseXmlClear: string | undefined): Delivery {
  const answered = arrival.kind === 'answer';
  return {
    url: withQuery(sent.url, sent.query),
    ms: arrival.ms,
    status: answered ? arrival.status : 0,
    problem: answered ? undefined : arrival.reason,
    requestXmlClear: sent.clear,
    requestBody: sent.body,
    responseBody: answered ? (arrival.text ?? Buffer.from(arrival.body).toString('latin1')) : '',
    responseXmlClear,
  };
}

/** 19 digits, rising, never the same twice: milliseconds and six more digits, beyond 2^53 like the real ones. */
function msgIds(): (at: Date) => string {
  let last = 10n ** 18n;
  return (at) => {
    const wanted = BigInt(at.getTime()) * 1_000_000n + BigInt(randomBytes(2).readUInt16BE());
    last = wanted > last ? wanted : last + 1n;
    return String(last);
  };
}

function withQuery(url: string, query: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error instanceof Error ? error.message : String(error);
}
