/** src/wechat/reply.ts: the documented replies that we send byte for byte, and what is not sent. */

import { describe, expect, test } from 'vitest';
import { type Reply, TEXT_LIMIT, writeReply } from '../../src/wechat/reply.ts';
import { textOf } from '../../src/wechat/xml/element.ts';
import { readXml } from '../../src/wechat/xml/xml.ts';
import { example, examplesIn } from './support.ts';

function to(number: number) {
  return {
    toUser: 'oDemo_user-0001AbCdEfGhIjKlMn',
    fromUser: 'gh_demo0a1b2c3d',
    createTime: new Date((1_760_002_000 + number) * 1000 + 999),
  };
}

const documented: Record<string, readonly [number, Reply]> = {
  text: [1, { kind: 'text', content: '第一行\n第二行 <a href="https://www.example.test/?a=1&b=2">链接</a>' }],
  news: [
    6,
    {
      kind: 'news',
      title: '标题',
      description: '摘要',
      picUrl: 'https://www.example.test/1.jpg',
      url: 'https://www.example.test/1',
    },
  ],
  transfer_customer_service: [7, { kind: 'transfer_customer_service', kfAccount: 'agent1@demo' }],
};

test.each(Object.entries(documented))('writes the documented %s byte for byte', (name, [number, reply]) => {
  expect(writeReply(reply, to(number))).toBe(example(`replies/${name}`));
});

test('none of the examples is left out', () => {
  expect(Object.keys(documented).sort()).toEqual(examplesIn('replies'));
});

test('success is the bare word', () => {
  expect(writeReply({ kind: 'success' }, to(1))).toBe('success');
});

test('a transfer to no one in particular has no TransInfo', () => {
  expect(writeReply({ kind: 'transfer_customer_service' }, to(1))).toMatch(
    /<MsgType><!\[CDATA\[transfer_customer_service]]><\/MsgType><\/xml>$/,
  );
});

test('writes whole seconds, rounded down', async () => {
  const at = (milliseconds: number) =>
    writeReply(
      { kind: 'text', content: 'x' },
      { toUser: 'o', fromUser: 'g', createTime: new Date(milliseconds) },
    );
  expect(textOf(await readXml(at(1_760_000_000_999)), 'CreateTime')).toBe('1760000000');
});

describe('a text', () => {
  const write = (content: string) => writeReply({ kind: 'text', content }, to(1));

  test('may take 2,047 bytes and not one more', () => {
    const most = `${'备'.repeat(682)}x`;
    expect(Buffer.byteLength(most)).toBe(TEXT_LIMIT);
    expect(write(most)).toContain(most);
    expect(() => write(`${most}x`)).toThrow('a text reply of 2048 bytes is above 2047');
  });

  test('is measured as it is read, not as it is written', () => {
    const brackets = ']]>'.repeat(682);
    expect(Buffer.byteLength(write(brackets))).toBeGreaterThan(TEXT_LIMIT * 4);
  });

  test('is not empty, nor made of characters that are dropped', () => {
    expect(() => write('')).toThrow('a reply without its Content');
    expect(() => write('\u0000\ud800')).toThrow('a reply without its Content');
  });

  test('loses forbidden characters and keeps all others', async () => {
    const content = textOf(await readXml(write('a\u0000b\ud800]]>\u2028👨‍👩‍👧‍👦 ')), 'Content');
    expect(content).toBe('ab]]>\u2028👨‍👩‍👧‍👦 ');
  });
});

test.each<Reply>([
  { kind: 'news', title: '', description: 'd', picUrl: 'p', url: 'u' },
  { kind: 'news', title: 't', description: 'd', picUrl: 'p', url: '' },
])('does not send an incomplete $kind', (reply) => {
  expect(() => writeReply(reply, to(1))).toThrow('a reply without its');
});
