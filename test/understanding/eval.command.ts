/** `npm run eval`: prints how the sets are understood; with `--misses` also what went wrong on the development set
 *  (those of the test set and the third set are not shown: who reads them tunes on them). */
import { theHandbook } from '../support.ts';
import { type Hearing, hearClasses, readClasses } from './classes.ts';
import { disguises } from './disguises.ts';
import { type Evaluation, evaluate, readSet } from './evaluate.ts';
import { heldOutWishes } from './heldout.ts';

const handbook = await theHandbook();
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const rows: readonly (readonly [string, (e: Evaluation) => string])[] = [
  ['questions', (e) => String(e.questions)],
  ['answered directly and right', (e) => percent(e.direct)],
  ['answered as a question back and right', (e) => percent(e.tentative)],
  ['resolved (direct, question back, or among three)', (e) => percent(e.resolved)],
  ['confident and wrong', (e) => percent(e.confidentlyWrong)],
  ['a dialog or command instead of an answer', (e) => percent(e.opened)],
  ['off-topic messages', (e) => String(e.offTopic)],
  ['off-topic answered', (e) => percent(e.offTopicAnswered)],
  ['off-topic taken for a wish', (e) => percent(e.offTopicOpened)],
  ['option answers', (e) => String(e.options)],
  ['option answers read right', (e) => percent(e.optionsRight)],
  ['µs a question', (e) => e.microseconds.toFixed(0)],
];
const sets = [await readSet('development'), await readSet('test'), await readSet('third')] as const;
const [development, test, third] = [
  evaluate(handbook, sets[0]),
  evaluate(handbook, sets[1]),
  evaluate(handbook, sets[2]),
] as const;
const lines = [
  '| | development | test | third |',
  '|---|---|---|---|',
  ...rows.map(([name, of]) => `| ${name} | ${of(development)} | ${of(test)} | ${of(third)} |`),
];
process.stdout.write(`${lines.join('\n')}\n`);

const topics = new Map<string, number>();
for (const { wanted, kind } of test.misses) {
  if (kind === 'question' || kind === 'wrong') topics.set(wanted, (topics.get(wanted) ?? 0) + 1);
}
const worst = [...topics].sort(([, a], [, b]) => b - a).slice(0, 10);
process.stdout.write(
  `\nworst topics of the test set: ${worst.map(([id, count]) => `${id} (${count})`).join(', ')}\n`,
);
if (process.argv.includes('--misses')) {
  for (const { kind, text, wanted, got } of development.misses)
    process.stdout.write(`${kind}\t${wanted}\t${got}\t${text.replace(/\n/g, '⏎')}\n`);
}

const characters = new Set(
  handbook.faqEntries.flatMap(({ question, also }) =>
    [...[question, ...also].join('')].filter((one) => /\p{Script=Han}/u.test(one)),
  ),
);
const written = Object.entries(disguises(characters)).map(([name, write]) => {
  const disguised = sets.map((set) =>
    evaluate(handbook, {
      ...set,
      options: [],
      questions: set.questions.map((question) => ({ ...question, ask: write(question.ask) })),
    }),
  );
  return `| ${name} | ${disguised.map((e) => `${percent(e.direct)} / ${percent(e.tentative)} / ${percent(e.resolved)} / ${percent(e.confidentlyWrong)}`).join(' | ')} |`;
});
process.stdout.write(
  `\n${['| the same questions | development | test | third |', '|---|---|---|---|', ...written].join('\n')}\n(at once and right / as a question back and right / with one tap / confident and wrong)\n`,
);
const wishes = heldOutWishes(handbook);
process.stdout.write(
  `\nwishes, each phrasing left out while learning: ${percent(wishes.right)} heard, ${percent(wishes.wrong)} taken for something else\n`,
);
const KINDS: readonly Hearing[] = ['right', 'tentative', 'one tap', 'lost', 'wrong'];
const heard = hearClasses(handbook, await readClasses());
const table = [...heard, { name: 'all', cases: heard.flatMap(({ cases }) => cases) }].map(
  ({ name, cases }) => {
    const counts = KINDS.map((kind) => cases.filter(({ hearing }) => hearing === kind).length);
    return `| ${name} | ${cases.length} | ${counts.join(' | ')} |`;
  },
);
process.stdout.write(
  `\n${[`| what makes it hard to hear | cases | ${KINDS.join(' | ')} |`, '|---|---|---|---|---|---|---|', ...table].join('\n')}\n`,
);
