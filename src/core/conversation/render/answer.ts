/** An answer of fact with its source line. */
import { type Facts, matches } from '../../facts.ts';
import type { FaqEntry } from '../../knowledge/search/targets.ts';
import type { Block } from './pages.ts';
import { joinSources, monthOf, type Phrases } from './phrases.ts';

/** Renders an answer: of its variants the first that holds for these facts. */
export type RenderAnswer = (entry: FaqEntry, facts: Facts) => Block;

/** Answers in the words of one handbook. */
export function createAnswers({ phraseLine, who }: Phrases): RenderAnswer {
  return ({ variants, answer, source, checked }, facts) => {
    const lines = variants.find(({ when }) => matches(when, facts))?.answer ?? answer;
    const named = who(source);
    return [
      ...lines,
      named.length === 0
        ? phraseLine('no-source')
        : phraseLine('source', { sources: joinSources(named), month: monthOf(checked) }),
    ];
  };
}
