/** The quick look at a session and the schema that decides: they must never disagree, whatever stands in the store. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBySchema, parseSession } from '../../src/core/conversation/session/session.ts';
import { cases, report } from './cases.ts';

const text = fc.oneof(
  fc.constantFrom('', 'filing', 'subject', 'company', '__proto__', 'constructor'),
  fc.string(),
);
const count = fc.oneof({ weight: 8, arbitrary: fc.nat() }, fc.constantFrom(-1, 0.5, 2 ** 53, 1e300, -0));
const anything = fc.jsonValue({ maxDepth: 2 });
/** Mostly what belongs there, sometimes anything. */
const mostly = (value: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 150, arbitrary: value }, { weight: 1, arbitrary: anything });
const answer = mostly(
  fc.tuple(mostly(count), mostly(text), mostly(fc.oneof(text, fc.constant(null)))).map(([...parts]) => parts),
);
const answers = mostly(fc.array(answer, { maxLength: 6 }));
const parked = mostly(fc.record({ number: count, answers, dialog: mostly(text) }, { requiredKeys: [] }));
const value = fc.record(
  {
    version: mostly(fc.constant(1)),
    turn: mostly(count),
    heard: mostly(count),
    misses: mostly(count),
    answers,
    dialog: mostly(text),
    below: mostly(text),
    shown: mostly(
      fc.record(
        { prefix: mostly(text), ids: mostly(fc.array(mostly(text), { maxLength: 3 })), later: anything },
        { requiredKeys: ['prefix', 'ids'] },
      ),
    ),
    asked: mostly(fc.array(mostly(text), { maxLength: 3 })),
    more: mostly(fc.record({ of: text, from: count, page: count }, { requiredKeys: ['of'] })),
    number: mostly(count),
    removing: mostly(count),
    others: mostly(fc.array(parked, { maxLength: 2 })),
    proposed: mostly(fc.array(mostly(fc.tuple(text, text).map(([...pair]) => pair)), { maxLength: 2 })),
    // A field of a later version, and one that objects have anyway.
    later: anything,
    toString: anything,
  },
  { requiredKeys: ['version', 'turn', 'heard', 'misses', 'answers'] },
);

describe('a session in the store', () => {
  it('is read as the schema reads it, and refused where the schema refuses it', () => {
    let [read, refused] = [0, 0];
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: value }, anything), (one) => {
        const stored = JSON.stringify(one);
        const expected = parseBySchema(JSON.parse(stored));
        expect(parseSession(stored)).toEqual(expected);
        if (expected === undefined) refused += 1;
        else read += 1;
      }),
      { numRuns: cases(2_000) },
    );
    report(`sessions: ${read} read, ${refused} refused`);
    expect(Math.min(read, refused)).toBeGreaterThan(100);
  });

  it.each([
    '{"__proto__":{"turn":1},"version":1,"turn":0,"heard":0,"misses":0,"answers":[]}',
    '{"version":1,"turn":0,"heard":1e999,"misses":0,"answers":[]}',
    '{"version":1,"turn":0,"heard":0,"misses":0,"answers":[[0,"a",null,1]]}',
    '{"version":1,"turn":0,"heard":0,"misses":0,"answers":[],"shown":{"prefix":"a"}}',
    '{"version":1,"turn":0,"heard":0,"misses":0,"answers":[],"dialog":null}',
    '[]',
    'null',
    '"text"',
  ])('is read as the schema reads it: %s', (stored) => {
    expect(parseSession(stored)).toEqual(parseBySchema(JSON.parse(stored)));
  });
});
