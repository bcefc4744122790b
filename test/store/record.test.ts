/** The list of answered messages, which is asked without being read. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RETENTION } from '../../src/core/conversation/session/store.ts';
import { idsIn, names, planUpdate } from '../../src/store/record.ts';

const AT = new Date(1_760_000_000_000);
const id = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'), minLength: 22, maxLength: 22 }),
  fc.string({ unit: fc.constantFrom('a', 'b', '\\', '\n', '\t', 'n', '|') }),
);

/** The list after these messages. */
function listOf(ids: readonly string[]): string | undefined {
  return ids.reduce((replies: string | undefined, one) => {
    const found = { session: undefined, replies, reply: undefined, report: undefined };
    const next = planUpdate(
      found,
      one,
      () => ({ session: 's', reply: 'r', report: undefined }),
      AT,
      RETENTION,
    );
    return next.kind === 'write' ? next.replies : replies;
  }, undefined);
}

it('names every message that is in it', () => {
  fc.assert(
    fc.property(fc.array(id, { maxLength: 12 }), (ids) => {
      const list = listOf(ids);
      for (const one of idsIn(list)) expect(names(list, one)).toBe(true);
    }),
  );
});

it('names no other message, but for one that another one ends with behind a |', () => {
  fc.assert(
    fc.property(fc.array(id, { maxLength: 12 }), id, (ids, other) => {
      const list = listOf(ids);
      const known = idsIn(list);
      fc.pre(!known.some((one) => one === other || one.endsWith(`|${other}`)));
      expect(names(list, other)).toBe(false);
    }),
  );
});

it('names nothing where there is none', () => {
  expect(names(undefined, 'a')).toBe(false);
  expect(names('', 'a')).toBe(false);
});
