/** Words that deny what stands beside them: 不是企业, 企业还没有. */
import { anyOf } from '../../text/regexp.ts';

export interface Denials {
  /** Whether a text that ends before a wording denies it: 不是…. */
  deniesNext(before: string): boolean;
  /** Whether a text that begins behind a wording denies it: …还没有. */
  deniesLast(behind: string): boolean;
  /** The same before a place: 不在…. */
  deniesPlace(before: string): boolean;
  /** Whether the word itself is a denial. */
  has(word: string): boolean;
  /** What the gap of a wording must not reach across. */
  readonly turnsRound: { readonly inside: RegExp; readonly atEnd: RegExp; readonly clauseEnd: RegExp };
}

/** Ends a clause; a comma ends what is denied: 不是，个体户 is a no and then an answer. */
const CLAUSE_END = /[ ,、]/u;

/** @param words denials, normalised: 不是, 并非, 没做 …. */
export function createDenials(words: readonly string[]): Denials {
  const known = new Set(words);
  const any = anyOf(words);
  const next = new RegExp(`(?:${any})(?:是|个|家|一个|一家|任何|什么|啥| )*$`, 'u');
  const last = new RegExp(
    `^(?:我们|我|都|也|并|还|从来|从|目前|暂时)*(?:${any})(?:的|了|过|吧|啊|呢)*(?=$|[ ,、])`,
    'u',
  );
  return {
    deniesNext: (before) => next.test(before),
    deniesLast: (behind) => last.test(behind),
    deniesPlace: (before) => next.test(before.replace(/[在于]$/u, '')),
    has: (word) => known.has(word),
    turnsRound: {
      inside: new RegExp(any, 'u'),
      atEnd: new RegExp(`(?:${any})$`, 'u'),
      clauseEnd: CLAUSE_END,
    },
  };
}
