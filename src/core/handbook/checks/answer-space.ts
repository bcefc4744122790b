/** The answers that a dialog can collect, cut down to what a check looks at: values that none of its conditions tells
 *  apart stand for each other, and questions that none of them depends on are left out. So each rule is checked over
 *  every case, while the full product (half a million sets) is never built. */
import { type Ask, asksOf, type Dialog, type Step } from '../../dialog/dialog.ts';
import type { Derive } from '../../dialog/walk.ts';
import { clausesOf, type Facts, factsIn, matches, type When } from '../../facts.ts';

/** A place on the way through a dialog: a step that was entered, or the end of the list without an end. */
export interface State {
  readonly step: Step | undefined;
  /** Index of the step in the dialog. */
  readonly index: number;
  /** One answer for each question that was looked at and answered; the first of its class. */
  readonly answers: Facts;
  /** What conditions look at. */
  readonly facts: Facts;
  /** All values that the answer about this fact stands for; `undefined` when there is none. */
  stands(fact: string): readonly string[] | undefined;
}

/** `on`: further down the dialog; `back`: nothing further on this way matters; `stop`: the question is settled. */
export type Verdict = 'on' | 'back' | 'stop';

export interface Space {
  readonly dialog: Dialog;
  readonly derive: Derive;
  /** The questions whose answers decide this fact: its own, or those that it is derived from. */
  origins(fact: string): readonly string[];
  /** All values that this fact can take; `undefined` when nothing sets it. */
  values(fact: string): ReadonlySet<string> | undefined;
  /** Index of the last step that this condition depends on; -1 when it depends on none. */
  settledAfter(when: When | undefined): number;
  /** Visits every step of every way through the dialog, as far as `looksAt` and the questions `also` can tell ways apart.
   *  Answers that are taken but never asked for are tried given and not given. */
  explore(
    looksAt: readonly (When | undefined)[],
    visit: (state: State) => Verdict,
    also?: readonly string[],
  ): void;
}

/** A derived fact must follow from its answers one by one, as in src/core/knowledge/derive.ts. */
export function createSpace(dialog: Dialog, derive: Derive): Space {
  const asks = asksOf(dialog);
  const base = derive({});
  const derived = new Map(
    asks.map((ask) => [
      ask.fact,
      new Map(ask.options.map(({ id }) => [id, derive({ [ask.fact]: id })] as const)),
    ]),
  );
  const sets = new Map(asks.map((ask) => [ask.fact, factsSetBy(ask)] as const));
  const places = new Map(dialog.steps.flatMap((step, i) => (step.kind === 'ask' ? [[step.fact, i]] : [])));
  const possible = possibleValues();

  return { dialog, derive, origins, values: (fact) => possible.get(fact), settledAfter, explore };

  function factsSetBy(ask: Ask): ReadonlySet<string> {
    const all = [...(derived.get(ask.fact)?.values() ?? [])];
    return new Set([
      ask.fact,
      ...all.flatMap((facts) => Object.keys(facts).filter((fact) => facts[fact] !== base[fact])),
    ]);
  }

  function possibleValues(): ReadonlyMap<string, ReadonlySet<string>> {
    const found = new Map<string, Set<string>>();
    for (const facts of [base, ...[...derived.values()].flatMap((each) => [...each.values()])]) {
      for (const [fact, value] of Object.entries(facts))
        found.set(fact, (found.get(fact) ?? new Set()).add(value));
    }
    return found;
  }

  function origins(fact: string): readonly string[] {
    return asks.filter((ask) => sets.get(ask.fact)?.has(fact)).map((ask) => ask.fact);
  }

  function settledAfter(when: When | undefined): number {
    return Math.max(
      -1,
      ...factsIn(when)
        .flatMap(origins)
        .map((fact) => places.get(fact) ?? -1),
    );
  }

  function explore(
    looksAt: readonly (When | undefined)[],
    visit: (state: State) => Verdict,
    also: readonly string[] = [],
  ): void {
    const { relevant, conditions } = relevantTo(looksAt, also);
    const mentions = mentionsIn(conditions);
    const classes = new Map(
      asks.filter(({ fact }) => relevant.has(fact)).map((ask) => [ask.fact, classesOf(ask, mentions)]),
    );
    go(0, {}, base, undefined);

    function go(from: number, answers: Facts, facts: Facts, chosen: Chosen | undefined): Verdict {
      const stands = (fact: string) => valuesIn(chosen, fact);
      for (let index = from; index < dialog.steps.length; index++) {
        const step = dialog.steps[index];
        if (step === undefined || (step.kind === 'ask' && !relevant.has(step.fact))) continue;
        if (!matches(step.when, facts)) continue;
        const verdict = visit({ step, index, answers, facts, stands });
        if (verdict !== 'on') return verdict;
        if (step.kind === 'end') return 'on';
        for (const values of classes.get(step.fact) ?? []) {
          const given = { ...answers, [step.fact]: values[0] ?? '' };
          const next = go(index + 1, given, derive(given), { fact: step.fact, values, before: chosen });
          if (next === 'stop') return 'stop';
        }
        if (matches(step.askWhen, facts)) return 'on';
      }
      return visit({ step: undefined, index: dialog.steps.length, answers, facts, stands });
    }
  }

  function relevantTo(looksAt: readonly (When | undefined)[], also: readonly string[]) {
    const ends = dialog.steps.flatMap((step) => (step.kind === 'end' ? [step.when] : []));
    const conditions = [...looksAt, ...ends];
    const relevant = new Set(also);
    let fresh = [...also, ...conditions.flatMap((when) => factsIn(when).flatMap(origins))];
    while (fresh.length > 0) {
      for (const fact of fresh) relevant.add(fact);
      const steps = asks.filter(({ fact }) => fresh.includes(fact));
      const more = steps.flatMap(({ when, askWhen }) => [when, askWhen]);
      conditions.push(...more);
      fresh = more
        .flatMap((when) => factsIn(when).flatMap(origins))
        .filter((fact, i, all) => !relevant.has(fact) && all.indexOf(fact) === i);
    }
    return { relevant, conditions };
  }

  /** Values of one question in groups; within a group every mention of every fact holds for all or for none. */
  function classesOf(ask: Ask, mentions: ReadonlyMap<string, readonly ReadonlySet<string>[]>): string[][] {
    const facts = [...(sets.get(ask.fact) ?? [])].filter((fact) => mentions.has(fact));
    const groups = new Map<string, string[]>();
    for (const { id } of ask.options) {
      const given = derived.get(ask.fact)?.get(id) ?? {};
      const key = facts
        .map((fact) =>
          (mentions.get(fact) ?? []).map((wanted) => (wanted.has(given[fact] ?? '') ? '1' : '0')).join(''),
        )
        .join(' ');
      groups.set(key, [...(groups.get(key) ?? []), id]);
    }
    return [...groups.values()];
  }
}

/** The classes chosen on the way, the last first. */
interface Chosen {
  readonly fact: string;
  readonly values: readonly string[];
  readonly before: Chosen | undefined;
}

function valuesIn(chosen: Chosen | undefined, fact: string): readonly string[] | undefined {
  for (let at = chosen; at; at = at.before) if (at.fact === fact) return at.values;
  return undefined;
}

/** For each fact, the different sets of values that conditions ask for. */
function mentionsIn(
  conditions: readonly (When | undefined)[],
): ReadonlyMap<string, readonly ReadonlySet<string>[]> {
  const found = new Map<string, Map<string, ReadonlySet<string>>>();
  for (const clause of conditions.flatMap(clausesOf)) {
    for (const [fact, wanted] of Object.entries(clause)) {
      const values = typeof wanted === 'string' ? [wanted] : wanted;
      const sets = found.get(fact) ?? new Map<string, ReadonlySet<string>>();
      found.set(fact, sets.set([...values].sort().join('|'), new Set(values)));
    }
  }
  return new Map([...found].map(([fact, sets]) => [fact, [...sets.values()]] as const));
}
