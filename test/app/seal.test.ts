/** Texts for the operator alone. */
import { describe, expect, it } from 'vitest';
import { createSeal } from '../../src/app/seal.ts';

const KEY = 'a data key of 32 characters, or more';

describe('a sealed text', () => {
  it('is opened by the same key, and shows nothing of itself', () => {
    const { seal, open } = createSeal(KEY);
    const sealed = seal('请打我电话 13800138000', 'm1');
    expect(sealed).not.toContain('13800138000');
    expect(open(sealed)).toBe('请打我电话 13800138000');
  });

  it('is sealed the same way when a change runs twice, and otherwise under another name', () => {
    const { seal } = createSeal(KEY);
    expect(seal('同一句', 'm1')).toBe(seal('同一句', 'm1'));
    expect(seal('同一句', 'm1')).not.toBe(seal('同一句', 'm2'));
  });

  it('is opened after a change of the key as long as the one before is known', () => {
    const sealed = createSeal(KEY).seal('请打我电话', 'm1');
    const changed = createSeal('another data key of 32 characters', KEY);
    expect(changed.open(sealed)).toBe('请打我电话');
    expect(changed.open(changed.seal('新的', 'm2'))).toBe('新的');
    expect(createSeal(KEY).open(changed.seal('新的', 'm2'))).toBeUndefined();
  });

  it('is not opened by another key, changed, or cut', () => {
    const sealed = createSeal(KEY).seal('请打我电话', 'm1');
    expect(createSeal(`${KEY}!`).open(sealed)).toBeUndefined();
    expect(createSeal(KEY).open(`${sealed.slice(0, -2)}AA`)).toBeUndefined();
    expect(createSeal(KEY).open('short')).toBeUndefined();
  });
});
