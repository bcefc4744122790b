/** What happened, as the platform tells it: one arm per event that the vendor documents for an account like ours, with what
 *  is read of it.
 *  Source: https://developers.weixin.qq.com/doc/service/en/guide/product/message/Receiving_event_pushes.html */

import { childOf, childrenOf, type Element, filled, secondsOf, text } from './xml/element.ts';

/** The verdict on one template of a subscription notice. */
export interface Consent {
  readonly templateId: string;
  /** `accept` or `reject`. */
  readonly status: string;
  /** Where it was asked; only when it was asked in a pop-up. */
  readonly scene: string | undefined;
}

/** Events that are acknowledged and tell us nothing: what a menu opened, pictures and places that follow as messages, and
 *  what became of things that the account sent. `report_location` is the platform's LOCATION. */
const ACKNOWLEDGED = [
  'report_location',
  'view',
  'view_miniprogram',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
  'templatesendjobfinish',
  'masssendjobfinish',
  'publishjobfinish',
  'subscribe_msg_sent_event',
] as const;

/** One arm per event; `kind` is the platform's name in small letters, but `report_location` for LOCATION (a message
 *  of a place is `location`). An element that is missing reads as an empty text, or `undefined` where that tells more. */
export type EventBody =
  | { readonly kind: (typeof ACKNOWLEDGED)[number] }
  /** `scene`: of the QR code that was scanned to follow, without its prefix. */
  | { readonly kind: 'subscribe'; readonly scene: string | undefined }
  | { readonly kind: 'unsubscribe' }
  /** A follower scanned a code with a scene. */
  | { readonly kind: 'scan'; readonly scene: string }
  | { readonly kind: 'click' | 'scancode_push' | 'scancode_waitmsg'; readonly key: string }
  /** An agent takes over, hands over or ends a talk. */
  | { readonly kind: 'kf_create_session' | 'kf_close_session'; readonly agent: string }
  | { readonly kind: 'kf_switch_session'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'subscribe_msg_popup_event' | 'subscribe_msg_change_event';
      readonly consents: readonly Consent[];
    }
  /** The account's own verification. */
  | {
      readonly kind:
        | 'qualification_verify_success'
        | 'naming_verify_success'
        | 'annual_renew'
        | 'verify_expired';
      readonly expires: Date | undefined;
    }
  | {
      readonly kind: 'qualification_verify_fail' | 'naming_verify_fail';
      readonly failedAt: Date | undefined;
      readonly reason: string;
    }
  /** Duties of personal data: the first asks to refresh what is kept of `openId`, the others to delete it.
   *  https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/authorization_change.html */
  | {
      readonly kind: 'user_info_modified' | 'user_authorization_revoke' | 'user_authorization_cancellation';
      readonly openId: string | undefined;
    };

const QR_SCENE = 'qrscene_';

/** Reads an event by its name in small letters; `undefined` for one that we do not know. */
export function readEvent(name: string, xml: Element): EventBody | undefined {
  switch (name) {
    case 'subscribe': {
      const key = text(xml, 'EventKey');
      return { kind: name, scene: key.startsWith(QR_SCENE) ? key.slice(QR_SCENE.length) : undefined };
    }
    case 'unsubscribe':
      return { kind: name };
    case 'scan':
      return { kind: name, scene: text(xml, 'EventKey') };
    case 'location':
      return { kind: 'report_location' };
    case 'click':
    case 'scancode_push':
    case 'scancode_waitmsg':
      return { kind: name, key: text(xml, 'EventKey') };
    case 'kf_create_session':
    case 'kf_close_session':
      return { kind: name, agent: text(xml, 'KfAccount') };
    case 'kf_switch_session':
      return { kind: name, from: text(xml, 'FromKfAccount'), to: text(xml, 'ToKfAccount') };
    case 'subscribe_msg_popup_event':
      return { kind: name, consents: consentsIn(childOf(xml, 'SubscribeMsgPopupEvent')) };
    case 'subscribe_msg_change_event':
      return { kind: name, consents: consentsIn(childOf(xml, 'SubscribeMsgChangeEvent')) };
    case 'qualification_verify_success':
    case 'naming_verify_success':
    case 'annual_renew':
    case 'verify_expired':
      return { kind: name, expires: secondsOf(xml, 'ExpiredTime') };
    case 'qualification_verify_fail':
    case 'naming_verify_fail':
      return { kind: name, failedAt: secondsOf(xml, 'FailTime'), reason: text(xml, 'FailReason') };
    case 'user_info_modified':
    case 'user_authorization_revoke':
    case 'user_authorization_cancellation':
      return { kind: name, openId: filled(xml, 'OpenID') };
    default: {
      // LOCATION has been read above: a body cannot name our own word for it.
      const kind = ACKNOWLEDGED.find((one) => one === name && one !== 'report_location');
      return kind && { kind };
    }
  }
}

function consentsIn(list: Element): readonly Consent[] {
  return childrenOf(list, 'List').map((entry) => ({
    templateId: text(entry, 'TemplateId'),
    status: text(entry, 'SubscribeStatusString'),
    scene: filled(entry, 'PopupScene'),
  }));
}
