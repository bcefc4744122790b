/** What the platform sends, as a typed union: one arm per kind of message or event. What we do not know is `other`,
 *  never an error.
 *  Source: https://developers.weixin.qq.com/doc/service/guide/product/message/Receiving_standard_messages.html */

import { type EventBody, readEvent } from './event.ts';
import { childrenOf, type Element, filled, secondsOf, text } from './xml/element.ts';

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

/** `menuId`: the choice that was tapped to say this. `recognition`: what the platform understood, normally absent. */
export type MessageBody =
  | { readonly kind: 'text'; readonly content: string; readonly menuId: string | undefined }
  | { readonly kind: 'image' | 'video' | 'shortvideo' | 'file' }
  | { readonly kind: 'voice'; readonly recognition: string | undefined }
  | { readonly kind: 'location'; readonly label: string }
  | { readonly kind: 'link'; readonly title: string };

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
  switch (type) {
    case 'text':
      return { kind: type, content: text(xml, 'Content'), menuId: filled(xml, 'bizmsgmenuid') };
    case 'image':
    case 'video':
    case 'shortvideo':
    case 'file':
      return { kind: type };
    case 'voice':
      return { kind: type, recognition: filled(xml, 'Recognition') };
    case 'location':
      return { kind: type, label: text(xml, 'Label') };
    case 'link':
      return { kind: type, title: text(xml, 'Title') };
    default:
      return undefined;
  }
}

/** Characters of an OpenID or original id; the platform's have 28 and 15. */
const LONGEST_ID = 128;

function headOf(xml: Element, type: string, event: string): Head | undefined {
  const toUser = filled(xml, 'ToUserName');
  const fromUser = filled(xml, 'FromUserName');
  const createTime = secondsOf(xml, 'CreateTime');
  if (toUser === undefined || fromUser === undefined || createTime === undefined) return undefined;
  if (Math.max(toUser.length, fromUser.length) > LONGEST_ID) return undefined;
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
