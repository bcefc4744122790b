/** The memory for results: what it saves, what it must not keep, and that nobody notices it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { memoize, memoizeByObject, textKey } from '../../src/core/memory/memo.ts';

/** A function that notes for what it was asked, and the same with a memory for texts. */
function remembering(most?: number) {
  const asked: string[] = [];
  const remembered = memoize(
    (text: string, of: string) => {
      asked.push(`${of}${text}`);
      return text === '' ? undefined : `${of}${text}!`;
    },
    textKey,
    most,
  );
  return { asked, remembered: (text: string, of = '') => remembered(text, of) };
}

describe('what a short text means', () => {
  it('is worked out once', () => {
    const { asked, remembered } = remembering();
    expect([remembered('企业'), remembered('企业'), remembered('个人')]).toEqual(['企业!', '企业!', '个人!']);
    expect(asked).toEqual(['企业', '个人']);
  });

  it('is remembered also where it is nothing', () => {
    const { asked, remembered } = remembering();
    expect([remembered(''), remembered('')]).toEqual([undefined, undefined]);
    expect(asked).toHaveLength(1);
  });

  it('is kept apart for each other thing that it depends on', () => {
    const { asked, remembered } = remembering();
    expect([remembered('有', 'a'), remembered('有', 'b'), remembered('有', 'a')]).toEqual([
      'a有!',
      'b有!',
      'a有!',
    ]);
    expect(asked).toEqual(['a有', 'b有']);
  });

  it('is not mixed up where a name and a text look like another name and text', () => {
    const keys = [
      textKey('b\nc', 'a'),
      textKey('c', 'a\nb'),
      textKey('c', 'ab'),
      textKey('bc', 'a'),
      textKey('2 abc'),
      textKey('abc'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('does not keep the message that it was cut from', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const remembered = memoize(
      (text: string) => text.length,
      (text) => textKey(text),
    );
    const heap = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const said = (i: number) => `${i}个体工商户备案要什么材料`.padEnd(1_000_000, 'x').slice(0, 16);
    const before = heap();
    for (let i = 0; i < 100; i++) remembered(said(i));
    expect(heap() - before).toBeLessThan(20_000_000);
  });

  it('comes from the text itself when that is long', () => {
    const { asked, remembered } = remembering();
    const long = '我们是一家在广州开餐馆的公司，小程序还没有上架';
    expect(remembered(long)).toBe(remembered(long));
    expect(asked).toHaveLength(2);
  });

  it.each(['13800138000', '电话１３８００１３８０００', '尾号12345'])(
    'is never kept for %s, which may be a number of somebody’s own',
    (text) => {
      const { asked, remembered } = remembering();
      expect(remembered(text)).toBe(remembered(text));
      expect(asked).toHaveLength(2);
    },
  );

  it('is forgotten after so many others, and not while it keeps coming', () => {
    const { asked, remembered } = remembering(100);
    remembered('很久以前');
    for (let i = 0; i < 200; i++) {
      remembered(`第${i}`);
      remembered('常来的');
    }
    remembered('很久以前');
    expect(asked.filter((text) => text === '很久以前')).toHaveLength(2);
    expect(asked.filter((text) => text === '常来的')).toHaveLength(1);
  });
});

describe('what is made of an object', () => {
  it('is made once, also where it is nothing', () => {
    const made: object[] = [];
    const make = memoizeByObject((one: object) => {
      made.push(one);
      return made.length === 1 ? undefined : made.length;
    });
    const [first, second] = [{}, {}];
    expect([make(first), make(first), make(second), make(second)]).toEqual([undefined, undefined, 2, 2]);
    expect(made).toEqual([first, second]);
  });
});
