/** A few hundred sets of answers in which every two answers that go together meet at least once. Messages and pages are
 *  checked on them, because the full product would take hours. */
import { type Ask, asksOf } from '../../dialog/dialog.ts';
import { type Position, walk } from '../../dialog/walk.ts';
import { clausesOf, type Facts } from '../../facts.ts';
import type { Space } from './answer-space.ts';

/** The ends that are reached with these answer sets; always the same ones for the same content. */
export function samplesOf(space: Space): readonly Position[] {
  const { dialog, derive } = space;
  const asks = asksOf(dialog);
  const places = new Map(asks.map((ask, i) => [ask.fact, i] as const));
  const met = new Set<string>();
  const found: Position[] = [];
  let turn = 0;
  const [only, ...others] = asks;
  // One question has no pairs: each of its answers is a sample.
  if (only && others.length === 0)
    return only.options.map(({ id }) => walk(dialog, { [only.fact]: id }, derive));
  for (const [i, ask] of asks.entries()) {
    for (const { id } of ask.options) {
      for (const other of asks.slice(i + 1)) {
        for (const { id: otherId } of other.options) {
          if (!met.has(pair(ask.fact, id, other.fact, otherId))) sample(ask, id, other, otherId);
        }
      }
    }
  }
  // An answer after which nothing else is asked has no pair.
  const given = new Set(found.flatMap(({ answers }) => Object.entries(answers).map(([f, v]) => `${f} ${v}`)));
  for (const ask of asks)
    for (const { id } of ask.options)
      if (!given.has(`${ask.fact} ${id}`)) {
        const position = completed({ ...leadTo(ask), [ask.fact]: id });
        if (position.answers[ask.fact] === id) found.push(position);
      }
  return found;

  function sample(ask: Ask, id: string, other: Ask, otherId: string): void {
    const position = completed({
      ...leadTo(ask),
      ...leadTo(other),
      [ask.fact]: id,
      [other.fact]: otherId,
    });
    const fresh = pairsOf(position.answers).filter((key) => !met.has(key));
    if (fresh.length === 0) return;
    for (const key of fresh) met.add(key);
    found.push(position);
  }

  /** Where these answers lead when all other questions are answered too. */
  function completed(known: Record<string, string>): Position {
    let position = walk(dialog, known, derive);
    for (let { open } = position; open; { open } = position) {
      known[open.fact] = bestOption(open, position.answers);
      position = walk(dialog, known, derive);
    }
    return position;
  }

  /** The option that meets most answers for the first time; the options take turns where several do. */
  function bestOption(open: Ask, answers: Facts): string {
    turn += 1;
    const options = open.options.map((_, i) => open.options[(i + turn) % open.options.length]?.id ?? '');
    const news = (id: string) =>
      Object.entries(answers).filter(([fact, value]) => !met.has(pair(fact, value, open.fact, id))).length;
    return options.reduce((best, id) => (news(id) > news(best) ? id : best), options[0] ?? '');
  }

  function pairsOf(answers: Facts): readonly string[] {
    const all = Object.entries(answers).sort(([a], [b]) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
    return all.flatMap(([fact, value], i) =>
      all.slice(i + 1).map(([other, otherValue]) => pair(fact, value, other, otherValue)),
    );
  }

  /** Answers that lead to a question, so far as its first clause tells. */
  function leadTo(ask: Ask): Record<string, string> {
    const lead: Record<string, string> = {};
    for (const [fact, wanted] of Object.entries(clausesOf(ask.when)[0] ?? {})) {
      const values = typeof wanted === 'string' ? [wanted] : wanted;
      for (const origin of asks.filter((each) => space.origins(fact).includes(each.fact))) {
        const option = origin.options.find(({ id }) =>
          values.includes(derive({ [origin.fact]: id })[fact] ?? ''),
        );
        if (option) Object.assign(lead, leadTo(origin), { [origin.fact]: option.id });
      }
    }
    return lead;
  }
}

function pair(fact: string, value: string, other: string, otherValue: string): string {
  return `${fact} ${value} ${other} ${otherValue}`;
}
