/** Faces are pictures: no letters, digits or words of what somebody wrote. */
import { describe, expect, it } from 'vitest';
import { isPicture, withoutFaces } from '../../src/wechat/faces.ts';

describe('a face', () => {
  it.each([
    ['备案[微笑]', '备案'],
    ['[玫瑰]企业', '企业'],
    ['/::D你好/:8-)', '你好'],
    ['要多久/:,@P呢', '要多久 呢'],
    ['好/::)/::)', '好'],
    ['[Smile] hi', 'hi'],
  ])('is taken off wherever it stands: %s', (text, rest) => expect(withoutFaces(text)).toBe(rest));

  it.each(['[清单]', 'a/b', 'https://a.b/:c', '[1]', '比例 3/:4', '[]', '[微笑的事]'])(
    'is none: %s',
    (text) => expect(withoutFaces(text)).toBe(text),
  );

  it.each(['/::D', '[微笑]', '👌', '👍🏻👍🏻', '🇨🇳', '[OK] [强]', ' 😀 '])('alone is a picture: %s', (text) =>
    expect(isPicture(text)).toBe(true),
  );

  it.each(['1️⃣', '3', '#', '', ' ', '好👌', '？'])('is no picture: %s', (text) =>
    expect(isPicture(text)).toBe(false),
  );
});
