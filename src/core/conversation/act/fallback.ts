/** What is said when nothing was understood: at a question, first it again in other words, then its options, then a person;
 *  without one, what we can talk about. Called by turn.ts. */
import { type Ask, askOf, isPasted } from '../../dialog/dialog.ts';
import type { PhraseId } from '../../handbook/handbook.ts';
import type { Turn, TurnParts } from '../outcome.ts';
import type { TurnContext } from './context.ts';

export interface Misses {
  /** Neither an answer nor a question that we know. */
  unclear(): Turn;
  /** An option was denied and none named; or none of the guesses at a pasted text is meant. */
  denied(): Turn;
}

/** @param before misses in a row until this turn. */
export function createFallback({ renderer }: TurnParts, scene: TurnContext, before: number): Misses {
  const { phrase } = renderer;
  const count = before + 1;
  return { unclear, denied };

  function unclear(): Turn {
    const { dialog, position } = scene.where();
    if (position?.open) return missed(phrase(missPhrase(position.open)), count >= 3);
    note();
    const pasted = dialog && askOf(dialog, position?.end?.findings ?? '');
    if (pasted && count === 1) return scene.detour([phrase(howTo(pasted))]);
    if (count >= 3)
      return scene.choices(phrase('unknown-3'), [renderer.command('person'), renderer.command('menu')]);
    return scene.choices(phrase(count === 1 ? 'unknown-1' : 'unknown-2'), [
      ...scene.openings(),
      ...renderer.menu().slice(0, count === 1 ? 0 : 9),
    ]);
  }

  function denied(): Turn {
    const { position } = scene.where();
    if (position?.open && !isPasted(position.open)) return missed(phrase('denied'), count >= 3);
    note();
    return scene.choices(phrase('found-none-of-these'), [
      renderer.command('person'),
      renderer.command('menu'),
    ]);
  }

  function missPhrase(ask: Ask): PhraseId {
    if (count >= 3) return 'miss-3';
    if (count === 1 && ask.again !== undefined) return 'miss-1';
    return howTo(ask);
  }

  function howTo(ask: Ask): PhraseId {
    return ask.reads === 'choice' ? 'miss-2' : `miss-2-${ask.reads}`;
  }

  /** Then the question again. */
  function missed(words: readonly string[], offersPerson: boolean): Turn {
    note();
    scene.lead.push(
      offersPerson ? [...words, [renderer.command('person'), '　', renderer.command('menu')]] : words,
    );
    return scene.goOn(count < 3);
  }

  function note(): void {
    scene.session.misses = count;
    scene.events.push({ kind: 'missed', count });
  }
}
