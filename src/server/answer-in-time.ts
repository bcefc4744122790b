/** The answer to one message of any channel, in time or not at all: flood limit, deadline, the sentence at fault, and what is
 *  measured. A channel brings what is its own: how a message is read and an answer is sent. */
import type { Assistant, Hearing } from '../core/conversation/assistant.ts';
import type { Say, Utterance } from '../core/conversation/messages.ts';
import type { Metrics, Outcome, Stage } from './metrics.ts';

export interface AnswerInTimeParts {
  readonly assistant: Assistant;
  readonly now: () => Date;
  /** Milliseconds from the arrival until an answer must be on its way. */
  readonly deadlineMs: number;
  /** Whether this person sends more than is answered in full; counts the message `id` once. Absent: nobody does. */
  readonly isFlooding?: ((who: string, id: string) => Promise<boolean>) | undefined;
  /** What is said when something breaks, and to whoever sends too fast. */
  readonly fault: () => Say;
  readonly slowDown: () => Say;
  /** For who asked to be deleted and could not be. */
  readonly deletions: {
    isAskedBy(utterance: Utterance): boolean;
    /** Keeps it for later. */
    owe(utterance: Utterance): void;
    /** What is said to who waits for an answer. */
    readonly say: () => Say;
  };
  readonly metrics: Metrics;
  /** Looks on after every message (the playground's panel). */
  readonly observe?: ((seen: Seen) => void) | undefined;
}

/** A message that a channel has read. */
export interface Incoming {
  /** What the channel calls such a message, for log and metrics. */
  readonly kind: string;
  /** `performance.now()` when it arrived. */
  readonly arrived: number;
  /** Who wrote, in the channel's own terms, for `observe` alone. */
  readonly openId?: string;
  /** `undefined`: nothing that is answered. */
  readonly utterance: Utterance | undefined;
  /** Sends the one answer. @param at when it was said first. It may throw for what cannot be said: then the sentence at fault
   *  is sent in its place. */
  send(say: Say, at: Date | undefined): void;
}

/** What a message became, for the log, the metrics and the panel. Holds the OpenID only for `observe`. */
export interface Seen {
  readonly openId: string | undefined;
  readonly kind: string;
  readonly outcome: Outcome;
  readonly hearing: Hearing | undefined;
  readonly stages: Readonly<Partial<Record<Stage, number>>>;
  readonly error: unknown;
}

/** What is to be said, before it is sent. */
interface Answer {
  readonly say: Say;
  readonly at: Date | undefined;
  readonly outcome: Outcome;
  readonly hearing?: Hearing;
  readonly storeMs?: number;
  readonly error?: unknown;
}

const STAGES = ['open', 'think', 'store', 'seal', 'total'] as const satisfies readonly Stage[];
const SILENCE: Say = { kind: 'silence' };

/** @returns a function that answers a message and tells what it became. It sends exactly once and never rejects for a fault
 *  of the assistant; a fault inside still answers the person and saves nothing. */
export function createAnswerInTime(parts: AnswerInTimeParts): (incoming: Incoming) => Promise<Seen> {
  const { metrics } = parts;

  return async (incoming) => {
    const { kind, arrived, openId, utterance } = incoming;
    const opened = performance.now();
    const answer = utterance
      ? await answerTo(utterance, arrived)
      : { say: SILENCE, at: undefined, outcome: 'silence' as const };
    const answered = performance.now();
    const { outcome, error } = send(incoming, answer);
    const sent = performance.now();
    const seen: Seen = {
      openId,
      kind,
      outcome,
      hearing: answer.hearing,
      stages: {
        total: sent - arrived,
        open: opened - arrived,
        ...(utterance && {
          think: answer.hearing?.thinkingMs ?? 0,
          store: answer.storeMs ?? 0,
          seal: sent - answered,
        }),
      },
      error,
    };
    measure(seen);
    return seen;
  };

  async function answerTo(utterance: Utterance, arrived: number): Promise<Answer> {
    if (await isFlooding(utterance)) return { say: parts.slowDown(), at: parts.now(), outcome: 'slowed' };
    const start = performance.now();
    const at = parts.now();
    try {
      const hearing = await within(parts.assistant.hear(utterance), parts.deadlineMs - (start - arrived));
      return {
        say: hearing.say,
        at: hearing.at,
        outcome: hearing.say.kind === 'silence' ? 'silence' : 'reply',
        hearing,
        storeMs: performance.now() - start - hearing.thinkingMs,
      };
    } catch (error) {
      const isOwed = parts.deletions.isAskedBy(utterance);
      if (isOwed) parts.deletions.owe(utterance);
      return {
        say: isOwed && utterance.kind !== 'leave' ? parts.deletions.say() : sayAtFault(utterance),
        at,
        outcome: error instanceof Late ? 'late' : 'fault',
        storeMs: performance.now() - start,
        error,
      };
    }
  }

  async function isFlooding({ kind, who, id }: Utterance): Promise<boolean> {
    if (parts.isFlooding === undefined || kind === 'leave' || kind === 'notice') return false;
    return parts.isFlooding(who, id);
  }

  function send(
    { send, utterance }: Incoming,
    { say, at, outcome, error }: Answer,
  ): Pick<Answer, 'outcome' | 'error'> {
    try {
      send(say, at);
      return { outcome, error };
    } catch (unsayable) {
      send(utterance ? sayAtFault(utterance) : SILENCE, undefined);
      return { outcome: 'fault', error: unsayable };
    }
  }

  /** Messages and what a person sets off by tapping wait for an answer; other events are acknowledged. */
  function sayAtFault({ kind }: Utterance): Say {
    return kind === 'leave' || kind === 'notice' ? SILENCE : parts.fault();
  }

  function measure(seen: Seen): void {
    const { hearing, stages } = seen;
    metrics.message(seen.kind, seen.outcome);
    for (const stage of STAGES) {
      const milliseconds = stages[stage];
      if (milliseconds !== undefined) metrics.stage(stage, milliseconds);
    }
    if (hearing) {
      metrics.trips(hearing.roundTrips);
      if (hearing.replayed) metrics.resend();
      for (const event of hearing.events) {
        if (event.kind === 'understood' && event.as !== 'question') metrics.understood(event.as);
        if (event.kind === 'damaged') metrics.understood('damaged');
        if (event.kind === 'faq') metrics.understood(`faq-${event.outcome}`);
        if (event.kind === 'handover') metrics.handover(event.step);
        if (event.kind === 'not-answered') metrics.notAnswered(event.id);
      }
    }
    parts.observe?.(seen);
  }
}

/** The answer was not ready in time. */
class Late extends Error {
  override readonly name = 'Late';
}

/** @throws Late after `milliseconds`; the work itself goes on and its outcome no longer matters here. */
function within<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Late('the answer was not ready in time')), milliseconds);
    work.then(
      (answer) => {
        clearTimeout(timer);
        resolve(answer);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
