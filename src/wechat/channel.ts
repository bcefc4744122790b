/** Where the platform ends and meaning begins: Message → Utterance, Say → Reply. */

import type {
  ChannelLimits,
  Choice,
  Line,
  Link,
  Part,
  Say,
  Utterance,
} from '../core/conversation/messages.ts';
import { isPicture, withoutFaces } from './faces.ts';
import type { Head, Message } from './message.ts';
import { type Reply, TEXT_LIMIT } from './reply.ts';
import { legalText } from './xml/write.ts';

export interface WechatChannel {
  /** What the person did; `undefined` when the body names no sender, so that nobody could be answered.
   *  `id` tells re-sends apart. */
  hear(message: Message): Utterance | undefined;
  /** The one passive reply that says it. @throws Error for a choice that could not be tapped (a defect of content). */
  speak(say: Say): Reply;
}

/** The whole texts that the platform sends in place of stickers, cards and other kinds that it cannot pass on. */
export const STICKER_SENTENCES: readonly string[] = [
  '【收到不支持的消息类型，暂无法显示】',
  '【收到不支援的訊息類型，無法顯示】',
  '[Unsupported Message]',
  '[Unsupported message]',
];

/** What a passive reply can carry. `bytes` throws as `speak` does, and is exact but for the characters that XML forbids: they
 *  count and are dropped later. */
export const wechatLimits: ChannelLimits = {
  limit: TEXT_LIMIT,
  bytes: (line) => Buffer.byteLength(render(line)),
};

/** Makes the channel of one account. `who` turns an OpenID into the opaque key of a person, `idOf` what the platform repeats
 *  with a message into its opaque id; `stickerSentences` are the whole texts that the platform sends in place of what it
 *  cannot pass on. */
export function createWechatChannel(parts: {
  readonly who: (openId: string) => string;
  readonly idOf: (dedupeKey: string) => string;
  /** As `who`, with the data key before the last change; absent when there is none. */
  readonly formerWho?: ((openId: string) => string) | undefined;
  readonly stickerSentences: readonly string[];
}): WechatChannel {
  const stickers = new Set(parts.stickerSentences);
  return {
    hear(message) {
      const head = message.kind === 'other' ? message.head : message;
      if (head === undefined) return undefined;
      const person = personOf(message, head);
      return {
        id: parts.idOf(head.dedupeKey),
        who: parts.who(person),
        ...(parts.formerWho && { formerly: parts.formerWho(person) }),
        at: head.createTime,
        ...heard(message, stickers),
      };
    },
    speak,
  };
}

type Heard = Pick<Utterance, 'kind' | 'text' | 'pick'>;

function heard(message: Message, stickers: ReadonlySet<string>): Heard {
  switch (message.kind) {
    case 'text':
      if (stickers.has(message.content) || isPicture(message.content))
        return { kind: 'sticker', text: message.content };
      if (message.menuId === undefined) return { kind: 'text', text: withoutFaces(message.content) };
      return { kind: 'pick', text: message.content, pick: decoded(message.menuId) };
    case 'voice':
      if (message.recognition === undefined || message.recognition.trim() === '')
        return { kind: 'voice', text: '' };
      return { kind: 'text', text: message.recognition };
    case 'image':
      return { kind: 'image', text: '' };
    case 'video':
    case 'shortvideo':
    case 'file':
      return { kind: 'media', text: '' };
    case 'location':
      return { kind: 'location', text: message.label };
    case 'link':
      return { kind: 'link', text: message.title };
    case 'click':
    case 'scancode_push':
    case 'scancode_waitmsg':
      return { kind: 'press', text: message.key };
    case 'subscribe':
      return { kind: 'arrive', text: message.scene ?? '' };
    case 'scan':
      return { kind: 'scan', text: message.scene };
    case 'unsubscribe':
    case 'user_authorization_revoke':
    case 'user_authorization_cancellation':
      return { kind: 'leave', text: '' };
    case 'view':
    case 'view_miniprogram':
    case 'report_location':
    case 'location_select':
    case 'pic_sysphoto':
    case 'pic_photo_or_album':
    case 'pic_weixin':
    case 'templatesendjobfinish':
    case 'masssendjobfinish':
    case 'publishjobfinish':
    case 'kf_create_session':
    case 'kf_close_session':
    case 'kf_switch_session':
    case 'subscribe_msg_popup_event':
    case 'subscribe_msg_change_event':
    case 'subscribe_msg_sent_event':
    case 'qualification_verify_success':
    case 'qualification_verify_fail':
    case 'naming_verify_success':
    case 'naming_verify_fail':
    case 'annual_renew':
    case 'verify_expired':
    case 'user_info_modified':
      return { kind: 'notice', text: '' };
    case 'other':
      // Who sends what we do not know waits for a word, as with a file; an event does not.
      return message.type === '' || message.type.toLowerCase() === 'event'
        ? { kind: 'notice', text: '' }
        : { kind: 'media', text: '' };
  }
}

/** Whether the client decodes the id of a tapped link is documented nowhere, so both forms are taken. */
function decoded(menuId: string): string {
  try {
    return decodeURIComponent(menuId);
  } catch (error) {
    if (error instanceof URIError) return menuId;
    throw error;
  }
}

/** A withdrawal names the person whose data is to go, who need not be the sender of the event. */
function personOf(message: Message, head: Head): string {
  switch (message.kind) {
    case 'user_info_modified':
    case 'user_authorization_revoke':
    case 'user_authorization_cancellation':
      return message.openId ?? head.fromUser;
    default:
      return head.fromUser;
  }
}

function speak(say: Say): Reply {
  switch (say.kind) {
    case 'text':
      return { kind: 'text', content: say.lines.map(render).join('\n') };
    case 'article':
      return {
        kind: 'news',
        title: say.title,
        description: say.description,
        picUrl: say.picture,
        url: say.url,
      };
    case 'transfer':
      return { kind: 'transfer_customer_service', kfAccount: say.agent };
    case 'silence':
      return { kind: 'success' };
  }
}

/** Forbidden characters of plain text stay: reply.ts drops them from the whole. */
function render(line: Line): string {
  if (typeof line === 'string') return line;
  if (!isMix(line)) return tappable(line);
  let text = '';
  for (const part of line) text += typeof part === 'string' ? part : tappable(part);
  return text;
}

function tappable(part: Choice | Link): string {
  return 'url' in part ? `<a href="${part.url}">${labelOf(part.label)}</a>` : link(part);
}

/** Each is weighed before it is said, and most are the same for everybody. */
const links = new WeakMap<Choice, string>();

function link(choice: Choice): string {
  const known = links.get(choice);
  if (known !== undefined) return known;
  const made = writeLink(choice);
  links.set(choice, made);
  return made;
}

/** A link that says `text` when it is tapped, and carries `id`. The client ignores it when one of the two is empty. */
function writeLink(choice: Choice): string {
  const content = encodeURIComponent(legalText(choice.text));
  const id = encodeURIComponent(legalText(choice.id));
  const label = labelOf(choice.label);
  if (content === '' || id === '' || label === '') throw new Error('a choice without label, text or id');
  return `<a href="weixin://bizmsgmenu?msgmenucontent=${content}&msgmenuid=${id}">${label}</a>`;
}

/** The client reads tags but no entities, so brackets become their full-width look-alikes. */
function labelOf(label: string): string {
  return legalText(label).replaceAll('<', '＜').replaceAll('>', '＞');
}

function isMix(line: Exclude<Line, string>): line is readonly Part[] {
  return Array.isArray(line);
}
