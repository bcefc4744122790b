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
  subscribe: { ...happened(1), kind: 'subscribe', scene: undefined },
  'subscribe-scene': { ...happened(2), kind: 'subscribe', scene: 'shop-42' },
  unsubscribe: { ...happened(3), kind: 'unsubscribe' },
  scan: { ...happened(4), kind: 'scan', scene: 'shop-42' },
  location: { ...happened(5), kind: 'report_location' },
  click: { ...happened(6), kind: 'click', key: 'MENU_HELP' },
  view: { ...happened(7), kind: 'view' },
  view_miniprogram: { ...happened(8), kind: 'view_miniprogram' },
  scancode_push: { ...happened(9), kind: 'scancode_push', key: 'scan-1' },
  scancode_waitmsg: { ...happened(10), kind: 'scancode_waitmsg', key: 'scan-2' },
  pic_sysphoto: { ...happened(11), kind: 'pic_sysphoto' },
  pic_photo_or_album: { ...happened(12), kind: 'pic_photo_or_album' },
  pic_weixin: { ...happened(13), kind: 'pic_weixin' },
  location_select: { ...happened(14), kind: 'location_select' },
  templatesendjobfinish: { ...happened(15), kind: 'templatesendjobfinish' },
  masssendjobfinish: { ...happened(16), kind: 'masssendjobfinish' },
  publishjobfinish: { ...happened(17), kind: 'publishjobfinish' },
  kf_create_session: { ...happened(18), kind: 'kf_create_session', agent: 'agent1@demo' },
  kf_close_session: { ...happened(19), kind: 'kf_close_session', agent: 'agent1@demo' },
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
  subscribe_msg_sent_event: { ...happened(23), kind: 'subscribe_msg_sent_event' },
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
