/** GET proves ownership of the address, POST carries a message. One way through: check, read, open, understand, answer,
 *  seal; and the five-second rule: what is not ready in time gets the fault sentence (a message) or `success` (an event),
 *  always with status 200. House rules: docs/decisions/0002-one-way-of-a-message.md. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { Assistant, Hearing } from '../../core/conversation/assistant.ts';
import type { Say, Utterance } from '../../core/conversation/messages.ts';
import { Refused } from '../../core/errors.ts';
import type { MessageMode } from '../../wechat/account.ts';
import type { WechatChannel } from '../../wechat/channel.ts';
import type { Envelope, KeyName } from '../../wechat/envelope.ts';
import { type Message, readMessage } from '../../wechat/message.ts';
import { type Address, type Reply, writeReply } from '../../wechat/reply.ts';
import { checkSealedRequest, saysEncrypted } from '../../wechat/signature.ts';
import { textOf } from '../../wechat/xml/element.ts';
import { readXml } from '../../wechat/xml/xml.ts';
import { type BodyLimits, readBody } from '../body.ts';
import type { Metrics, Outcome, Stage } from '../metrics.ts';
import { queryOf, type SignatureCheck } from './request-cache.ts';

export interface WebhookParts {
  readonly mode: MessageMode;
  readonly check: SignatureCheck;
  /** Absent in plain mode without a key. */
  readonly envelope: Envelope | undefined;
  readonly channel: WechatChannel;
  readonly assistant: Assistant;
  readonly now: () => Date;
  readonly limits: BodyLimits;
  /** Milliseconds from the arrival until an answer must be on its way; the platform hangs up after 5,000. */
  readonly deadlineMs: number;
  /** Whether this person sends more than is answered in full; counts the message. Absent: nobody does. */
  readonly isFlooding?: ((who: string) => Promise<boolean>) | undefined;
  /** What is said when something breaks, and to who sends too fast. */
  readonly fault: () => Say;
  readonly slowDown: () => Say;
  readonly metrics: Metrics;
  /** Looks on after every message (the playground's panel). */
  readonly observe?: (seen: Seen) => void;
}

/** What a message became, for the log, the metrics and the panel. Holds the OpenID only for `observe`. */
export interface Seen {
  readonly openId: string | undefined;
  readonly kind: string;
  readonly outcome: Outcome;
  readonly hearing: Hearing | undefined;
  readonly stages: Readonly<Record<string, number>>;
  readonly error: unknown;
}

export interface Webhook {
  /** Answers the handshake. @throws Refused */
  prove(ctx: Context): void;
  /** Answers a message. @throws Refused for what is not from the platform; everything else is answered. */
  receive(ctx: Context): Promise<void>;
}

/** Makes the webhook of one account. */
export function createWebhook(parts: WebhookParts): Webhook {
  const { metrics } = parts;
  return { prove, receive };

  function prove(ctx: Context): void {
    refuseUnsigned(ctx);
    const { echostr } = queryOf(ctx.req);
    if (typeof echostr !== 'string' || echostr === '') throw new Refused(400, 'echostr is missing');
    ctx.type = 'text/plain; charset=utf-8';
    ctx.body = echostr;
  }

  /** @throws Refused */
  function refuseUnsigned({ req }: Context): void {
    const refused = parts.check(req);
    if (refused !== undefined) throw refused;
  }

  async function receive(ctx: Context): Promise<void> {
    const arrived = performance.now();
    let seen: Seen;
    try {
      seen = await answer(ctx, arrived);
    } catch (error) {
      if (error instanceof Refused) metrics.message('unknown', 'refused');
      throw error;
    }
    const total = performance.now() - arrived;
    const whole: Seen = { ...seen, stages: { total, ...seen.stages } };
    note(whole);
    ctx.state.seen = whole;
  }

  async function answer(ctx: Context, arrived: number): Promise<Seen> {
    const opened = await open(ctx);
    const { message, sealing } = opened;
    const openMs = performance.now() - arrived;
    const head = message.kind === 'other' ? message.head : message;
    const utterance = parts.channel.hear(message);
    const kind = message.kind;
    if (!head || !utterance) {
      send(ctx, { kind: 'success' }, undefined, undefined, sealing);
      return {
        openId: undefined,
        kind,
        outcome: 'silence',
        hearing: undefined,
        stages: { open: openMs },
        error: undefined,
      };
    }
    const heard = await hear(utterance, arrived);
    const sealStart = performance.now();
    const to = { toUser: head.fromUser, fromUser: head.toUser };
    let { outcome, error } = heard;
    try {
      send(ctx, parts.channel.speak(heard.say), to, heard.at, sealing);
    } catch (unsayable) {
      outcome = 'fault';
      error = unsayable;
      send(ctx, parts.channel.speak(sayAtFault(utterance)), to, undefined, sealing);
    }
    return {
      openId: head.fromUser,
      kind,
      outcome,
      hearing: heard.hearing,
      stages: {
        open: openMs,
        think: heard.hearing?.thinkingMs ?? 0,
        store: heard.storeMs,
        seal: performance.now() - sealStart,
      },
      error,
    };
  }

  interface Sealing {
    readonly key: KeyName;
    readonly token: string;
    readonly nonce: string;
  }

  async function open(ctx: Context): Promise<{ message: Message; sealing: Sealing | undefined }> {
    const query = queryOf(ctx.req);
    if (!saysEncrypted(query)) {
      if (parts.mode === 'safe') throw new Refused(403, 'a clear message in safe mode');
      refuseUnsigned(ctx);
      const xml = await readXml(await readBody(ctx.req, parts.limits));
      return { message: readMessage(xml), sealing: undefined };
    }
    if (!parts.envelope) throw new Refused(403, 'an encrypted message in plain mode');
    const { timestamp, nonce, msgSignature } = checkSealedRequest({ query, now: parts.now() });
    const outer = await readXml(await readBody(ctx.req, parts.limits));
    const encrypt = textOf(outer, 'Encrypt');
    if (encrypt === undefined || encrypt === '') throw new Refused(400, 'encrypt_type=aes without Encrypt');
    const { xml, key, token } = parts.envelope.open({ encrypt, timestamp, nonce, msgSignature });
    return { message: readMessage(await readXml(xml)), sealing: { key, token, nonce } };
  }

  interface Heard {
    readonly say: Say;
    readonly at: Date;
    readonly outcome: Outcome;
    readonly hearing: Hearing | undefined;
    readonly storeMs: number;
    readonly error: unknown;
  }

  /** The answer, in time or not at all: a fault inside still answers the person and saves nothing. */
  async function hear(utterance: Utterance, arrived: number): Promise<Heard> {
    const now = parts.now();
    if (
      parts.isFlooding !== undefined &&
      utterance.kind !== 'leave' &&
      utterance.kind !== 'notice' &&
      (await parts.isFlooding(utterance.who))
    ) {
      return {
        say: parts.slowDown(),
        at: now,
        outcome: 'slowed',
        hearing: undefined,
        storeMs: 0,
        error: undefined,
      };
    }
    const start = performance.now();
    const left = parts.deadlineMs - (start - arrived);
    try {
      const hearing = await within(parts.assistant.hear(utterance), left);
      const storeMs = performance.now() - start - hearing.thinkingMs;
      const outcome = hearing.say.kind === 'silence' ? 'silence' : 'reply';
      return { say: hearing.say, at: hearing.at, outcome, hearing, storeMs, error: undefined };
    } catch (error) {
      const outcome = error instanceof Late ? 'late' : 'fault';
      return {
        say: sayAtFault(utterance),
        at: now,
        outcome,
        hearing: undefined,
        storeMs: performance.now() - start,
        error,
      };
    }
  }

  /** Messages and what a person sets off by tapping wait for an answer; other events are acknowledged. */
  function sayAtFault({ kind }: Utterance): Say {
    return kind === 'leave' || kind === 'notice' ? { kind: 'silence' } : parts.fault();
  }

  function send(
    ctx: Context,
    reply: Reply,
    to: Omit<Address, 'createTime'> | undefined,
    at: Date | undefined,
    sealing: Sealing | undefined,
  ): void {
    // Not by way of `ctx`, which hands each of these on through a function that all share.
    const { response, res } = ctx;
    response.status = 200;
    if (reply.kind === 'success' || !to) {
      res.setHeader('Content-Type', 'text/plain; charset=utf-8');
      response.body = 'success';
      return;
    }
    const now = parts.now();
    const xml = writeReply(reply, { createTime: at ?? now, ...to });
    res.setHeader('Content-Type', 'application/xml; charset=utf-8');
    response.body =
      sealing && parts.envelope
        ? parts.envelope.seal(xml, {
            key: sealing.key,
            token: sealing.token,
            timestamp: now,
            nonce: randomUUID().slice(0, 13).replace('-', ''),
          })
        : xml;
  }

  function note(seen: Seen): void {
    const { hearing } = seen;
    metrics.message(seen.kind, seen.outcome);
    for (const stage of STAGES) {
      const milliseconds = seen.stages[stage];
      if (milliseconds !== undefined) metrics.stage(stage, milliseconds);
    }
    if (hearing) {
      metrics.trips(hearing.trips);
      if (hearing.again) metrics.resend();
      for (const event of hearing.events) {
        if (event.kind === 'understood' && event.as !== 'question') metrics.understood(event.as);
        if (event.kind === 'damaged') metrics.understood('damaged');
        if (event.kind === 'faq') metrics.understood(`faq-${event.outcome}`);
        if (event.kind === 'not-answered') metrics.notAnswered(event.id);
      }
    }
    parts.observe?.(seen);
  }
}

/** The answer was not ready in time. */
class Late extends Error {
  override readonly name = 'Late';
}

/** @throws Late after `milliseconds`; the work itself goes on and its outcome no longer matters here. */
function within<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Late('the answer was not ready in time')), milliseconds);
    work.then(
      (answer) => {
        clearTimeout(timer);
        resolve(answer);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

const STAGES = ['open', 'think', 'store', 'seal', 'total'] as const satisfies readonly Stage[];
