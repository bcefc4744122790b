/** Reads what someone wrote as an answer: to the open question (number, label, other wording, pinyin, a small typo) or
 *  as facts said anywhere in a sentence. Guesses are never silent: two fitting options are `several`, a denied one is
 *  `denied`. Built once per handbook; called by understand.ts. Method: docs/understanding.md. */

import { createPassing } from '../../memory/memo.ts';
import type { TextFinder } from '../../pasted.ts';
import { canonical, normalise } from '../../text/normalise.ts';
import { wholeNumber } from '../../text/numbers.ts';
import { anyOf, longestFirst } from '../../text/regexp.ts';
import { type Ask, asksOf, type Dialog, isPasted } from '../dialog.ts';
import { inMandarin, prepare } from './canonical.ts';
import { impliedBy, uniqueWordings } from './lookup.ts';
import type { Place } from './places.ts';
import { createProvinces } from './province.ts';
import {
  certain,
  clauseAround,
  clausesOf,
  cuts,
  type Mention,
  meet,
  NOTHING,
  note,
  only,
  preferOpenQuestion,
  type Reading,
} from './reading.ts';
import { createWordingIndex } from './wording-index.ts';
import { createFinder, type Match, withoutOverlaps } from './wordings.ts';

/** Words of the language, from content/understanding.yaml. */
export interface LanguageWords {
  /** Stand anywhere in a question: 怎么, 多少, 要不要 … */
  readonly questionWords: readonly string[];
  /** Stand at the end of a question: 吗, 呢 … */
  readonly questionEndings: readonly string[];
  /** Deny what follows, or what stands before them at the end of a clause: 不是, 并非, 没做 … */
  readonly denials: readonly string[];
  /** Polite or empty words around an answer: 我是, 应该是, 吧 … */
  readonly fillersBefore: readonly string[];
  readonly fillersAfter: readonly string[];
}

export interface Reader {
  /** Reads `text` as the reply to the open question. `province`: the answer so far, for questions that name it. */
  answer(ask: Ask, text: string, province?: string): Reading;
  /** What `answer` gives if that is exact, else nothing; several times faster. All that counts of a question. */
  exactly(ask: Ask, text: string): Reading;
  /** All facts that the sentence says by itself, whatever question is open; what answers the question `open` is not taken
   *  for another fact. */
  mentions(text: string, open?: Ask): readonly Mention[];
  /** Whether the text is clearly a question (and so no answer, unless it is an option's wording to the letter). */
  isQuestion(text: string): boolean;
  /** Whether the text is a wording of the question to the letter: then it is no number (一个 among numbers of things). */
  isWording(ask: Ask, text: string): boolean;
  /** Whether the reply is a number, polite and empty words aside. */
  isNumber(text: string): boolean;
  /** The questions that are asked only after this answer and say more exactly what it is: 网约车 after 审批业务. */
  refinements(ask: Ask, value: string): readonly Ask[];
}

/** A wording of `also` counts inside a clause that is not much more than an answer. */
const SHORT_CLAUSE = 14;
/** In a longer pasted text without a question mark, 什么 and 是否 ask nothing. */
const LONG_STATEMENT = 24;

/** Characters of a pasted text that may be a question. */
const SHORT_QUESTION = 30;
const CALLS_FOR_HELP = /(?:怎么|怎样|如何|咋)(?:改|办|弄|处理|解决|整)|为什么|为啥|是否/gu;

/** 对对对, 没有没有. */
const REPEATED = /^(.{1,2})\1+$/u;
/** Look like questions and are none: 没什么, 好几个, 还是没有. */
const NOT_ASKING =
  /没(?:有)?(?:啥|什么|几个|怎么)|(?:什么|啥|哪个|哪里|哪儿)[^,]{0,4}(?:都|也)(?:还|从|从来|一直|暂时)?(?:没|不|未)|好几个|(?:^|目前|现在|都|也)还是|还是(?=没|未|不|在|那|这|老)|不管(?:什么|怎么|哪)|(?:不知道|不清楚|不确定|不记得|记不清|忘了)(?:到底|究竟)?(?:有没有|是不是|是否)|不怎么|怎么说呢/gu;
const NO_QUESTION_ENDING =
  /(?:[都也还才就]|从来|从|一直|偏)[没不]$|(?:还|正|着|在|早).*呢$|(?:没有|没|不是|是的|对|有)呢$/u;
const JOINS_DENIED = /^(?:、|,?(?:或者?|和|跟|与|以及|还有|也|又)(?:是|算)?)$/u;

interface Letters {
  readonly text: string;
  readonly bare: string;
  readonly layers: readonly string[];
  readonly stripped: string;
  readonly same: readonly string[] | undefined;
}

interface Heard {
  /** What is said, what is denied, and what fits several options, by fact. */
  readonly said: ReadonlyMap<string, ReadonlySet<string>>;
  readonly weakly: ReadonlyMap<string, ReadonlySet<string>>;
  readonly either: ReadonlyMap<string, readonly (readonly string[])[]>;
  readonly denied: ReadonlySet<string>;
}

/** Prepares everything that merchants may write for the options of a dialog; costs tens of milliseconds, once.
 *  @param findings what is found in pasted texts, by `Ask.reads`. @param shared the same for all dialogs. */
export function createReader(
  dialog: Dialog,
  places: readonly Place[],
  words: LanguageWords,
  findings: ReadonlyMap<string, TextFinder> = new Map(),
  shared = createWordingIndex(places),
): Reader {
  const asks = asksOf(dialog);
  const wordings = new Map(asks.map((ask) => [ask, shared.wordings(ask)] as const));
  const own = new Map(asks.map((ask) => [ask.fact, shared.wholes(ask)] as const));
  const unique = uniqueWordings(wordings);
  const implications = asks.flatMap((ask) => impliedBy(ask) ?? []);
  const refining = new Map<string, readonly Ask[]>();
  for (const ask of asks) {
    const implied = isPasted(ask) ? undefined : impliedBy(ask);
    const key = `${implied?.fact} ${implied?.value}`;
    if (implied) refining.set(key, [...(refining.get(key) ?? []), ask]);
  }
  const placeAsk = asks.find((ask) => ask.reads === 'province');
  const { atlas } = shared;
  const before = longestFirst(words.fillersBefore);
  const behind = longestFirst(words.fillersAfter);
  const denials = new Set(words.denials);
  const denying = anyOf(words.denials);
  // A comma ends what is denied: 不是，个体户 is a no and then an answer.
  const denialBefore = new RegExp(`(?:${denying})(?:是|个|家|一个|一家|任何|什么|啥| )*$`, 'u');
  const denialBehind = new RegExp(
    `^(?:我们|我|都|也|并|还|从来|从|目前|暂时)*(?:${denying})(?:的|了|过|吧|啊|呢)*(?=$|[ ,、])`,
    'u',
  );
  const denies = (text: string) => denialBefore.test(text.replace(/[在于]$/u, ''));
  const provinces = createProvinces(places, atlas, denies);
  const spoken = [...wordings].flatMap(([ask, all]) => (ask.reads === 'choice' ? all : []));
  const finder = createFinder(spoken, {
    inside: new RegExp(denying, 'u'),
    atEnd: new RegExp(`(?:${denying})$`, 'u'),
    clauseEnd: /[ ,、]/u,
  });

  /** What is only taken along stands in the same words as something else: 面馆 is a trade and a kind of subject. */
  const aside = new Set(asks.filter(({ listed }) => !listed).map(({ fact }) => fact));

  const passing = createPassing<Heard>();

  return { answer, exactly, mentions, isQuestion, isWording, isNumber, refinements };

  function answer(ask: Ask, said: string, province?: string): Reading {
    const letters = lettersIn(ask, said);
    if (letters === undefined) return NOTHING;
    return atOnce(ask, said, letters) ?? inside(ask, letters, province);
  }

  function exactly(ask: Ask, said: string): Reading {
    const letters = lettersIn(ask, said);
    const reading = letters && atOnce(ask, said, letters);
    return reading?.kind === 'option' && reading.exact ? reading : NOTHING;
  }

  /** The letters of a reply, with less and less around them, and what all of them mean to the letter. */
  function lettersIn(ask: Ask, said: string): Letters | undefined {
    const text = inMandarin(said);
    const bare = normalise(text);
    if (bare === '') return undefined;
    const layers = peeled(bare);
    return { text, bare, layers, stripped: layers.at(-1) ?? bare, same: own.get(ask.fact)?.meant(bare) };
  }

  /** The meaning of the whole reply, all that there is for questions without options; `undefined`: look into it. */
  function atOnce(ask: Ask, said: string, { text, bare, stripped, same }: Letters): Reading | undefined {
    if (same?.length === 1) return only(same, true);
    const option = ask.reads === 'choice' ? numbered(ask, text, stripped) : undefined;
    if (option !== undefined) return { kind: 'option', value: option, exact: true };
    if (ask.reads === 'province') return provinces.answer(prepare(text), bare, stripped);
    return isPasted(ask) ? pasted(ask, said) : undefined;
  }

  function inside(ask: Ask, { text, bare, layers, stripped, same }: Letters, province?: string): Reading {
    const wholes = own.get(ask.fact);
    const near = same ?? meantBy([...layers, bare.replace(REPEATED, '$1')], (layer) => wholes?.meant(layer));
    if (near) return only(near, false);
    const prepared = prepare(text);
    const heard = decide(ask, hear(prepared, ask));
    if (heard.kind === 'option' || heard.kind === 'several') return heard;
    const here = namedIn(ask, province);
    const local = here === undefined ? undefined : provinces.local(ask, prepared, here);
    if (local) return local;
    if (heard.kind === 'denied') return heard;
    return certain(wholes?.bySound(stripped)) ?? certain(wholes?.byTypo(stripped)) ?? NOTHING;
  }

  /** A pasted reason is an answer even where it holds a question, for the platform asks to confirm things; but not where a
   *  short text is one. Where finding nothing is a result, anything could be an answer: then a question is one only in
   *  quotation marks, and what answers another question is none. */
  function pasted(ask: Ask, said: string): Reading {
    const finder = findings.get(ask.reads);
    const found = finder?.read(said);
    if (found?.kind === 'found' && finder?.mayBeClean && !found.quoted) {
      const isLong = found.bare.length > LONG_STATEMENT && !found.bare.includes('?');
      if (!isLong && isQuestion(found.bare)) return NOTHING;
      const letters = normalise(said);
      if (asks.some(({ fact, reads }) => reads === 'choice' && own.get(fact)?.meant(letters)?.length === 1))
        return NOTHING;
    }
    if (found?.kind === 'found' && !finder?.mayBeClean && asksUs(found.bare)) return NOTHING;
    if (found?.kind === 'found') return { kind: 'option', value: found.value, exact: true };
    return found?.kind === 'perhaps' ? { kind: 'several', values: found.ids } : NOTHING;
  }

  function mentions(text: string, open?: Ask): readonly Mention[] {
    const prepared = prepare(inMandarin(text));
    const { said, weakly, either } = hear(prepared, open);
    const found = new Map([...said].map(([fact, values]) => [fact, new Set(values)] as const));
    for (const [fact, values] of weakly) if (!found.has(fact)) found.set(fact, new Set(values));
    for (const [fact, sets] of either) {
      const common = meet(sets);
      const certain = common.length === 1 || fact === open?.fact;
      if (!found.has(fact) && certain) found.set(fact, new Set(common));
    }
    if (placeAsk) {
      const named = provinces.said(prepared, placeAsk === open);
      if (named.size > 0) found.set(placeAsk.fact, new Set(named));
      const [here] = named.size === 1 ? named : [];
      for (const ask of asks) {
        const card = provinces.fromCard(ask, prepared, namedIn(ask, here));
        if (card !== undefined) found.set(ask.fact, new Set([card]));
      }
    }
    imply(found);
    return [...found].map(([fact, values]) => ({ fact, values: [...values] }));
  }

  function isQuestion(text: string): boolean {
    if (canonical(text).includes('?')) return true;
    const letters = normalise(text).replace(REPEATED, '$1').replace(NOT_ASKING, '');
    if (words.questionWords.some((word) => letters.includes(word))) return true;
    if (NO_QUESTION_ENDING.test(letters)) return false;
    const ending = words.questionEndings.find((word) => letters.endsWith(word));
    if (ending === undefined) return false;
    // 个体户嘛 states: 嘛 is an ending of questions and an empty word. So does 没认证呢, but 个体户呢 asks.
    return !(
      (ending !== '呢' || /[没未不]/u.test(letters)) &&
      words.fillersAfter.includes(ending) &&
      peeled(clausesOf(prepare(text)).at(-1)?.text ?? '')
        .slice(1)
        .some(isAnyWording)
    );
  }

  /** 电子执照可以吗, but neither a paragraph of an authority nor a reason with a call for help: 照片模糊怎么改. */
  function asksUs(text: string): boolean {
    return normalise(text).length <= SHORT_QUESTION && isQuestion(text.replace(CALLS_FOR_HELP, ''));
  }

  function isWording(ask: Ask, text: string): boolean {
    return own.get(ask.fact)?.meant(normalise(text)) !== undefined;
  }

  function isAnyWording(bare: string): boolean {
    return [...own.values()].some((wholes) => wholes.meant(bare) !== undefined);
  }

  // What a text says ────────────────────────────────────────────────────────────────────────────────────────────────

  /** What `listen` found; the same text is asked for its answer and then for what else it says. */
  function hear(prepared: string, open: Ask | undefined): Heard {
    const key = `${open?.fact ?? ''} ${prepared}`;
    return passing.get(key) ?? passing.keep(key, listen(prepared, open));
  }

  /** Everything found, denials taken into account. With a question open, all its wordings count in short clauses. */
  function listen(prepared: string, open: Ask | undefined): Heard {
    const text = atlas.without(prepared, atlas.find(prepared, false));
    const said = new Map<string, Set<string>>();
    const weakly = new Map<string, Set<string>>();
    const either = new Map<string, (readonly string[])[]>();
    const denied = new Set<string>();
    const deniedAt: { start: number; end: number }[] = [];
    const found = finder.find(text).filter((match) => counts(text, match, open));
    const isAside = ({ wording }: Match) => aside.has(wording.fact) && wording.fact !== open?.fact;
    const matches = [
      ...withoutOverlaps(
        preferOpenQuestion(
          open,
          found.filter((match) => !isAside(match)),
        ),
      ),
      ...withoutOverlaps(found.filter(isAside)),
    ].sort((a, b) => a.start - b.start);
    let last = { start: -1, end: -1, isDenied: false };
    for (const { start, end, wording } of matches) {
      const { fact, options, distinctive } = wording;
      const isDenied =
        (last.isDenied && (start === last.start || JOINS_DENIED.test(text.slice(last.end, start)))) ||
        denialBefore.test(text.slice(0, start)) ||
        denialBehind.test(text.slice(end));
      if (end > last.end) last = { start, end, isDenied };
      if (isDenied) {
        deniedAt.push({ start, end });
        // Who does not do 直播 has denied 内容业务, and the line of business with it.
        for (const one of [fact, implications.find(({ from }) => from === fact)?.fact])
          if (one) denied.add(one);
      } else if (options.length > 1) either.set(fact, [...(either.get(fact) ?? []), options]);
      else note(distinctive ? said : weakly, fact, options);
    }
    for (const clause of clausesOf(text)) {
      if (deniedAt.some(({ start, end }) => start < clause.end && clause.start < end)) continue;
      const layers = peeled(clause.text);
      // 去年认证的，今年没续 is one wording over two clauses: the first does not speak for itself any more.
      const isPart = matches.some(
        ({ wording, start, end }) =>
          wording.fact === open?.fact &&
          start <= clause.start &&
          clause.end <= end &&
          end - start > clause.end - clause.start,
      );
      const meant = isPart ? undefined : open && meantBy(layers, (layer) => own.get(open.fact)?.meant(layer));
      if (open && meant?.length === 1) note(weakly, open.fact, meant);
      else if (open && meant) either.set(open.fact, [...(either.get(open.fact) ?? []), meant]);
      const alone = meant ? undefined : meantBy(layers, (layer) => unique.get(layer));
      if (alone) note(said, alone.fact, [alone.option]);
    }
    return { said, weakly, either, denied };
  }

  /** Phrases that are distinctive count everywhere; the words of the open question in short clauses; words that fit
   *  several options of another question only together (they are kept, and decide nothing alone). */
  function counts(text: string, { wording, start, end }: Match, open: Ask | undefined): boolean {
    const size = end - start;
    if (wording.distinctive || (wording.options.length > 1 && size > 1)) return true;
    if (wording.fact !== open?.fact || size < 2 || denials.has(text.slice(start, end))) return false;
    return clauseAround(text, start, end) <= SHORT_CLAUSE;
  }

  /** What is said decides, by phrases and words alike; else what all words fit that fit several options. */
  function decide(ask: Ask, { said, weakly, either, denied }: Heard): Reading {
    const strong = new Map([...said].map(([fact, values]) => [fact, new Set(values)] as const));
    imply(strong);
    const values = [...(strong.get(ask.fact) ?? []), ...(weakly.get(ask.fact) ?? [])];
    if (values.length > 0) return only(values, false);
    const sets = either.get(ask.fact);
    if (sets) return only(meet(sets), false);
    return denied.has(ask.fact) ? { kind: 'denied' } : NOTHING;
  }

  /** What must hold for a question to be asked at all is said along with its answer (基金会 → 社会组织). */
  function imply(found: Map<string, Set<string>>): void {
    const direct = new Set(found.keys());
    for (const { fact, from, value } of implications)
      if (direct.has(from) && !direct.has(fact)) note(found, fact, [value]);
  }

  // Whole replies ───────────────────────────────────────────────────────────────────────────────────────────────────

  function refinements({ fact }: Ask, value: string): readonly Ask[] {
    return refining.get(`${fact} ${value}`) ?? [];
  }

  function isNumber(text: string): boolean {
    return wholeNumber(text) !== undefined || wholeNumber(peeled(normalise(text)).at(-1) ?? '') !== undefined;
  }

  function numbered(ask: Ask, text: string, stripped: string): string | undefined {
    const number = wholeNumber(text) ?? wholeNumber(stripped);
    return number === undefined ? undefined : ask.options[number - 1]?.id;
  }

  /** The province that a yes-or-no question names: 您的身份证是广东的吗. */
  function namedIn(ask: Ask, here: string | undefined): string | undefined {
    const isNamed = here !== undefined && (ask.say.includes(`{${placeAsk?.fact}}`) || ask.say.includes(here));
    return isNamed ? here : undefined;
  }

  /** The text, and what is left as polite and empty words are taken off at both ends, the least first: 小程序停了吧,
   *  小程序停了, 停了吧, 停了, 停. */
  function peeled(bare: string): readonly string[] {
    const heads = cuts(bare, (rest) => before.find((word) => rest.startsWith(word)));
    const tails = cuts(bare, (rest) => behind.find((word) => rest.endsWith(word)), true);
    return heads
      .flatMap((head) => tails.map((tail) => [head, tail] as const))
      .filter(([head, tail]) => head + tail < bare.length)
      .sort((a, b) => a[0] + a[1] - b[0] - b[1])
      .map(([head, tail]) => bare.slice(head, bare.length - tail));
  }

  /** What the outermost layer means that means something. */
  function meantBy<T>(layers: readonly string[], meaning: (layer: string) => T | undefined): T | undefined {
    for (const layer of layers) {
      const meant = meaning(layer);
      if (meant !== undefined) return meant;
    }
    return undefined;
  }
}
