/** The cases of classes.yaml: most of each class are heard at once, and hardly one is taken for something else. The shares are
 *  well below what `npm run eval` prints, so that one phrasing more or less elsewhere is no failure. */
import { expect, it } from 'vitest';
import { theHandbook } from '../support.ts';
import { hearClasses, readClasses } from './classes.ts';

const HEARD = 0.75;
const WRONG = 0.05;

const classes = hearClasses(await theHandbook(), await readClasses());

it.each(classes.map(({ name, cases }) => [name, cases] as const))('%s', (_name, cases) => {
  const missed = cases.filter(({ hearing }) => hearing !== 'right' && hearing !== 'tentative');
  expect(1 - missed.length / cases.length, JSON.stringify(missed)).toBeGreaterThanOrEqual(HEARD);
});

it('few are taken for something else', () => {
  const all = classes.flatMap(({ cases }) => cases);
  const wrong = all.filter(({ hearing }) => hearing === 'wrong');
  expect(wrong.length / all.length, JSON.stringify(wrong)).toBeLessThanOrEqual(WRONG);
});
