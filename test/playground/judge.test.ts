/** How strictly the playground's platform judges answers: every way to get the fault notice, and what passes. Each case
 *  goes over real HTTP from a webhook that misbehaves on purpose. */
import { describe, expect, it } from 'vitest';
import { type FaultCode, type Mode, optionsOf } from '../../src/playground/platform/platform.ts';
import {
  ACCOUNT,
  type Behaviour,
  envelopeXml,
  platformBefore,
  replyXml,
  startWebhook,
  USER,
} from './webhook.ts';

describe('the judge', () => {
  const news = (count: string, items: number) =>
    replyXml({
      MsgType: 'news',
      ArticleCount: { bare: count },
      Articles: Array.from({ length: items }, () => ['item', article] as const),
    });
  const article = [
    ['Title', '标题'],
    ['Description', '摘要'],
    ['PicUrl', ''],
    ['Url', 'https://a.test/1'],
  ] as const;
  const content = (text: string): string => replyXml({ Content: text });

  it.each<[FaultCode, string, ReturnType<Behaviour>, Mode?]>([
    ['status', 'a 500', { status: 500, body: replyXml() }],
    ['status', 'a redirect', { status: 302, body: '' }],
    ['status', 'a 201', { status: 201, body: 'success' }],
    ['json', 'JSON', { type: 'application/json', body: '{"ok":true}' }],
    ['json', 'the acknowledgement in quotes', { body: '"success"' }],
    ['html', 'an HTML page', { type: 'text/html', body: '<!DOCTYPE html><h1>Oops</h1>' }],
    ['not-xml', 'an acknowledgement with a line break', { body: 'success\n' }],
    ['not-xml', 'a byte order mark', { body: `\ufeff${replyXml()}` }],
    ['not-xml', 'another root element', { body: '<XML></XML>' }],
    ['not-xml', 'XML that breaks off', { body: replyXml().slice(0, -6) }],
    ['not-utf8', 'GBK', { body: Buffer.from([0xb1, 0xb8, 0xb0, 0xb8]) }],
    ['illegal-character', 'a NUL inside CDATA', { body: content('a\u0000b') }],
    ['head', 'names that are not swapped', { body: replyXml({ ToUserName: ACCOUNT, FromUserName: USER }) }],
    ['head', 'another person', { body: replyXml({ ToUserName: `${USER}x` }) }],
    [
      'create-time',
      'CreateTime in milliseconds',
      { body: replyXml({ CreateTime: { bare: '1760002001000' } }) },
    ],
    [
      'create-time',
      'CreateTime with a fraction',
      { body: replyXml({ CreateTime: { bare: '1760002001.5' } }) },
    ],
    ['message-type', 'an unknown MsgType', { body: replyXml({ MsgType: 'markdown' }) }],
    ['message-type', 'MsgType in capitals', { body: replyXml({ MsgType: 'TEXT' }) }],
    ['empty-content', 'empty Content', { body: content('') }],
    ['empty-content', 'Content spelled small', { body: replyXml().replaceAll('Content>', 'content>') }],
    ['empty-content', 'two Contents', { body: replyXml().replace('</xml>', '<Content>x</Content></xml>') }],
    ['too-long', 'Content of 2049 bytes', { body: content(`${'案'.repeat(682)}abc`) }],
    [
      'link',
      'a menu link without an id',
      { body: content('<a href="weixin://bizmsgmenu?msgmenucontent=1&msgmenuid=">一</a>') },
    ],
    [
      'link',
      'a menu link without a text',
      { body: content('<a href="weixin://bizmsgmenu?msgmenuid=1">一</a>') },
    ],
    [
      'link',
      'a broken percent sign',
      { body: content('<a href="weixin://bizmsgmenu?msgmenucontent=%E4%B&msgmenuid=1">一</a>') },
    ],
    ['link', 'a link that never closes', { body: content('<a href="https://a.test/">一') }],
    ['link', 'a link in single quotes', { body: content("<a href='https://a.test/'>一</a>") }],
    ['link', 'a script link', { body: content('<a href="javascript:alert(1)">一</a>') }],
    ['link', 'a loose closing tag', { body: content('一</a>') }],
    ['article', 'two articles', { body: news('2', 2) }],
    ['article', 'a count that is not true', { body: news('1', 2) }],
    ['article', 'no article', { body: news('0', 0) }],
    ['media', 'an image without MediaId', { body: replyXml({ MsgType: 'image', Image: [] }) }],
    [
      'media',
      'a transfer without its agent',
      { body: replyXml({ MsgType: 'transfer_customer_service', TransInfo: [] }) },
    ],
    ['envelope', 'a sealed answer in plain mode', { body: envelopeXml(replyXml()) }],
    ['not-encrypted', 'clear XML in safe mode', { body: replyXml() }, 'safe'],
    [
      'bad-signature',
      'a wrong MsgSignature',
      { body: envelopeXml(replyXml(), { MsgSignature: '0'.repeat(40) }) },
      'safe',
    ],
    [
      'envelope',
      'an envelope in milliseconds',
      { body: envelopeXml(replyXml(), { TimeStamp: '1760002008000' }) },
      'safe',
    ],
    [
      'envelope',
      'an envelope without Nonce',
      { body: envelopeXml(replyXml()).replace(/<Nonce>.*<\/Nonce>/, '') },
      'safe',
    ],
    ['cannot-open', 'another app id', { body: envelopeXml(replyXml(), { appId: 'wxother' }) }, 'safe'],
    ['cannot-open', 'cipher text that is none', { body: envelopeXml('', { Encrypt: 'AAAA' }) }, 'safe'],
    ['empty-content', 'empty Content inside the envelope', { body: envelopeXml(content('')) }, 'safe'],
    [
      'cannot-open',
      'a bad envelope in compatible mode',
      { body: envelopeXml('', { Encrypt: 'AAAA' }) },
      'compatible',
    ],
  ])('answers %s to %s', async (code, _, answer, mode = 'plain') => {
    const hook = await startWebhook(() => answer);
    const result = await platformBefore(hook.url, mode).send({ from: USER, kind: 'text', text: '你好' });
    expect(result).toMatchObject({ outcome: 'fault', code, fault: expect.stringMatching(`^${code}: .`) });
    expect(result.deliveries).toHaveLength(1);
  });

  it.each<[string, string, Mode]>([
    ['clear in plain mode', replyXml(), 'plain'],
    ['clear in compatible mode', replyXml(), 'compatible'],
    ['sealed in compatible mode', envelopeXml(replyXml()), 'compatible'],
    ['sealed in safe mode', envelopeXml(replyXml()), 'safe'],
  ])('lets a faultless reply pass: %s', async (_, body, mode) => {
    const hook = await startWebhook(() => ({ body }));
    const result = await platformBefore(hook.url, mode).send({ from: USER, kind: 'text', text: '你好' });
    expect(result).toMatchObject({ outcome: 'reply', reply: { type: 'text', text: '你好' } });
    expect(result.deliveries[0]).toMatchObject({ responseBody: body, responseXmlClear: replyXml() });
  });

  it.each<Mode>(['plain', 'compatible', 'safe'])(
    'takes an empty answer and `success` as silence in %s mode',
    async (mode) => {
      const hook = await startWebhook((_, nth) => ({ body: nth === 1 ? '' : 'success' }));
      const platform = platformBefore(hook.url, mode);
      expect(await platform.send({ from: USER, kind: 'image' })).toMatchObject({ outcome: 'silence' });
      expect(await platform.send({ from: USER, kind: 'image' })).toMatchObject({ outcome: 'silence' });
    },
  );

  it('lets exactly 2048 bytes pass', async () => {
    const hook = await startWebhook(() => ({ body: content(`${'案'.repeat(682)}ab`) }));
    expect(await platformBefore(hook.url).send({ from: USER, kind: 'image' })).toMatchObject({
      outcome: 'reply',
    });
  });

  it('takes a text apart into lines, options (text decoded, id as it stands) and links', async () => {
    const menu = `<a href="weixin://bizmsgmenu?msgmenucontent=${encodeURIComponent('个体户&"')}&msgmenuid=s%3A2">2. 个体户</a>`;
    const text = `主体？\n${menu}\n3 < 5，见<a href="https://a.test/?x=1&y=2">这里</a>。`;
    const hook = await startWebhook(() => ({ body: content(text) }));
    const result = await platformBefore(hook.url).send({ from: USER, kind: 'text', text: '备案' });
    if (result.outcome !== 'reply') throw new Error(`not a reply: ${result.outcome}`);
    expect(result.reply.text).toBe('主体？\n2. 个体户\n3 < 5，见这里。');
    expect(result.reply.lines).toHaveLength(3);
    expect(optionsOf(result.reply)).toEqual([
      { kind: 'option', label: '2. 个体户', content: '个体户&"', menuId: 's%3A2' },
    ]);
    expect(result.reply.lines[2]?.[1]).toEqual({
      kind: 'link',
      label: '这里',
      url: 'https://a.test/?x=1&y=2',
    });
  });

  it('knows an article, an image and a transfer', async () => {
    const bodies = [
      news('1', 1),
      replyXml({ MsgType: 'image', Image: [['MediaId', 'media-1']] }),
      replyXml({ MsgType: 'transfer_customer_service', TransInfo: [['KfAccount', 'agent1@demo']] }),
    ];
    const hook = await startWebhook((_, nth) => ({ body: bodies[nth - 1] ?? '' }));
    const platform = platformBefore(hook.url);
    const say = () => platform.send({ from: USER, kind: 'text', text: '人工' });
    expect(await say()).toMatchObject({
      reply: { type: 'news', article: { title: '标题', url: 'https://a.test/1' } },
    });
    expect(await say()).toMatchObject({ reply: { type: 'image', mediaId: 'media-1' } });
    expect(await say()).toMatchObject({ reply: { type: 'transfer_customer_service', agent: 'agent1@demo' } });
  });

  it('needs a key for safe mode and says so at once', () => {
    expect(() => platformBefore('http://127.0.0.1/', 'safe', { aesKey: undefined })).toThrow('aesKey');
  });
});
