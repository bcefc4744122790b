/** What somebody meant: the result of understanding, and what acts are chosen by. */
import type { Command } from '../../handbook/schema.ts';
import type { Day } from '../../knowledge/calendar.ts';
import type { Found } from '../../knowledge/search/faq.ts';
import type { UtteranceKind } from '../messages.ts';

export type FactValue = readonly [fact: string, value: string];

export type Intent =
  | { readonly kind: 'command'; readonly command: Command }
  /** 改2 or 改主体类型; without a target: which one? */
  | { readonly kind: 'edit'; readonly target: number | string | undefined }
  | { readonly kind: 'open'; readonly dialog: string; readonly facts: readonly FactValue[] }
  | { readonly kind: 'answer'; readonly dialog: string; readonly facts: readonly FactValue[] }
  | { readonly kind: 'propose'; readonly dialog: string; readonly facts: readonly FactValue[] }
  | { readonly kind: 'confirm'; readonly yes: boolean }
  /** 切换2, 移除2号: the number may be none of theirs. */
  | { readonly kind: 'switch' | 'remove'; readonly number: number }
  /** Subject as in the mini-program with this number. */
  | { readonly kind: 'same'; readonly number: number }
  /** Tapped in a message that spoke of another mini-program: `meant` is meant for that one. */
  | { readonly kind: 'elsewhere'; readonly number: number; readonly meant: Intent }
  /** 新的小程序, where the open question has an option that is called so as well. */
  | { readonly kind: 'new-or-answer'; readonly dialog: string; readonly fact: string; readonly value: string }
  | {
      readonly kind: 'which';
      readonly dialog: string;
      readonly fact: string;
      readonly values: readonly string[];
      readonly facts: readonly FactValue[];
    }
  | { readonly kind: 'denied' }
  | { readonly kind: 'no-such-option'; readonly number: number }
  /** A tapped or numbered option that does not exist any more. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'question'; readonly found: readonly Found[] }
  | { readonly kind: 'not-answered'; readonly id: string }
  | { readonly kind: 'opening-day'; readonly day: Day }
  /** The text holds what looks like an identity or phone number. */
  | { readonly kind: 'identity-number' }
  | { readonly kind: 'event'; readonly event: Exclude<UtteranceKind, 'text' | 'pick' | 'press'> }
  | { readonly kind: 'unclear' };
