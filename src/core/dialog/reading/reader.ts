/** Reads what someone wrote as an answer: to the open question (number, label, other wording, pinyin, a small typo) or
 *  as facts said anywhere in a sentence. Guesses are never silent: two fitting options are `several`, a denied one is
 *  `denied`. Method: docs/understanding.md. */
import type { TextForms } from '../../text/forms.ts';
import { numberIn } from '../../text/numbers.ts';
import { type Ask, asksOf, type Dialog, isPasted } from '../dialog.ts';
import { createDecider, implicationsOf } from './decide.ts';
import { createDenials } from './denials.ts';
import { type LanguageWords, REPEATED } from './language.ts';
import { createLayers, innermost, meaningOf } from './layers.ts';
import { createListener, type Heard } from './listen.ts';
import { impliedBy, uniqueWordings } from './lookup.ts';
import { createPastedReader } from './pasted-reply.ts';
import type { Place } from './places.ts';
import { createProvinces } from './province.ts';
import { createQuestionTest } from './questions.ts';
import { ifSingle, type Mention, NOTHING, type Reading, toReading } from './reading.ts';
import type { TextFinder } from './text-finder.ts';
import type { WordingIndex } from './wording-index.ts';
import { createFinder } from './wordings.ts';

export interface Reader {
  /** Reads a text as the reply to the open question. `province`: the answer so far, for questions that name it. */
  answer(ask: Ask, said: TextForms, province?: string): Reading;
  /** What `answer` gives, and all facts that the text says by itself (`mentions` with this question open). */
  reply(ask: Ask, said: TextForms, province?: string): Reply;
  /** What `answer` gives if that is exact, else nothing; several times faster. All that counts of a question. */
  exactly(ask: Ask, said: TextForms): Reading;
  /** All facts that the sentence says by itself, whatever question is open; what answers the question `open` is not taken
   *  for another fact. */
  mentions(said: TextForms, open?: Ask): readonly Mention[];
  /** Whether the text is clearly a question (and so no answer, unless it is an option's wording to the letter). */
  isQuestion(said: TextForms): boolean;
  /** Whether the text is a wording of the question to the letter: then it is no number (一个 among numbers of things).
   *  @param letters the text, normalised. */
  isWording(ask: Ask, letters: string): boolean;
  /** Whether the reply is a number, polite and empty words aside. */
  isNumber(said: TextForms): boolean;
  /** The questions that are asked only after this answer and say more exactly what it is: 网约车 after 审批业务. */
  refinements(ask: Ask, value: string): readonly Ask[];
}

/** A reply to a question with whatever else it says. */
export interface Reply {
  readonly reading: Reading;
  readonly mentions: readonly Mention[];
}

/** Prepares everything that merchants may write for the options of a dialog; costs tens of milliseconds, once.
 *  @param index the wordings of the dialog's questions, and the places of the country.
 *  @param finders what is found in pasted texts, by `Ask.reads`. */
export function createReader(
  dialog: Dialog,
  places: readonly Place[],
  words: LanguageWords,
  index: WordingIndex,
  finders: ReadonlyMap<string, TextFinder> = new Map(),
): Reader {
  const asks = asksOf(dialog);
  const wordings = new Map(asks.map((ask) => [ask, index.wordings(ask)] as const));
  const lookups = new Map(asks.map((ask) => [ask.fact, index.lookup(ask)] as const));
  const refining = refinementsIn(asks);
  const layersOf = createLayers(words.fillersBefore, words.fillersAfter);
  const denials = createDenials(words.denials);
  const provinces = createProvinces(places, index.atlas, denials.deniesPlace);
  const isQuestion = createQuestionTest(words, layersOf, (letters) =>
    [...lookups.values()].some((lookup) => lookup.meant(letters) !== undefined),
  );
  const listen = createListener({
    finder: createFinder(
      [...wordings].flatMap(([ask, all]) => (ask.reads === 'choice' ? all : [])),
      denials.turnsRound,
    ),
    atlas: index.atlas,
    denials,
    layersOf,
    lookups,
    unique: uniqueWordings(wordings),
    impliedFact: new Map(implicationsOf(asks).map(({ from, fact }) => [from, fact] as const)),
    unlisted: new Set(asks.filter(({ listed }) => !listed).map(({ fact }) => fact)),
  });
  const decider = createDecider(asks, provinces);
  const pasted = createPastedReader({ asks, finders, lookups, isQuestion });

  return {
    answer,
    reply,
    exactly,
    mentions,
    isQuestion,
    isWording: (ask, letters) => lookups.get(ask.fact)?.meant(letters) !== undefined,
    isNumber,
    refinements: ({ fact }, value) => refining.get(`${fact} ${value}`) ?? [],
  };

  function answer(ask: Ask, said: TextForms, province?: string): Reading {
    return read(ask, said, province, () => listen(said.mandarin.clauses, ask));
  }

  function reply(ask: Ask, said: TextForms, province?: string): Reply {
    const heard = listen(said.mandarin.clauses, ask);
    return {
      reading: read(ask, said, province, () => heard),
      mentions: decider.mentions(heard, said.mandarin.clauses, ask),
    };
  }

  function mentions(said: TextForms, open?: Ask): readonly Mention[] {
    const { clauses } = said.mandarin;
    return decider.mentions(listen(clauses, open), clauses, open);
  }

  function exactly(ask: Ask, said: TextForms): Reading {
    const reading = atOnce(ask, said);
    return reading?.kind === 'option' && reading.exact ? reading : NOTHING;
  }

  /** @param hear listens to the text with the question open; only where the reply as a whole does not decide. */
  function read(ask: Ask, said: TextForms, province: string | undefined, hear: () => Heard): Reading {
    if (said.mandarin.letters === '') return NOTHING;
    return atOnce(ask, said) ?? inside(ask, said.mandarin, province, hear);
  }

  /** The meaning of the whole reply, all that there is for questions without options; `undefined`: look into it. */
  function atOnce(ask: Ask, said: TextForms): Reading | undefined {
    const { letters, clauses, number } = said.mandarin;
    if (letters === '') return undefined;
    const same = lookups.get(ask.fact)?.meant(letters);
    if (same?.length === 1) return toReading(same, true);
    if (isPasted(ask)) return pasted(ask, said);
    const stripped = innermost(layersOf(letters));
    if (ask.reads === 'province') return provinces.answer(clauses, letters, stripped);
    const place = number ?? numberIn(stripped);
    const option = place === undefined ? undefined : ask.options[place - 1]?.id;
    return option === undefined ? undefined : { kind: 'option', value: option, exact: true };
  }

  /** By the outermost words that mean something, by what is said in the sentence, by the province that the question names,
   *  by sound, as a typo; in this order. */
  function inside(
    ask: Ask,
    { letters, clauses }: TextForms,
    province: string | undefined,
    hear: () => Heard,
  ): Reading {
    const lookup = lookups.get(ask.fact);
    const layers = layersOf(letters);
    const near = meaningOf([...layers, letters.replace(REPEATED, '$1')], (layer) => lookup?.meant(layer));
    if (near) return toReading(near, false);
    const heard = decider.answer(ask, hear());
    if (heard.kind === 'option' || heard.kind === 'several') return heard;
    const here = decider.namedIn(ask, province);
    const local = here === undefined ? undefined : provinces.local(ask, clauses, here);
    if (local) return local;
    if (heard.kind === 'denied') return heard;
    const stripped = innermost(layers);
    return ifSingle(lookup?.bySound(stripped)) ?? ifSingle(lookup?.byTypo(stripped)) ?? NOTHING;
  }

  function isNumber({ letters, number }: TextForms): boolean {
    return number !== undefined || numberIn(innermost(layersOf(letters))) !== undefined;
  }
}

/** The questions that are asked after one answer only, by that fact and answer. */
function refinementsIn(asks: readonly Ask[]): ReadonlyMap<string, readonly Ask[]> {
  const refining = new Map<string, readonly Ask[]>();
  for (const ask of asks) {
    const implied = isPasted(ask) ? undefined : impliedBy(ask);
    const key = `${implied?.fact} ${implied?.value}`;
    if (implied) refining.set(key, [...(refining.get(key) ?? []), ask]);
  }
  return refining;
}
