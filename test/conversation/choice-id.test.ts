/** The ids of tappable choices: a wire format, since old messages stay tappable for ever. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decode,
  encode,
  optionPrefix,
  programPrefix,
  type Target,
} from '../../src/core/conversation/choice-id.ts';

const id = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/);
const program = fc.integer({ min: 1, max: 9 });
const target: fc.Arbitrary<Target> = fc.oneof(
  fc.record({
    kind: fc.constant('option' as const),
    program,
    dialog: id,
    fact: id,
    // An option may be named by anything: a province, joined ids of findings, a text with dots.
    option: fc.oneof(id, fc.string({ unit: 'grapheme' })),
  }),
  fc.record({ kind: fc.constant('edit' as const), program, fact: id }),
  fc.record({ kind: fc.constant('same' as const), program, number: program }),
  fc.record({ kind: fc.constant('command' as const), command: id }),
  fc.record({ kind: fc.constant('open' as const), dialog: id }),
  fc.record({ kind: fc.constantFrom('question' as const, 'not-answered' as const), question: id }),
  fc.record({ kind: fc.constant('menu' as const), place: fc.nat(99) }),
  fc.record({ kind: fc.constantFrom('switch' as const, 'remove' as const), number: program }),
  fc.record({ kind: fc.constant('confirm' as const), yes: fc.boolean() }),
);

describe('the id of a choice', () => {
  it('means what it was made for, whatever that is', () => {
    fc.assert(
      fc.property(target, (one) => {
        expect(decode(encode(one))).toEqual(one);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the only id with its meaning', () => {
    fc.assert(
      fc.property(
        fc.oneof(target.map(encode), fc.stringMatching(/^[acekmnoqrsy][0-9]?\.[a-z0-9.]*$/)),
        (text) => {
          const meant = decode(text);
          // A leading nought is the one spelling more; nobody ever wrote it.
          if (meant && !/\.0\d/.test(text)) expect(encode(meant)).toBe(text);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  // Ids that stand in messages on people's phones: they are written down here and never changed.
  it.each([
    [
      'a.filing.subject.company',
      { kind: 'option', program: 1, dialog: 'filing', fact: 'subject', option: 'company' },
    ],
    [
      'a2.filing.subject.company',
      { kind: 'option', program: 2, dialog: 'filing', fact: 'subject', option: 'company' },
    ],
    [
      'a.rejection.reason.R-01',
      { kind: 'option', program: 1, dialog: 'rejection', fact: 'reason', option: 'R-01' },
    ],
    [
      'a.rejection.reason.none',
      { kind: 'option', program: 1, dialog: 'rejection', fact: 'reason', option: 'none' },
    ],
    ['e.subject', { kind: 'edit', program: 1, fact: 'subject' }],
    ['e9.subject', { kind: 'edit', program: 9, fact: 'subject' }],
    ['k.2', { kind: 'same', program: 1, number: 2 }],
    ['k3.1', { kind: 'same', program: 3, number: 1 }],
    ['c.resume', { kind: 'command', command: 'resume' }],
    ['o.filing', { kind: 'open', dialog: 'filing' }],
    ['q.F001', { kind: 'question', question: 'F001' }],
    ['n.F001', { kind: 'not-answered', question: 'F001' }],
    ['s.0', { kind: 'menu', place: 0 }],
    ['m.2', { kind: 'switch', number: 2 }],
    ['r.2', { kind: 'remove', number: 2 }],
    ['y.yes', { kind: 'confirm', yes: true }],
    ['y.no', { kind: 'confirm', yes: false }],
  ] as const)('%s stays readable', (text, meaning) => expect(decode(text)).toEqual(meaning));

  it.each(['', 'a', 'x.y', 'a1.filing.subject.company', 'a0.b.c.d', 'q2.F001', 'm.two', 'y.maybe', '企业'])(
    '%s is none of ours',
    (text) => expect(decode(text)).toBeUndefined(),
  );

  it('is its common beginning and what a number stands for', () => {
    expect(`${optionPrefix('filing', 'subject')}company`).toBe('a.filing.subject.company');
    expect(decode(`${programPrefix('switch')}3`)).toEqual({ kind: 'switch', number: 3 });
    expect(decode(`${programPrefix('remove')}3`)).toEqual({ kind: 'remove', number: 3 });
  });
});
