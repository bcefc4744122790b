/** Every kind of message and event, sealed, through HTTP: what it is taken for and what the merchant gets. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Result } from '../../src/playground/platform/platform.ts';
import { seal } from '../../src/playground/platform/seal.ts';
import { labelKey } from '../../src/store/keys.ts';
import { STICKER_SENTENCES } from '../../src/wechat/channel.ts';
import { example, examplesIn } from '../wechat/support.ts';
import {
  ACCOUNT,
  aHandbookCopy,
  aMerchant,
  anOpenId,
  type Started,
  startAssistant,
  textOf,
} from './running.ts';

let assistant: Started;
beforeAll(async () => {
  assistant = await startAssistant();
});
afterAll(() => assistant.remove());

/** Sends any XML in an envelope; the platform judges the answer. */
function sendXml(clear: string, from: string, to = assistant): Promise<Result> {
  const encrypt = seal(clear, ACCOUNT);
  const platform = to.platform('safe');
  return platform.deliverAll({
    url: `${to.url}/wechat`,
    query: new URLSearchParams(platform.signedQuery({ encrypt, openId: from })).toString(),
    headers: { 'content-type': 'text/xml' },
    body: `<xml><ToUserName><![CDATA[${ACCOUNT.originalId}]]></ToUserName><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`,
    from,
    mode: 'safe',
    clear,
  });
}

/** A published example as if this person had sent it. */
const sendExample = (name: string, from: string, to = assistant) =>
  sendXml(example(name).replace(/(?<=<(?:FromUserName|OpenID)><!\[CDATA\[)[^\]]*/g, from), from, to);

/** Kind and outcome in the log; `reply` where the table of the protocol lets a passive reply reach the person. */
const MESSAGES: Readonly<Record<string, string>> = {
  file: 'file reply',
  image: 'image reply',
  link: 'link reply',
  location: 'location reply',
  shortvideo: 'shortvideo reply',
  text: 'text reply',
  'text-article': 'text reply',
  'text-choice': 'text reply',
  'text-sticker': 'text reply',
  video: 'video reply',
  voice: 'voice reply',
};
const EVENTS: Readonly<Record<string, string>> = {
  annual_renew: 'annual_renew silence',
  click: 'click reply',
  kf_close_session: 'kf_close_session silence',
  kf_create_session: 'kf_create_session silence',
  kf_switch_session: 'kf_switch_session silence',
  location: 'report_location silence',
  location_select: 'location_select silence',
  masssendjobfinish: 'masssendjobfinish silence',
  naming_verify_fail: 'naming_verify_fail silence',
  naming_verify_success: 'naming_verify_success silence',
  pic_photo_or_album: 'pic_photo_or_album silence',
  pic_sysphoto: 'pic_sysphoto silence',
  pic_weixin: 'pic_weixin silence',
  publishjobfinish: 'publishjobfinish silence',
  qualification_verify_fail: 'qualification_verify_fail silence',
  qualification_verify_success: 'qualification_verify_success silence',
  scan: 'scan reply',
  scancode_push: 'scancode_push reply',
  scancode_waitmsg: 'scancode_waitmsg reply',
  subscribe: 'subscribe reply',
  'subscribe-scene': 'subscribe reply',
  subscribe_msg_change_event: 'subscribe_msg_change_event silence',
  subscribe_msg_popup_event: 'subscribe_msg_popup_event silence',
  subscribe_msg_sent_event: 'subscribe_msg_sent_event silence',
  templatesendjobfinish: 'templatesendjobfinish silence',
  unsubscribe: 'unsubscribe silence',
  user_authorization_revoke: 'user_authorization_revoke silence',
  verify_expired: 'verify_expired silence',
  view: 'view silence',
  view_miniprogram: 'view_miniprogram silence',
};

describe.each([
  ['messages', MESSAGES],
  ['events', EVENTS],
] as const)('the published examples of %s', (folder, expected) => {
  it('are all expected to become something', () => {
    expect(examplesIn(folder)).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.entries(expected))('%s: %s', async (name, becomes) => {
    const logged = assistant.log.next(({ msg }) => msg === 'message');
    const result = await sendExample(`${folder}/${name}`, anOpenId());
    const { kind, outcome } = await logged;
    expect(`${kind} ${outcome}`).toBe(becomes);
    expect(result.outcome).toBe(outcome);
    if (result.outcome === 'silence') expect(result.deliveries[0]?.responseBody).toBe('success');
  });
});

describe('what nobody documented', () => {
  it.each([
    ['a new event', '<MsgType>event</MsgType><Event>merchant_order</Event><OrderId>1</OrderId>'],
    ['an event of a coupon', '<MsgType>event</MsgType><Event>user_get_card</Event>'],
  ])('like %s is acknowledged', async (_, inner) => {
    const from = anOpenId();
    const logged = assistant.log.next(({ msg }) => msg === 'message');
    const head = `<ToUserName>${ACCOUNT.originalId}</ToUserName><FromUserName>${from}</FromUserName><CreateTime>1760000001</CreateTime>`;
    expect(textOf(await sendXml(`<xml>${head}${inner}</xml>`, from))).toBe('success');
    expect(await logged).toMatchObject({ kind: 'other', outcome: 'silence' });
  });

  it.each([
    ['a message of a device', '<MsgType>device_text</MsgType><DeviceID>1</DeviceID><Content>AQ==</Content>'],
    ['a new type of message', '<MsgType>hologram</MsgType><MsgId>1</MsgId>'],
    ['a shared mini-program', '<MsgType>miniprogrampage</MsgType><Title>t</Title><MsgId>1</MsgId>'],
  ])('like %s gets the sentence of a file', async (_, inner) => {
    const from = anOpenId();
    const head = `<ToUserName>${ACCOUNT.originalId}</ToUserName><FromUserName>${from}</FromUserName><CreateTime>1760000001</CreateTime>`;
    expect(textOf(await sendXml(`<xml>${head}${inner}</xml>`, from))).toContain(assistant.phrase('media'));
  });
});

/** A merchant in the middle of the dialog: the next open question is the listing. */
async function inTheDialog() {
  const merchant = aMerchant(assistant.platform('safe'));
  await merchant.say('备案');
  const asked = await merchant.say('企业');
  expect(asked).toContain('企业');
  return merchant;
}

describe('following and leaving', () => {
  it('is welcomed with what is kept, for how long, and how to delete it', async () => {
    const merchant = aMerchant(assistant.platform('safe'));
    const welcome = await merchant.does({ kind: 'event', event: 'subscribe', key: '' });
    expect(welcome).toContain(assistant.phrase('welcome', { days: 30 }));
    expect(welcome).toMatch(/只记.*30 天.*删除我的数据/);
    expect(merchant.options.map(({ menuId }) => menuId)).toContain('o.filing');
  });

  it('ends with everything about the person gone from the store, and nothing about others', async () => {
    const own = await startAssistant();
    onTestFinished(() => own.remove());
    const leaver = aMerchant(own.platform('safe'));
    const revoker = aMerchant(own.platform('safe'));
    const stayer = aMerchant(own.platform('safe'));
    for (const merchant of [leaver, revoker, stayer]) {
      await merchant.say('备案');
      await merchant.say('个人');
    }
    expect(await leaver.does({ kind: 'event', event: 'unsubscribe', key: '' })).toBe('success');
    expect(textOf(await sendExample('events/user_authorization_revoke', revoker.openId, own))).toBe(
      'success',
    );
    expect(await stayer.say('我的信息')).toContain('个人');
    await own.stop();

    const files = open<string, string>({ path: join(own.directory, 'sessions.mdb'), encoding: 'string' });
    const entries = [...files.getRange()];
    await files.close();
    const sessions = entries.filter(({ key }) => key.split(':').length === 3 && key !== labelKey());
    expect(sessions).toHaveLength(1);
    expect(sessions[0]?.value).toContain('"person"');
    // Of those who left only the acknowledgement stays, for re-sends of the event; of the other the three replies.
    const replies = entries.filter(({ key }) => key.split(':').length === 5).map(({ value }) => value);
    expect(replies).toHaveLength(5);
    expect(replies.filter((value) => value.includes('silence'))).toHaveLength(2);
    expect(replies.filter((value) => value.includes('个人'))).toHaveLength(3);
    const bytes = readFileSync(join(own.directory, 'sessions.mdb')).toString('latin1');
    for (const { openId } of [leaver, revoker, stayer]) expect(bytes).not.toContain(openId);
  });

  it('starts from nothing when the person comes back', async () => {
    const merchant = await inTheDialog();
    await merchant.does({ kind: 'event', event: 'unsubscribe', key: '' });
    await merchant.does({ kind: 'event', event: 'subscribe', key: '' });
    expect(await merchant.say('我的信息')).toContain(assistant.phrase('facts-empty-title'));
  });
});

describe('messages without words', () => {
  it('an image is answered with: no photos of IDs here, and where they are uploaded; then the question again', async () => {
    const merchant = await inTheDialog();
    const reply = await merchant.does({ kind: 'image' });
    expect(reply).toContain(assistant.phrase('image'));
    expect(reply).toMatch(/不要.*证件照片[\s\S]*mp\.weixin\.qq\.com/);
    expect(reply).toContain('未上架');
    expect(await merchant.say('我的信息')).toContain('企业');
  });

  it.each(STICKER_SENTENCES)(
    'the replacement sentence %s counts as a sticker, not as words',
    async (sentence) => {
      const merchant = await inTheDialog();
      const reply = await merchant.say(sentence);
      expect(reply).toContain(assistant.phrase('sticker'));
      expect(await merchant.say('未上架')).toContain('备案省份');
    },
  );

  it('a voice message with words is understood like a text', async () => {
    const merchant = await inTheDialog();
    expect(await merchant.does({ kind: 'voice', recognition: '还没上架。' })).toContain('未上架');
    expect(await merchant.say('我的信息')).toContain('未上架');
  });

  it('a voice message without words asks to type, and the question comes again', async () => {
    const merchant = await inTheDialog();
    const reply = await merchant.does({ kind: 'voice' });
    expect(reply).toContain('请打字告诉我');
    expect(reply).toContain('未上架');
  });

  it('a location answers the question about the province', async () => {
    const merchant = await inTheDialog();
    await merchant.say('1');
    const place = { latitude: 22.54, longitude: 113.93, label: '广东省深圳市南山区示例路1号' };
    expect(await merchant.does({ kind: 'location', ...place })).toContain('广东');
    expect(await merchant.say('我的信息')).toContain('广东');
  });

  it('a location at another question leaves it as it is', async () => {
    const merchant = await inTheDialog();
    const place = { latitude: 22.54, longitude: 113.93, label: '广东省深圳市南山区示例路1号' };
    expect(await merchant.does({ kind: 'location', ...place })).toContain('未上架');
    expect(await merchant.say('我的信息')).not.toContain('广东');
  });

  it.each(['video', 'shortvideo'] as const)('a %s asks for words', async (kind) => {
    expect(await aMerchant(assistant.platform('safe')).does({ kind })).toContain(assistant.phrase('media'));
  });
});

describe('the menu', () => {
  it('says with each of its keys what typing the same words says', async () => {
    const { menu } = assistant.handbook;
    const leaves = menu.buttons.flatMap((button) => ('sub' in button ? button.sub : [button]));
    const keys = leaves.flatMap((leaf) => ('says' in leaf && leaf.says ? [leaf.says] : []));
    expect(keys.length).toBeGreaterThan(2);
    for (const key of keys) {
      const typed = await aMerchant(assistant.platform('safe')).say(key);
      const pressed = aMerchant(assistant.platform('safe'));
      expect(await pressed.does({ kind: 'event', event: 'CLICK', key })).toBe(typed);
    }
  });

  it('is silent when a page opens', async () => {
    const merchant = await inTheDialog();
    const key = 'https://www.example.test/shop?a=1&b=2';
    expect(await merchant.does({ kind: 'event', event: 'VIEW', key })).toBe('success');
  });

  it('takes names of events in any case', async () => {
    for (const event of ['CLICK', 'click', 'Click']) {
      const merchant = aMerchant(assistant.platform('safe'));
      expect(await merchant.does({ kind: 'event', event, key: '备案' })).toContain('主体');
    }
  });
});

describe('options that were tapped', () => {
  it('count even when the label has changed since', async () => {
    const merchant = aMerchant(assistant.platform('safe'));
    await merchant.say('备案');
    const [first] = merchant.options;
    await merchant.does({ kind: 'pick', text: '别的字', id: first?.menuId ?? '' });
    expect(await merchant.say('我的信息')).toContain('企业');
  });

  it('of an earlier question correct the earlier answer', async () => {
    const merchant = aMerchant(assistant.platform('safe'));
    await merchant.say('备案');
    const person = merchant.options.find(({ menuId }) => menuId === 'a.filing.subject.person');
    await merchant.say('企业');
    await merchant.does({ kind: 'pick', text: person?.content ?? '', id: person?.menuId ?? '' });
    const facts = await merchant.say('我的信息');
    expect(facts).toContain('个人');
    expect(facts).not.toContain('企业');
  });
});

describe('人工', () => {
  it('hands the talk over where the operator says that people sit at the console', async () => {
    const root = aHandbookCopy({ 'content/contact.yaml': ['agents: false', 'agents: true'] });
    // Whatever the time is: where no hours are given somebody is always there.
    const contact = `${root}/content/contact.yaml`;
    writeFileSync(contact, readFileSync(contact, 'utf8').replace(/^open: .*$/m, ''));
    const staffed = await startAssistant({}, { root });
    onTestFinished(async () => {
      await staffed.remove();
      rmSync(root, { recursive: true });
    });
    const platform = staffed.platform('safe');
    const from = anOpenId();
    const first = await platform.send({ from, kind: 'text', text: '人工' });
    expect(textOf(first)).toContain('正在转给人工客服');
    const result = await platform.send({ from, kind: 'text', text: '备案卡住了' });
    expect(result).toMatchObject({ outcome: 'reply', reply: { type: 'transfer_customer_service' } });
  });

  it('tells how and when elsewhere', async () => {
    const { contact } = assistant.handbook;
    const reply = await aMerchant(assistant.platform('safe')).say('人工');
    expect(reply).toContain(contact.how);
    expect(reply).toContain(contact.hours);
  });
});
