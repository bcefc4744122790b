/** What the platform sends, as a typed union: one arm per kind of message or event. The webhook makes it from the
 *  opened XML and hands it to channel.ts. What we do not know is `other`, never an error.
 *  Source: https://developers.weixin.qq.com/doc/service/guide/product/message/Receiving_standard_messages.html */

import { type EventBody, readEvent } from './event.ts';
import { childrenOf, type Element, filled, numberOf, secondsOf, text, textOf } from './xml/element.ts';

/** What every message and event carries. */
export interface Head {
  /** The account's original id (`gh_…`). */
  readonly toUser: string;
  /** The sender's OpenID: never logged, never stored in clear. */
  readonly fromUser: string;
  readonly createTime: Date;
  /** The same for every re-send, different for any other message. Holds the OpenID: hash it before it goes anywhere. */
  readonly dedupeKey: string;
}

/** What every message, but no event, may carry. */
interface Sent {
  /** Up to 19 digits, so a text. */
  readonly msgId: string | undefined;
  /** The article under which it was written, if any. */
  readonly article: { readonly dataId: string; readonly index: string } | undefined;
}

/** `menuId`: the choice that was tapped to say this. `recognition`: what the platform understood, normally absent.
 *  Coordinates are degrees. */
export type MessageBody = Sent &
  (
    | { readonly kind: 'text'; readonly content: string; readonly menuId: string | undefined }
    | { readonly kind: 'image'; readonly picUrl: string; readonly mediaId: string }
    | {
        readonly kind: 'voice';
        readonly mediaId: string;
        readonly format: string;
        readonly mediaId16k: string | undefined;
        readonly recognition: string | undefined;
      }
    | { readonly kind: 'video' | 'shortvideo'; readonly mediaId: string; readonly thumbMediaId: string }
    | {
        readonly kind: 'location';
        readonly latitude: number | undefined;
        readonly longitude: number | undefined;
        readonly scale: number | undefined;
        readonly label: string;
      }
    | { readonly kind: 'link'; readonly title: string; readonly description: string; readonly url: string }
    | {
        readonly kind: 'file';
        readonly title: string;
        readonly description: string;
        readonly fileKey: string;
        readonly md5: string;
        readonly bytes: number | undefined;
      }
  );

/** A kind that we do not know, or a body without sender, account or time. `type` and `event` are the platform's names,
 *  empty when it gave none; without a `head` there is nobody to answer. */
export interface Other {
  readonly kind: 'other';
  readonly type: string;
  readonly event: string;
  readonly head: Head | undefined;
}

export type Message = (Head & (MessageBody | EventBody)) | Other;

/** Reads a body. An element given twice counts once, the first time; unknown elements are passed over. Never throws. */
export function readMessage(xml: Element): Message {
  const type = text(xml, 'MsgType').toLowerCase();
  const event = type === 'event' ? text(xml, 'Event').toLowerCase() : '';
  const head = headOf(xml, type, event);
  if (head !== undefined) {
    const body = type === 'event' ? readEvent(event, xml) : readBody(type, xml);
    if (body !== undefined) return Object.assign({}, head, body);
  }
  return { kind: 'other', type: text(xml, 'MsgType'), event: text(xml, 'Event'), head };
}

function readBody(type: string, xml: Element): MessageBody | undefined {
  const sent = sentOf(xml);
  switch (type) {
    case 'text':
      return { kind: type, content: text(xml, 'Content'), menuId: filled(xml, 'bizmsgmenuid'), ...sent };
    case 'image':
      return { kind: type, picUrl: text(xml, 'PicUrl'), mediaId: text(xml, 'MediaId'), ...sent };
    case 'voice':
      return {
        kind: type,
        mediaId: text(xml, 'MediaId'),
        format: text(xml, 'Format'),
        mediaId16k: filled(xml, 'MediaId16K'),
        recognition: filled(xml, 'Recognition'),
        ...sent,
      };
    case 'video':
    case 'shortvideo':
      return { kind: type, mediaId: text(xml, 'MediaId'), thumbMediaId: text(xml, 'ThumbMediaId'), ...sent };
    case 'location':
      return {
        kind: type,
        // X is the latitude here, the reverse of maps.
        latitude: numberOf(xml, 'Location_X'),
        longitude: numberOf(xml, 'Location_Y'),
        scale: numberOf(xml, 'Scale'),
        label: text(xml, 'Label'),
        ...sent,
      };
    case 'link':
      return {
        kind: type,
        title: text(xml, 'Title'),
        description: text(xml, 'Description'),
        url: text(xml, 'Url'),
        ...sent,
      };
    case 'file':
      return {
        kind: type,
        title: text(xml, 'Title'),
        description: text(xml, 'Description'),
        fileKey: text(xml, 'FileKey'),
        md5: text(xml, 'FileMd5'),
        bytes: numberOf(xml, 'FileTotalLen'),
        ...sent,
      };
    default:
      return undefined;
  }
}

function headOf(xml: Element, type: string, event: string): Head | undefined {
  const toUser = filled(xml, 'ToUserName');
  const fromUser = filled(xml, 'FromUserName');
  const createTime = secondsOf(xml, 'CreateTime');
  if (toUser === undefined || fromUser === undefined || createTime === undefined) return undefined;
  const own = type === 'event' ? eventKey(xml, event) : messageKey(xml, type);
  return { toUser, fromUser, createTime, dedupeKey: JSON.stringify([toUser, fromUser, ...own]) };
}

function messageKey(xml: Element, type: string): readonly string[] {
  const msgId = filled(xml, 'MsgId');
  // MsgId alone is enough for one sender; without it the vendor falls back to sender and time.
  if (msgId !== undefined) return ['message', msgId];
  return [type, text(xml, 'CreateTime'), text(xml, 'Content')];
}

/** Sender and time alone would lose one of two events in the same second. */
function eventKey(xml: Element, event: string): readonly string[] {
  const single = ['CreateTime', 'EventKey', 'MsgID', 'Ticket', 'OpenID'].map((name) => text(xml, name));
  const listed = xml.children
    .flatMap((child) => childrenOf(child, 'List'))
    .flatMap((entry) => [text(entry, 'TemplateId'), text(entry, 'MsgID')]);
  return ['event', event, ...single, ...listed];
}

function sentOf(xml: Element): Sent {
  const dataId = textOf(xml, 'MsgDataId');
  return {
    msgId: filled(xml, 'MsgId'),
    article: dataId === undefined ? undefined : { dataId, index: text(xml, 'Idx') },
  };
}
