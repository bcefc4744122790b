/** Checks content/findings: every paper, source and fact that a finding names must exist, and where findings are shown,
 *  a question must ask for the text. */
import { asksOf, isPasted } from '../../dialog/dialog.ts';
import { CLEAN, NONE } from '../../pasted.ts';
import { normalise } from '../../text/normalise.ts';
import type { Files } from '../files.ts';
import type { Space } from './answer-space.ts';
import { checkWhen, once } from './references.ts';
import type { Report } from './report.ts';

/** @param spaces one for each dialog, by its id. */
export function checkFindings(files: Files, spaces: ReadonlyMap<string, Space>, report: Report): void {
  const kinds = once(report, 'file of findings for');
  const ids = once(report, 'finding');
  for (const file of files.findings) {
    const { finds, findings } = file.value;
    kinds(file, ['finds'], finds);
    const asking = [...spaces.values()].filter(({ dialog }) =>
      asksOf(dialog).some(({ reads }) => reads === finds),
    );
    if (asking.length === 0) report.error(file, ['finds'], `no question of a dialog reads a ${finds}`);
    const wordings = once(report, 'wording');
    for (const [i, { id, name, also, when, papers, adds, source }] of findings.entries()) {
      const path = ['findings', i];
      ids(file, [...path, 'id'], id);
      if (id === CLEAN || id === NONE)
        report.error(file, [...path, 'id'], `"${id}" is the id of finding nothing`);
      for (const one of new Set([name, ...also].map(normalise))) wordings(file, [...path, 'also'], one);
      checkWhen(report, file, [...path, 'when'], when, [...spaces.values()]);
      for (const [j, paper] of [...papers, ...adds.flat()].entries())
        if (!Object.hasOwn(files.documents.value, paper))
          report.error(
            file,
            j < papers.length ? [...path, 'papers', j] : [...path, 'adds'],
            `there is no document "${paper}" in content/documents.yaml`,
          );
      for (const [j, key] of source.entries())
        if (!Object.hasOwn(files.sources.value, key))
          report.error(file, [...path, 'source', j], `there is no source "${key}" in content/sources.yaml`);
    }
  }
  for (const file of files.dialogs) {
    const asks = asksOf(spaces.get(file.value.id)?.dialog ?? { steps: [] });
    for (const [i, step] of file.value.steps.entries()) {
      if ('ask' in step) {
        const pasted = step.reads !== 'choice' && step.reads !== 'province';
        if (pasted && !files.findings.some(({ value }) => value.finds === step.reads))
          report.error(
            file,
            ['steps', i, 'reads'],
            `no file in content/findings finds anything in a ${step.reads}`,
          );
        continue;
      }
      const shown = step.findings;
      if (shown !== undefined && !asks.some((ask) => ask.fact === shown && isPasted(ask)))
        report.error(
          file,
          ['steps', i, 'findings'],
          `"${shown}" is no question of this dialog that reads a text`,
        );
      const list = step['papers-of'];
      const lists = files.dialogs.filter(({ value }) =>
        value.steps.some((each) => 'end' in each && each.list !== undefined),
      );
      if (list !== undefined && !lists.some(({ value }) => value.id === list))
        report.error(file, ['steps', i, 'papers-of'], `there is no dialog "${list}" that ends with a list`);
    }
    checkWhen(report, file, ['expected'], file.value.expected, [...spaces.values()]);
    if (file.value['opens-with'].length > 0 && !asks.some(isPasted))
      report.error(
        file,
        ['opens-with'],
        'the dialog has no question that the rest of the message could answer',
      );
  }
}
