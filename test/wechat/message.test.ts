/** src/wechat/message.ts beside the documented examples: odd bodies, and what makes a re-send recognisable. */

import { describe, expect, test } from 'vitest';
import { type Message, readMessage } from '../../src/wechat/message.ts';
import { type Field, writeXml } from '../../src/wechat/xml/write.ts';
import { readXml } from '../../src/wechat/xml/xml.ts';

const HEAD: readonly Field[] = [
  ['ToUserName', 'gh_demo'],
  ['FromUserName', 'oDemo'],
  ['CreateTime', 1_760_000_000],
];

async function aMessage(...fields: readonly Field[]): Promise<Message> {
  return readMessage(await readXml(writeXml('xml', [...HEAD, ...fields])));
}

function anEvent(name: string, ...fields: readonly Field[]): Promise<Message> {
  return aMessage(['MsgType', 'event'], ['Event', name], ...fields);
}

async function keyOf(message: Promise<Message>): Promise<string> {
  const read = await message;
  const key = read.kind === 'other' ? read.head?.dedupeKey : read.dedupeKey;
  if (key === undefined) throw new Error('a message without a key');
  return key;
}

describe('texts', () => {
  test.each(['007', '  x  ', '1e3', '', ']]>', 'a\u2028b', '👨‍👩‍👧‍👦', '/::)', '[微笑]'])(
    'stay as typed: "%s"',
    async (content) => {
      expect(await aMessage(['MsgType', 'text'], ['Content', content], ['MsgId', '1'])).toMatchObject({
        kind: 'text',
        content,
      });
    },
  );

  test('the recognised words of a voice message are kept when there are some', async () => {
    const voice: Field = ['MsgType', 'voice'];
    expect(await aMessage(voice, ['Recognition', '我要备案'])).toMatchObject({ recognition: '我要备案' });
    expect(await aMessage(voice, ['Recognition', ''])).toMatchObject({ recognition: undefined });
    expect(await aMessage(voice)).toMatchObject({ kind: 'voice', recognition: undefined });
  });
});

describe('events', () => {
  test.each(['CLICK', 'click', 'Click'])(
    'reads the name in any case (%s) and leaves the key alone',
    async (name) => {
      expect(await anEvent(name, ['EventKey', 'Menu_Help'])).toMatchObject({
        kind: 'click',
        key: 'Menu_Help',
      });
    },
  );

  test('a follow after a payment has no scene', async () => {
    expect(await anEvent('subscribe', ['EventKey', 'last_trade_no_4000'])).toMatchObject({
      kind: 'subscribe',
      scene: undefined,
    });
  });

  test('a scan keeps a scene that begins like a prefix', async () => {
    expect(await anEvent('SCAN', ['EventKey', 'qrscene_1'])).toMatchObject({
      kind: 'scan',
      scene: 'qrscene_1',
    });
  });

  test.each(['user_info_modified', 'user_authorization_revoke', 'user_authorization_cancellation'])(
    'reads whom %s is about',
    async (name) => {
      const fields: Field[] = [
        ['OpenID', 'oOther'],
        ['AppID', 'wxdemo'],
        ['RevokeInfo', '1'],
      ];
      expect(await anEvent(name, ...fields)).toMatchObject({ kind: name, openId: 'oOther' });
    },
  );

  test('one entry of a list is a list too, and no entry is an empty one', async () => {
    const entry: Field = ['List', [['TemplateId', 'a']]];
    const one = await anEvent('subscribe_msg_popup_event', ['SubscribeMsgPopupEvent', [entry]]);
    expect(one).toMatchObject({ consents: [{ templateId: 'a', status: '', scene: undefined }] });
    expect(await anEvent('subscribe_msg_popup_event')).toMatchObject({ consents: [] });
  });
});

describe('what we do not know is other', () => {
  test.each([
    ['a hardware message', 'device_text', ''],
    ['an event of cards', 'event', 'user_get_card'],
    ['an event without a name', 'event', ''],
    ['an event that is named like our own word for another', 'event', 'report_location'],
    ['a kind named like a member of objects', 'constructor', ''],
    ['an event named like one', 'event', '__proto__'],
  ])('%s, with its head so that it can be acknowledged', async (_, type, event) => {
    expect(await aMessage(['MsgType', type], ['Event', event])).toStrictEqual({
      kind: 'other',
      type,
      event,
      head: {
        toUser: 'gh_demo',
        fromUser: 'oDemo',
        createTime: new Date(1_760_000_000_000),
        dedupeKey: expect.any(String),
      },
    });
  });

  test.each([
    ['the probe of cloud hosting', '<xml><action>CheckContainerPath</action></xml>', ''],
    ['an empty body', '<xml/>', ''],
    [
      'a text without a sender',
      '<xml><ToUserName>g</ToUserName><CreateTime>1</CreateTime><MsgType>text</MsgType></xml>',
      'text',
    ],
    [
      'a text without an account',
      '<xml><FromUserName>o</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType></xml>',
      'text',
    ],
    [
      'a text without a time',
      '<xml><ToUserName>g</ToUserName><FromUserName>o</FromUserName><MsgType>text</MsgType></xml>',
      'text',
    ],
    [
      'a time that is none',
      '<xml><ToUserName>g</ToUserName><FromUserName>o</FromUserName><CreateTime>1e9</CreateTime><MsgType>text</MsgType></xml>',
      'text',
    ],
    [
      'a sender longer than any OpenID',
      `<xml><ToUserName>g</ToUserName><FromUserName>${'o'.repeat(129)}</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType></xml>`,
      'text',
    ],
  ])('%s, without a head', async (_, body, type) => {
    expect(readMessage(await readXml(body))).toStrictEqual({
      kind: 'other',
      type,
      event: '',
      head: undefined,
    });
  });

  test('of an element given twice the first one counts', async () => {
    const text: Field[] = [
      ['MsgType', 'text'],
      ['MsgId', '1'],
    ];
    expect(
      await aMessage(...text, ['Content', 'a'], ['Content', 'b'], ['FromUserName', 'oThief']),
    ).toMatchObject({
      content: 'a',
      fromUser: 'oDemo',
    });
  });
});

describe('dedupeKey', () => {
  const text = (id: string, content = 'a') =>
    aMessage(['MsgType', 'text'], ['Content', content], ['MsgId', id]);

  test('is the same for a re-send and another for every other message', async () => {
    expect(await keyOf(text('1'))).toBe(await keyOf(text('1')));
    expect(await keyOf(text('1'))).not.toBe(await keyOf(text('2')));
  });

  test('tells ids apart that a number could not', async () => {
    expect(await keyOf(text('6054768590064713728'))).not.toBe(await keyOf(text('6054768590064713729')));
  });

  test('tells senders and accounts apart that have the same MsgId', async () => {
    const from = async (account: string, sender: string) =>
      readMessage(
        await readXml(
          writeXml('xml', [
            ['ToUserName', account],
            ['FromUserName', sender],
            ['CreateTime', 1],
            ['MsgType', 'text'],
            ['MsgId', '1'],
          ]),
        ),
      );
    const keys = [from('gh_a', 'oA'), from('gh_a', 'oB'), from('gh_b', 'oA'), from('gh_ao', 'A')].map(keyOf);
    expect(new Set(await Promise.all(keys)).size).toBe(4);
  });

  test('tells events of one second apart by name, key, id, ticket, template and person', async () => {
    const template = (id: string): Field => ['SubscribeMsgPopupEvent', [['List', [['TemplateId', id]]]]];
    const keys = [
      anEvent('CLICK', ['EventKey', 'a']),
      anEvent('CLICK', ['EventKey', 'A']),
      anEvent('VIEW', ['EventKey', 'a']),
      anEvent('SCAN', ['EventKey', 'a'], ['Ticket', 't1']),
      anEvent('SCAN', ['EventKey', 'a'], ['Ticket', 't2']),
      anEvent('TEMPLATESENDJOBFINISH', ['MsgID', '1']),
      anEvent('TEMPLATESENDJOBFINISH', ['MsgID', '2']),
      anEvent('subscribe_msg_popup_event', template('x')),
      anEvent('subscribe_msg_popup_event', template('y')),
      anEvent('user_authorization_revoke', ['OpenID', 'o1']),
      anEvent('user_authorization_revoke', ['OpenID', 'o2']),
      anEvent('user_get_card'),
    ].map(keyOf);
    expect(new Set(await Promise.all(keys)).size).toBe(keys.length);
  });

  test('without a MsgId it goes by sender, time and words', async () => {
    const bare = (content: string) => aMessage(['MsgType', 'text'], ['Content', content]);
    expect(await keyOf(bare('a'))).toBe(await keyOf(bare('a')));
    expect(await keyOf(bare('a'))).not.toBe(await keyOf(bare('b')));
  });
});
