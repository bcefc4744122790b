/** What is remembered of a person: answers by turn, the dialogs in progress, and what was shown last. It holds none of
 *  their texts (but sealed ones, for a person whom they asked for), no position (walk.ts derives it) and no replies. It is stored as JSON; fields of a newer version are
 *  kept untouched. */
import { z } from 'zod';
import type { Facts } from '../../facts.ts';

const SESSION_VERSION = 1;

type Answer = [turn: number, fact: string, value: string | null];

/** Checked by hand: there are up to forty of them, and the schema's own tuples take a microsecond and a half each. */
const answers = z.custom<Answer[]>((value) => Array.isArray(value) && value.every(isAnswer));

function isAnswer(value: unknown): value is Answer {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [turn, fact, said]: unknown[] = value;
  return (
    Number.isSafeInteger(turn) && typeof fact === 'string' && (said === null || typeof said === 'string')
  );
}

/** A saved mini-program while another one is current: the answers that stand, without history. */
const parked = z.looseObject({
  number: z.number().int().positive(),
  dialog: z.string().optional(),
  below: z.string().optional(),
  answers,
  finished: z.record(z.string(), z.number()).optional(),
});

export type SavedProgram = z.infer<typeof parked>;

const schema = z.looseObject({
  version: z.number().int(),
  /** Number of the last turn. */
  turn: z.number().int().nonnegative(),
  /** When the last message was heard, as milliseconds since 1970. */
  heard: z.number(),
  /** The dialog in progress and the one that waits below it. */
  dialog: z.string().optional(),
  below: z.string().optional(),
  /** `[turn, fact, value]` in the order in which they were said; the last one of a fact counts; `null` takes it back. */
  answers,
  /** The number of the current mini-program, whose answers and dialogs these are; 1 when it is left out. */
  number: z.number().int().positive().optional(),
  /** The merchant's other mini-programs, the one that was left last at the end; see programs.ts. */
  others: z.array(parked).optional(),
  /** What the numbers 1, 2, 3 … stand for since the last message: ids of choices behind a common beginning. */
  shown: z.object({ prefix: z.string(), ids: z.array(z.string()) }).optional(),
  /** Messages in a row that were not understood. */
  misses: z.number().int().nonnegative(),
  /** A correction that waits for a yes. */
  proposed: z.array(z.tuple([z.string(), z.string()])).optional(),
  /** The number of a mini-program whose removal waits for a yes. */
  removing: z.number().int().positive().optional(),
  /** What is being read that is longer than a message, and below it what was being read before: see render/reading.ts.
   *  `page`: the number of the page that was shown; `starts`: the first block of each page. */
  reading: z
    .array(
      z.object({
        of: z.string(),
        page: z.number().int().nonnegative(),
        starts: z.array(z.number().int().nonnegative()),
      }),
    )
    .optional(),
  /** Whether something inside a list was shown last: a part, an item, a further page. 返回 goes back to the list then. */
  inside: z.boolean().optional(),
  /** The answer that is being changed: it stands until there is a new one. */
  editing: z.string().optional(),
  /** Whether something was told while a correction waits for a yes: it waits no longer than that. */
  held: z.boolean().optional(),
  /** When what was answered began, as milliseconds since 1970: of answers that tell how things stand, by fact. */
  since: z.record(z.string(), z.number()).optional(),
  /** When each list was first complete, as milliseconds since 1970, by dialog. */
  finished: z.record(z.string(), z.number()).optional(),
  /** A person was asked for: since when, when that was last confirmed, what was said since (sealed, for the operator
   *  alone), and whether it still waits, agents have it, or it is over. */
  person: z
    .object({
      since: z.number(),
      acked: z.number(),
      kept: z.array(z.string()),
      state: z.enum(['waiting', 'agent', 'over']),
    })
    .optional(),
  /** Ids of the questions that were answered or suggested last. */
  asked: z.array(z.string()).optional(),
});

export type Session = z.infer<typeof schema>;

/** Something longer than a message that is being read; see `Session.reading`. */
export type Reading = NonNullable<Session['reading']>[number];

/** What the numbers 1, 2, 3 … stand for in a message; see `Session.shown`. */
export interface Shown {
  readonly prefix: string;
  readonly ids: readonly string[];
}

/** Answers kept at most; beyond that those overwritten longest ago go, so that a session stays small. */
const ANSWERS_KEPT = 40;

/** Every field that this version knows: sessions are made from it, since V8 takes microseconds to add a field to a copy. */
const EMPTY: Session = {
  version: SESSION_VERSION,
  turn: 0,
  heard: 0,
  dialog: undefined,
  below: undefined,
  answers: [],
  number: undefined,
  others: undefined,
  shown: undefined,
  misses: 0,
  proposed: undefined,
  removing: undefined,
  reading: undefined,
  inside: undefined,
  editing: undefined,
  held: undefined,
  since: undefined,
  finished: undefined,
  person: undefined,
  asked: undefined,
};

/** A person of whom nothing is known yet. */
export function freshSession(at: Date): Session {
  return { ...EMPTY, heard: at.getTime(), answers: [] };
}

/** @returns `undefined` when the text cannot be read as a session (the caller starts afresh and says so). */
export function parseSession(text: string): Session | undefined {
  try {
    const { data } = schema.safeParse(JSON.parse(text));
    return data && { ...EMPTY, ...data };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The text that `parseSession` reads; fields of a newer version included. */
export function writeSession(session: Session): string {
  return JSON.stringify(session);
}

/** The answers that stand now, by fact: of the current mini-program, or of a saved one. */
export function knownFacts({ answers }: Pick<Session, 'answers'>): Facts {
  const facts: Record<string, string> = {};
  for (const [, fact, value] of answers) {
    if (value === null) delete facts[fact];
    else facts[fact] = value;
  }
  return facts;
}

/** The session with further answers (`null` takes one back), all set by the present turn. */
export function withAnswers(session: Session, facts: readonly (readonly [string, string | null])[]): Session {
  const added = facts.map(([fact, value]): [number, string, string | null] => [session.turn, fact, value]);
  return { ...session, answers: trimmed([...session.answers, ...added]) };
}

/** The session without what the last answering turn said, and the facts that this turn had said. */
export function withoutLastAnswers(session: Session): {
  session: Session;
  dropped: readonly (readonly [string, string | null])[];
} {
  const last = session.answers.at(-1)?.[0];
  const dropped = session.answers
    .filter(([turn]) => turn === last)
    .map(([, fact, value]) => [fact, value] as const);
  return { session: { ...session, answers: session.answers.filter(([turn]) => turn !== last) }, dropped };
}

function trimmed(answers: Session['answers']): Session['answers'] {
  if (answers.length <= ANSWERS_KEPT) return answers;
  const latest = new Map(answers.map(([, fact], index) => [fact, index] as const));
  const excess = answers.length - ANSWERS_KEPT;
  let dropped = 0;
  return answers.filter(([, fact], index) => {
    const goes = dropped < excess && latest.get(fact) !== index;
    if (goes) dropped += 1;
    return !goes;
  });
}
