/** Every way through every dialog: questions and results that nobody reaches, ways that end with nothing, papers that
 *  would stand on a list twice, answers that change nothing, blanks without a value. Each rule is checked over
 *  all cases of just the answers that it depends on (answer-space.ts). */
import { type Ask, asksOf, type End } from '../../dialog/dialog.ts';
import { type Clause, clausesOf, type Facts, factsIn, matches, type When } from '../../facts.ts';
import type { Day } from '../../knowledge/calendar.ts';
import { knownAs, LINE_KEYS } from '../../knowledge/checklist.ts';
import { blanksIn } from '../../text/template.ts';
import type { Files } from '../files.ts';
import type { Path } from '../parse.ts';
import type { Space } from './answer-space.ts';
import type { Located, Report } from './report.ts';

/** More questions on one way are too many for someone in a hurry. */
const MOST_QUESTIONS = 8;

/** Something that is shown at an end when its condition holds. */
interface Shown {
  readonly when: When | undefined;
  readonly texts: readonly string[];
  readonly file: Located;
  readonly path: Path;
  readonly what: string;
  readonly showsAt: (end: End) => boolean;
  /** Papers are never shown twice; the name of the paper, as merchants tell papers apart. */
  readonly paper?: string;
}

/** @param spaces one for each dialog, by its id. Names must have been checked before. */
export function checkWays(
  files: Files,
  spaces: ReadonlyMap<string, Space>,
  today: Day,
  report: Report,
): void {
  const dialogs = files.dialogs.flatMap((file) => {
    const space = spaces.get(file.value.id);
    return space ? [{ file, space }] : [];
  });
  const before = report.errors.length;
  for (const { file, space } of dialogs) checkSteps(file, space, report);
  for (const { file, space } of dialogs) checkQuestionTexts(file, space, report);
  // Where a question is out of reach, so is much else: that only follows from it.
  if (report.errors.length > before) return;
  const shown = shownBy(files, today);
  const first = onceEach();
  for (const each of shown) {
    const showing = dialogs.filter(({ space }) => endsOf(space).some(each.showsAt));
    const reached = showing.map(({ space }) => checkShown(files, space, each, first, report));
    if (showing.length > 0 && !reached.includes(true))
      report.error(each.file, each.path, `no answers lead to ${each.what}`);
  }
  for (const { file, space } of dialogs) checkResults(file, space, shown, report);
  for (const { space } of dialogs) checkTwice(space, shown, report);
  if (report.errors.length > before) return;
  for (const { file, space } of dialogs) checkUse(files, file, space, shown, report);
}

/** Questions and ends that nobody reaches, ways without an end, ways that are too long. */
function checkSteps(file: Located, space: Space, report: Report): void {
  const asks = asksOf(space.dialog);
  const reached = new Set<number>();
  let lost: Facts | undefined;
  let longest = 0;
  space.explore(
    [],
    ({ step, index, answers, facts }) => {
      reached.add(index);
      if (step === undefined) lost ??= answers;
      if (step?.kind !== 'ask') {
        const asked = asks.filter((ask) => answers[ask.fact] !== undefined && matches(ask.askWhen, facts));
        longest = Math.max(longest, asked.length);
      }
      return 'on';
    },
    asks.map(({ fact }) => fact),
  );
  for (const [i, step] of space.dialog.steps.entries()) {
    if (!reached.has(i))
      report.error(
        file,
        ['steps', i, step.kind],
        step.kind === 'ask'
          ? `no answers lead to the question about "${step.fact}"`
          : `no answers lead to the end "${step.id}"`,
      );
  }
  if (lost) report.error(file, ['steps'], `these answers reach no end: ${said(lost)}`);
  if (longest > MOST_QUESTIONS)
    report.warn(file, ['steps'], `${longest} questions on one way; more than ${MOST_QUESTIONS} are tiring`);
}

/** At each end something must be shown, whatever was answered: a list with an item, else a piece of advice. */
function checkResults(file: Located, space: Space, shown: readonly Shown[], report: Report): void {
  for (const [i, step] of space.dialog.steps.entries()) {
    // An end with findings says what was found, or that nothing was.
    if (step.kind !== 'end' || step.findings !== undefined) continue;
    const here = shown.filter(
      ({ showsAt, paper }) => showsAt(step) && (paper !== undefined) === (step.list !== undefined),
    );
    const clauses = here.flatMap(({ when }) => clausesOf(when));
    const settled = new Map(clauses.map((clause) => [clause, space.settledAfter(clause)] as const));
    let nothing: Facts | undefined;
    space.explore(clauses, ({ step: at, index, answers, facts }) => {
      const sure = (clause: Clause) => (settled.get(clause) ?? 0) < index && matches(clause, facts);
      if (index > i || clauses.some(sure)) return 'back';
      if (at !== step) return 'on';
      nothing = answers;
      return 'stop';
    });
    if (nothing)
      report.error(file, ['steps', i, 'end'], `these answers end with nothing to show: ${said(nothing)}`);
  }
}

/** A question counts when some result, another question or a text depends on its answer. */
function checkUse(files: Files, file: Located, space: Space, shown: readonly Shown[], report: Report): void {
  for (const [i, ask] of space.dialog.steps.entries()) {
    if (ask.kind !== 'ask' || ask.options.length < 2) continue;
    // A shared question that is never asked is there so that 我们是合作社 says what the subject is.
    if (isShared(files, space, i) && clausesOf(ask.askWhen).length === 0) continue;
    const depends = (when: When | undefined) =>
      factsIn(when).some((fact) => space.origins(fact).includes(ask.fact));
    const feeds = space.dialog.steps.some(
      (step) =>
        (step.kind === 'end' &&
          (step.findings === ask.fact || findingsAt(files, space, step).some(depends))) ||
        (step !== ask && (depends(step.when) || (step.kind === 'ask' && depends(step.askWhen)))),
    );
    if (feeds) continue;
    const here = shown.filter(({ showsAt }) => endsOf(space).some(showsAt));
    const inTexts = here.some(({ texts }) => texts.flatMap(blanksIn).some((blank) => isAbout(blank, ask)));
    if (inTexts || here.some((each) => depends(each.when) && changes(space, ask, each))) continue;
    report.error(file, ['steps', i, 'ask'], `the answer about "${ask.fact}" changes no result`);
  }
}

function isShared(files: Files, { dialog }: Space, index: number): boolean {
  const step = files.dialogs.find(({ value }) => value.id === dialog.id)?.value.steps[index];
  return step !== undefined && 'ask' in step && step['same-as'] !== undefined;
}

/** For whom what is found at an end counts. */
function findingsAt(files: Files, { dialog }: Space, { findings }: End): readonly (When | undefined)[] {
  const reads = asksOf(dialog).find(({ fact }) => fact === findings)?.reads;
  return files.findings.flatMap(({ value }) =>
    value.finds === reads ? value.findings.map(({ when }) => when) : [],
  );
}

function isAbout(blank: string, ask: Ask): boolean {
  if (blank === `label.${ask.fact}`) return true;
  return ask.reads === 'province' && (blank === 'province' || blank.startsWith('words.'));
}

/** Whether two merchants who differ in this answer only are shown different things. */
function changes(space: Space, ask: Ask, { when, showsAt }: Shown): boolean {
  const outcomes = new Map<string, boolean>();
  let differ = false;
  space.explore([when], ({ step, answers, facts }) => {
    if (step?.kind !== 'end' || !showsAt(step)) return 'on';
    const { [ask.fact]: _, ...others } = answers;
    const key = JSON.stringify(others);
    const applies = matches(when, facts);
    differ = (outcomes.get(key) ?? applies) !== applies;
    outcomes.set(key, applies);
    return differ ? 'stop' : 'on';
  });
  return differ;
}

/** One paper stands on a list once, whatever was answered. */
function checkTwice(space: Space, shown: readonly Shown[], report: Report): void {
  const papers = new Map<string, Shown[]>();
  for (const each of shown)
    if (each.paper !== undefined && endsOf(space).some(each.showsAt))
      papers.set(each.paper, [...(papers.get(each.paper) ?? []), each]);
  for (const [paper, items] of papers) {
    if (items.length < 2) continue;
    space.explore(
      items.map(({ when }) => when),
      ({ step, answers, facts }) => {
        if (step?.kind !== 'end') return 'on';
        const [, second] = items.filter(({ when, showsAt }) => showsAt(step) && matches(when, facts));
        if (!second) return 'on';
        report.error(
          second.file,
          second.path,
          `"${paper}" is listed twice for these answers: ${said(answers)}`,
        );
        return 'stop';
      },
    );
  }
}

/** What a question and its reason say of other answers must be known whenever they are said. */
function checkQuestionTexts(file: Located, space: Space, report: Report): void {
  const asks = asksOf(space.dialog).map(({ fact }) => fact);
  for (const [i, ask] of space.dialog.steps.entries()) {
    if (ask.kind !== 'ask') continue;
    const earlier = asks.slice(0, asks.indexOf(ask.fact));
    const missing = (text: string, key: 'say' | 'again' | 'because') => {
      // Unknown blanks are reported with the texts (check-texts.ts).
      const known = key === 'because' ? asks : earlier;
      const needed = blanksIn(text).filter((blank) => known.includes(blank));
      if (needed.length === 0) return;
      space.explore(
        [],
        ({ step, answers }) => {
          const said =
            key !== 'because' ? step === ask : step?.kind === 'end' && answers[ask.fact] !== undefined;
          const blank = said ? needed.find((fact) => answers[fact] === undefined) : undefined;
          if (blank === undefined) return 'on';
          report.error(file, ['steps', i, key], `{${blank}} is not always answered where this is said`);
          return 'stop';
        },
        [ask.fact, ...needed],
      );
    };
    missing(ask.say, 'say');
    missing(ask.again ?? '', 'again');
    missing(ask.because, 'because');
  }
}

/** Whether some answers lead to it; and whether each of its blanks has a value whenever it is shown. */
function checkShown(
  files: Files,
  space: Space,
  { when, texts, file, path, what, showsAt }: Shown,
  first: (key: string) => boolean,
  report: Report,
): boolean {
  const blanks = [...new Set(texts.flatMap(blanksIn))];
  const labels = blanks.flatMap((blank) =>
    blank.startsWith('label.') ? [blank.slice('label.'.length)] : [],
  );
  const words = blanks.flatMap((blank) => (blank.startsWith('words.') ? [blank.slice('words.'.length)] : []));
  const ofProvince = words.length > 0 || blanks.includes('province');
  const provinceAsk = asksOf(space.dialog).find(({ reads }) => reads === 'province')?.fact ?? '';
  let reached = false;
  space.explore(
    [when],
    ({ step, answers, facts, stands }) => {
      if (step?.kind !== 'end' || !showsAt(step) || !matches(when, facts)) return 'on';
      reached = true;
      if (blanks.length === 0) return 'stop';
      for (const label of labels)
        if (answers[label] === undefined)
          complain(`{label.${label}} is not always answered where this is shown`);
      if (!ofProvince) return 'on';
      const provinces = stands(provinceAsk);
      if (!provinces) complain('the province is not always known where this is shown');
      for (const name of provinces ?? []) for (const key of words) checkWord(name, key);
      return 'on';
    },
    ofProvince && provinceAsk !== '' ? [...labels, provinceAsk] : labels,
  );
  return reached;

  function complain(reason: string): void {
    if (first(`${file.file} ${path.join('.')} ${reason}`)) report.error(file, path, reason);
  }

  function checkWord(name: string, key: string): void {
    const all = files.provinces.value.provinces;
    const i = all.findIndex((province) => province.name === name);
    const text = all[i]?.words[key];
    if ((text !== undefined && text !== '') || !first(`${name} ${key} ${what}`)) return;
    if (!all.some((province) => Object.hasOwn(province.words, key))) return;
    if (text === '')
      report.error(
        files.provinces,
        ['provinces', i, 'words', key],
        `${name}: "${key}" is empty, but ${what} shows it`,
      );
    else
      report.error(
        files.provinces,
        ['provinces', i, 'words'],
        `${name} lacks the words "${key}" that ${what} shows`,
      );
  }
}

function shownBy(files: Files, today: Day): readonly Shown[] {
  const papers = [...files.checklists].flatMap(([name, file]) => {
    const showsAt = (end: End) => end.list === name;
    return [
      ...file.value.items.map(({ document, when, note }, i): Shown => {
        const paper = files.documents.value[document];
        const texts = paper ? [paper.name, paper.how, paper.mistake] : [];
        return {
          when,
          texts: note === undefined ? texts : [...texts, note],
          file,
          path: ['items', i, 'document'],
          what: `the document "${document}"`,
          showsAt,
          paper: paper ? knownAs(paper.name) : document,
        };
      }),
      ...Object.values(LINE_KEYS).flatMap((key) =>
        file.value[key].map(
          ({ id, when, text }, i): Shown => ({
            when,
            texts: [text],
            file,
            path: [key, i, 'id'],
            what: `the line "${id}"`,
            showsAt,
          }),
        ),
      ),
    ];
  });
  const { timeline: _, ...advice } = files.advice.value;
  const advised = Object.entries(advice).flatMap(([name, specs]) =>
    specs.flatMap(({ id, when, periods }, i): Shown[] => {
      const now = periods.some(({ from, to }) => from <= today && (to === undefined || today <= to));
      if (!now) return [];
      return [
        {
          when,
          texts: periods.flatMap(({ title, lines }) => [title, ...lines]),
          file: files.advice,
          path: [name, i, 'id'],
          what: `the advice "${id}"`,
          showsAt: (end) => end.advice === name,
        },
      ];
    }),
  );
  return [...papers, ...advised];
}

function endsOf(space: Space): readonly End[] {
  return space.dialog.steps.filter((step) => step.kind === 'end');
}

function said(answers: Facts): string {
  const pairs = Object.entries(answers).map(([fact, value]) => `${fact} ${value}`);
  return pairs.length === 0 ? 'any' : pairs.join(', ');
}

function onceEach(): (key: string) => boolean {
  const seen = new Set<string>();
  return (key) => {
    const fresh = !seen.has(key);
    seen.add(key);
    return fresh;
  };
}
