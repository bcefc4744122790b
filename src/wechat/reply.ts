/** What may be sent back in answer to one message, and its XML.
 *  Source: https://developers.weixin.qq.com/doc/service/en/guide/product/message/Passive_user_reply_message.html */

import { type Field, legalText, writeXml } from './xml/write.ts';

/** Bytes of UTF-8 that the content of a text reply may take. The vendor's page names no limit; sibling
 *  interfaces document 2,048. One less, since none of them says whether 2,048 itself passes. */
export const TEXT_LIMIT = 2047;

/** `success` acknowledges without an answer: it is sent as it is, in no XML and never sealed. */
export type Reply =
  | { readonly kind: 'text'; readonly content: string }
  /** One article: the platform shows no more of them in an answer. */
  | {
      readonly kind: 'news';
      readonly title: string;
      readonly description: string;
      readonly picUrl: string;
      readonly url: string;
    }
  | { readonly kind: 'transfer_customer_service'; readonly kfAccount?: string | undefined }
  | { readonly kind: 'success' };

/** Who gets the reply, from whom (the pair of the message, swapped), and when. */
export interface Address {
  /** The merchant's OpenID. */
  readonly toUser: string;
  /** The account's original id. */
  readonly fromUser: string;
  readonly createTime: Date;
}

/** The body of the reply in clear. @throws Error when the platform would refuse it: an empty or too long text, a
 *  card without title or address (a defect of ours). */
export function writeReply(reply: Reply, to: Address): string {
  if (reply.kind === 'success') return 'success';
  return writeXml('xml', [
    ['ToUserName', to.toUser],
    ['FromUserName', to.fromUser],
    ['CreateTime', Math.floor(to.createTime.getTime() / 1000)],
    ['MsgType', reply.kind],
    ...fieldsOf(reply),
  ]);
}

function fieldsOf(reply: Exclude<Reply, { kind: 'success' }>): readonly Field[] {
  switch (reply.kind) {
    case 'text':
      return [['Content', fitting(reply.content)]];
    case 'news':
      return [
        ['ArticleCount', 1],
        [
          'Articles',
          [
            [
              'item',
              [
                ['Title', given('Title', reply.title)],
                ['Description', reply.description],
                ['PicUrl', reply.picUrl],
                ['Url', given('Url', reply.url)],
              ],
            ],
          ],
        ],
      ];
    case 'transfer_customer_service':
      return reply.kfAccount === undefined ? [] : [['TransInfo', [['KfAccount', reply.kfAccount]]]];
  }
}

function fitting(content: string): string {
  const text = given('Content', content);
  const bytes = Buffer.byteLength(text);
  if (bytes > TEXT_LIMIT) throw new Error(`a text reply of ${bytes} bytes is above ${TEXT_LIMIT}`);
  return text;
}

/** The forbidden characters are dropped when it is written; here it only matters that others are left. */
function given(name: string, value: string): string {
  const isSomething = legalText(value.slice(0, 1)) !== '' || legalText(value) !== '';
  if (!isSomething) throw new Error(`a reply without its ${name}`);
  return value;
}
