/** Several questions in one message: each is found by itself, with the object that the first one named. */
import type { TextForms } from '../../text/forms.ts';
import { withoutPunctuation, wordsApart } from '../../text/normalise.ts';
import { anyOf } from '../../text/regexp.ts';
import type { Found } from './targets.ts';

/** Answers to one message at most: a message is read up to where hardly anybody asks more. They are shown page by page. */
const MOST = 8;
/** Letters of the shortest piece that is looked up. */
const SHORTEST = 3;

const SURE = 0.85;

interface Parts {
  /** @param query a text as `reword` gives it. */
  readonly find: (query: string) => Found;
  /** The same, where a wish is none: 被打回来了怎么办 beside another question. */
  readonly findQuestion: (query: string) => Found;
  readonly reword: (apart: string) => string;
  /** What may be the object of a question, reworded, and words that ask, normalised. */
  readonly ours: readonly string[];
  readonly questionWords: readonly string[];
  /** Words that join two questions, and courtesies at the end of one. */
  readonly joins: readonly string[];
  readonly courtesiesAfter: readonly string[];
}

/** @returns one result for each question of a message with several, else the result of the whole. */
export function createSeveral({
  find,
  findQuestion,
  reword,
  ours,
  questionWords,
  joins,
  courtesiesAfter,
}: Parts): (said: TextForms) => readonly Found[] {
  const asking = anyOf(questionWords);
  /** Behind a word that asks, where another one follows: 要多久要钱吗. */
  const second =
    questionWords.length === 0
      ? undefined
      : new RegExp(
          `(?<=${asking})(?=.{2,}(?:${asking}))(?!${anyOf([...questionWords, ...courtesiesAfter])})`,
          'gu',
        );
  const joined = joins.length === 0 ? '' : `|${anyOf(joins)}`;
  const sentenceEnds = new RegExp(`[?？。！!；;\\n]${joined}`, 'u');
  const partEnds = new RegExp(`[?？。！!；;\\n,，]|(?<=\\p{Script=Han}) +(?=\\p{Script=Han})${joined}`, 'u');

  return (said) => {
    const whole = find(reword(said.apart));
    if ('share' in whole && whole.share === 1) return [whole];
    const known = new Map<string, Found>();
    const findAll = (pieces: readonly string[]) =>
      distinct(pieces.map((piece) => foundIn(piece, known, said)));
    const sentences = findAll(piecesOf(said.plain, sentenceEnds));
    const parts = findAll(piecesOf(said.plain, partEnds));
    const asked = second === undefined ? [] : findAll(piecesOf(said.plain.replace(second, '，'), partEnds));
    const each =
      [parts, asked].find((found) => found.length > 1 && found.every(isSure)) ??
      [sentences].find((found) => found.filter(isAnswer).length > 1);
    if (each) return each.filter(isAnswer).slice(0, MOST);
    return sentences.some(isAnswer) && sentences.length > 1 ? sentences.slice(0, 2) : [whole];
  };

  /** Sentences and their parts are often the same. A piece that names no object is about that of the message. */
  function foundIn(piece: string, known: Map<string, Found>, said: TextForms): Found {
    const before = known.get(piece);
    if (before) return before;
    const query = reword(wordsApart(piece));
    const object = firstOf(ours, reword(said.apart));
    const carried =
      object === undefined || ours.some((word) => query.includes(word))
        ? undefined
        : find(`${object}${query}`);
    const first = find(query);
    const alone =
      first.kind === 'wish' && questionWords.some((word) => piece.includes(word))
        ? findQuestion(query)
        : first;
    const found = carried && (isAnswer(carried) || !isAnswer(alone)) ? carried : alone;
    known.set(piece, found);
    return found;
  }
}

/** The word that stands first in a text. */
function firstOf(words: readonly string[], text: string): string | undefined {
  const [first] = words
    .map((word) => ({ word, at: text.indexOf(word) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at || b.word.length - a.word.length);
  return first?.word;
}

/** @param plain a text as `canonical` gives it. */
function piecesOf(plain: string, border: RegExp): readonly string[] {
  const pieces = plain
    .split(border)
    .map((piece) => piece.trim())
    .filter((piece) => withoutPunctuation(piece).length >= SHORTEST);
  return pieces.length > 1 ? pieces : [];
}

/** Results about different things; what was not understood is left out. */
function distinct(found: readonly Found[]): readonly Found[] {
  const seen = new Set<string>();
  return found.filter((one) => {
    const id = idOf(one);
    return id !== undefined && !seen.has(id) && seen.add(id);
  });
}

/** What tells two results apart; `undefined` for what is left out beside others. */
function idOf(found: Found): string | undefined {
  switch (found.kind) {
    case 'answer':
    case 'tentative':
      return found.entry.id;
    case 'wish':
      return found.wish.id;
    case 'suggest':
      return found.entries[0]?.id;
    case 'out-of-scope':
    case 'unknown':
      return undefined;
  }
}

/** Parts of one sentence: each must be beyond doubt. */
function isSure(found: Found): boolean {
  return found.kind === 'answer' && found.share >= SURE;
}

function isAnswer(found: Found): boolean {
  return found.kind === 'answer';
}
