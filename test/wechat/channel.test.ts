/** src/wechat/channel.ts: what a message means, and how what we say reaches the phone. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMessageIds } from '../../src/app/data-key.ts';
import {
  type Choice,
  type Line,
  plain,
  type Say,
  type UtteranceKind,
} from '../../src/core/conversation/messages.ts';
import { createWechatChannel, wechatLimits } from '../../src/wechat/channel.ts';
import { readMessage } from '../../src/wechat/message.ts';
import { writeReply } from '../../src/wechat/reply.ts';
import { textOf } from '../../src/wechat/xml/element.ts';
import { legalText } from '../../src/wechat/xml/write.ts';
import { readXml } from '../../src/wechat/xml/xml.ts';
import { example, examplesIn } from './support.ts';

const stickerSentences = [
  '【收到不支持的消息类型，暂无法显示】',
  '【收到不支援的訊息類型，無法顯示】',
  '[Unsupported Message]',
  '[Unsupported message]',
];
const who = (openId: string) => `who-of-${openId.length}`;
const idOf = createMessageIds('a key of 32 characters at least.', 'gh');
const channel = createWechatChannel({ who, idOf, stickerSentences });
const HEAD =
  '<ToUserName>gh_demo</ToUserName><FromUserName>oDemo-secret</FromUserName><CreateTime>1760000000</CreateTime>';

async function hear(inner: string) {
  return channel.hear(readMessage(await readXml(`<xml>${HEAD}${inner}</xml>`)));
}

describe('hear', () => {
  const expected: Record<string, readonly [UtteranceKind, string]> = {
    'messages/text': ['text', '早上好 a < b & "c"'],
    'messages/text-choice': ['pick', '满意'],
    'messages/text-article': ['text', '读后感'],
    'messages/text-sticker': ['sticker', '【收到不支持的消息类型，暂无法显示】'],
    'messages/image': ['image', ''],
    'messages/voice': ['voice', ''],
    'messages/video': ['media', ''],
    'messages/shortvideo': ['media', ''],
    'messages/file': ['media', ''],
    'messages/location': ['location', '上海市黄浦区示例路1号'],
    'messages/link': ['link', '示例标题'],
    'events/subscribe': ['arrive', ''],
    'events/subscribe-scene': ['arrive', 'shop-42'],
    'events/unsubscribe': ['leave', ''],
    'events/user_authorization_revoke': ['leave', ''],
    'events/scan': ['scan', 'shop-42'],
    'events/click': ['press', 'MENU_HELP'],
    'events/scancode_push': ['press', 'scan-1'],
    'events/scancode_waitmsg': ['press', 'scan-2'],
  };
  const all = ['messages', 'events'].flatMap((folder) =>
    examplesIn(folder).map((name) => `${folder}/${name}`),
  );

  test.each(all)('understands the documented %s', async (name) => {
    const heard = channel.hear(readMessage(await readXml(example(name))));
    const [kind, text] = expected[name] ?? ['notice', ''];
    expect(heard).toMatchObject({ kind, text });
    expect(heard?.pick).toBe(kind === 'pick' ? '101' : undefined);
    expect(heard?.at.getTime()).toBeGreaterThan(1_760_000_000_000);
  });

  test.each(stickerSentences)('takes "%s" for a sticker, but only as the whole text', async (sentence) => {
    const typed = (content: string) => `<MsgType>text</MsgType><Content><![CDATA[${content}]]></Content>`;
    expect(await hear(typed(sentence))).toMatchObject({ kind: 'sticker' });
    expect(await hear(typed(`${sentence}？`))).toMatchObject({ kind: 'text' });
  });

  test('takes recognised speech for words, but not recognised silence', async () => {
    const voice = (words: string) =>
      `<MsgType>voice</MsgType><Recognition><![CDATA[${words}]]></Recognition>`;
    expect(await hear(voice(' 我要备案。'))).toMatchObject({ kind: 'text', text: ' 我要备案。' });
    expect(await hear(voice(' '))).toMatchObject({ kind: 'voice', text: '' });
  });

  test('forgets the person whom a withdrawal names, not the sender of the event', async () => {
    for (const event of ['user_authorization_revoke', 'user_authorization_cancellation']) {
      const heard = await hear(`<MsgType>event</MsgType><Event>${event}</Event><OpenID>o</OpenID>`);
      expect(heard).toMatchObject({ kind: 'leave', who: 'who-of-1' });
    }
    const modified = await hear(
      '<MsgType>event</MsgType><Event>user_info_modified</Event><OpenID>o</OpenID>',
    );
    expect(modified).toMatchObject({ kind: 'notice', who: 'who-of-1' });
  });

  test('hears a notice in what it does not know, and nothing in what has no sender', async () => {
    for (const event of ['merchant_order', 'user_get_card'])
      expect(await hear(`<MsgType>event</MsgType><Event>${event}</Event>`)).toMatchObject({
        kind: 'notice',
        text: '',
      });
    expect(
      channel.hear(readMessage(await readXml('<xml><action>CheckContainerPath</action></xml>'))),
    ).toBeUndefined();
  });

  test('hears a message of a kind that nobody documented as a file: whoever sent it waits for a word', async () => {
    for (const type of ['miniprogrampage', 'notsure', 'device_text'])
      expect(await hear(`<MsgType>${type}</MsgType><MsgId>1</MsgId>`)).toMatchObject({
        kind: 'media',
        text: '',
      });
  });

  test('gives an id that is stable and holds no OpenID, and the injected key of the person', async () => {
    const text = (id: string) => `<MsgType>text</MsgType><Content>a</Content><MsgId>${id}</MsgId>`;
    const [first, again, other] = [await hear(text('1')), await hear(text('1')), await hear(text('2'))];
    expect(first?.id).toBe(again?.id);
    expect(first?.id).not.toBe(other?.id);
    expect(first?.id).toMatch(/^[\w-]{22}$/);
    expect(first?.who).toBe('who-of-12');
    expect(JSON.stringify(first)).not.toContain('secret');
  });
});

describe('speak', () => {
  test('makes every kind of Say its reply', () => {
    const article = { title: 't', description: 'd', picture: 'https://p.test/', url: 'https://u.test/' };
    expect(channel.speak({ kind: 'article', ...article })).toEqual({
      kind: 'news',
      title: 't',
      description: 'd',
      picUrl: 'https://p.test/',
      url: 'https://u.test/',
    });
    expect(channel.speak({ kind: 'silence' })).toEqual({ kind: 'success' });
    expect(channel.speak({ kind: 'transfer' })).toEqual({ kind: 'transfer_customer_service' });
    expect(channel.speak({ kind: 'transfer', agent: 'a@b' })).toEqual({
      kind: 'transfer_customer_service',
      kfAccount: 'a@b',
    });
  });

  test('writes choices as links that say their text when they are tapped', () => {
    const choice = { label: '1. 企业 <b>"', text: '企业 & 公司', id: 'subject="company"' };
    expect(channel.speak({ kind: 'text', lines: ['问题？', choice, ['或 ', choice, '。'], ''] })).toEqual({
      kind: 'text',
      content: [
        '问题？',
        `<a href="weixin://bizmsgmenu?msgmenucontent=${'%E4%BC%81%E4%B8%9A%20%26%20%E5%85%AC%E5%8F%B8'}&msgmenuid=subject%3D%22company%22">1. 企业 ＜b＞"</a>`,
        '或 <a href="weixin://bizmsgmenu?msgmenucontent=%E4%BC%81%E4%B8%9A%20%26%20%E5%85%AC%E5%8F%B8&msgmenuid=subject%3D%22company%22">1. 企业 ＜b＞"</a>。',
        '',
      ].join('\n'),
    });
  });

  test.each([
    { label: '企业', text: '', id: 'a' },
    { label: '企业', text: '企业', id: '' },
    { label: '', text: '企业', id: 'a' },
    { label: '企业', text: '\u0000', id: 'a' },
  ])('refuses a choice that the phone would ignore: %o', (choice) => {
    expect(() => channel.speak({ kind: 'text', lines: [choice] })).toThrow('a choice without');
    expect(() => wechatLimits.bytes(choice)).toThrow('a choice without');
  });
});

describe('for any lines', () => {
  const word = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 12 })
    .filter((text) => legalText(text) !== '');
  const choice: fc.Arbitrary<Choice> = fc.record({ label: word, text: word, id: word });
  const line: fc.Arbitrary<Line> = fc.oneof(word, choice, fc.array(fc.oneof(word, choice), { maxLength: 3 }));
  const lines = fc.array(line, { minLength: 1, maxLength: 6 });

  function contentOf(say: Say): string {
    const reply = channel.speak(say);
    if (reply.kind !== 'text') throw new Error('not a text');
    return reply.content;
  }

  test('bytes are those of the line, and the sum with line breaks those of the text', () => {
    fc.assert(
      fc.property(lines, (lines) => {
        const weights = lines.map(wechatLimits.bytes);
        lines.forEach((one, i) => {
          expect(weights[i]).toBe(Buffer.byteLength(contentOf({ kind: 'text', lines: [one] })));
        });
        const whole = weights.reduce((sum, weight) => sum + weight, lines.length - 1);
        expect(Buffer.byteLength(contentOf({ kind: 'text', lines }))).toBe(whole);
      }),
    );
  });

  test('the text within the limit survives XML, and its links give back text and id', async () => {
    const to = { toUser: 'o', fromUser: 'g', createTime: new Date(0) };
    await fc.assert(
      fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 4 }), async (choices) => {
        const content = contentOf({ kind: 'text', lines: choices });
        fc.pre(Buffer.byteLength(content) <= wechatLimits.limit);
        const xml = await readXml(writeReply({ kind: 'text', content }, to));
        expect(textOf(xml, 'Content')).toBe(content);
        const links =
          /<a href="weixin:\/\/bizmsgmenu\?msgmenucontent=([^"&]+)&msgmenuid=([^"&]+)">([^<>]+)<\/a>/g;
        const found = [...content.matchAll(links)].map(([, text, id, label]) => ({
          label,
          text: decodeURIComponent(text ?? ''),
          id: decodeURIComponent(id ?? ''),
        }));
        expect(found).toEqual(
          choices.map((one) => ({
            label: legalText(plain(one)).replaceAll('<', '＜').replaceAll('>', '＞'),
            text: legalText(one.text),
            id: legalText(one.id),
          })),
        );
      }),
    );
  });
});
