/** Listens to a text: which options of a dialog it says, which it denies, and which words fit several. It decides
 *  nothing. */
import type { Ask } from '../dialog.ts';
import type { Denials } from './denials.ts';
import { type Layers, meaningOf } from './layers.ts';
import type { Lookup } from './lookup.ts';
import type { Places } from './places.ts';
import { addTo, clauseAround, clausesOf, preferOpenQuestion } from './reading.ts';
import { type Finder, type Match, withoutOverlaps } from './wordings.ts';

/** Options by fact. */
export interface Heard {
  /** Said in words that count whatever question is open. */
  readonly said: ReadonlyMap<string, ReadonlySet<string>>;
  /** Said in words that answer the open question, or that count unless something was said more clearly. */
  readonly weakly: ReadonlyMap<string, ReadonlySet<string>>;
  /** Words that fit several options, a set for each place. */
  readonly either: ReadonlyMap<string, readonly (readonly string[])[]>;
  readonly denied: ReadonlySet<string>;
}

/** What a listener knows of its dialog. */
export interface ListenerParts {
  readonly finder: Finder;
  readonly atlas: Places;
  readonly denials: Denials;
  readonly layersOf: Layers;
  /** Whole replies, by fact. */
  readonly lookups: ReadonlyMap<string, Lookup>;
  /** Wordings of one option of one question only. */
  readonly unique: ReadonlyMap<string, { readonly fact: string; readonly option: string }>;
  /** What a fact refines: who denies 直播 has denied 内容业务, and the line of business with it. */
  readonly impliedFact: ReadonlyMap<string, string>;
  /** What is only taken along stands in the same words as something else: 面馆 is a trade and a kind of subject. */
  readonly unlisted: ReadonlySet<string>;
}

/** @returns what a text says, denials taken into account. With a question open, all its wordings count in short clauses.
 *  @see TextForms.clauses */
export type Listen = (clauses: string, open: Ask | undefined) => Heard;

/** A wording of `also` counts inside a clause that is not much more than an answer. */
const SHORT_CLAUSE = 14;
const JOINS_DENIED = /^(?:、|,?(?:或者?|和|跟|与|以及|还有|也|又)(?:是|算)?)$/u;

/** Prepares listening for one dialog. */
export function createListener(parts: ListenerParts): Listen {
  const { finder, atlas, denials, layersOf, lookups, unique, impliedFact, unlisted } = parts;

  return (clauses, open) => {
    const text = atlas.without(clauses, atlas.find(clauses, false));
    const matches = matchesIn(text, open);
    const heard = {
      said: new Map<string, Set<string>>(),
      weakly: new Map<string, Set<string>>(),
      either: new Map<string, (readonly string[])[]>(),
      denied: new Set<string>(),
    };
    const deniedAt = new Set<Match>();
    let last = { start: -1, end: -1, isDenied: false };
    for (const match of matches) {
      const { start, end, wording } = match;
      const isDenied =
        (last.isDenied && (start === last.start || JOINS_DENIED.test(text.slice(last.end, start)))) ||
        denials.deniesNext(text.slice(0, start)) ||
        denials.deniesLast(text.slice(end));
      if (end > last.end) last = { start, end, isDenied };
      const { fact, options, distinctive } = wording;
      if (isDenied) {
        deniedAt.add(match);
        for (const one of [fact, impliedFact.get(fact)]) if (one) heard.denied.add(one);
      } else if (options.length > 1) heard.either.set(fact, [...(heard.either.get(fact) ?? []), options]);
      else addTo(distinctive ? heard.said : heard.weakly, fact, options);
    }
    for (const clause of clausesOf(text)) {
      const touches = ({ start, end }: Match) => start < clause.end && clause.start < end;
      if ([...deniedAt].some(touches)) continue;
      const layers = layersOf(clause.text);
      const meant = isPart(clause, matches, open) ? undefined : answerIn(layers, open);
      if (open && meant?.length === 1) addTo(heard.weakly, open.fact, meant);
      else if (open && meant) heard.either.set(open.fact, [...(heard.either.get(open.fact) ?? []), meant]);
      const alone = meant ? undefined : meaningOf(layers, (layer) => unique.get(layer));
      if (alone) addTo(heard.said, alone.fact, [alone.option]);
    }
    return heard;
  };

  function answerIn(layers: readonly string[], open: Ask | undefined): readonly string[] | undefined {
    return open && meaningOf(layers, (layer) => lookups.get(open.fact)?.meant(layer));
  }

  /** The wordings that count, from left to right. */
  function matchesIn(text: string, open: Ask | undefined): readonly Match[] {
    const found = finder.find(text).filter((match) => counts(text, match, open));
    const isAside = ({ wording }: Match) => unlisted.has(wording.fact) && wording.fact !== open?.fact;
    const main = found.filter((match) => !isAside(match));
    return [
      ...withoutOverlaps(preferOpenQuestion(open, main)),
      ...withoutOverlaps(found.filter(isAside)),
    ].sort((a, b) => a.start - b.start);
  }

  /** Phrases that are distinctive count everywhere; the words of the open question in short clauses; words that fit
   *  several options of another question only together (they are kept, and decide nothing alone). */
  function counts(text: string, { wording, start, end }: Match, open: Ask | undefined): boolean {
    const size = end - start;
    if (wording.distinctive || (wording.options.length > 1 && size > 1)) return true;
    if (wording.fact !== open?.fact || size < 2 || denials.has(text.slice(start, end))) return false;
    return clauseAround(text, start, end) <= SHORT_CLAUSE;
  }
}

/** 去年认证的，今年没续 is one wording over two clauses: the first does not speak for itself any more. */
function isPart(
  clause: { readonly start: number; readonly end: number },
  matches: readonly Match[],
  open: Ask | undefined,
): boolean {
  return matches.some(
    ({ wording, start, end }) =>
      wording.fact === open?.fact &&
      start <= clause.start &&
      clause.end <= end &&
      end - start > clause.end - clause.start,
  );
}
