/** Growth with history: a session that is read, heard and written with more and more answers and mini-programs in it.
 *  growth.ts calls it. */
import { table } from '../lib/figures.ts';
import { TALK } from '../lib/talk.ts';
import * as built from '../micro/built.ts';
import { type Clock, inOneCell, type Timing } from '../micro/clock.ts';
import type { Conversation } from '../micro/conversation.ts';

export interface HistoryRow {
  /** Answers of the mini-program at hand; corrected ones count. */
  readonly answers: number;
  readonly programs: number;
  /** Of the session's text. */
  readonly bytes: number;
  readonly parse: Timing;
  readonly write: Timing;
  /** The pure turn with a line that looks at nothing, with a question, and with the word that lists the mini-programs. */
  readonly help: Timing;
  readonly question: Timing;
  readonly overview: Timing;
}

const SHAPES: readonly (readonly [answers: number, programs: number])[] = [
  [0, 1],
  [10, 1],
  [40, 1],
  [10, 5],
  [10, built.MOST_PROGRAMS],
  [40, built.MOST_PROGRAMS],
];

const WARM_RUNS = 1_500;

export function withHistory({ parts, hear }: Conversation, clock: Clock, now: Date): readonly HistoryRow[] {
  const told = TALK.slice(0, -1).reduce<string | undefined>(
    (old, { says }) => hear(old, says).after,
    undefined,
  );
  const talked = sessionIn(told);
  // What the merchant has said by the end of the talk, of which earlier answers are corrections.
  const standing = talked.answers;
  // Parsed once, so that each has the shape that a session from the store has.
  const sessions = SHAPES.map(([answers, programs]) => ({
    answers,
    programs,
    session: sessionIn(built.writeSession(several(answers, programs))),
  }));
  const stages = sessions.map(({ answers, programs, session }) => {
    const text = built.writeSession(session);
    return {
      answers,
      programs,
      bytes: Buffer.byteLength(text),
      parse: () => built.parseSession(text),
      write: () => built.writeSession(session),
      help: () => said(session, '帮助'),
      question: () => said(session, '备案要多久'),
      overview: () => said(session, '切换'),
    };
  });
  // All of them first, so that the first one measured is not the one that V8 has seen least.
  for (const { parse, write, help, question, overview } of stages)
    for (const work of [parse, write, help, question, overview]) for (let i = 0; i < WARM_RUNS; i++) work();
  return stages.map((stage) => ({
    ...stage,
    parse: clock.time(stage.parse),
    write: clock.time(stage.write),
    help: clock.time(stage.help),
    question: clock.time(stage.question),
    overview: clock.time(stage.overview),
  }));

  function said(session: built.Session, text: string) {
    return built.turn(parts, session, { id: 'u', who: 'w', at: now, kind: 'text', text });
  }

  /** Every mini-program with as many answers; put away, one keeps those that stand. */
  function several(answers: number, programs: number): built.Session {
    let session = withAnswers(talked, answers);
    for (let number = 2; number <= programs; number++)
      session = withAnswers({ ...built.switched(session, number), dialog: talked.dialog }, answers);
    return session;
  }

  function withAnswers(session: built.Session, count: number): built.Session {
    const answers = Array.from({ length: count }, (_, i) => {
      const answer = standing[(standing.length * 1_000 - count + i) % standing.length];
      if (answer === undefined) throw new Error('the talk leaves no answers behind');
      return answer;
    });
    return { ...session, answers };
  }
}

function sessionIn(text: string | undefined): built.Session {
  const session = text === undefined ? undefined : built.parseSession(text);
  if (session === undefined) throw new Error('the talk leaves no session behind');
  return session;
}

export function historyTable(rows: readonly HistoryRow[]): string {
  return table(
    [
      'answers',
      'mini-programs',
      'bytes',
      'session read, CPU µs',
      'written',
      'turn: 帮助',
      'turn: 备案要多久',
      'turn: 切换, which lists them',
    ],
    rows.map(({ answers, programs, bytes, parse, write, help, question, overview }) => [
      String(answers),
      String(programs),
      String(bytes),
      ...[parse, write, help, question, overview].map((timing) => inOneCell(timing)),
    ]),
  );
}
