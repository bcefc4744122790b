/** The turn under any sequence of messages and events: it never throws, every reply can be sent, and nothing is ever
 *  remembered that no dialog knows. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UtteranceKind } from '../../src/core/conversation/messages.ts';
import { isWithPerson } from '../../src/core/conversation/session/handover.ts';
import { parseSession, writeSession } from '../../src/core/conversation/session/session.ts';
import { asksOf } from '../../src/core/dialog/dialog.ts';
import { idsOf, SKIPPED, unreadNumber } from '../../src/core/pasted.ts';
import { createWechatChannel, wechatLimits } from '../../src/wechat/channel.ts';
import { writeReply } from '../../src/wechat/reply.ts';
import { NAUGHTY } from '../naughty.ts';
import { aPerson, bytesOfSay, type Person, theHandbook } from '../support.ts';
import { cases, report } from './cases.ts';

const handbook = await theHandbook();
const channel = createWechatChannel({ who: (openId) => openId, idOf: (key) => key, stickerSentences: [] });

/** Fact → its values, `undefined` where any typed province counts. */
const facts = new Map<string, ReadonlySet<string>>();
for (const dialog of handbook.dialogs.values()) {
  for (const ask of asksOf(dialog)) {
    const values = ask.reads === 'province' ? handbook.provinces.keys() : ask.options.map(({ id }) => id);
    facts.set(ask.fact, new Set([...(facts.get(ask.fact) ?? []), ...values]));
  }
}
const labels = [...handbook.dialogs.values()].flatMap((dialog) =>
  asksOf(dialog).flatMap(({ options }) => options.flatMap(({ label, also }) => [label, ...also])),
);
const words = [
  ...handbook.openings.keys(),
  ...handbook.commands.keys(),
  ...handbook.words.yes,
  ...handbook.words.no,
  ...handbook.words.edit,
  ...handbook.words.corrections,
  ...handbook.provinces.keys(),
  ...['1', '2', '3', '9', '0', '更多', '返回', '继续', '修改', '改主体为个人', '第二个', '广东深圳'],
];
const questions = handbook.faqEntries.flatMap(({ question }) => [question]);

type Deed =
  | { readonly kind: UtteranceKind; readonly text: string; readonly pick?: string }
  /** Taps the nth thing of the last reply. */
  | { readonly kind: 'tap'; readonly nth: number }
  | { readonly kind: 'wait'; readonly hours: number };

const said = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words) },
  { weight: 4, arbitrary: fc.constantFrom(...labels) },
  { weight: 2, arbitrary: fc.constantFrom(...questions) },
  { weight: 2, arbitrary: fc.constantFrom(...NAUGHTY) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...labels), fc.constantFrom(...words)), { minLength: 2, maxLength: 4 })
      .map((parts) => parts.join('，')),
  },
);
const ids = fc.oneof(
  fc.constantFrom(
    'c.more',
    'c.back',
    'c.forget',
    'a.filing',
    'a.filing.subject',
    'a.filing.subject.',
    'f.',
    'o.',
  ),
  fc
    .tuple(
      fc.constantFrom('a', 'c', 'f', 'o', 'n', 'x'),
      fc.constantFrom(...facts.keys(), ...handbook.dialogs.keys()),
      said,
    )
    .map((parts) => parts.join('.')),
  fc.constantFrom(...NAUGHTY),
);
const kinds: readonly UtteranceKind[] = [
  'press',
  'arrive',
  'scan',
  'leave',
  'image',
  'location',
  'link',
  'voice',
  'media',
  'sticker',
  'notice',
];
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 12, arbitrary: said.map((text) => ({ kind: 'text' as const, text })) },
  { weight: 8, arbitrary: fc.nat(12).map((nth) => ({ kind: 'tap' as const, nth })) },
  {
    weight: 2,
    arbitrary: fc.tuple(said, ids).map(([text, pick]) => ({ kind: 'pick' as const, text, pick })),
  },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...kinds), said).map(([kind, text]) => ({ kind, text })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1, 30, 24 * 40).map((hours) => ({ kind: 'wait' as const, hours })),
  },
);

function run(person: Person, act: Deed): boolean {
  if (act.kind === 'wait') {
    person.wait(act.hours);
    return false;
  }
  if (act.kind === 'tap') {
    const choices = person.choices();
    const choice = choices[act.nth % Math.max(1, choices.length)];
    if (choice === undefined) return false;
    person.does({ kind: 'pick', text: choice.text, pick: choice.id });
    return true;
  }
  person.does(act);
  return true;
}

/** What holds after every turn. */
function check({ last, session }: Person, act: Deed): void {
  const { say, events } = last;
  const isQuiet = act.kind === 'leave' || act.kind === 'notice';
  // Whoever has asked for a person is left alone.
  if (!session || !isWithPerson(session)) expect(say.kind === 'silence').toBe(isQuiet);
  expect(bytesOfSay(say)).toBeLessThanOrEqual(wechatLimits.limit);
  const reply = channel.speak(say);
  const xml = writeReply(reply, { toUser: 'o', fromUser: 'gh', createTime: new Date(0) });
  if (reply.kind === 'text') {
    expect(reply.content.trim()).not.toBe('');
    expect(reply.content).not.toMatch(/\bundefined\b|\[object|\bNaN\b|\{[a-z]+\}/);
    expect(xml.isWellFormed()).toBe(true);
  }
  // Nothing that somebody typed comes out this way; the rules of a document are named as content names them.
  expect(JSON.stringify(events.filter(({ kind }) => kind !== 'needed'))).not.toMatch(/\p{Script=Han}/u);
  if (session === undefined) return;
  const text = writeSession(session);
  expect(parseSession(text)).toEqual(session);
  expect(text.length).toBeLessThan(session.person ? 18_000 : 4_096);
  for (const [, fact, value] of session.answers) {
    expect([...facts.keys()]).toContain(fact);
    // What was found in a pasted text is an answer of several ids.
    if (value !== null)
      expect([
        fact,
        idsOf(value).every(
          (id) => facts.get(fact)?.has(id) || id === SKIPPED || unreadNumber(id) !== undefined,
        ),
      ]).toEqual([fact, true]);
  }
  for (const id of [session.dialog, session.below])
    if (id !== undefined) expect(handbook.dialogs.has(id)).toBe(true);
}

describe('any sequence of messages and events', () => {
  it('is answered turn by turn, within the limits, and leaves only known facts behind', () => {
    let turns = 0;
    fc.assert(
      fc.property(fc.array(deed, { minLength: 1, maxLength: 25, size: 'max' }), (acts) => {
        const person = aPerson(handbook);
        person.does({ kind: 'arrive' });
        for (const act of acts) {
          if (!run(person, act)) continue;
          check(person, act);
          turns += 1;
        }
      }),
      { numRuns: Math.ceil(cases(1_500) / 10) },
    );
    report(`Turn: ${turns} turns`);
    expect(turns).toBeGreaterThan(cases(1_500) / 2);
  });
});
