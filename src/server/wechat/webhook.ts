/** The platform's one route. GET proves ownership of the address, POST carries a message. One way through: check, read,
 *  open, understand, answer, seal; what is not ready within five seconds gets the fault sentence (a message) or `success`
 *  (an event), always with status 200. House rules: docs/decisions/0002-one-way-of-a-message.md. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { Refused } from '../../core/errors.ts';
import type { WechatChannel } from '../../wechat/channel.ts';
import { type Address, type Reply, writeReply } from '../../wechat/reply.ts';
import { type AnswerInTimeParts, createAnswerInTime } from '../answer-in-time.ts';
import { readBody } from '../body.ts';
import { createOpening, type OpeningParts, type Sealing } from './opening.ts';
import { queryOf } from './request-cache.ts';

export interface WebhookParts extends AnswerInTimeParts, OpeningParts {
  readonly channel: WechatChannel;
}

export interface Webhook {
  /** Answers the handshake. @throws Refused */
  prove(ctx: Context): void;
  /** Answers a message. @throws Refused for what is not from the platform; everything else is answered. */
  receive(ctx: Context): Promise<void>;
  /** Keeps the wish to be deleted of a message that was acknowledged unread. @throws Refused for what cannot be opened */
  overhear(request: IncomingMessage, body: string): Promise<void>;
}

/** Makes the webhook of one account. */
export function createWebhook(parts: WebhookParts): Webhook {
  const answerInTime = createAnswerInTime(parts);
  const { open, refuseUnsigned } = createOpening(parts);
  return { prove, receive, overhear };

  function prove(ctx: Context): void {
    refuseUnsigned(ctx.req);
    const { echostr } = queryOf(ctx.req);
    if (typeof echostr !== 'string' || echostr === '') throw new Refused(400, 'echostr is missing');
    ctx.type = 'text/plain; charset=utf-8';
    ctx.body = echostr;
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

  async function overhear(request: IncomingMessage, body: string): Promise<void> {
    const { message } = await open(request, async () => body);
    const utterance = parts.channel.hear(message);
    if (utterance && parts.deletions.isAskedBy(utterance)) parts.deletions.owe(utterance);
  }

  async function openCounted({ req }: Context) {
    try {
      return await open(req, (limits) => readBody(req, limits));
    } catch (error) {
      if (error instanceof Refused) parts.metrics.message('unknown', 'refused');
      throw error;
    }
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
