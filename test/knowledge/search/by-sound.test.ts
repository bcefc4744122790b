/** A text is heard as it sounds: the pairs of characters that phrasings know decide. */
import { describe, expect, it } from 'vitest';
import { createHearing } from '../../../src/core/knowledge/search/by-sound.ts';
import { ngramsOf } from '../../../src/core/knowledge/search/ngrams.ts';

const PHRASINGS = [
  '小程序备案要多久',
  '个体户备案',
  '备案多久',
  '执照照片',
  '营业执照',
  '公章',
  '盖公章',
  '要多久',
  '小程序',
];
const spreads = new Map<string, number>();
for (const phrasing of PHRASINGS)
  for (const ngram of ngramsOf(phrasing)) spreads.set(ngram, (spreads.get(ngram) ?? 0) + 1);
const hear = createHearing([...spreads.keys()], (ngram) => spreads.get(ngram) ?? 0, ['公司']);

describe('what is typed by sound', () => {
  it.each([
    ['背案要多久', '备案要多久'],
    ['小呈序备案', '小程序备案'],
    ['beian', '备案'],
    ['xiaochengxu beian yao duojiu', '小程序备案要多久'],
    ['beianyaoduojiu', '备案要多久'],
    ['gongzhang', '公章'],
    ['gong si bei an', '公司备案'],
  ])('%s is heard as %s', (text, meant) => expect(hear(text)).toBe(meant));
});

describe('what is typed as it is meant', () => {
  it.each(['备案要多久', '今天天气', 'app备案', 'hello world', '龘', '', '123', 'beta', '备案 ruhe'])(
    'stays as it is: %s',
    (text) => expect(hear(text)).toBe(text),
  );

  it('is not looked into when it is long', () => {
    const long = '背'.repeat(20_000);
    expect(hear(long)).toBe(long);
  });
});
