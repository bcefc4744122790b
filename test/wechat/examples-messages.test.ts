/** Every documented message through src/wechat/message.ts: what the platform sends and what we make of it. */

import { describe, expect, test } from 'vitest';
import { readMessage } from '../../src/wechat/message.ts';
import { readXml } from '../../src/wechat/xml/xml.ts';
import { example, examplesIn } from './support.ts';

const ACCOUNT = 'gh_demo0a1b2c3d';
const MERCHANT = 'oDemo_user-0001AbCdEfGhIjKlMn';

async function read(name: string) {
  return readMessage(await readXml(example(name)));
}

function sent(number: number, article?: { dataId: string; index: string }) {
  return {
    toUser: ACCOUNT,
    fromUser: MERCHANT,
    createTime: new Date((1_760_000_000 + number) * 1000),
    dedupeKey: expect.any(String),
    msgId: `${24180351648420000n + BigInt(number)}`,
    article,
  };
}

const messages: Record<string, object> = {
  text: { ...sent(1), kind: 'text', content: '早上好 a < b & "c"', menuId: undefined },
  'text-choice': { ...sent(2), kind: 'text', content: '满意', menuId: '101' },
  'text-article': {
    ...sent(3, { dataId: '2247480001_1', index: '1' }),
    kind: 'text',
    content: '读后感',
    menuId: undefined,
  },
  'text-sticker': {
    ...sent(11),
    kind: 'text',
    content: '【收到不支持的消息类型，暂无法显示】',
    menuId: undefined,
  },
  image: { ...sent(4), kind: 'image', picUrl: 'http://pic.example.test/mm/1/0', mediaId: 'media-image-1' },
  voice: {
    ...sent(5),
    kind: 'voice',
    mediaId: 'media-voice-8k',
    format: 'amr',
    mediaId16k: 'media-voice-16k',
    recognition: undefined,
  },
  video: { ...sent(6), kind: 'video', mediaId: 'media-video-1', thumbMediaId: 'media-thumb-1' },
  shortvideo: { ...sent(7), kind: 'shortvideo', mediaId: 'media-short-1', thumbMediaId: 'media-thumb-2' },
  location: {
    ...sent(8),
    kind: 'location',
    latitude: 31.230416,
    longitude: 121.473701,
    scale: 16,
    label: '上海市黄浦区示例路1号',
  },
  link: {
    ...sent(9),
    kind: 'link',
    title: '示例标题',
    description: '示例摘要',
    url: 'https://www.example.test/a?x=1&y=2',
  },
  file: {
    ...sent(10),
    kind: 'file',
    title: '报告.pdf',
    description: '',
    fileKey: 'filekey-1',
    md5: '0123456789abcdef0123456789abcdef',
    bytes: 20480,
  },
};

describe('messages', () => {
  test.each(Object.entries(messages))('reads the documented %s', async (name, expected) => {
    expect(await read(`messages/${name}`)).toStrictEqual(expected);
  });
  test('none of the examples is left out', () => {
    expect(Object.keys(messages).sort()).toEqual(examplesIn('messages'));
  });
});

test('no two of the examples count as the same message', async () => {
  const names = [
    ...examplesIn('messages').map((name) => `messages/${name}`),
    ...examplesIn('events').map((name) => `events/${name}`),
  ];
  const keys = await Promise.all(
    names.map(async (name) => {
      const message = await read(name);
      return message.kind === 'other' ? undefined : message.dedupeKey;
    }),
  );
  expect(keys).not.toContain(undefined);
  expect(new Set(keys).size).toBe(names.length);
});
