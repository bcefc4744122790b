/** What merchants say, by what makes it hard to hear (classes.yaml): each case is said in a talk, and what came of it is judged.
 *  `npm run eval` prints the shares; classes.test.ts holds them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { freshSession, knownFacts } from '../../src/core/conversation/session/session.ts';
import { locate } from '../../src/core/conversation/session/whereabouts.ts';
import type { Intent } from '../../src/core/conversation/understand/intent.ts';
import { recognise } from '../../src/core/conversation/understand/understand.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import { formsOf } from '../../src/core/text/forms.ts';
import { isPicture, withoutFaces } from '../../src/wechat/faces.ts';
import { aPerson, ROOT, TODAY } from '../support.ts';

const facts = z.record(z.string(), z.string());
const caseShape = z.strictObject({
  after: z.array(z.coerce.string()).default([]),
  say: z.coerce.string(),
  opens: z.union([z.string(), z.array(z.string())]).optional(),
  command: z.string().optional(),
  answers: z.array(z.string()).default([]),
  both: z.array(z.string()).default([]),
  facts: facts.optional(),
  stays: z.string().optional(),
  /** Where these facts came of it, that is right as well. */
  orFacts: facts.optional(),
  foreign: z.boolean().default(false),
});
const setShape = z.array(z.object({ class: z.string(), cases: z.array(caseShape) }));

type Case = z.output<typeof caseShape>;
export type Hearing = 'right' | 'tentative' | 'one tap' | 'lost' | 'wrong';

export interface HeardClass {
  readonly name: string;
  readonly cases: readonly { readonly say: string; readonly hearing: Hearing }[];
}

export async function readClasses() {
  return setShape.parse(parse(await readFile(join(ROOT, 'test/understanding/classes.yaml'), 'utf8')));
}

/** Says every case to a fresh assistant. */
export function hearClasses(handbook: Handbook, classes: z.output<typeof setShape>): readonly HeardClass[] {
  return classes.map(({ class: name, cases }) => ({
    name,
    cases: cases.map((one) => ({ say: one.say, hearing: hear(handbook, one) })),
  }));
}

function hear(handbook: Handbook, one: Case): Hearing {
  const person = aPerson(handbook);
  for (const text of one.after) person.say(text);
  const session = person.session ?? freshSession(new Date(0));
  const here = locate(handbook, session);
  const said = withoutFaces(one.say);
  const { intent } = recognise(formsOf(said), { handbook, session, today: TODAY, ...here });
  if (isPicture(one.say)) person.does({ kind: 'sticker' });
  else person.say(said);
  const after = person.session ?? freshSession(new Date(0));
  const known = knownFacts(after);
  const holds = (wanted: Readonly<Record<string, string>> = {}) =>
    Object.entries(wanted).every(([fact, value]) => known[fact] === value);
  const open = locate(handbook, after).position?.open?.fact;
  const { answered, likely, offered, wished } = entriesIn(intent);

  if (one.foreign)
    return answered.length > 0 ? 'wrong' : likely.length + offered.length > 0 ? 'lost' : 'right';
  if (one.orFacts && holds(one.orFacts)) return 'right';
  if (one.both.length > 0)
    return judged(
      one.both.every((id) => answered.includes(id)),
      false,
      one.both.every((id) => [...answered, ...likely, ...offered].includes(id)),
      answered.some((id) => !one.both.includes(id)),
    );
  const isOpened =
    one.opens !== undefined &&
    [one.opens].flat().includes(after.dialog ?? '') &&
    after.dialog !== here.dialog?.id;
  const isAnswered = one.answers.some((id) => answered.includes(id));
  if (one.stays !== undefined) {
    const stands = open === one.stays;
    const isBeside = one.answers.length === 0 ? answered.length + likely.length === 0 : isAnswered;
    if (stands && isBeside) return 'right';
    return judged(
      false,
      likely.some((id) => one.answers.includes(id)),
      offered.length > 0 && stands,
      true,
    );
  }
  if (one.command !== undefined)
    return intent.kind === 'command' && intent.command === one.command
      ? 'right'
      : judged(false, false, wished.includes(one.command), wrongly(intent));
  if (one.opens === undefined && one.answers.length === 0) return holds(one.facts) ? 'right' : 'lost';
  return judged(
    (isOpened && holds(one.facts)) || isAnswered,
    likely.some((id) => one.answers.includes(id)),
    [...likely, ...offered].some((id) => one.answers.includes(id)) ||
      intent.kind === 'which' ||
      wished.some((id) => [one.opens].flat().includes(id)),
    wrongly(intent),
  );
}

function judged(isRight: boolean, isTentative: boolean, isOffered: boolean, isOther: boolean): Hearing {
  if (isRight) return 'right';
  if (isTentative) return 'tentative';
  if (isOffered) return 'one tap';
  return isOther ? 'wrong' : 'lost';
}

function wrongly(intent: Intent): boolean {
  return entriesIn(intent).answered.length > 0 || ['open', 'command'].includes(intent.kind);
}

/** The questions that are answered, answered as a question back, and offered. */
function entriesIn(intent: Intent) {
  const found = intent.kind === 'question' ? intent.found : [];
  return {
    answered: found.flatMap((one) => (one.kind === 'answer' ? [one.entry.id] : [])),
    likely: found.flatMap((one) => (one.kind === 'tentative' ? [one.entry.id] : [])),
    /** The dialogs and commands that are offered. */
    wished: found.flatMap((one) => {
      const does = one.kind === 'suggest' ? one.wish?.does : undefined;
      if (!does) return [];
      return 'opens' in does ? [does.opens] : [does.command];
    }),
    offered: found.flatMap((one) => {
      if (one.kind === 'suggest') return one.entries.map(({ id }) => id);
      return one.kind === 'tentative' ? one.others.map(({ id }) => id) : [];
    }),
  };
}
