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

function sent(number: number) {
  return {
    toUser: ACCOUNT,
    fromUser: MERCHANT,
    createTime: new Date((1_760_000_000 + number) * 1000),
    dedupeKey: expect.any(String),
  };
}

const messages: Record<string, object> = {
  text: { ...sent(1), kind: 'text', content: '早上好 a < b & "c"', menuId: undefined },
  'text-choice': { ...sent(2), kind: 'text', content: '满意', menuId: '101' },
  'text-article': { ...sent(3), kind: 'text', content: '读后感', menuId: undefined },
  'text-sticker': {
    ...sent(11),
    kind: 'text',
    content: '【收到不支持的消息类型，暂无法显示】',
    menuId: undefined,
  },
  image: { ...sent(4), kind: 'image' },
  voice: { ...sent(5), kind: 'voice', recognition: undefined },
  video: { ...sent(6), kind: 'video' },
  shortvideo: { ...sent(7), kind: 'shortvideo' },
  location: { ...sent(8), kind: 'location', label: '上海市黄浦区示例路1号' },
  link: { ...sent(9), kind: 'link', title: '示例标题' },
  file: { ...sent(10), kind: 'file' },
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
