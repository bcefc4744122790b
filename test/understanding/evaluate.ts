/** Measures how merchants are understood, on a set of questions, option answers and off-topic messages: through
 *  understand(), as in a talk. `npm run eval` prints both sets; the figures to quote come from test.yaml, which is never
 *  read while tuning. Used by the tuning command and by eval.test.ts. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { freshSession, type Session, withAnswers } from '../../src/core/conversation/session/session.ts';
import { locate } from '../../src/core/conversation/session/whereabouts.ts';
import type { Intent } from '../../src/core/conversation/understand/intent.ts';
import { understand } from '../../src/core/conversation/understand/understand.ts';
import { asksOf } from '../../src/core/dialog/dialog.ts';
import { walk } from '../../src/core/dialog/walk.ts';
import type { Handbook } from '../../src/core/handbook/handbook.ts';
import type { Found } from '../../src/core/knowledge/search/targets.ts';
import { idsOf } from '../../src/core/pasted.ts';
import { formsOf } from '../../src/core/text/forms.ts';
import { ROOT, TODAY } from '../support.ts';

const facts = z.record(z.string(), z.string());
const setShape = z.object({
  questions: z.array(z.object({ ask: z.string(), want: z.string(), or: z.array(z.string()).default([]) })),
  options: z
    .array(
      z.object({
        step: z.string(),
        say: z.coerce.string(),
        want: z.union([z.enum(['ask', 'question']), facts]),
        also: facts.optional(),
      }),
    )
    .default([]),
  'off-topic': z.array(z.coerce.string()),
});

export type UnderstandingSet = z.output<typeof setShape>;

export interface Evaluation {
  readonly questions: number;
  /** Shares from 0 to 1 of the questions: answered and right; right or among the suggestions; answered and wrong. */
  readonly direct: number;
  /** Answered as a question back, and right. */
  readonly tentative: number;
  readonly resolved: number;
  readonly confidentlyWrong: number;
  readonly offTopic: number;
  /** Share of the off-topic messages that got an answer of fact. */
  readonly offTopicAnswered: number;
  /** Shares of the questions, and of the off-topic messages, that opened a dialog or were taken for a command. */
  readonly opened: number;
  readonly offTopicOpened: number;
  readonly options: number;
  readonly optionsRight: number;
  /** Microseconds for understanding one question. */
  readonly microseconds: number;
  /** What went wrong, for the development set only: wanted → what was understood. */
  readonly misses: readonly {
    readonly text: string;
    readonly wanted: string;
    readonly got: string;
    readonly kind: string;
  }[];
}

export async function readSet(name: 'test' | 'development' | 'third'): Promise<UnderstandingSet> {
  const text = await readFile(join(ROOT, `test/understanding/${name}.yaml`), 'utf8');
  return setShape.parse(parse(text));
}

export function evaluate(handbook: Handbook, set: UnderstandingSet): Evaluation {
  const misses: Evaluation['misses'][number][] = [];
  const blank = freshSession(new Date(0));
  let direct = 0;
  let tentative = 0;
  let opened = 0;
  let resolved = 0;
  let wrong = 0;
  const start = performance.now();
  const intents = set.questions.map(({ ask }) => hear(handbook, blank, ask));
  const microseconds = ((performance.now() - start) * 1000) / Math.max(1, set.questions.length);
  for (const [i, { ask, want, or }] of set.questions.entries()) {
    const intent = intents[i];
    const right = new Set([want, ...or]);
    const answered = answersIn(handbook, intent);
    if (answered.some((id) => right.has(id))) {
      direct += 1;
      resolved += 1;
    } else {
      const guesses = suggestionsIn(intent);
      if (tentativeIn(intent).some((id) => right.has(id))) tentative += 1;
      if (guesses.some((id) => right.has(id))) resolved += 1;
      if (answered.length > 0) wrong += 1;
      else if (isDone(intent)) opened += 1;
      misses.push({
        text: ask,
        wanted: want,
        got: describe(intent),
        kind: answered.length > 0 ? 'wrong' : 'question',
      });
    }
  }
  let offTopicAnswered = 0;
  let offTopicOpened = 0;
  for (const text of set['off-topic']) {
    const intent = hear(handbook, blank, text);
    if (isDone(intent)) offTopicOpened += 1;
    if (answersIn(handbook, intent).length === 0) continue;
    offTopicAnswered += 1;
    misses.push({ text, wanted: 'off-topic', got: describe(intent), kind: 'off-topic' });
  }
  let optionsRight = 0;
  for (const { step, say, want, also } of set.options) {
    const intent = hear(handbook, standingAt(handbook, step), say);
    if (fits(intent, want, also ?? {})) optionsRight += 1;
    else
      misses.push({
        text: say,
        wanted: `${step}: ${JSON.stringify(want)}`,
        got: describe(intent),
        kind: 'option',
      });
  }
  const share = (count: number, of: number) => count / Math.max(1, of);
  return {
    questions: set.questions.length,
    direct: share(direct, set.questions.length),
    tentative: share(tentative, set.questions.length),
    opened: share(opened, set.questions.length),
    offTopicOpened: share(offTopicOpened, set['off-topic'].length),
    resolved: share(resolved, set.questions.length),
    confidentlyWrong: share(wrong, set.questions.length),
    offTopic: set['off-topic'].length,
    offTopicAnswered: share(offTopicAnswered, set['off-topic'].length),
    options: set.options.length,
    optionsRight: share(optionsRight, set.options.length),
    microseconds,
    misses,
  };
}

function hear(handbook: Handbook, session: Session, text: string): Intent {
  const utterance = { id: 'u', who: 'w', at: new Date(0), kind: 'text', text } as const;
  const situation = { handbook, session, today: TODAY, ...locate(handbook, session) };
  return understand(utterance, formsOf(text), situation);
}

/** A session in which this question is open, by answers that lead there. */
function standingAt(handbook: Handbook, step: string): Session {
  const dialog = handbook.dialogs.get('filing');
  if (!dialog) throw new Error('there is no filing dialog');
  const toThere: Readonly<Record<string, string>> = {
    subject:
      step === 'id-local'
        ? 'person'
        : step === 'social-kind'
          ? 'social'
          : step === 'other-kind'
            ? 'other'
            : 'company',
    province: step === 'id-local' ? '上海' : '浙江',
    permit: step === 'permit-content' ? 'content' : step === 'permit-more' ? 'more' : 'none',
  };
  let session: Session = { ...freshSession(new Date(0)), dialog: dialog.id };
  for (const ask of asksOf(dialog)) {
    const { open } = walk(
      dialog,
      Object.fromEntries(session.answers.map(([, fact, value]) => [fact, value ?? ''])),
      handbook.derive,
    );
    if (!open || open.fact === step) return session;
    if (ask.fact !== open.fact) continue;
    session = withAnswers(session, [[open.fact, toThere[open.fact] ?? open.options[0]?.id ?? '']]);
  }
  return session;
}

/** What is answered. A reason of a rejection that is found in the text answers what the entries of its rule answer. */
function answersIn({ findings, faqEntries }: Handbook, intent: Intent | undefined): readonly string[] {
  if (intent?.kind === 'question')
    return intent.found.flatMap((found) => (found.kind === 'answer' ? [found.entry.id] : []));
  if (intent?.kind !== 'open') return [];
  const found = intent.facts.flatMap(([fact, value]) =>
    idsOf(value).flatMap(
      (id) => [...findings.values()].find(({ spec }) => spec.finds === fact)?.byId(id) ?? [],
    ),
  );
  const rules = new Set(found.flatMap((finding) => finding.rules));
  return faqEntries.filter((entry) => entry.rules.some((rule) => rules.has(rule))).map(({ id }) => id);
}

/** What is offered, the answers that are given as a question back among them. */
function suggestionsIn(intent: Intent | undefined): readonly string[] {
  if (intent?.kind !== 'question') return [];
  return intent.found.flatMap((found) => {
    if (found.kind === 'suggest') return found.entries.map(({ id }) => id);
    return found.kind === 'tentative' ? [found.entry, ...found.others].map(({ id }) => id) : [];
  });
}

function tentativeIn(intent: Intent | undefined): readonly string[] {
  return intent?.kind === 'question'
    ? intent.found.flatMap((found) => (found.kind === 'tentative' ? [found.entry.id] : []))
    : [];
}

/** Whether something was opened or done instead of an answer. */
function isDone(intent: Intent | undefined): boolean {
  return intent?.kind === 'open' || intent?.kind === 'command' || intent?.kind === 'ask-first';
}

function fits(
  intent: Intent,
  want: UnderstandingSet['options'][number]['want'],
  also: Readonly<Record<string, string>>,
): boolean {
  if (want === 'question') return intent.kind === 'question' || intent.kind === 'unclear';
  if (want === 'ask') return !['answer', 'propose', 'open'].includes(intent.kind);
  if (intent.kind !== 'answer' && intent.kind !== 'propose' && intent.kind !== 'open') return false;
  const read = Object.fromEntries(intent.facts);
  const extra = Object.entries(read).filter(([fact, value]) => want[fact] !== value && also[fact] !== value);
  return (
    Object.entries(want).every(([fact, value]) => read[fact] === value) &&
    extra.every(([fact]) => want[fact] === undefined)
  );
}

function describe(intent: Intent | undefined): string {
  if (!intent) return 'nothing';
  switch (intent.kind) {
    case 'question':
      return intent.found.map(foundText).join(' + ');
    case 'answer':
    case 'open':
    case 'propose':
      return `${intent.kind} ${JSON.stringify(Object.fromEntries(intent.facts))}`;
    case 'which':
      return `which ${intent.fact} ${intent.values.join(' ')}`;
    default:
      return intent.kind;
  }
}

function foundText(found: Found): string {
  switch (found.kind) {
    case 'answer':
      return `${found.entry.id} ${found.share.toFixed(2)}`;
    case 'suggest':
      return `? ${found.entries.map(({ id }) => id).join(' ')} ${found.share.toFixed(2)}`;
    case 'tentative':
      return `~${found.entry.id} ${found.share.toFixed(2)}`;
    case 'wish':
      return `wish ${found.wish.id} ${found.share.toFixed(2)}`;
    case 'out-of-scope':
      return `out of scope ${found.subject.id} ${found.share.toFixed(2)}`;
    case 'unknown':
      return 'unknown';
  }
}
