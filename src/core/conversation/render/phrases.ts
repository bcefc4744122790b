/** The phrases of content/phrases.yaml with their blanks filled in, and who says so. */
import type { Handbook, PhraseId } from '../../handbook/handbook.ts';
import { fill } from '../../text/template.ts';

export type PhraseBlanks = Readonly<Record<string, string | number>>;

export interface Phrases {
  /** The lines of a phrase. @throws Error for a blank without a value (a defect that the content check finds first) */
  phrase(id: PhraseId, blanks?: PhraseBlanks): readonly string[];
  /** The same as one text, its lines joined by line breaks. */
  phraseLine(id: PhraseId, blanks?: PhraseBlanks): string;
  /** Who says so, each once: of the sources that have a published page. */
  who(sources: readonly string[]): readonly string[];
  /** The line below advice: its sources and the month in which they were compared. */
  adviceSource(sources: readonly string[], checked: string): string;
}

/** Sources that a line names at most. */
const SOURCES_NAMED = 2;

/** The phrases of one handbook. */
export function createPhrases(handbook: Handbook): Phrases {
  return { phrase, phraseLine, who, adviceSource };

  function phrase(id: PhraseId, blanks: PhraseBlanks = {}): readonly string[] {
    return handbook.phrases.say[id].map((line) => fill(line, blanks));
  }

  function phraseLine(id: PhraseId, blanks?: PhraseBlanks): string {
    return phrase(id, blanks).join('\n');
  }

  function who(sources: readonly string[]): readonly string[] {
    return [...new Set(sources.flatMap((key) => handbook.sources.get(key)?.by ?? []))];
  }

  function adviceSource(sources: readonly string[], checked: string): string {
    const named = who(sources);
    return named.length === 0
      ? phraseLine('advice-no-source')
      : phraseLine('advice-source', { sources: joinSources(named), month: monthOf(checked) });
  }
}

/** The first of those who say so as one text. */
export function joinSources(names: readonly string[], most = SOURCES_NAMED): string {
  return names.slice(0, most).join('、');
}

/** The month of a day checked: `2026-11` for `2026-11-24`. */
export function monthOf(checked: string): string {
  return checked.slice(0, 7);
}
