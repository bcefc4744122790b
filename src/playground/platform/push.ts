/** What a person does in the chat, as the XML fields that the platform pushes for it.
 *  Rules: https://developers.weixin.qq.com/doc/service/guide/product/message/Receiving_standard_messages.html and
 *  https://developers.weixin.qq.com/doc/service/en/guide/product/message/Receiving_event_pushes.html */
import type { Fields } from './xml.ts';

/** What a person does. `pick` taps an option of an earlier reply (`text` and `id` as the link gave them); `sticker` is
 *  anything that the platform cannot pass on; `event` covers following, menus, scans: `key` is its EventKey and
 *  `fields` are further elements in their order. */
export type Act =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pick'; readonly text: string; readonly id: string }
  | { readonly kind: 'image' | 'video' | 'shortvideo' }
  | { readonly kind: 'voice'; readonly recognition?: string | undefined }
  | {
      readonly kind: 'location';
      readonly latitude: number;
      readonly longitude: number;
      readonly label: string;
    }
  | { readonly kind: 'link'; readonly title: string; readonly description: string; readonly url: string }
  | { readonly kind: 'file'; readonly title: string }
  | { readonly kind: 'sticker' }
  | {
      readonly kind: 'event';
      readonly event: string;
      readonly key?: string | undefined;
      readonly fields?: Fields;
    };

export interface Head {
  /** The account's original id, `gh_…`. */
  readonly account: string;
  /** The person's OpenID. */
  readonly from: string;
  /** Seconds since 1970. */
  readonly createTime: number;
  /** 64-bit decimal; events carry none. */
  readonly msgId: string;
}

/** The sentence that the platform puts in place of a message it cannot pass on (Simplified Chinese clients). */
export const UNSUPPORTED = '【收到不支持的消息类型，暂无法显示】';

/** The fields of one push, in the order of the platform's own examples. */
export function fieldsOf(act: Act, head: Head): Fields {
  const common: Fields = [
    ['ToUserName', head.account],
    ['FromUserName', head.from],
    ['CreateTime', { bare: String(head.createTime) }],
  ];
  if (act.kind === 'event') {
    const key: Fields = act.key === undefined ? [] : [['EventKey', act.key]];
    return [...common, ['MsgType', 'event'], ['Event', act.event], ...key, ...(act.fields ?? [])];
  }
  const msgId: Fields = [['MsgId', { bare: head.msgId }]];
  switch (act.kind) {
    case 'text':
      return [...common, ['MsgType', 'text'], ['Content', act.text], ...msgId];
    case 'sticker':
      return [...common, ['MsgType', 'text'], ['Content', UNSUPPORTED], ...msgId];
    case 'pick': {
      const id = /^\d+$/.test(act.id) ? { bare: act.id } : act.id;
      return [...common, ['MsgType', 'text'], ['Content', act.text], ...msgId, ['bizmsgmenuid', id]];
    }
    case 'image': {
      const picture = `http://pic.example.test/mm/${head.msgId}/0`;
      return [...common, ['MsgType', 'image'], ['PicUrl', picture], media('MediaId', head), ...msgId];
    }
    case 'voice': {
      // Recognition is normally there but empty, even for accounts that once switched it on.
      const words: Fields = [['Recognition', act.recognition ?? '']];
      const rest: Fields = [...words, ...msgId, media('MediaId16K', head)];
      return [...common, ['MsgType', 'voice'], media('MediaId', head), ['Format', 'amr'], ...rest];
    }
    case 'video':
    case 'shortvideo':
      return [
        ...common,
        ['MsgType', act.kind],
        media('MediaId', head),
        media('ThumbMediaId', head),
        ...msgId,
      ];
    case 'location':
      return [
        ...common,
        ['MsgType', 'location'],
        ['Location_X', { bare: String(act.latitude) }],
        ['Location_Y', { bare: String(act.longitude) }],
        ['Scale', { bare: '16' }],
        ['Label', act.label],
        ...msgId,
      ];
    case 'link': {
      const what: Fields = [
        ['Title', act.title],
        ['Description', act.description],
        ['Url', act.url],
      ];
      return [...common, ['MsgType', 'link'], ...what, ...msgId];
    }
    case 'file':
      return [
        ...common,
        ['MsgType', 'file'],
        ['Title', act.title],
        ['Description', ''],
        media('FileKey', head),
        ['FileMd5', '0123456789abcdef0123456789abcdef'],
        ['FileTotalLen', { bare: '20480' }],
        ...msgId,
      ];
  }
}

function media(name: string, head: Head): Fields[number] {
  return [name, `playground-${name}-${head.msgId}`];
}
