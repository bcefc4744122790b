/** src/core/text/normalise.ts on any text: the one comparable form is bounded, clean and the same however a text was typed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, normalise } from '../../src/core/text/normalise.ts';
import { wholeNumber } from '../../src/core/text/numbers.ts';
import { isTypoOf, toPinyin } from '../../src/core/text/sounds.ts';
import { NAUGHTY } from '../naughty.ts';
import { cases } from './cases.ts';

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  // Lone halves of characters too.
  fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    maxLength: 10,
  }),
  fc.constantFrom(...NAUGHTY),
  fc.constantFrom('备案', '企业', '第二个', '2', '２', '②', '2\uFE0F\u20E3', '，', '？', '個體戶'),
);
const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
const runs = { numRuns: cases(500) };

describe('the normal form of any text', () => {
  it('is of the first 400 characters, whole ones, without punctuation, marks, blanks or controls', () => {
    fc.assert(
      fc.property(text, (said) => {
        const form = normalise(said);
        // A few Traditional characters of one unit have Simplified ones of two.
        expect(form.length).toBeLessThanOrEqual(800);
        expect(form.isWellFormed()).toBe(true);
        expect(form).not.toMatch(/[\p{P}\p{S}\p{Z}\p{C}\p{M}]/u);
        expect(canonical(said).length).toBeLessThanOrEqual(800);
        expect(canonical(said).isWellFormed()).toBe(true);
      }),
      runs,
    );
  });

  it('is the same for wide and for capital letters, digits and signs', () => {
    const wide = (said: string) =>
      said.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~\u4e00-\u9fa5]{0,60}$/u), (said) => {
        expect(normalise(wide(said))).toBe(normalise(said));
        expect(normalise(said.toUpperCase())).toBe(normalise(said));
      }),
      runs,
    );
  });

  it('does not change when invisible characters and blanks are strewn in', () => {
    const invisible = fc.constantFrom(
      '\u200B',
      '\u00AD',
      '\uFEFF',
      ' ',
      '\u3000',
      '\n',
      '\u202E',
      '\0',
      '。',
    );
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9\u4e00-\u4eff]{1,40}$/u),
        invisible,
        fc.nat(40),
        (said, strewn, at) => {
          expect(normalise(said.slice(0, at) + strewn + said.slice(at))).toBe(normalise(said));
        },
      ),
      runs,
    );
  });

  it('reads as a number from 0 to 99, or as none, and never throws, pinyin neither', () => {
    fc.assert(
      fc.property(text, text, (said, other) => {
        const number = wholeNumber(said) ?? 1;
        expect(Number.isInteger(number) && number >= 0 && number <= 99).toBe(true);
        expect(toPinyin(normalise(said).slice(0, 12).toWellFormed()).isWellFormed()).toBe(true);
        expect(isTypoOf(said, other)).toBe(isTypoOf(other, said));
      }),
      runs,
    );
  });
});
