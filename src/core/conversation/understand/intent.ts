/** What somebody meant: the result of understanding, and what acts are chosen by. */
import type { Command } from '../../handbook/schema.ts';
import type { Day } from '../../knowledge/calendar.ts';
import type { Found } from '../../knowledge/search/targets.ts';
import type { UtteranceKind } from '../messages.ts';

export type FactValue = readonly [fact: string, value: string];

/** Facts that were said, and a dialog that asks for them. */
export interface Said {
  readonly dialog: string;
  readonly facts: readonly FactValue[];
}

/** What each kind of intent holds. */
export interface Intents {
  readonly command: { readonly command: Command };
  /** 改2 or 改主体类型; without a target: which one? */
  readonly edit: { readonly target: number | string | undefined };
  /** Opens a dialog, with what was said for it, and what was said about oneself for another one. */
  readonly open: Said & { readonly self?: Said | undefined };
  /** Answers in the dialog in progress. */
  readonly answer: Said;
  /** Would change answers that stand: waits for a yes. */
  readonly propose: Said;
  readonly confirm: { readonly yes: boolean };
  /** 切换2: the number may be none of theirs. */
  readonly switch: { readonly number: number };
  /** 移除2号: likewise. */
  readonly remove: { readonly number: number };
  /** Subject as in the mini-program with this number. */
  readonly same: { readonly number: number };
  /** Tapped in a message that spoke of another mini-program: `meant` is meant for that one. */
  readonly elsewhere: { readonly number: number; readonly meant: Intent };
  /** 新的小程序, where the open question has an option that is called so as well. */
  readonly 'new-or-answer': { readonly dialog: string; readonly fact: string; readonly value: string };
  /** The answer that is being changed stays. */
  readonly keep: object;
  /** A text that is asked for is not at hand; what was told instead, in the dialog that waits for it. */
  readonly skip: { readonly fact: string; readonly facts: readonly FactValue[] };
  /** A page of something, and the block that it begins with. */
  readonly page: { readonly of: string; readonly page: number; readonly from: number };
  /** 第2页 */
  readonly 'page-number': { readonly page: number };
  /** A part of a list: 要填的信息. */
  readonly part: { readonly dialog: string; readonly part: string };
  /** An item of a list. */
  readonly item: { readonly dialog: string; readonly document: string };
  /** 第8条: an item by its number. */
  readonly 'item-number': { readonly number: number };
  /** Said to a person who was asked for. */
  readonly 'to-person': object;
  /** Fits several options of a question. */
  readonly which: Said & { readonly fact: string; readonly values: readonly string[] };
  /** An option was denied and none named. */
  readonly denied: object;
  /** The open question is not understood, or its answer not known: 什么意思, 不清楚. */
  readonly explain: object;
  readonly 'no-such-option': { readonly number: number };
  /** A tapped or numbered option that does not exist any more. */
  readonly stale: object;
  /** `self`: what was said about oneself beside it. */
  readonly question: { readonly found: readonly Found[]; readonly self?: Said | undefined };
  /** Something that cannot be undone seems to be wanted: asked first. */
  readonly 'ask-first': { readonly command: Command };
  /** The answer to this question was not the right one. */
  readonly 'not-answered': { readonly id: string };
  /** When to submit in order to open on this day. */
  readonly 'opening-day': { readonly day: Day };
  /** The text holds what looks like an identity or phone number. */
  readonly 'identity-number': object;
  readonly event: { readonly event: Exclude<UtteranceKind, 'text' | 'pick' | 'press'> };
  readonly unclear: object;
}

export type IntentKind = keyof Intents;

/** One intent, or one of some kinds. */
export type Intent<Kind extends IntentKind = IntentKind> = {
  [K in Kind]: { readonly kind: K } & Intents[K];
}[Kind];
