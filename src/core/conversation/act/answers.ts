/** Answers of fact, one after another. */
import type { FaqEntry } from '../../knowledge/search/targets.ts';
import type { Block } from '../render/pages.ts';
import type { TurnContext } from './context.ts';

/** Answers one after another, each with its 没答对？ where it has neighbours. */
export function answersOf(turn: TurnContext, entries: readonly FaqEntry[]): readonly Block[] {
  const { renderer, handbook, where } = turn;
  const facts = where.position?.facts ?? handbook.derive(where.known);
  return entries.flatMap((entry, i): readonly Block[] => [
    [
      ...(i > 0 ? [''] : []),
      ...renderer.answer(entry, facts),
      ...(entry.see.length > 0 ? [renderer.miss(entry)] : []),
    ],
  ]);
}
