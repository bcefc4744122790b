/** Puts questions, checklists, advice and answers into lines, in the words of content/phrases.yaml. */
import type { Facts } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import type { Day } from '../../knowledge/calendar.ts';
import { createAnswers, type RenderAnswer } from './answer.ts';
import { createBlanks } from './blanks.ts';
import { type Choices, createChoices } from './choices.ts';
import { createDates } from './dates.ts';
import { createLabels, type Labels } from './labels.ts';
import type { Block } from './pages.ts';
import { createPhrases, type Phrases } from './phrases.ts';
import { createQuestions, type RenderQuestion } from './question.ts';
import { createResults, type RenderResult } from './result.ts';

export interface Renderer
  extends Choices,
    Pick<Phrases, 'phrase'>,
    Pick<Labels, 'label' | 'factName' | 'factLine'> {
  readonly question: RenderQuestion;
  readonly result: RenderResult;
  readonly answer: RenderAnswer;
  /** 今天, 昨天, or how many days ago. */
  ago(day: Day, today: Day): string;
  /** By when to submit in order to open on `open`, for a merchant with these facts. */
  openingDay(open: Day, today: Day, facts: Facts): Block;
}

/** Everything that it renders is in the words of this handbook. A blank without a value is a defect. @throws Error
 *  @param choices may be given, so that what can be tapped is made once (src/core/memory). */
export function createRenderer(handbook: Handbook, choices: Choices = createChoices(handbook)): Renderer {
  const phrases = createPhrases(handbook);
  const labels = createLabels(handbook);
  const dates = createDates(handbook, phrases.phraseLine);
  const blanksOf = createBlanks(handbook, labels, dates);
  return {
    ...choices,
    phrase: phrases.phrase,
    label: labels.label,
    factName: labels.factName,
    factLine: labels.factLine,
    question: createQuestions(phrases, labels, choices, handbook.words.none[0] ?? ''),
    result: createResults(handbook, { phrases, labels, choices, dates, blanksOf }),
    answer: createAnswers(phrases),
    ago: dates.ago,
    openingDay: dates.openingDay,
  };
}
