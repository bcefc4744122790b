/** Hears an utterance, updates the session in the store, returns what to say. A re-sent utterance gets the reply that was
 *  given and changes nothing. The webhook calls it; so would any other channel. */

import type { Handbook } from '../handbook/handbook.ts';
import type { Day } from '../knowledge/calendar.ts';
import { memoizeByObject } from '../memory/memo.ts';
import type { ChannelLimits, Say, Utterance } from './messages.ts';
import type { TurnEvent } from './outcome.ts';
import { createRenderer } from './render/renderer.ts';
import { parseSession, type Session, writeSession } from './session/session.ts';
import type { Sessions } from './session/store.ts';
import { turn } from './turn.ts';

export interface Hearing {
  readonly say: Say;
  /** When it was said first: re-sends get the reply with this time, to the letter. */
  readonly at: Date;
  /** This was a re-send: nothing ran. */
  readonly again: boolean;
  /** Round trips to the store. */
  readonly trips: number;
  /** What happened; empty for a re-send. */
  readonly events: readonly TurnEvent[];
  /** The session after the turn, for who may look (playground); `undefined` when nothing is kept or nothing ran. */
  readonly session: Session | undefined;
  /** Milliseconds of the turn itself, without the store. */
  readonly thinkingMs: number;
}

export interface Assistant {
  /** @throws StoreError when the store fails; any other error is a defect in the turn. Nothing is saved then. */
  hear(utterance: Utterance): Promise<Hearing>;
}

/** Makes the assistant of one account. It keeps nothing itself: what it remembers is in `sessions`. */
export function createAssistant(parts: {
  /** Read once a turn, so that content can change under a running process. */
  readonly handbook: () => Handbook;
  readonly sessions: Sessions;
  readonly voice: ChannelLimits;
  readonly now: () => Date;
  readonly today: () => Day;
  readonly sessionDays: number;
}): Assistant {
  const rendererOf = memoizeByObject(createRenderer);
  return { hear };

  async function hear(utterance: Utterance): Promise<Hearing> {
    const at = parts.now();
    if (utterance.kind === 'notice') {
      return {
        say: { kind: 'silence' },
        at,
        again: false,
        trips: 0,
        events: [],
        session: undefined,
        thinkingMs: 0,
      };
    }
    const handbook = parts.handbook();
    const renderer = rendererOf(handbook);
    const today = parts.today();
    let kept: Said | undefined;
    let events: readonly TurnEvent[] = [];
    let session: Session | undefined;
    let thinkingMs = 0;
    const { reply, again, trips } = await parts.sessions.update(utterance.who, utterance.id, (before) => {
      const start = performance.now();
      const known = before === undefined ? undefined : (parseSession(before) ?? 'damaged');
      const done = turn(
        { handbook, renderer, voice: parts.voice, today, sessionDays: parts.sessionDays },
        known,
        utterance,
      );
      kept = { at: at.getTime(), say: done.say };
      ({ events, session } = done);
      const result = {
        session: session && writeSession(session),
        reply: JSON.stringify(kept),
        damaged: known === 'damaged',
      };
      thinkingMs = performance.now() - start;
      return result;
    });
    const said: Said = again || !kept ? JSON.parse(reply) : kept;
    return {
      say: said.say,
      at: new Date(said.at),
      again,
      trips,
      events: again ? [] : events,
      session: again ? undefined : session,
      thinkingMs: again ? 0 : thinkingMs,
    };
  }
}

/** A reply as it is kept for re-sends: written by this file only. */
interface Said {
  readonly at: number;
  readonly say: Say;
}
