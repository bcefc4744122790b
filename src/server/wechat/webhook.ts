/** The platform's one route. GET proves ownership of the address, POST carries a message. One way through: check, read,
 *  open, understand, answer, seal; what is not ready within five seconds gets the fault sentence (a message) or `success`
 *  (an event), always with status 200. House rules: docs/decisions/0002-one-way-of-a-message.md. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import { Refused } from '../../core/errors.ts';
import type { MessageMode } from '../../wechat/account.ts';
import type { WechatChannel } from '../../wechat/channel.ts';
import type { Envelope, KeyName } from '../../wechat/envelope.ts';
import { type Message, readMessage } from '../../wechat/message.ts';
import { type Address, type Reply, writeReply } from '../../wechat/reply.ts';
import { checkSealedRequest, saysEncrypted } from '../../wechat/signature.ts';
import { textOf } from '../../wechat/xml/element.ts';
import { readLenient } from '../../wechat/xml/lenient.ts';
import { type AnswerInTimeParts, createAnswerInTime } from '../answer-in-time.ts';
import { type BodyLimits, readBody } from '../body.ts';
import { queryOf, type SignatureCheck } from './request-cache.ts';
import { createUsedQueries } from './used-queries.ts';

export interface WebhookParts extends AnswerInTimeParts {
  readonly mode: MessageMode;
  readonly check: SignatureCheck;
  /** Absent in plain mode without a key. */
  readonly envelope: Envelope | undefined;
  readonly channel: WechatChannel;
  readonly limits: BodyLimits;
}

export interface Webhook {
  /** Answers the handshake. @throws Refused */
  prove(ctx: Context): void;
  /** Answers a message. @throws Refused for what is not from the platform; everything else is answered. */
  receive(ctx: Context): Promise<void>;
}

/** How a message was sealed; its answer is sealed the same way. */
interface Sealing {
  readonly key: KeyName;
  readonly token: string;
  readonly nonce: string;
}

const UNSIGNED_BYTES = 16 * 1024;

/** Makes the webhook of one account. */
export function createWebhook(parts: WebhookParts): Webhook {
  const answerInTime = createAnswerInTime(parts);
  const used = createUsedQueries();
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
    const { message, sealing } = await openCounted(ctx);
    const head = message.kind === 'other' ? message.head : message;
    const utterance = head && parts.channel.hear(message);
    const to = head && utterance && { toUser: head.fromUser, fromUser: head.toUser };
    ctx.state.seen = await answerInTime({
      kind: message.kind,
      arrived,
      utterance,
      ...(utterance && { openId: head.fromUser }),
      send: (say, at) => send(ctx, parts.channel.speak(say), to, at, sealing),
    });
  }

  async function openCounted(ctx: Context) {
    try {
      return await open(ctx);
    } catch (error) {
      if (error instanceof Refused) parts.metrics.message('unknown', 'refused');
      throw error;
    }
  }

  async function open(ctx: Context): Promise<{ message: Message; sealing: Sealing | undefined }> {
    const query = queryOf(ctx.req);
    if (!saysEncrypted(query)) {
      if (parts.mode === 'safe') throw new Refused(403, 'a clear message in safe mode');
      return { message: await readProven(await clearBody(ctx)), sealing: undefined };
    }
    if (!parts.envelope) return { message: await openBeside(ctx), sealing: undefined };
    const { timestamp, nonce, msgSignature } = checkSealedRequest({ query, now: parts.now() });
    const body = await readBody(ctx.req, limitsFor(ctx));
    const outer = await readLenient(body);
    const encrypt = outer && textOf(outer, 'Encrypt');
    if (encrypt === undefined || encrypt === '') throw new Refused(400, 'encrypt_type=aes without Encrypt');
    const { xml, key, token } = parts.envelope.open({ encrypt, timestamp, nonce, msgSignature });
    // Used without `encrypt_type` the same query would let any clear body in.
    if (parts.mode !== 'safe' && typeof query.signature === 'string') used.claim(query.signature, body);
    return { message: await readProven(xml), sealing: { key, token, nonce } };
  }

  /** The body of a request whose `signature` is right. @throws Refused */
  async function clearBody(ctx: Context): Promise<string> {
    refuseUnsigned(ctx);
    const body = await readBody(ctx.req, parts.limits);
    used.claim(String(queryOf(ctx.req).signature), body);
    return body;
  }

  /** Encrypted requests carry `signature` too. A wrong one is refused unread; without one only as much is read as an
   *  encrypted text of a person takes, since nothing is proven before `msg_signature` is compared. @throws Refused */
  function limitsFor(ctx: Context): BodyLimits {
    if (queryOf(ctx.req).signature === undefined)
      return { ...parts.limits, bytes: Math.min(parts.limits.bytes, UNSIGNED_BYTES) };
    refuseUnsigned(ctx);
    return parts.limits;
  }

  /** In compatible mode the platform sends the clear fields beside the sealed ones: without a key those are read, which is no
   *  less safe than plain mode. @throws Refused */
  async function openBeside(ctx: Context): Promise<Message> {
    const message = await readProven(await clearBody(ctx));
    if (message.kind === 'other' && message.type === '')
      throw new Refused(
        403,
        'an encrypted message, and no key: set WECHAT_ENCODING_AES_KEY, or choose plain mode in the console',
      );
    return message;
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
}

/** A body whose sender is proven. One that cannot be read at all is nobody's: it is acknowledged, since the platform would
 *  send it twice more and then show its error. */
async function readProven(body: string): Promise<Message> {
  const xml = await readLenient(body);
  return xml ? readMessage(xml) : { kind: 'other', type: '', event: '', head: undefined };
}
