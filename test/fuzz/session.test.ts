/** Whatever stands in the store: it is read as a session or refused as a whole, and what is read survives a turn. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownFacts, parseSession, writeSession } from '../../src/core/conversation/session/session.ts';
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
  it('is read or refused as a whole, and what is read is the same when it is written and read again', () => {
    let [read, refused] = [0, 0];
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: value }, anything), (one) => {
        const session = parseSession(JSON.stringify(one));
        if (session === undefined) {
          refused += 1;
          return;
        }
        read += 1;
        expect(parseSession(writeSession(session))).toEqual(session);
        expect(Object.values(knownFacts(session)).every((known) => typeof known === 'string')).toBe(true);
        expect([Number.isSafeInteger(session.turn), session.turn >= 0]).toEqual([true, true]);
      }),
      { numRuns: cases(2_000) },
    );
    report(`sessions: ${read} read, ${refused} refused`);
    expect(Math.min(read, refused)).toBeGreaterThan(100);
  });

  it.each([
    ['a moment that is none', '{"version":1,"turn":0,"heard":1e999,"misses":0,"answers":[]}'],
    ['an answer of four parts', '{"version":1,"turn":0,"heard":0,"misses":0,"answers":[[0,"a",null,1]]}'],
    [
      'half of what was shown',
      '{"version":1,"turn":0,"heard":0,"misses":0,"answers":[],"shown":{"prefix":"a"}}',
    ],
    ['a dialog that is null', '{"version":1,"turn":0,"heard":0,"misses":0,"answers":[],"dialog":null}'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['a text', '"text"'],
    ['no JSON', '{"version":1'],
  ])('is refused with %s', (_, stored) => {
    expect(parseSession(stored)).toBeUndefined();
  });

  it('takes nothing from a __proto__', () => {
    const session = parseSession(
      '{"__proto__":{"dialog":"filing"},"version":1,"turn":0,"heard":0,"misses":0,"answers":[]}',
    );
    expect(session?.dialog).toBeUndefined();
    expect(Object.getPrototypeOf(session)).toBe(Object.prototype);
  });

  it('keeps the fields of a later version', () => {
    const stored = '{"version":2,"turn":0,"heard":0,"misses":0,"answers":[],"later":{"a":1}}';
    expect(JSON.parse(writeSession(parseSession(stored) ?? expect.fail('not read')))).toMatchObject({
      version: 2,
      later: { a: 1 },
    });
  });
});
