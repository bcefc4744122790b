/** Finds phrasings that are nearer to another question than to their own. */

import { createFaq, type Faq } from '../../knowledge/search/faq.ts';
import { formsOf } from '../../text/forms.ts';
import type { Files } from '../files.ts';
import type { Handbook } from '../handbook.ts';
import type { Report } from './report.ts';

/** Each phrasing is asked of an engine that has learnt the others but a fifth. */
const ROUNDS = 5;
/** So many of the worst entries are named, each with a few examples; the rest only counts. */
const NAMED = 10;
const EXAMPLES = 3;

interface Strayed {
  readonly text: string;
  readonly to: string;
}

/** Leaves out the same share of the phrasings of every entry at once, so that none has an advantage, and asks with them.
 *  A subject out of scope that would take the phrasing counts as another question. */
export function checkNearest(files: Files, handbook: Omit<Handbook, 'warnings'>, report: Report): void {
  const strayed = new Map<string, Strayed[]>();
  const { faqEntries } = handbook;
  let asked = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const faq = withoutPhrasings(handbook, round);
    for (const { id, question, also } of faqEntries) {
      if (also.length < ROUNDS) continue;
      for (const text of [question, ...also].filter((_, i) => isLeftOut(i, round))) {
        asked += 1;
        const to = faq.verdict(formsOf(text))?.target.id;
        if (to !== undefined && to !== id) strayed.set(id, [...(strayed.get(id) ?? []), { text, to }]);
      }
    }
  }
  const places = files.faq.flatMap((file) =>
    file.value.entries.map(({ id, also }, i) => {
      const away = strayed.get(id) ?? [];
      return { file, i, id, away, all: also.length + 1, share: away.length / (also.length + 1) };
    }),
  );
  const worst = places
    .filter(({ away }) => away.length > 1)
    .sort((a, b) => b.share - a.share)
    .slice(0, NAMED);
  for (const { file, i, id, away, all } of worst) {
    const examples = away.slice(0, EXAMPLES).map(({ text, to }) => `「${text}」→${to}`);
    report.warn(
      file,
      ['entries', i, 'also'],
      `${id}: ${away.length} of ${all} phrasings are nearer to another entry: ${examples.join(' ')}`,
    );
  }
  const [first] = files.faq;
  const total = [...strayed.values()].reduce((sum, each) => sum + each.length, 0);
  if (first && total > 0)
    report.warn(
      first,
      [],
      `all in all ${total} of ${asked} phrasings are nearer to another entry when left out`,
    );
}

function isLeftOut(index: number, round: number): boolean {
  return index % ROUNDS === round;
}

function withoutPhrasings(
  { faqEntries, wishes, outOfScope, lexicon, thresholds }: Omit<Handbook, 'warnings'>,
  round: number,
): Faq {
  const entries = faqEntries.map((entry) => {
    const [question, ...also] = [entry.question, ...entry.also].filter((_, i) => !isLeftOut(i, round));
    return { ...entry, question: question ?? entry.question, also };
  });
  return createFaq({ entries, wishes, outOfScope, lexicon, thresholds });
}
