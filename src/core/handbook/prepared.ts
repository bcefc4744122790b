/** What every start would otherwise compute again from unchanged files: the parsed YAML and the trained index. */
import { buildFaqIndex, type FaqIndex } from '../knowledge/search/faq.ts';
import type { Handbook } from './handbook.ts';
import { heldBy } from './parse.ts';

export interface Prepared {
  /** What each file holds, by its path: reading YAML takes most of a start. */
  readonly held: ReadonlyMap<string, unknown>;
  /** What was learnt from all phrasings. */
  readonly learnt: FaqIndex;
}

/** @param texts the files by their paths. @param handbook what was made of them, so that they have passed the checks. */
export function prepare(
  texts: ReadonlyMap<string, string>,
  { faqEntries, wishes, outOfScope, lexicon }: Handbook,
): Prepared {
  return {
    held: new Map([...texts].map(([file, text]) => [file, heldBy(file, text)] as const)),
    learnt: buildFaqIndex({ entries: faqEntries, wishes, outOfScope, lexicon }),
  };
}
