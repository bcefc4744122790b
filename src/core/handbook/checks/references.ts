/** Names that point to something: every fact, value, paper, group, source, list and question that is named must exist,
 *  once. */
import { askOf } from '../../dialog/dialog.ts';
import { clausesOf, type Facts, type When } from '../../facts.ts';
import { LINE_KEYS } from '../../knowledge/checklist.ts';
import type { Files } from '../files.ts';
import type { Handbook } from '../handbook.ts';
import type { Path } from '../parse.ts';
import type { Space } from './answer-space.ts';
import type { Located, Report } from './report.ts';

type Built = Omit<Handbook, 'warnings'>;

/** @param spaces one for each dialog, by its id. */
export function checkNames(
  files: Files,
  handbook: Built,
  spaces: ReadonlyMap<string, Space>,
  report: Report,
): void {
  checkDialogs(files, handbook, spaces, report);
  checkLists(files, handbook, spaces, report);
  checkAdvice(files, spaces, report);
  checkQuestions(files, handbook, spaces, report);
  for (const [i, fact] of files.phrases.value['told-apart-by'].entries())
    if (![...handbook.dialogs.values()].some((dialog) => askOf(dialog, fact)))
      report.error(files.phrases, ['told-apart-by', i], `no question is about "${fact}"`);
  checkProvinces(files, report);
  checkSources(files, report);
}

function checkDialogs(
  files: Files,
  handbook: Built,
  spaces: ReadonlyMap<string, Space>,
  report: Report,
): void {
  const ids = once(report, 'dialog');
  for (const file of files.dialogs) {
    ids(file, ['id'], file.value.id);
    const space = spaces.get(file.value.id);
    if (!space) continue;
    const facts = once(report, 'question about');
    const ends = once(report, 'end');
    for (const [i, step] of file.value.steps.entries()) {
      const path = ['steps', i];
      const earlier = (fact: string) => isSetBefore(space, fact, i);
      checkWhen(report, file, [...path, 'when'], step.when, [space], earlier);
      if ('end' in step) {
        ends(file, [...path, 'end'], step.end);
        if (step.list !== undefined && !files.checklists.has(step.list))
          report.error(file, [...path, 'list'], `there is no list "${step.list}" in content/checklists`);
        if (step.advice !== undefined && !handbook.advice.has(step.advice))
          report.error(file, [...path, 'advice'], `there is no "${step.advice}" in content/advice.yaml`);
        continue;
      }
      facts(file, [...path, 'ask'], step.ask);
      checkWhen(report, file, [...path, 'asked'], step.asked, [space], earlier);
      for (const [word, options] of Object.entries(step.either)) {
        for (const [j, option] of options.entries()) {
          if (!Object.hasOwn(step.choices, option))
            report.error(file, [...path, 'either', word, j], `the question has no option "${option}"`);
        }
      }
    }
  }
}

function isSetBefore(space: Space, fact: string, index: number): boolean {
  const origins = space.origins(fact);
  return space.dialog.steps
    .slice(0, index)
    .some((step) => step.kind === 'ask' && origins.includes(step.fact));
}

function checkLists(files: Files, handbook: Built, spaces: ReadonlyMap<string, Space>, report: Report): void {
  const used = new Set<string>();
  for (const [name, file] of files.checklists) {
    const showing = [...spaces.values()].filter(({ dialog }) =>
      dialog.steps.some((step) => step.kind === 'end' && step.list === name),
    );
    if (showing.length === 0) report.error(file, [], `no end of a dialog shows the list "${name}"`);
    const groups = new Set([...file.value.groups, ...file.value['to-fill']]);
    const { photographed } = file.value;
    for (const [i, group] of (photographed?.groups ?? []).entries())
      if (!file.value.groups.includes(group))
        report.error(file, ['photographed', 'groups', i], `the list has no papers in a group "${group}"`);
    if (photographed && !Object.hasOwn(files.documents.value, photographed.as))
      report.error(
        file,
        ['photographed', 'as'],
        `there is no document "${photographed.as}" in content/documents.yaml`,
      );
    const filled = new Set<string>();
    for (const [i, item] of file.value.items.entries()) {
      used.add(item.document);
      filled.add(item.group);
      if (!Object.hasOwn(files.documents.value, item.document))
        report.error(
          file,
          ['items', i, 'document'],
          `there is no document "${item.document}" in content/documents.yaml`,
        );
      if (!groups.has(item.group))
        report.error(file, ['items', i, 'group'], `the list has no group "${item.group}"`);
      if (showing.length > 0) checkWhen(report, file, ['items', i, 'when'], item.when, showing);
    }
    for (const key of ['groups', 'to-fill'] as const)
      for (const [i, group] of file.value[key].entries())
        if (!filled.has(group)) report.warn(file, [key, i], `nothing stands in the group "${group}"`);
    const ids = once(report, 'line');
    for (const key of Object.values(LINE_KEYS)) {
      for (const [i, line] of file.value[key].entries()) {
        ids(file, [key, i, 'id'], line.id);
        if (showing.length > 0) checkWhen(report, file, [key, i, 'when'], line.when, showing);
      }
    }
  }
  if (handbook.lists.size === 0) return;
  for (const { value } of files.findings)
    for (const { adds } of value.findings) for (const name of adds.flat()) used.add(name);
  for (const name of Object.keys(files.documents.value))
    if (!used.has(name))
      report.warn(files.documents, [name], `no list and no finding names the document "${name}"`);
}

function checkAdvice(files: Files, spaces: ReadonlyMap<string, Space>, report: Report): void {
  const ids = once(report, 'advice');
  const { timeline, ...advice } = files.advice.value;
  checkStages(files, timeline, spaces, report);
  for (const [name, specs] of Object.entries(advice)) {
    const showing = [...spaces.values()].filter(({ dialog }) =>
      dialog.steps.some((step) => step.kind === 'end' && step.advice === name),
    );
    if (showing.length === 0) report.error(files.advice, [name], `no end of a dialog shows "${name}"`);
    for (const [i, spec] of specs.entries()) {
      ids(files.advice, [name, i, 'id'], spec.id);
      if (showing.length > 0) checkWhen(report, files.advice, [name, i, 'when'], spec.when, showing);
    }
  }
}

/** For whom a stage is otherwise must be known where dates are shown. */
function checkStages(
  files: Files,
  { stages }: Files['advice']['value']['timeline'],
  spaces: ReadonlyMap<string, Space>,
  report: Report,
): void {
  const dated = [...spaces.values()].filter(({ dialog }) =>
    dialog.steps.some((step) => step.kind === 'end' && step.dates),
  );
  if (dated.length === 0) return;
  for (const [i, { when: shown, cases }] of stages.entries()) {
    checkWhen(report, files.advice, ['timeline', 'stages', i, 'when'], shown, dated);
    for (const [j, { when }] of cases.entries())
      checkWhen(report, files.advice, ['timeline', 'stages', i, 'cases', j, 'when'], when, dated);
  }
}

function checkQuestions(
  files: Files,
  handbook: Built,
  spaces: ReadonlyMap<string, Space>,
  report: Report,
): void {
  const known = new Set(files.faq.flatMap(({ value }) => value.entries.map(({ id }) => id)));
  const ids = once(report, 'entry');
  for (const file of files.faq) {
    for (const [i, entry] of file.value.entries.entries()) {
      const path = ['entries', i];
      ids(file, [...path, 'id'], entry.id);
      for (const [j, near] of entry.see.entries()) {
        if (!known.has(near)) report.error(file, [...path, 'see', j], `there is no entry "${near}"`);
        if (near === entry.id) report.error(file, [...path, 'see', j], 'an entry is no neighbour of itself');
      }
      for (const [j, variant] of entry.variants.entries())
        checkWhen(report, file, [...path, 'variants', j, 'when'], variant.when, [...spaces.values()]);
      if (!entry.takes) continue;
      checkTold(report, file, [...path, 'takes'], 'dialog', entry.takes, handbook);
    }
  }
  const outOfScope = once(report, 'subject out of scope');
  for (const [i, { id }] of files.outOfScope.value.entries.entries())
    outOfScope(files.outOfScope, ['entries', i, 'id'], id);
  const intents = once(report, 'intent');
  for (const [i, entry] of files.intents.value.entries.entries()) {
    intents(files.intents, ['entries', i, 'id'], entry.id);
    if (!('opens' in entry)) continue;
    const told = { dialog: entry.opens, facts: entry.facts };
    checkTold(report, files.intents, ['entries', i], 'opens', told, handbook);
  }
}

/** Facts that saying something tells, in the dialog named under `key`. */
function checkTold(
  report: Report,
  file: Located,
  path: Path,
  key: string,
  told: { readonly dialog: string; readonly facts: Facts },
  handbook: Pick<Handbook, 'dialogs'>,
): void {
  const dialog = handbook.dialogs.get(told.dialog);
  if (!dialog) {
    report.error(file, [...path, key], `there is no dialog "${told.dialog}"`);
    return;
  }
  for (const [fact, value] of Object.entries(told.facts)) {
    const ask = askOf(dialog, fact);
    const place = [...path, 'facts', fact];
    if (!ask) report.error(file, place, `the dialog does not ask for "${fact}"`);
    else if (!ask.options.some(({ id }) => id === value))
      report.error(file, place, `the question about "${fact}" has no option "${value}"`);
  }
}

function checkProvinces({ provinces: file }: Files, report: Report): void {
  const names = once(report, 'province');
  const codes = once(report, 'code');
  const all = file.value.provinces;
  const keys = (kind: 'facts' | 'words') => new Set(all.flatMap((province) => Object.keys(province[kind])));
  const facts = keys('facts');
  for (const [i, province] of all.entries()) {
    names(file, ['provinces', i, 'name'], province.name);
    codes(file, ['provinces', i, 'code'], province.code);
    for (const fact of facts) {
      if (!Object.hasOwn(province.facts, fact))
        report.error(
          file,
          ['provinces', i, 'facts'],
          `${province.name} lacks the fact "${fact}" of the others`,
        );
    }
  }
}

function checkSources(files: Files, report: Report): void {
  const known = files.sources.value;
  const check = (file: Located, path: Path, keys: readonly string[]) => {
    for (const [i, key] of keys.entries()) {
      if (!Object.hasOwn(known, key))
        report.error(file, [...path, i], `there is no source "${key}" in content/sources.yaml`);
    }
  };
  for (const [name, { source }] of Object.entries(files.documents.value))
    check(files.documents, [name, 'source'], source);
  for (const file of files.checklists.values())
    for (const key of Object.values(LINE_KEYS))
      for (const [i, { source }] of file.value[key].entries()) check(file, [key, i, 'source'], source);
  const { timeline, ...advice } = files.advice.value;
  check(files.advice, ['timeline', 'source'], timeline.source);
  for (const [name, specs] of Object.entries(advice))
    for (const [i, { source }] of specs.entries()) check(files.advice, [name, i, 'source'], source);
  for (const file of files.faq)
    for (const [i, { source }] of file.value.entries.entries()) check(file, ['entries', i, 'source'], source);
  for (const [i, { source }] of files.provinces.value.provinces.entries())
    check(files.provinces, ['provinces', i, 'source'], source);
  for (const file of files.dialogs) {
    const { explained, steps } = file.value;
    if (explained) check(file, ['explained', 'source'], explained.source);
    else if (
      steps.some((step) => 'ask' in step && step['same-as'] === undefined && step.explain !== undefined)
    )
      report.error(file, ['steps'], 'say what the explanations rest on: explained');
  }
  for (const [i, { source = [] }] of files.outOfScope.value.entries.entries())
    check(files.outOfScope, ['entries', i, 'source'], source);
  for (const [i, { source }] of files.calendar.value.years.entries())
    check(files.calendar, ['years', i, 'source'], source);
}

/** Every fact of a condition must be set by something, early enough, and take the values that are asked for. */
export function checkWhen(
  report: Report,
  file: Located,
  path: Path,
  when: When | undefined,
  spaces: readonly Space[],
  isEarly: (fact: string) => boolean = () => true,
): void {
  if (when === undefined) return;
  for (const [i, clause] of clausesOf(when).entries()) {
    const at = Array.isArray(when) ? [...path, i] : path;
    for (const [fact, wanted] of Object.entries(clause)) {
      const sets = spaces.flatMap((space) => space.values(fact) ?? []);
      if (sets.length === 0) {
        report.error(file, [...at, fact], `unknown fact "${fact}": no question and no province sets it`);
        continue;
      }
      if (!isEarly(fact)) {
        report.error(file, [...at, fact], `the fact "${fact}" is only asked for further down`);
        continue;
      }
      const values = typeof wanted === 'string' ? [wanted] : wanted;
      for (const [j, value] of values.entries()) {
        if (!sets.some((set) => set.has(value)))
          report.error(
            file,
            typeof wanted === 'string' ? [...at, fact] : [...at, fact, j],
            `the fact "${fact}" never has the value "${value}"`,
          );
      }
    }
  }
}

/** Reports an id that was seen before. */
export function once(report: Report, what: string): (file: Located, path: Path, id: string) => void {
  const seen = new Map<string, string>();
  return (file, path, id) => {
    const first = seen.get(id);
    if (first !== undefined) report.error(file, path, `a second ${what} "${id}" (the first is in ${first})`);
    else seen.set(id, file.file);
  };
}
