/** What an act is: it takes a turn as it stands and returns the turn as it then is, with what to say next. It renders
 *  nothing. */
import type { Ask, Dialog } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import type { Choice, Line, Say } from '../messages.ts';
import type { Block } from '../render/pages.ts';
import type { Shown } from '../session/session.ts';
import type { Intent, IntentKind } from '../understand/intent.ts';
import { type TurnContext, withPreface } from './context.ts';

/** Where something is asked, or shown. */
interface Place {
  readonly dialog: Dialog;
  readonly position: Position;
}

/** What is to be said, behind the preface. */
export type Next =
  /** The next question (`again`: in its other words), the result, or what there is to do. */
  | { readonly kind: 'go-on'; readonly again: boolean }
  /** This question, with these options alone (`again`: in its other words). */
  | ({
      readonly kind: 'ask-which';
      readonly ask: Ask;
      readonly only: readonly string[];
      readonly again: boolean;
    } & Place)
  /** The result. */
  | ({ readonly kind: 'result' } & Place)
  /** An answer beside the dialog: it never touches the pending question, which comes again below it. `of`: its name, by
   *  which it is made again (reading.ts). `shown`: what its numbers stand for; without it they stand for what they did. */
  | {
      readonly kind: 'digress';
      readonly body: readonly Block[];
      readonly of?: string | undefined;
      readonly shown?: Shown | undefined;
    }
  /** A page of what `of` names. */
  | {
      readonly kind: 'page';
      readonly body: readonly Block[];
      readonly of: string;
      readonly from: number;
      readonly page: number;
      readonly shown: Shown | undefined;
    }
  /** Numbered things to tap; the numbers count from now on. */
  | { readonly kind: 'offer'; readonly title: readonly Line[]; readonly choices: readonly Choice[] }
  /** A list whose numbers are its own: `prefix` and a number are the id of a choice. */
  | {
      readonly kind: 'list';
      readonly lines: Block;
      readonly shown: Shown;
    }
  /** This and nothing else. `forget`: nothing is remembered of the person any more. */
  | { readonly kind: 'say'; readonly say: Say; readonly forget?: boolean };

/** What is to be said, of one kind. */
export type NextOf<Kind extends Next['kind']> = Extract<Next, { readonly kind: Kind }>;

export interface Outcome {
  readonly turn: TurnContext;
  readonly next: Next;
}

/** What happens for one kind of intent. */
export type Act<Kind extends IntentKind = IntentKind> = (intent: Intent<Kind>, turn: TurnContext) => Outcome;

/** Goes on with the dialog. `again`: asks in other words. */
export function goOn(turn: TurnContext, again = false): Outcome {
  return { turn, next: { kind: 'go-on', again } };
}

/** Says something and then where one stands: the open question again, once; else nothing more. */
export function sayThenGoOn(turn: TurnContext, words: readonly string[]): Outcome {
  return goOn(words.length > 0 ? withPreface(turn, words) : turn);
}

/** Says something beside the dialog. */
export function digress(turn: TurnContext, body: readonly Block[], of?: string, shown?: Shown): Outcome {
  return { turn, next: { kind: 'digress', body, of, shown } };
}

/** Says a word in between: what was shown before still counts, so it is not shown again. */
export function aside(turn: TurnContext, words: readonly string[]): Outcome {
  return { turn, next: { kind: 'say', say: { kind: 'text', lines: [...turn.preface.flat(), ...words] } } };
}

/** Offers things to tap. */
export function offer(turn: TurnContext, title: readonly Line[], choices: readonly Choice[]): Outcome {
  return { turn, next: { kind: 'offer', title, choices } };
}
