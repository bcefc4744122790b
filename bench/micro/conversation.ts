/** The whole content, and a way to say a line to it without any server: what micro.ts and growth.ts time. */
import { readFileSync } from 'node:fs';
import * as built from './built.ts';

/** What a line does: the answer, and the session's text afterwards. */
export interface Heard {
  readonly say: built.Say;
  readonly after: string;
}

/** A line said to the pure turn, with the session going through its text on both sides as it does in a store. */
export type Hear = (before: string | undefined, text: string) => Heard;

export interface Conversation {
  readonly handbook: built.Handbook;
  readonly parts: built.TurnParts;
  readonly hear: Hear;
  /** Questions as merchants ask them (the development set of test/understanding). */
  readonly asked: readonly string[];
}

/** Loads what `npm run build` has prepared, as a start does. @param at the moment of every line. */
export async function startConversation(at: Date): Promise<Conversation> {
  const texts = await built.readTexts(built.ROOT);
  const today = at.toISOString().slice(0, 10);
  const prepared = await built.readPrepared(`${built.ROOT}dist/handbook.prepared`, texts);
  const handbook = built.createHandbook(texts, today, prepared);
  const parts = {
    handbook,
    renderer: built.createRenderer(handbook),
    limits: built.wechatLimits,
    today,
    sessionDays: built.RETENTION.sessionDays,
  };
  const questions = readFileSync(`${built.ROOT}test/understanding/development.yaml`, 'utf8');
  return { handbook, parts, hear: createHear(parts, at), asked: built.questionsIn(questions) };
}

/** Somebody who listens with these parts. */
export function createHear(parts: built.TurnParts, at: Date): Hear {
  return (before, text) => {
    const session = before === undefined ? undefined : (built.parseSession(before) ?? 'damaged');
    const utterance: built.Utterance = { id: 'u', who: 'w', at, kind: 'text', text };
    const { say, session: after } = built.turn(parts, session, utterance);
    if (after === undefined) throw new Error('the session is gone');
    return { say, after: built.writeSession(after) };
  };
}
