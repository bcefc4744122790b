/** What a text may be found to mean: a question with its answer, a wish, or something out of scope. */
import type { Facts, When } from '../../facts.ts';
import type { Confidence } from '../derive.ts';

/** One question with its answer (content/faq/*.yaml). */
export interface FaqEntry {
  readonly id: string;
  readonly question: string;
  /** Other ways to ask it (相似问). */
  readonly also: readonly string[];
  readonly answer: readonly string[];
  /** Other answers for merchants whose facts are known; the first that matches wins. */
  readonly variants: readonly { readonly when: When; readonly answer: readonly string[] }[];
  readonly source: readonly string[];
  readonly confidence: Confidence;
  readonly checked: string;
  readonly rules: readonly string[];
  /** It is meant only where one of these words is said (it holds for one province); empty: always. */
  readonly named: readonly string[];
  /** Neighbours: ids of questions that are often meant instead. */
  readonly see: readonly string[];
  /** The question is about one's own papers: it takes this fact and opens the dialog. */
  readonly takes?: { readonly dialog: string; readonly facts: Readonly<Record<string, string>> };
}

/** What we do not answer (content/out-of-scope.yaml), so that it is not mistaken for what we do. */
export interface OutOfScope {
  readonly id: string;
  readonly topic: string;
  readonly phrases: readonly string[];
  /** What is said; without it, that we do not know. */
  readonly reply?: readonly string[];
}

/** What somebody wants done, learnt from how people say it (content/intents.yaml): opens a dialog or is a command. */
export interface Wish {
  readonly id: string;
  readonly phrases: readonly string[];
  readonly does:
    | { readonly opens: string; readonly facts: Facts }
    | { readonly command: string; readonly asks: boolean };
}

/** When to answer, when to guess (content/understanding.yaml). */
export interface Thresholds {
  /** Chance (0–1) that the first entry is the right one, from which it is answered. */
  readonly direct: number;
  /** Chance from which it is answered as a question back (您是想问…吧？), where the text names what we are about. */
  readonly tentative: number;
  /** Chance from which entries are suggested. */
  readonly suggest: number;
  readonly suggestions: number;
  /** Weights of the signals (see `signalsOf`), fitted on the development set by `npm run tune`. */
  readonly weights: readonly number[];
}

/** Words by which texts are judged (content/understanding.yaml). */
export interface SearchWords {
  /** What we are about: a text without any of them is hardly a question of ours. */
  readonly ours: readonly string[];
  /** Courtesies before and after what is asked: 请问, 发我一下. */
  readonly courtesiesBefore: readonly string[];
  readonly courtesiesAfter: readonly string[];
  /** Words that join two questions: 还有. */
  readonly joins: readonly string[];
  /** Words that ask, and those that do so at the end, normalised. */
  readonly questionWords: readonly string[];
  readonly questionEnds: readonly string[];
}

export type Found =
  | { readonly kind: 'answer'; readonly entry: FaqEntry; readonly share: number }
  /** Likely, and not sure: `others` are the next guesses. */
  | {
      readonly kind: 'tentative';
      readonly entry: FaqEntry;
      readonly others: readonly FaqEntry[];
      readonly share: number;
    }
  | { readonly kind: 'wish'; readonly wish: Wish; readonly share: number }
  /** `wish` is what may be wanted instead of an answer. */
  | {
      readonly kind: 'suggest';
      readonly entries: readonly FaqEntry[];
      readonly wish?: Wish;
      readonly share: number;
    }
  | { readonly kind: 'out-of-scope'; readonly subject: OutOfScope; readonly share: number }
  | { readonly kind: 'unknown' };

/** What a class of phrasings stands for. */
export type Target = FaqEntry | Wish | OutOfScope;

/** The nearest target with what decides, for tuning. */
export interface Verdict {
  readonly target: Target;
  readonly signals: readonly number[];
  /** 0–1: the chance that the target is what was meant. */
  readonly chance: number;
}

/** The target as a result. */
export function foundTarget(target: Target, share: number): Found {
  if (isEntry(target)) return { kind: 'answer', entry: target, share };
  return isWish(target)
    ? { kind: 'wish', wish: target, share }
    : { kind: 'out-of-scope', subject: target, share };
}

/** All ways to say it. */
export function phrasingsOf(target: Target): readonly string[] {
  return isEntry(target) ? [target.question, ...target.also] : target.phrases;
}

/** Whether it is a question with its answer. */
export function isEntry(target: Target): target is FaqEntry {
  return 'answer' in target;
}

/** Whether it is something that is wanted. */
export function isWish(target: Target): target is Wish {
  return 'does' in target;
}

/** Whether it is none of ours. */
export function isOutOfScope(target: Target): target is OutOfScope {
  return !isEntry(target) && !isWish(target);
}
