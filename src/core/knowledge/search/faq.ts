/** Free text → the best answer, up to three guesses, what it is instead (a subject out of scope), or nothing: retrieval.ts ranks, the
 *  thresholds decide. Method and figures: docs/understanding.md. */
import { formsOf, type TextForms } from '../../text/forms.ts';
import { createHearing } from './by-sound.ts';
import { chanceOf, signalsOf } from './confidence.ts';
import { decide, type TextSigns } from './decide.ts';
import { buildIndex, createRetrieval, type Index, type Ranking, type Retrieval } from './retrieval.ts';
import { createBare, createReword, type Lexicon } from './reword.ts';
import { createSeveral } from './several.ts';
import {
  type FaqEntry,
  type Found,
  foundTarget,
  isEntry,
  type OutOfScope,
  phrasingsOf,
  type SearchWords,
  type Target,
  type Thresholds,
  type Verdict,
  type Wish,
} from './targets.ts';
import { createToTheLetter } from './to-the-letter.ts';
import { type Weighed, weighed } from './weigh.ts';

export interface Faq {
  find(said: TextForms): Found;
  /** One result for each question of a message with several (at most three), else the result of the whole. */
  findEach(said: TextForms): readonly Found[];
  /** The text as it sounds: wrong characters of the right sound, and pinyin, as the characters that phrasings know;
   *  `undefined` where that changes nothing. */
  asItSounds(said: TextForms): string | undefined;
  /** The nearest entries, best first, subjects out of scope left out. */
  nearest(said: TextForms, count: number): readonly FaqEntry[];
  byId(id: string): FaqEntry | undefined;
  /** The nearest target and its chance, whatever the thresholds say. */
  verdict(said: TextForms): Verdict | undefined;
  /** Why the text is taken for what it is. */
  weigh(said: TextForms): Weighed;
  /** The entry of which the text is a phrasing to the letter. */
  exact(said: TextForms): FaqEntry | undefined;
  /** Whether a text is such a phrasing, or one of what we do not answer. */
  knows(said: TextForms): boolean;
}

/** What is known of all phrasings, as plain data: building it takes about a second, so it may be kept beside the content. */
export interface FaqIndex {
  /** The phrasings of each entry, of each wish, and of each subject out of scope, as they are compared. */
  readonly phrasings: readonly (readonly string[])[];
  readonly index: Index;
}

interface Sources {
  readonly entries: readonly FaqEntry[];
  readonly wishes: readonly Wish[];
  readonly outOfScope: readonly OutOfScope[];
  readonly lexicon: Lexicon;
}

/** Learns all phrasings. The same content gives the same data. */
export function buildFaqIndex({ entries, wishes, outOfScope, lexicon }: Sources): FaqIndex {
  const reword = createReword(lexicon);
  const phrasings = [...entries, ...wishes, ...outOfScope].map((target) =>
    phrasingsOf(target).map((text) => reword(formsOf(text).apart)),
  );
  return { phrasings, index: buildIndex(phrasings) };
}

/** @param parts `learnt` is what `buildFaqIndex` made of the same sources; built here when absent. */
export function createFaq(
  parts: Sources & { thresholds: Thresholds; words?: SearchWords; learnt?: FaqIndex },
): Faq {
  const { entries, wishes, outOfScope, thresholds, lexicon, words = NO_WORDS } = parts;
  const { phrasings, index } = parts.learnt ?? buildFaqIndex(parts);
  const reword = createReword(lexicon);
  const bare = createBare(words.courtesiesBefore.map(reworded), words.courtesiesAfter.map(reworded));
  const ours = words.ours.map(reworded);
  const targets: readonly Target[] = [...entries, ...wishes, ...outOfScope];
  const outOfScopeFrom = entries.length + wishes.length;
  const retrieval = createRetrieval(index);
  const rank = rankNamed(retrieval, entries);
  const { targetOf, targetsOfCodes } = createToTheLetter(targets, phrasings);
  const ids = new Map(entries.map((entry) => [entry.id, entry]));

  const hearing = createHearing(
    index.ngrams,
    retrieval.spread,
    lexicon.replace.map(([word]) => word),
  );

  const findEach = createSeveral({ ...words, find: findQuery, findQuestion, reword, ours });

  return {
    find,
    findEach,
    asItSounds,
    nearest,
    verdict,
    weigh,
    byId: (id) => ids.get(id),
    exact: exactly,
    knows,
  };

  function reworded(text: string): string {
    return reword(formsOf(text).apart);
  }

  function find({ apart }: TextForms): Found {
    return findQuery(reword(apart));
  }

  /** @param query a text as `reword` gives it. */
  function findQuery(query: string): Found {
    const asked = bare(query);
    const same = targetOf(query) ?? targetOf(asked);
    if (same) return foundTarget(same, 1);
    const [coded, ...others] = targetsOfCodes(query).filter(isEntry);
    if (coded && others.length === 0) return foundTarget(coded, 1);
    if (coded)
      return { kind: 'suggest', entries: [coded, ...others].slice(0, thresholds.suggestions), share: 1 };
    // Code, addresses and other languages share Latin words with phrasings, and nothing else.
    if (!/\p{Script=Han}/u.test(query)) return { kind: 'unknown' };
    return decided(rank(asked), asked);
  }

  /** As `findQuery`, for what is a question whatever it is like. */
  function findQuestion(query: string): Found {
    const asked = bare(query);
    const isWished = (classIndex: number) => classIndex >= entries.length && classIndex < outOfScopeFrom;
    return decided(without(rank(asked), isWished), asked);
  }

  function decided(ranking: Ranking, asked: string): Found {
    const signs = signsOf(asked, words, namesOurs(asked));
    return decide(ranking, verdictOf(ranking, asked), targets, entries, thresholds, signs);
  }

  function namesOurs(query: string): boolean {
    return ours.some((word) => query.includes(word));
  }

  function asItSounds({ apart }: TextForms): string | undefined {
    const query = reword(apart);
    const heard = hearing(query);
    return heard === query ? undefined : heard;
  }

  function verdict({ apart }: TextForms): Verdict | undefined {
    const query = bare(reword(apart));
    return verdictOf(rank(query), query);
  }

  function weigh({ apart }: TextForms): Weighed {
    const query = reword(apart);
    const compared = bare(query);
    const ranking = rank(compared);
    const same = targetOf(query) ?? targetOf(compared);
    return weighed(compared, same, ranking, verdictOf(ranking, compared), targets, thresholds);
  }

  function verdictOf(ranking: Ranking, query: string): Verdict | undefined {
    const [first] = ranking.ranked;
    const target = first && targets[first.classIndex];
    if (!target) return undefined;
    const signals = signalsOf(ranking, query.length, outOfScopeFrom, namesOurs(query));
    return { target, signals, chance: chanceOf(signals, thresholds.weights) };
  }

  function exactly({ apart }: TextForms): FaqEntry | undefined {
    const target = targetOf(reword(apart));
    return target && isEntry(target) ? target : undefined;
  }

  function knows({ apart }: TextForms): boolean {
    return targetOf(reword(apart)) !== undefined;
  }

  function nearest({ apart }: TextForms, count: number): readonly FaqEntry[] {
    return rank(bare(reword(apart)))
      .ranked.flatMap(({ classIndex }) => targets[classIndex] ?? [])
      .filter(isEntry)
      .slice(0, count);
  }
}

/** Ranks, entries for one province being none where the province is not named. */
function rankNamed(retrieval: Retrieval, entries: readonly FaqEntry[]): Retrieval['rank'] {
  return (text) =>
    without(retrieval.rank(text), (classIndex) => {
      const named = entries[classIndex]?.named ?? [];
      return named.length > 0 && !named.some((word) => text.includes(word));
    });
}

/** The ranking as if these classes were not there. */
function without(ranking: Ranking, isOut: (classIndex: number) => boolean): Ranking {
  const { ranked, ...rest } = ranking;
  const left = ranked.filter(({ classIndex }) => !isOut(classIndex));
  if (left.length === ranked.length) return ranking;
  const sum = left.reduce((total, { chance }) => total + chance, 0);
  return {
    ...rest,
    ranked: left.map((one) => ({ ...one, chance: one.chance / Math.max(sum, Number.EPSILON) })),
  };
}

function signsOf(asked: string, { questionWords, questionEnds }: SearchWords, namesOurs: boolean): TextSigns {
  const asks =
    questionWords.some((word) => asked.includes(word)) || questionEnds.some((word) => asked.endsWith(word));
  return { namesOurs, asks, letters: asked.length };
}

const NO_WORDS: SearchWords = {
  ours: [],
  courtesiesBefore: [],
  courtesiesAfter: [],
  joins: [],
  questionWords: [],
  questionEnds: [],
};
