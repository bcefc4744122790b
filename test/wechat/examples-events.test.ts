/** Every documented event through src/wechat/message.ts: what the platform sends and what we make of it. */

import { describe, expect, test } from 'vitest';
import { readMessage } from '../../src/wechat/message.ts';
import { readXml } from '../../src/wechat/xml/xml.ts';
import { example, examplesIn } from './support.ts';

const ACCOUNT = 'gh_demo0a1b2c3d';
const MERCHANT = 'oDemo_user-0001AbCdEfGhIjKlMn';
const PLATFORM = 'oDemo_platform_sender';

async function read(name: string) {
  return readMessage(await readXml(example(name)));
}

function happened(number: number, fromUser = MERCHANT) {
  const createTime = new Date((1_760_001_000 + number) * 1000);
  return { toUser: ACCOUNT, fromUser, createTime, dedupeKey: expect.any(String) };
}

const events: Record<string, object> = {
  subscribe: { ...happened(1), kind: 'subscribe', key: '', scene: undefined, ticket: undefined },
  'subscribe-scene': {
    ...happened(2),
    kind: 'subscribe',
    key: 'qrscene_shop-42',
    scene: 'shop-42',
    ticket: 'ticket-demo-1',
  },
  unsubscribe: { ...happened(3), kind: 'unsubscribe' },
  scan: { ...happened(4), kind: 'scan', scene: 'shop-42', ticket: 'ticket-demo-1' },
  location: {
    ...happened(5),
    kind: 'report_location',
    latitude: 31.230416,
    longitude: 121.473701,
    precision: 40,
  },
  click: { ...happened(6), kind: 'click', key: 'MENU_HELP' },
  view: { ...happened(7), kind: 'view', url: 'https://www.example.test/shop?a=1&b=2', menuId: '400000001' },
  view_miniprogram: {
    ...happened(8),
    kind: 'view_miniprogram',
    path: 'pages/index/index',
    menuId: '400000002',
  },
  scancode_push: {
    ...happened(9),
    kind: 'scancode_push',
    key: 'scan-1',
    scanType: 'qrcode',
    scanned: 'https://www.example.test/q/1',
  },
  scancode_waitmsg: {
    ...happened(10),
    kind: 'scancode_waitmsg',
    key: 'scan-2',
    scanType: 'barcode',
    scanned: 'EAN_13,6900000000001',
  },
  pic_sysphoto: {
    ...happened(11),
    kind: 'pic_sysphoto',
    key: 'pic-1',
    pictures: ['00112233445566778899aabbccddeeff'],
  },
  pic_photo_or_album: {
    ...happened(12),
    kind: 'pic_photo_or_album',
    key: 'pic-2',
    pictures: ['00112233445566778899aabbccddee01', '00112233445566778899aabbccddee02'],
  },
  pic_weixin: {
    ...happened(13),
    kind: 'pic_weixin',
    key: 'pic-3',
    pictures: ['00112233445566778899aabbccddee03'],
  },
  location_select: {
    ...happened(14),
    kind: 'location_select',
    key: 'loc-1',
    latitude: 31,
    longitude: 121,
    scale: 15,
    label: ' 上海市示例路 2号',
    poiName: '',
  },
  templatesendjobfinish: {
    ...happened(15),
    kind: 'templatesendjobfinish',
    msgId: '3900000000000000001',
    status: 'failed:user block',
  },
  masssendjobfinish: {
    ...happened(16),
    kind: 'masssendjobfinish',
    msgId: '1000001001',
    status: 'send success',
    totalCount: 100,
    filterCount: 98,
    sentCount: 97,
    errorCount: 1,
    copyrightState: '2',
    copyright: [
      {
        articleIndex: '1',
        userDeclareState: '0',
        auditState: '2',
        originalUrl: 'https://www.example.test/o/1',
        originalType: '1',
        canReprint: '1',
        needReplaceContent: '1',
        needShowSource: '1',
      },
    ],
  },
  publishjobfinish: {
    ...happened(17),
    kind: 'publishjobfinish',
    publishId: '2247500001',
    publishStatus: '0',
    articleId: 'article-1',
    articles: [{ index: '1', url: 'https://www.example.test/p/1' }],
    failed: [],
  },
  kf_create_session: {
    ...happened(18),
    kind: 'kf_create_session',
    agent: 'agent1@demo',
    closeType: undefined,
  },
  kf_close_session: { ...happened(19), kind: 'kf_close_session', agent: 'agent1@demo', closeType: undefined },
  kf_switch_session: { ...happened(20), kind: 'kf_switch_session', from: 'agent1@demo', to: 'agent2@demo' },
  subscribe_msg_popup_event: {
    ...happened(21),
    kind: 'subscribe_msg_popup_event',
    consents: [
      { templateId: 'tmpl-A', status: 'accept', scene: '2' },
      { templateId: 'tmpl-B', status: 'reject', scene: '2' },
    ],
  },
  subscribe_msg_change_event: {
    ...happened(22),
    kind: 'subscribe_msg_change_event',
    consents: [{ templateId: 'tmpl-A', status: 'reject', scene: undefined }],
  },
  subscribe_msg_sent_event: {
    ...happened(23),
    kind: 'subscribe_msg_sent_event',
    results: [{ templateId: 'tmpl-A', msgId: '3900000000000000002', errorCode: '0', errorStatus: 'success' }],
  },
  qualification_verify_success: {
    ...happened(24, PLATFORM),
    kind: 'qualification_verify_success',
    expires: new Date(1_790_001_024_000),
  },
  qualification_verify_fail: {
    ...happened(25, PLATFORM),
    kind: 'qualification_verify_fail',
    failedAt: new Date(1_760_001_025_000),
    reason: '资料不清晰',
  },
  naming_verify_success: {
    ...happened(26, PLATFORM),
    kind: 'naming_verify_success',
    expires: new Date(1_790_001_026_000),
  },
  naming_verify_fail: {
    ...happened(27, PLATFORM),
    kind: 'naming_verify_fail',
    failedAt: new Date(1_760_001_027_000),
    reason: '名称冲突',
  },
  annual_renew: { ...happened(28, PLATFORM), kind: 'annual_renew', expires: new Date(1_790_001_028_000) },
  verify_expired: { ...happened(29, PLATFORM), kind: 'verify_expired', expires: new Date(1_760_001_029_000) },
  user_authorization_revoke: {
    ...happened(30),
    kind: 'user_authorization_revoke',
    openId: MERCHANT,
    appId: 'wxdemo0123456789',
    revokeInfo: '1',
  },
};

describe('events', () => {
  test.each(Object.entries(events))('reads the documented %s', async (name, expected) => {
    expect(await read(`events/${name}`)).toStrictEqual(expected);
  });
  test('none of the examples is left out', () => {
    expect(Object.keys(events).sort()).toEqual(examplesIn('events'));
  });
});
