/** The memory for short texts: what it saves, what it must not keep, and that nobody notices it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createPassing, memoize, memoizeByObject } from '../src/core/memory/memo.ts';

/** A function that notes for what it was asked. */
function counted() {
  const asked: string[] = [];
  const read = (text: string, of = '') => {
    asked.push(`${of}${text}`);
    return text === '' ? undefined : `${of}${text}!`;
  };
  return { asked, read };
}

describe('what a short text means', () => {
  it('is worked out once', () => {
    const { asked, read } = counted();
    const remembered = memoize(read);
    expect([remembered('企业'), remembered('企业'), remembered('个人')]).toEqual(['企业!', '企业!', '个人!']);
    expect(asked).toEqual(['企业', '个人']);
  });

  it('is remembered also where it is nothing', () => {
    const { asked, read } = counted();
    const remembered = memoize(read);
    expect([remembered(''), remembered('')]).toEqual([undefined, undefined]);
    expect(asked).toHaveLength(1);
  });

  it('is kept apart for each other thing that it depends on', () => {
    const { asked, read } = counted();
    const remembered = memoize(read, (of) => of ?? '');
    expect([remembered('有', 'a'), remembered('有', 'b'), remembered('有', 'a')]).toEqual([
      'a有!',
      'b有!',
      'a有!',
    ]);
    expect(asked).toEqual(['a有', 'b有']);
  });

  it('is not mixed up where a name and a text look like another name and text', () => {
    const remembered = memoize((text: string, of: string) => [of, text], String);
    for (const [of, text] of [
      ['a', 'b\nc'],
      ['a\nb', 'c'],
    ] as const)
      expect(remembered(text, of)).toEqual([of, text]);
  });

  it('does not keep the message that it was cut from', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const remembered = memoize((text: string) => text.slice(0, 15));
    const heap = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const said = (i: number) => `${i}个体工商户备案要什么材料`.padEnd(1_000_000, 'x').slice(0, 16);
    const before = heap();
    for (let i = 0; i < 100; i++) remembered(said(i));
    // So many others that those are the older ones now; asked again they stay.
    for (let i = 0; i < 500; i++) remembered(`${i}`);
    for (let i = 0; i < 100; i++) remembered(said(i));
    expect(heap() - before).toBeLessThan(20_000_000);
  });

  it('comes from the text itself when that is long', () => {
    const { asked, read } = counted();
    const remembered = memoize(read);
    const long = '我们是一家在广州开餐馆的公司，小程序还没有上架';
    expect(remembered(long)).toBe(remembered(long));
    expect(asked).toHaveLength(2);
  });

  it.each(['13800138000', '电话１３８００１３８０００', '尾号12345'])(
    'is never kept for %s, which may be a number of somebody’s own',
    (text) => {
      const { asked, read } = counted();
      const remembered = memoize(read);
      expect(remembered(text)).toBe(remembered(text));
      expect(asked).toHaveLength(2);
    },
  );

  it('is forgotten after a thousand others, and not while it keeps coming', () => {
    const { asked, read } = counted();
    const remembered = memoize(read);
    remembered('很久以前');
    for (let i = 0; i < 2_000; i++) {
      remembered(`第${i}`);
      remembered('常来的');
    }
    remembered('很久以前');
    expect(asked.filter((text) => text === '很久以前')).toHaveLength(2);
    expect(asked.filter((text) => text === '常来的')).toHaveLength(1);
  });
});

describe('what passes with a turn', () => {
  it('can be had while the turn goes on, and is gone right after it', async () => {
    const passing = createPassing<string>();
    expect(passing.get('长的一句话')).toBeUndefined();
    passing.keep('长的一句话', '意思');
    expect(passing.get('长的一句话')).toBe('意思');
    await Promise.resolve();
    expect(passing.get('长的一句话')).toBeUndefined();
  });

  it('is little: what comes when there is no room is given back and not kept', () => {
    const passing = createPassing<number>(2);
    expect([1, 2, 3].map((one) => passing.keep(`${one}`, one))).toEqual([1, 2, 3]);
    expect(['1', '2', '3'].map(passing.get)).toEqual([1, 2, undefined]);
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
