/** What a person does → what is answered, exactly once in effect: one pure turn inside one update of the store. */
import type { Handbook } from '../handbook/handbook.ts';
import type { Day } from '../knowledge/calendar.ts';
import type { ChannelLimits, Say, Utterance } from './messages.ts';
import type { Turn, TurnEvent } from './outcome.ts';
import type { Renderer } from './render/renderer.ts';
import { parseSession, type Session, writeSession } from './session/session.ts';
import type { ChangeResult, Sessions } from './session/store.ts';
import { turn } from './turn.ts';

export interface Hearing {
  readonly say: Say;
  /** When it was said first: re-sends get the reply with this time, to the letter. */
  readonly at: Date;
  /** This was a re-send: nothing ran. */
  readonly replayed: boolean;
  /** Round trips to the store. */
  readonly roundTrips: number;
  /** What happened; empty for a re-send. */
  readonly events: readonly TurnEvent[];
  /** The session after the turn, for those who may look (playground); `undefined` when nothing is kept or nothing ran. */
  readonly session: Session | undefined;
  /** Milliseconds of the turn itself, without the store. */
  readonly thinkingMs: number;
}

export interface Assistant {
  /** @throws StoreError when the store fails; any other error is a defect in the turn. Nothing is saved then. */
  hear(utterance: Utterance): Promise<Hearing>;
}

/** A handbook and what renders its words. */
export interface Content {
  readonly handbook: Handbook;
  readonly renderer: Renderer;
}

export interface AssistantParts {
  /** Read once a turn, so that content can change under a running process. */
  readonly content: () => Content;
  readonly sessions: Sessions;
  readonly limits: ChannelLimits;
  readonly now: () => Date;
  /** The day that somebody is given advice for. */
  readonly today: (who: string) => Day;
  readonly seal: (text: string, name: string) => string;
  readonly sessionDays: number;
}

/** What the store hands back of a turn that ran. */
interface Report extends Turn {
  readonly thinkingMs: number;
}

/** A reply as it is kept for re-sends: written by this file only. */
interface KeptReply {
  readonly at: number;
  readonly say: Say;
}

const NOTHING_RAN = { roundTrips: 0, events: [], session: undefined, thinkingMs: 0 } as const;

/** Makes the assistant of one account. It keeps nothing itself: what it remembers is in `sessions`. */
export function createAssistant(parts: AssistantParts): Assistant {
  return { hear };

  async function hear(utterance: Utterance): Promise<Hearing> {
    const at = parts.now();
    if (utterance.kind === 'notice') return { ...NOTHING_RAN, say: { kind: 'silence' }, at, replayed: false };
    const { handbook, renderer } = parts.content();
    const turnParts = {
      handbook,
      renderer,
      limits: parts.limits,
      today: parts.today(utterance.who),
      seal: parts.seal,
      sessionDays: parts.sessionDays,
    };
    const updated = await parts.sessions.update(utterance.who, utterance.id, change, utterance.formerly);
    const { roundTrips } = updated;
    if (updated.replayed) {
      // Heard so long ago that nobody waits for it: a captured request that is sent again.
      if (updated.reply === '')
        return { ...NOTHING_RAN, say: { kind: 'silence' }, at, roundTrips, replayed: true };
      const kept: KeptReply = JSON.parse(updated.reply);
      return { ...NOTHING_RAN, say: kept.say, at: new Date(kept.at), roundTrips, replayed: true };
    }
    const { say, events, session, thinkingMs } = updated.report;
    return { say, at, replayed: false, roundTrips, events, session, thinkingMs };

    function change(before: string | undefined): ChangeResult<Report> {
      const start = performance.now();
      const known = before === undefined ? undefined : (parseSession(before) ?? 'damaged');
      const done = turn(turnParts, known, utterance);
      const kept: KeptReply = { at: at.getTime(), say: done.say };
      return {
        session: done.session && writeSession(done.session),
        reply: JSON.stringify(kept),
        damaged: known === 'damaged',
        report: {
          session: done.session,
          say: done.say,
          events: done.events,
          thinkingMs: performance.now() - start,
        },
      };
    }
  }
}
