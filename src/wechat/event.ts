/** What happened, as the platform tells it: one arm per event that the vendor documents for an account like ours.
 *  message.ts calls it for bodies whose MsgType is `event`.
 *  Source: https://developers.weixin.qq.com/doc/service/en/guide/product/message/Receiving_event_pushes.html */

import { childOf, childrenOf, type Element, filled, numberOf, secondsOf, text } from './xml/element.ts';

/** The verdict on one template of a subscription notice. */
export interface Consent {
  readonly templateId: string;
  /** `accept` or `reject`. */
  readonly status: string;
  /** Where it was asked; only when it was asked in a pop-up. */
  readonly scene: string | undefined;
}

/** One original article that a mass message was compared with. Numbers of states stay texts. */
export interface CopyrightItem {
  readonly articleIndex: string;
  readonly userDeclareState: string;
  readonly auditState: string;
  readonly originalUrl: string;
  readonly originalType: string;
  readonly canReprint: string;
  readonly needReplaceContent: string;
  readonly needShowSource: string;
}

/** One arm per event; `kind` is the platform's name in small letters, but `report_location` for LOCATION (a message
 *  of a place is `location`). An element that is missing reads as an empty text, or `undefined` where that tells more. */
export type EventBody =
  /** `scene`: of the QR code that was scanned to follow, without its prefix. `key`: EventKey as it came. */
  | {
      readonly kind: 'subscribe';
      readonly key: string;
      readonly scene: string | undefined;
      readonly ticket: string | undefined;
    }
  | { readonly kind: 'unsubscribe' }
  /** A follower scanned a code with a scene. */
  | { readonly kind: 'scan'; readonly scene: string; readonly ticket: string | undefined }
  /** The client tells where it is; degrees and metres. */
  | {
      readonly kind: 'report_location';
      readonly latitude: number | undefined;
      readonly longitude: number | undefined;
      readonly precision: number | undefined;
    }
  | { readonly kind: 'click'; readonly key: string }
  | { readonly kind: 'view'; readonly url: string; readonly menuId: string | undefined }
  | { readonly kind: 'view_miniprogram'; readonly path: string; readonly menuId: string | undefined }
  /** `scanned` of a barcode may be `CODE_TYPE,value`. */
  | {
      readonly kind: 'scancode_push' | 'scancode_waitmsg';
      readonly key: string;
      readonly scanType: string;
      readonly scanned: string;
    }
  /** The pictures themselves follow as image messages. */
  | {
      readonly kind: 'pic_sysphoto' | 'pic_photo_or_album' | 'pic_weixin';
      readonly key: string;
      readonly pictures: readonly string[];
    }
  /** A location message follows. */
  | {
      readonly kind: 'location_select';
      readonly key: string;
      readonly latitude: number | undefined;
      readonly longitude: number | undefined;
      readonly scale: number | undefined;
      readonly label: string;
      readonly poiName: string;
    }
  /** `status`: `success`, `failed:user block`, `failed: system failed`. */
  | { readonly kind: 'templatesendjobfinish'; readonly msgId: string; readonly status: string }
  | {
      readonly kind: 'masssendjobfinish';
      readonly msgId: string;
      readonly status: string;
      readonly totalCount: number | undefined;
      readonly filterCount: number | undefined;
      readonly sentCount: number | undefined;
      readonly errorCount: number | undefined;
      readonly copyrightState: string | undefined;
      readonly copyright: readonly CopyrightItem[];
    }
  | {
      readonly kind: 'publishjobfinish';
      readonly publishId: string;
      readonly publishStatus: string;
      readonly articleId: string | undefined;
      readonly articles: readonly { readonly index: string; readonly url: string }[];
      /** Indexes of the articles that failed. */
      readonly failed: readonly string[];
    }
  | {
      readonly kind: 'kf_create_session' | 'kf_close_session';
      readonly agent: string;
      readonly closeType: string | undefined;
    }
  | { readonly kind: 'kf_switch_session'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'subscribe_msg_popup_event' | 'subscribe_msg_change_event';
      readonly consents: readonly Consent[];
    }
  | {
      readonly kind: 'subscribe_msg_sent_event';
      readonly results: readonly {
        readonly templateId: string;
        readonly msgId: string;
        readonly errorCode: string;
        readonly errorStatus: string;
      }[];
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
      readonly appId: string;
      readonly revokeInfo: string;
    };

const QR_SCENE = 'qrscene_';

/** Reads an event by its name in small letters; `undefined` for one that we do not know. */
export function readEvent(name: string, xml: Element): EventBody | undefined {
  switch (name) {
    case 'subscribe': {
      const key = text(xml, 'EventKey');
      const scene = key.startsWith(QR_SCENE) ? key.slice(QR_SCENE.length) : undefined;
      return { kind: name, key, scene, ticket: filled(xml, 'Ticket') };
    }
    case 'unsubscribe':
      return { kind: name };
    case 'scan':
      return { kind: name, scene: text(xml, 'EventKey'), ticket: filled(xml, 'Ticket') };
    case 'location':
      return {
        kind: 'report_location',
        latitude: numberOf(xml, 'Latitude'),
        longitude: numberOf(xml, 'Longitude'),
        precision: numberOf(xml, 'Precision'),
      };
    case 'click':
      return { kind: name, key: text(xml, 'EventKey') };
    case 'view':
      return { kind: name, url: text(xml, 'EventKey'), menuId: filled(xml, 'MenuId') };
    case 'view_miniprogram':
      return { kind: name, path: text(xml, 'EventKey'), menuId: filled(xml, 'MenuId') };
    case 'scancode_push':
    case 'scancode_waitmsg': {
      const info = childOf(xml, 'ScanCodeInfo');
      return {
        kind: name,
        key: text(xml, 'EventKey'),
        scanType: text(info, 'ScanType'),
        scanned: text(info, 'ScanResult'),
      };
    }
    case 'pic_sysphoto':
    case 'pic_photo_or_album':
    case 'pic_weixin': {
      const items = childrenOf(childOf(childOf(xml, 'SendPicsInfo'), 'PicList'), 'item');
      return {
        kind: name,
        key: text(xml, 'EventKey'),
        pictures: items.map((item) => text(item, 'PicMd5Sum')),
      };
    }
    case 'location_select': {
      const info = childOf(xml, 'SendLocationInfo');
      return {
        kind: name,
        key: text(xml, 'EventKey'),
        latitude: numberOf(info, 'Location_X'),
        longitude: numberOf(info, 'Location_Y'),
        scale: numberOf(info, 'Scale'),
        label: text(info, 'Label'),
        poiName: text(info, 'Poiname'),
      };
    }
    case 'templatesendjobfinish':
      return { kind: name, msgId: text(xml, 'MsgID'), status: text(xml, 'Status') };
    case 'masssendjobfinish': {
      const check = childOf(xml, 'CopyrightCheckResult');
      return {
        kind: name,
        msgId: text(xml, 'MsgID'),
        status: text(xml, 'Status'),
        totalCount: numberOf(xml, 'TotalCount'),
        filterCount: numberOf(xml, 'FilterCount'),
        sentCount: numberOf(xml, 'SentCount'),
        errorCount: numberOf(xml, 'ErrorCount'),
        copyrightState: filled(check, 'CheckState'),
        copyright: childrenOf(childOf(check, 'ResultList'), 'item').map(copyrightItem),
      };
    }
    case 'publishjobfinish': {
      const info = childOf(xml, 'PublishEventInfo');
      const articles = childrenOf(childOf(info, 'article_detail'), 'item');
      return {
        kind: name,
        publishId: text(info, 'publish_id'),
        publishStatus: text(info, 'publish_status'),
        articleId: filled(info, 'article_id'),
        articles: articles.map((item) => ({ index: text(item, 'idx'), url: text(item, 'article_url') })),
        failed: childrenOf(info, 'fail_idx').map((index) => index.text),
      };
    }
    case 'kf_create_session':
    case 'kf_close_session':
      return { kind: name, agent: text(xml, 'KfAccount'), closeType: filled(xml, 'CloseType') };
    case 'kf_switch_session':
      return { kind: name, from: text(xml, 'FromKfAccount'), to: text(xml, 'ToKfAccount') };
    case 'subscribe_msg_popup_event':
      return {
        kind: name,
        consents: childrenOf(childOf(xml, 'SubscribeMsgPopupEvent'), 'List').map(consent),
      };
    case 'subscribe_msg_change_event':
      return {
        kind: name,
        consents: childrenOf(childOf(xml, 'SubscribeMsgChangeEvent'), 'List').map(consent),
      };
    case 'subscribe_msg_sent_event':
      return {
        kind: name,
        results: childrenOf(childOf(xml, 'SubscribeMsgSentEvent'), 'List').map((entry) => ({
          templateId: text(entry, 'TemplateId'),
          msgId: text(entry, 'MsgID'),
          errorCode: text(entry, 'ErrorCode'),
          errorStatus: text(entry, 'ErrorStatus'),
        })),
      };
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
      return {
        kind: name,
        openId: filled(xml, 'OpenID'),
        appId: text(xml, 'AppID'),
        revokeInfo: text(xml, 'RevokeInfo'),
      };
    default:
      return undefined;
  }
}

function consent(entry: Element): Consent {
  return {
    templateId: text(entry, 'TemplateId'),
    status: text(entry, 'SubscribeStatusString'),
    scene: filled(entry, 'PopupScene'),
  };
}

function copyrightItem(item: Element): CopyrightItem {
  return {
    articleIndex: text(item, 'ArticleIdx'),
    userDeclareState: text(item, 'UserDeclareState'),
    auditState: text(item, 'AuditState'),
    originalUrl: text(item, 'OriginalArticleUrl'),
    originalType: text(item, 'OriginalArticleType'),
    canReprint: text(item, 'CanReprint'),
    needReplaceContent: text(item, 'NeedReplaceContent'),
    needShowSource: text(item, 'NeedShowReprintSource'),
  };
}
