/** `npm run tune`: fits the weights behind an answer's chance (logistic regression) on the development set and on held-out
 *  phrasings, writes them into content/understanding.yaml and prints what each 直接回答阈值 would bring on the development
 *  set. Never looks at the test set. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SIGNALS } from '../../src/core/knowledge/search/confidence.ts';
import { formsOf } from '../../src/core/text/forms.ts';
import { ROOT, theHandbook } from '../support.ts';
import { readSet } from './evaluate.ts';
import { heldOutPhrasings, leftOutOfScope } from './heldout.ts';

const ROUNDS = 30;
/** Keeps the weights small where the set says little. */
const RESTRAINT = 0.3;

/** What one case of each kind counts: the development set was written as merchants write, the rest is much more. */
const COUNTS = { development: 3, phrasing: 0.3, subject: 0.15 };

const handbook = await theHandbook();
const { faq } = handbook;
const set = await readSet('development');
const cases = [
  ...set.questions.map(({ ask, want, or }) => ({ text: ask, right: new Set([want, ...or]) })),
  ...set['off-topic'].map((text) => ({ text, right: new Set<string>() })),
].flatMap(({ text, right }) => {
  const verdict = faq.verdict(formsOf(text));
  if (!verdict || faq.exact(formsOf(text)) || !/\p{Script=Han}/u.test(text)) return [];
  const isAnswer = 'answer' in verdict.target;
  return [
    { signals: verdict.signals, isAnswer, right: right.has(verdict.target.id), offTopic: right.size === 0 },
  ];
});
const phrasings = heldOutPhrasings(handbook);
const outOfScope = leftOutOfScope(handbook);
const heldOut = [...phrasings, ...outOfScope].flatMap(({ want, verdict }) =>
  'answer' in verdict.target
    ? [
        {
          signals: verdict.signals,
          right: verdict.target.id === want,
          counts: want === undefined ? COUNTS.subject : COUNTS.phrasing,
        },
      ]
    : [],
);

const answers = cases.filter(({ isAnswer }) => isAnswer);
const fitted = [...answers.map((one) => ({ ...one, counts: COUNTS.development })), ...heldOut];
let weights: number[] = SIGNALS.map(() => 0);
// Newton's method: a few rounds reach the weights that make the set most likely.
for (let round = 0; round < ROUNDS; round++) {
  const slope = weights.map((weight, i) => (i === 0 ? 0 : RESTRAINT * weight));
  const bend = weights.map((_, i): number[] => weights.map((__, j) => (i === j && i > 0 ? RESTRAINT : 1e-9)));
  for (const { signals, right, counts } of fitted) {
    const p = chance(signals);
    for (const [i, a] of signals.entries()) {
      slope[i] = (slope[i] ?? 0) + counts * (p - (right ? 1 : 0)) * a;
      const row = bend[i];
      if (row) for (const [j, b] of signals.entries()) row[j] = (row[j] ?? 0) + counts * p * (1 - p) * a * b;
    }
  }
  const move = solve(bend, slope);
  weights = weights.map((weight, i) => weight - (move[i] ?? 0));
}

const rounded = weights.map((weight) => Math.round(weight * 100) / 100);
const file = join(ROOT, 'content/understanding.yaml');
const text = await readFile(file, 'utf8');
await writeFile(file, text.replace(/^权重: \[[^\]]*\]/mu, `权重: [${rounded.join(', ')}]`));
process.stdout.write(`${SIGNALS.map((name, i) => `${name} ${rounded[i]}`).join(', ')}\n`);
const first = phrasings.filter(({ want, verdict }) => verdict.target.id === want).length;
const three = phrasings.filter(({ want, nearest }) => nearest.some((id) => id === want)).length;
process.stdout.write(
  `\nheld-out phrasings: ${phrasings.length}, first ${percent(first / phrasings.length)}, among three ${percent(three / phrasings.length)}\n\n`,
);
const questions = cases.filter(({ offTopic }) => !offTopic).length;
const others = cases.length - questions;
process.stdout.write(
  '直接回答阈值 | right | wrong | off-topic answered | phrasings right | wrong | outOfScope answered\n',
);
for (const threshold of [0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9]) {
  const answered = answers.filter(({ signals }) => chance(signals) >= threshold);
  const right = answered.filter((one) => one.right).length / questions;
  const wrong = answered.filter((one) => !one.right && !one.offTopic).length / questions;
  const offTopic = answered.filter((one) => one.offTopic).length / others;
  const held = heldOut.filter(({ signals }) => chance(signals) >= threshold);
  const heldRight = held.filter((one) => one.right).length / phrasings.length;
  const heldWrong =
    held.filter((one) => !one.right && one.counts === COUNTS.phrasing).length / phrasings.length;
  const foreign = held.filter((one) => one.counts === COUNTS.subject).length / outOfScope.length;
  process.stdout.write(
    `${[String(threshold), ...[right, wrong, offTopic, heldRight, heldWrong, foreign].map(percent)].join(' | ')}\n`,
  );
}

function chance(signals: readonly number[]): number {
  return 1 / (1 + Math.exp(-signals.reduce((sum, signal, i) => sum + signal * (weights[i] ?? 0), 0)));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Solves `matrix · x = right` by elimination with pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  for (let column = 0; column < rows.length; column++) {
    const pivot = rows
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column] ?? 0) > Math.abs(best[column] ?? 0) ? row : best));
    const at = rows.indexOf(pivot);
    [rows[column], rows[at]] = [pivot, rows[column] ?? pivot];
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1);
      for (let i = column; i < row.length; i++) row[i] = (row[i] ?? 0) - factor * (pivot[i] ?? 0);
    }
  }
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1));
}
