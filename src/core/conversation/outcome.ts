/** What one turn is given and what comes of it. */
import type { Clause } from '../facts.ts';
import type { Handbook } from '../handbook/handbook.ts';
import type { Command } from '../handbook/schema.ts';
import type { Day } from '../knowledge/calendar.ts';
import type { Found } from '../knowledge/search/targets.ts';
import type { ChannelLimits, Say } from './messages.ts';
import type { Renderer } from './render/renderer.ts';
import type { Session } from './session/session.ts';
import type { IntentKind } from './understand/intent.ts';

/** What happened in a turn: ids only, no texts. For metrics, logs and the playground. */
export type TurnEvent =
  | { readonly kind: 'understood'; readonly as: IntentKind }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'opened'; readonly dialog: string }
  | { readonly kind: 'answered'; readonly dialog: string; readonly facts: readonly string[] }
  | { readonly kind: 'asked'; readonly dialog: string; readonly fact: string }
  | { readonly kind: 'ended'; readonly dialog: string; readonly end: string }
  /** A document of the list, the rules that it carries, and the condition that made it apply. */
  | {
      readonly kind: 'needed';
      readonly document: string;
      readonly rules: readonly string[];
      readonly because: Clause;
    }
  | { readonly kind: 'faq'; readonly outcome: Found['kind']; readonly ids: readonly string[] }
  /** What was found in a pasted text. */
  | { readonly kind: 'found'; readonly fact: string; readonly ids: readonly string[] }
  | { readonly kind: 'not-answered'; readonly id: string }
  | { readonly kind: 'missed'; readonly count: number }
  /** A person was asked for, something was kept for that person, the assistant is wanted again. */
  | { readonly kind: 'handover'; readonly step: 'opened' | 'kept' | 'ended' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'forgotten' };

export interface Turn {
  /** `undefined`: nothing is remembered of this person any more. */
  readonly session: Session | undefined;
  readonly say: Say;
  readonly events: readonly TurnEvent[];
}

export interface TurnParts {
  readonly handbook: Handbook;
  readonly renderer: Renderer;
  readonly limits: ChannelLimits;
  readonly today: Day;
  /** Makes a text readable for the operator alone. @param name used for no other text. */
  readonly seal: (text: string, name: string) => string;
  /** Days that a session is kept, for the sentence that says so. */
  readonly sessionDays: number;
}
