/** The pattern language of wordings and findings. */
import { describe, expect, it } from 'vitest';
import {
  allForms,
  countForms,
  expressionOf,
  faultIn,
  firstsOf,
  hasGap,
  literalPattern,
  parsePattern,
} from '../../src/core/text/pattern.ts';

const formsIn = (written: string) => allForms(parsePattern(written).pieces);
const matching = (written: string, gap: number) =>
  new RegExp(`^(?:${expressionOf(parsePattern(written).pieces, gap)})$`, 'u');

describe('a pattern', () => {
  it.each([
    ['(没|还没)上架', ['没上架', '还没上架']],
    ['(a|)b(c|d)', ['abc', 'abd', 'bc', 'bd']],
    ['(a|b(c|))d', ['ad', 'bcd', 'bd']],
    ['(a|a)b', ['ab']],
    ['abc', ['abc']],
    ['没…(上架|发布)', ['没…上架', '没…发布']],
  ])('%s is short for all its forms, each once', (written, forms) => {
    expect(formsIn(written)).toEqual(forms);
  });

  it('counts its forms, repeated ones too, without writing them out', () => {
    expect(countForms(parsePattern('(a|b)(c|c|d(e|))').pieces)).toBe(8);
  });

  it('is compared in the one form in which texts are compared', () => {
    expect(formsIn('（沒|還沒）'.replace('（', '(').replace('）', ')').concat(' 上架！'))).toEqual([
      '没上架',
      '还没上架',
    ]);
  });

  it('in 「」 holds as a whole only, and the marks are no part of it', () => {
    expect(parsePattern('「是的」')).toEqual({ whole: true, pieces: ['是的'] });
    expect(parsePattern('是的').whole).toBe(false);
  });

  it('lets a gap stand for at most so many characters, or for any number', () => {
    expect(hasGap(parsePattern('(a|b…c)').pieces)).toBe(true);
    expect(matching('没…上架', 2).test('没有能上架')).toBe(true);
    expect(matching('没…上架', 2).test('没有能够上架')).toBe(false);
    expect(matching('没…上架', Number.POSITIVE_INFINITY).test('没有\n能够马上上架')).toBe(true);
  });

  it('prefers the longer of two alternatives, wherever it is written', () => {
    const here = new RegExp(expressionOf(parsePattern('(没|没有)').pieces, 0), 'u');
    expect(here.exec('没有上架')?.[0]).toBe('没有');
  });

  it('tells the characters that its forms begin with', () => {
    expect(firstsOf(parsePattern('(a|(b|)c|)d').pieces)).toEqual(new Set(['a', 'b', 'c', 'd']));
  });
});

it('a text that is no pattern is one when its marks are taken off', () => {
  const label = '有「教育」「培训」(任一|几个)…';
  expect(formsIn(literalPattern(label))).toEqual(['有教育培训任一几个']);
});

describe('a fault in a pattern', () => {
  it.each([
    ['没(有|上架', 2, 'a bracket is not closed'],
    ['(没|(还没)上架', 1, 'a bracket is not closed'],
    ['没)上架', 2, 'a bracket closes nothing'],
    ['没|上架', 2, '"|" stands outside of brackets'],
    ['「没上架', 1, '「 and 」 stand around the whole or not at all'],
    ['没「上架」', 2, '「 stands only at the beginning'],
    ['没」上架', 2, '」 stands only at the end'],
  ])('%s is named with its place', (written, at, reason) => {
    expect(faultIn(written)).toEqual({ at, reason });
    expect(() => parsePattern(written)).toThrow(reason);
  });

  it.each(['没上架', '「(没|还没)…上架」', '((a|b)|c)', '(a|)'])('there is none in %s', (written) => {
    expect(faultIn(written)).toBeUndefined();
  });
});
