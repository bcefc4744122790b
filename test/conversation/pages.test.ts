/** Pages are filled to the byte: what just fits stays together, what is one byte longer goes on. */
import { describe, expect, it } from 'vitest';
import { type Block, bytesIn, measured, paginate } from '../../src/core/conversation/render/pages.ts';
import { wechatLimits } from '../../src/wechat/channel.ts';

/** A block of one line of so many bytes. */
const block = (bytes: number, letter = 'a'): Block => [letter.repeat(bytes)];

function pagesOf(blocks: readonly Block[], room: number, lastRoom?: number): readonly string[] {
  return paginate(measured(blocks, wechatLimits, room), room, lastRoom).map(({ lines }) => lines.join('\n'));
}

describe('a page', () => {
  it('holds blocks that fill it to the last byte, line breaks included', () => {
    expect(pagesOf([block(10), block(9, 'b'), block(30, 'c')], 20, 30)).toEqual([
      `${'a'.repeat(10)}\n${'b'.repeat(9)}`,
      'c'.repeat(30).slice(0, 20),
      'c'.repeat(10),
    ]);
    expect(pagesOf([block(10), block(10, 'b'), block(20, 'c')], 20)).toEqual([
      'a'.repeat(10),
      'b'.repeat(10),
      'c'.repeat(20),
    ]);
  });

  it('is the last one as soon as all that is left fits into its room', () => {
    expect(pagesOf([block(10), block(9, 'b')], 15, 20)).toEqual([`${'a'.repeat(10)}\n${'b'.repeat(9)}`]);
    expect(pagesOf([block(10), block(9, 'b')], 15, 19)).toEqual(['a'.repeat(10), 'b'.repeat(9)]);
  });

  it('has no empty lines at its ends, and none is made of empty lines', () => {
    expect(pagesOf([['', 'a', '', 'b', '']], 20)).toEqual(['a\n\nb']);
    expect(pagesOf([['', '']], 20)).toEqual([]);
  });

  it('never cuts inside of a character, and the pieces of a long block take the bytes that they take', () => {
    const long = '证'.repeat(10);
    const { blocks, sizes } = measured([[long]], wechatLimits, 10);
    expect(blocks.flat()).toEqual(['证证证', '证证证', '证证证', '证']);
    expect(sizes).toEqual(blocks.map((piece) => bytesIn(piece, wechatLimits) + 1));
  });
});
