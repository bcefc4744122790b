/** What a dialog is: words that open it and a list of steps, each of which asks or ends. Dialogs are written in
 *  dialogs/*.yaml. */
import type { When } from '../facts.ts';
import { idsOf, type Pasted, SKIPPED, unreadNumber } from '../pasted.ts';

/** One way to answer a question. */
export interface Option {
  readonly id: string;
  readonly label: string;
  /** Other wordings that answer this question while it is open. */
  readonly also: readonly string[];
  /** Phrases distinctive enough to be recognised inside a sentence, also for a question that is not open.
   *  `…` stands for a few characters in between. */
  readonly anywhere: readonly string[];
  /** A few words shown behind the label. */
  readonly hint?: string;
}

/** A question about one fact. */
export interface Ask {
  readonly kind: 'ask';
  readonly fact: string;
  /** What the fact is called in 我的信息. */
  readonly name: string;
  /** The question; `{fact}` is replaced by the label of an earlier answer. */
  readonly say: string;
  /** The same in other words, for when the reply was not understood. */
  readonly again?: string;
  /** What it is about, for who does not know. */
  readonly explain?: string;
  /** How an answer is named as a reason; `{label}` is the option's label. */
  readonly because: string;
  readonly when?: When;
  /** `subject`: the answer is the same for all mini-programs of one subject, so it can be taken over from another one. */
  readonly about?: 'subject';
  /** `choice`: one of `options`; `province`: a province or a city, typed; else a text in which things are found: then
   *  `options` are these, and several may be the answer. */
  readonly reads: 'choice' | 'province' | Pasted;
  /** Tells how things stand today: forgotten when the dialog is opened again. */
  readonly askEveryTime: boolean;
  /** Whether its options are shown; too many to read are only understood. */
  readonly listed: boolean;
  /** Asked only when this holds; otherwise the answer is taken when the merchant says it, and never asked for.
   *  `undefined`: always asked. An empty list: never. */
  readonly askWhen?: When;
  readonly options: readonly Option[];
  /** For pasted texts: how one goes on without. */
  readonly skip?: Skip;
  /** Words that fit two or more options, so that the merchant is asked which. */
  readonly either: ReadonlyMap<string, readonly string[]>;
}

/** A way past a question that asks for a text. */
export interface Skip {
  readonly label: string;
  /** Whole messages, by their letters, that say the same. */
  readonly says: RegExp;
}

/** Another dialog that is gone through first, for some. */
export interface Detour {
  readonly when: When;
  readonly dialog: string;
  /** The fact that it is about: once it is told, or skipped, it was gone through. */
  readonly until: string;
}

/** Where a dialog ends, and with which results. */
export interface End {
  readonly kind: 'end';
  readonly id: string;
  readonly when?: When;
  /** Name of the checklist that is shown. */
  readonly list?: string;
  /** Name of the advice that is shown. */
  readonly advice?: string;
  /** Whether the dates of the stages of a filing are shown. */
  readonly dates: boolean;
  /** The question whose findings are shown. */
  readonly findings?: string;
  /** The dialog whose list the findings change. */
  readonly papersOf?: string;
  /** What makes sense next. */
  readonly exits: readonly Exit[];
}

/** A way on from an end. */
export interface Exit {
  readonly id: string;
  readonly label: string;
  /** Whole messages, by their letters, that say the same. */
  readonly says: RegExp;
  /** For whom it is offered; for everybody when absent. */
  readonly when?: When;
  readonly does:
    | { readonly kind: 'open'; readonly dialog: string; readonly facts: Readonly<Record<string, string>> }
    | { readonly kind: 'command'; readonly command: string }
    | { readonly kind: 'question'; readonly question: string };
}

export type Step = Ask | End;

export interface Dialog {
  readonly id: string;
  readonly title: string;
  /** Whether it is offered wherever someone may begin; else only in the menu. */
  readonly offered: boolean;
  /** Whole messages that open it. */
  readonly opens: readonly string[];
  /** Phrases that open it wherever they stand, when nothing better was understood. */
  readonly opensLoosely: readonly string[];
  /** Words that open it at the start of a message, whose rest answers its first pasted question. */
  readonly opensWith: readonly string[];
  /** When this holds, a rejection told in the merchant's own words is accepted too. */
  readonly expected?: When;
  readonly detours: readonly Detour[];
  readonly steps: readonly Step[];
}

/** The questions of a dialog, in order. */
export function asksOf(dialog: Pick<Dialog, 'steps'>): readonly Ask[] {
  return dialog.steps.filter((step) => step.kind === 'ask');
}

/** The question about `fact`, if the dialog has one. */
export function askOf(dialog: Dialog, fact: string): Ask | undefined {
  return asksOf(dialog).find((ask) => ask.fact === fact);
}

/** The way on with this id, from any end of the dialog. */
export function exitIn({ steps }: Pick<Dialog, 'steps'>, id: string): Exit | undefined {
  return steps.flatMap((step) => (step.kind === 'end' ? step.exits : [])).find((exit) => exit.id === id);
}

/** Whether a text is pasted as the answer, in which things are found. */
export function isPasted(ask: Ask): boolean {
  return ask.reads !== 'choice' && ask.reads !== 'province';
}

/** The ids of the options that an answer stands for: one, or several for pasted texts. */
export function optionsIn(ask: Ask, value: string): readonly string[] {
  if (ask.skip && value === SKIPPED) return [];
  return isPasted(ask) ? idsOf(value).filter((id) => unreadNumber(id) === undefined) : [value];
}

/** The label of an answer: the option's, those of several, or the value itself for typed answers. */
export function labelOf(ask: Ask, value: string): string {
  if (ask.skip && value === SKIPPED) return ask.skip.label;
  const label = (id: string) => ask.options.find((option) => option.id === id)?.label ?? id;
  return optionsIn(ask, value).map(label).join('、');
}
