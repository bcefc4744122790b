/** Ways on from ends, dialogs that are gone through first, and what tells that something takes too long: each must lead to
 *  something that is there. */
import { askOf } from '../../dialog/dialog.ts';
import { KEPT } from '../../dialog/reserved.ts';
import { allows } from '../../dialog/walk.ts';
import { SKIPPED } from '../../pasted.ts';
import { normalise } from '../../text/normalise.ts';
import type { Files } from '../files.ts';
import type { Handbook } from '../handbook.ts';
import type { Path } from '../parse.ts';
import type { WrittenExit } from '../schema.ts';
import type { Space } from './answer-space.ts';
import { checkWhen, once } from './references.ts';
import type { Located, Report } from './report.ts';

/** Reports exits, detours and times that name nothing, and ids that are taken. */
export function checkWaysOn(
  files: Files,
  handbook: Omit<Handbook, 'warnings'>,
  spaces: ReadonlyMap<string, Space>,
  report: Report,
): void {
  for (const file of files.dialogs) {
    const { id, steps, detours } = file.value;
    const space = spaces.get(id);
    const ids = once(report, 'exit');
    for (const [i, step] of steps.entries()) {
      if ('ask' in step) checkReserved(file, i, Object.keys(step.choices), report);
      if (!('end' in step)) continue;
      // What was found in a text leads on by itself: to another text, and to the list.
      if (step.exits.length === 0 && step.findings === undefined)
        report.warn(file, ['steps', i, 'end'], `the end "${step.end}" leads nowhere: exits`);
      for (const [j, exit] of step.exits.entries()) {
        const path = ['steps', i, 'exits', j];
        ids(file, [...path, 'id'], exit.id);
        if (space) checkWhen(report, file, [...path, 'when'], exit.when, [space]);
        checkExit(file, path, exit, files, handbook, report);
      }
    }
    for (const [i, { when, to, until }] of detours.entries()) {
      const path = ['detours', i];
      if (space) checkWhen(report, file, [...path, 'when'], when, [space]);
      const into = handbook.dialogs.get(to);
      if (!into) report.error(file, [...path, 'to'], `there is no dialog "${to}"`);
      else if (askOf(into, until)?.skip === undefined)
        report.error(
          file,
          [...path, 'until'],
          `the dialog "${to}" has no question "${until}" that can be skipped`,
        );
    }
  }
  checkAdvice(files, spaces, report);
}

function checkExit(
  file: Located,
  path: Path,
  { label, opens, facts, question }: WrittenExit,
  files: Files,
  handbook: Omit<Handbook, 'warnings'>,
  report: Report,
): void {
  const word = normalise(label);
  const other = handbook.openings.get(word) ?? opens;
  if (handbook.commands.has(word) || other !== opens)
    report.error(
      file,
      [...path, 'label'],
      `「${label}」 says something else: it is a command, or opens another dialog`,
    );
  if (
    question !== undefined &&
    !files.faq.some(({ value }) => value.entries.some(({ id }) => id === question))
  )
    report.error(file, [...path, 'question'], `there is no question "${question}" in content/faq`);
  const dialog = opens === undefined ? undefined : handbook.dialogs.get(opens);
  if (opens !== undefined && !dialog) report.error(file, [...path, 'opens'], `there is no dialog "${opens}"`);
  for (const [fact, value] of Object.entries(facts)) {
    const ask = dialog && askOf(dialog, fact);
    if (dialog && (!ask || !allows(ask, value)))
      report.error(file, [...path, 'facts', fact], `the dialog "${opens}" has no answer "${fact}: ${value}"`);
  }
}

/** Ids that mean no option in the ids of choices. */
function checkReserved(file: Located, step: number, choices: readonly string[], report: Report): void {
  for (const id of choices)
    if (id === KEPT || id === SKIPPED)
      report.error(file, ['steps', step, 'choices', id], `no option may be called "${id}"`);
}

function checkAdvice(files: Files, spaces: ReadonlyMap<string, Space>, report: Report): void {
  const { timeline, ...advice } = files.advice.value;
  const stages = new Set(timeline.stages.map(({ id }) => id));
  for (const [name, specs] of Object.entries(advice)) {
    for (const [i, spec] of specs.entries()) {
      const { overdue } = spec;
      if (overdue?.kind === 'stage' && !stages.has(overdue.stage))
        report.error(files.advice, [name, i, 'overdue'], `there is no stage "${overdue.stage}"`);
      for (const key of ['until-told', 'once-told'] as const) {
        const fact = spec[key];
        if (fact !== undefined && ![...spaces.values()].some(({ dialog }) => askOf(dialog, fact)))
          report.error(files.advice, [name, i, key], `no question asks for "${fact}"`);
      }
    }
  }
}
