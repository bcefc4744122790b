/** Where wordings stand in a text: the tree finds what looking for each of them at each place finds, and in that order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFinder, type Wording } from '../../src/core/dialog/reading/wordings.ts';
import { cases, report } from './cases.ts';

/** Few characters, so that wordings share their beginnings; one of them has two code units. */
const words = fc.string({ unit: fc.constantFrom('企', '业', '个', '体', '𠮷'), minLength: 1, maxLength: 5 });
const NEVER = { inside: /$^/u, atEnd: /$^/u, clauseEnd: /$^/u };

function wording(text: string, index: number): Wording {
  return { fact: `fact-${index}`, options: ['a'], text, parts: [text], distinctive: false, alone: false };
}

it('wordings are found wherever they stand, the earlier place first and the shorter one first', () => {
  let found = 0;
  fc.assert(
    fc.property(fc.array(words, { maxLength: 12 }), fc.array(words, { maxLength: 6 }), (written, said) => {
      const wordings = written.map(wording);
      const text = said.join('');
      const expected: string[] = [];
      for (let start = 0; start < text.length; start++)
        for (let end = start + 1; end <= text.length; end++)
          for (const { fact, text: words } of wordings)
            if (text.slice(start, end) === words) expected.push(`${fact} ${start}–${end}`);
      const matches = createFinder(wordings, NEVER).find(text);
      expect(matches.map((match) => `${match.wording.fact} ${match.start}–${match.end}`)).toEqual(expected);
      found += expected.length;
    }),
    { numRuns: cases(2_000) },
  );
  report(`wordings: ${found} found`);
  expect(found).toBeGreaterThan(1_000);
});
