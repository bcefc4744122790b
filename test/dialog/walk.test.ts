/** Where a person stands follows from the answers alone. */
import { describe, expect, it } from 'vitest';
import type { Ask, Dialog } from '../../src/core/dialog/dialog.ts';
import { everyPath, walk } from '../../src/core/dialog/walk.ts';

const ask = (fact: string, values: readonly string[], rest: Partial<Ask> = {}): Ask => ({
  kind: 'ask',
  fact,
  name: fact,
  say: `${fact}?`,
  because: '{label}',
  reads: 'choice',
  askEveryTime: false,
  listed: true,
  either: new Map(),
  options: values.map((id) => ({ id, label: id, also: [], anywhere: [] })),
  ...rest,
});

const dialog: Dialog = {
  id: 'food',
  title: 'food',
  offered: true,
  opens: ['food'],
  opensLoosely: [],
  opensWith: [],
  detours: [],
  steps: [
    ask('shop', ['yes', 'no']),
    ask('colour', ['red', 'blue'], { askWhen: [] }),
    ask('food', ['hot', 'cold'], { when: { shop: 'yes' } }),
    { kind: 'end', dates: false, exits: [], id: 'warm', when: { warm: 'yes' } },
    ask('name', ['a', 'b']),
    { kind: 'end', dates: false, exits: [], id: 'all' },
  ],
};
const derive = (answers: Readonly<Record<string, string>>) =>
  answers.food === 'hot' ? { ...answers, warm: 'yes' } : answers;

describe('walk', () => {
  it('stops at the first question without an answer', () =>
    expect(walk(dialog, {}, derive).open?.fact).toBe('shop'));
  it('skips a question whose condition does not hold', () =>
    expect(walk(dialog, { shop: 'no' }, derive).open?.fact).toBe('name'));
  it('never asks what is only taken when said', () =>
    expect(walk(dialog, { shop: 'yes' }, derive).open?.fact).toBe('food'));
  it('keeps what was said without being asked', () =>
    expect(walk(dialog, { shop: 'yes', colour: 'red' }, derive).answers).toEqual({
      shop: 'yes',
      colour: 'red',
    }));
  it('ignores answers of a branch that is no longer taken', () =>
    expect(walk(dialog, { shop: 'no', food: 'hot', name: 'a' }, derive)).toMatchObject({
      answers: { shop: 'no', name: 'a' },
      end: { id: 'all' },
    }));
  it('ends where a derived fact says so', () =>
    expect(walk(dialog, { shop: 'yes', food: 'hot' }, derive).end?.id).toBe('warm'));
  it('asks again when an option was removed since', () =>
    expect(walk(dialog, { shop: 'maybe' }, derive).open?.fact).toBe('shop'));
  it('does not mind in which order answers came', () =>
    expect(walk(dialog, { name: 'a', food: 'cold', shop: 'yes' }, derive)).toEqual(
      walk(dialog, { shop: 'yes', food: 'cold', name: 'a' }, derive),
    ));
  it('takes names of Object.prototype for no answers', () => {
    const odd: Dialog = {
      ...dialog,
      steps: [ask('constructor', ['a']), { kind: 'end', dates: false, exits: [], id: 'all' }],
    };
    expect(walk(odd, {}, derive).open?.fact).toBe('constructor');
  });
  it('counts what is left on the way that the first options take', () => {
    expect(walk(dialog, {}, derive).left).toBe(2);
    expect(walk(dialog, { shop: 'no' }, derive).left).toBe(1);
  });
});

it('every path is walked once', () => {
  const ends = [...everyPath(dialog, derive, ({ options }) => options.map(({ id }) => id))].map(
    ({ end }) => end?.id,
  );
  expect(ends).toEqual(['warm', 'all', 'all', 'all', 'all']);
});
