/** A renderer that remembers: lists, answers, and what can be tapped are the same for everybody with the same answers. */

import { type Choices, createChoices, type Options } from '../conversation/render/choices.ts';
import { createRenderer, type Renderer } from '../conversation/render/renderer.ts';
import type { RenderResult } from '../conversation/render/result.ts';
import type { Ask } from '../dialog/dialog.ts';
import type { Handbook } from '../handbook/handbook.ts';
import { memoize, memoizeByObject } from './memo.ts';

/** Lists remembered at most: some ten kilobytes each. */
const LISTS = 300;

/** The renderer of a handbook, remembering. What it gives is shared, so nobody may write to it. */
export function createRememberingRenderer(handbook: Handbook): Renderer {
  const renderer = createRenderer(handbook, rememberChoices(createChoices(handbook)));
  const told = [...handbook.advice.values()]
    .flat()
    .flatMap(({ untilTold, onceTold }) => [untilTold, onceTold].flatMap((fact) => fact ?? []));
  return { ...renderer, result: rememberResult(renderer.result, [...new Set(told)]) };
}

/** A list depends on nothing but the answers and the day; other results name the minute, or answers of other dialogs. */
function rememberResult(result: RenderResult, told: readonly string[]): RenderResult {
  return memoize(
    result,
    ({ id }, { end, answers }, { today }, known) =>
      end?.list === undefined || end.findings !== undefined
        ? undefined
        : JSON.stringify([id, end.id, today, answers, told.map((fact) => known[fact])]),
    LISTS,
  );
}

/** The same choice is the same object, so that a channel writes it once (src/wechat/channel.ts). */
function rememberChoices(choices: Choices): Choices {
  const menu = choices.menu();
  const options = memoizeByObject((ask: Ask) =>
    memoize(
      (dialog: Parameters<Choices['options']>[0], program: number): Options =>
        choices.options(dialog, ask, program),
      ({ id }, program) => `${id} ${program}`,
    ),
  );
  return {
    command: memoize(choices.command, (command) => command),
    opening: memoizeByObject(choices.opening),
    guess: memoizeByObject(choices.guess),
    miss: memoizeByObject(choices.miss),
    exits: choices.exits,
    menu: () => menu,
    options: (dialog, ask, program, only) =>
      only === undefined ? options(ask)(dialog, program) : choices.options(dialog, ask, program, only),
  };
}
