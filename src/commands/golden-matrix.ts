/** Writes the golden matrix: which papers, lines and advice stand for whom. A test compares it, so a paper that some
 *  merchants lose is one changed line. */
import type { End } from '../core/dialog/dialog.ts';
import type { When } from '../core/facts.ts';
import { spacesOf } from '../core/handbook/checks/all.ts';
import type { Handbook } from '../core/handbook/handbook.ts';
import { LINE_KINDS } from '../core/knowledge/checklist.ts';
import { casesOf, LINE_NAMES, textOf } from './cases.ts';

/** Where the text is kept, from the project's folder. */
export const MATRIX_FILE = 'test/handbook/matrix.txt';

const HEAD = `# Which merchant gets what, written by \`npm run matrix\`. Never edit it: look at what changed, and say in the commit why.
# One line is one case: name | the answers that matter (= one of these, ≠ none of these; facts left out do not matter).
# company/branch is the finer kind of an answer, company/– the answer without a finer kind. \`?\` after a name: the line
# says 以后台提示为准. Numbers tell several texts of one name apart.
`;

type Results = Pick<Handbook, 'dialogs' | 'derive' | 'lists' | 'advice'>;

/** The lines of the matrix without its headings, each with the dialog and the list before it. */
export function matrixLines(handbook: Results): readonly string[] {
  return matrixOf(handbook)
    .split('\n[')
    .slice(1)
    .flatMap((section) => {
      const [title = '', ...lines] = section.split('\n');
      return lines.filter((line) => line !== '').map((line) => `[${title} ${line}`);
    });
}

/** The whole text. Equal content gives an equal text. */
export function matrixOf(handbook: Results): string {
  const parts: string[] = [HEAD];
  for (const [id, space] of spacesOf(handbook)) {
    const ends = space.dialog.steps.filter((step) => step.kind === 'end');
    const section = (
      title: string,
      rows: readonly (readonly [string, When | undefined])[],
      showsAt: (end: End) => boolean,
    ) => {
      if (rows.length === 0 || !ends.some(showsAt)) return;
      const lines = rows.flatMap(([name, when]) =>
        casesOf(space, when, showsAt).map((each) => `${name} | ${textOf(each)}`),
      );
      parts.push(`\n[${id}: ${title}]\n${lines.join('\n')}\n`);
    };
    for (const [name, list] of handbook.lists) {
      const items = list.items.map(({ document, unsure, note, when }) => {
        const variants = list.items.filter((item) => item.document === document).map((item) => item.note);
        const different = [...new Set(variants)];
        const number = different.length > 1 ? `#${different.indexOf(note) + 1}` : '';
        return [`${document.id}${number}${unsure ? '?' : ''}`, when] as const;
      });
      section(`papers of the list ${name}`, items, (end) => end.list === name);
      for (const kind of LINE_KINDS)
        section(
          `${LINE_NAMES[kind]}, list ${name}`,
          list[kind].map(({ id: line, when }) => [line, when] as const),
          (end) => end.list === name,
        );
    }
    for (const [name, specs] of handbook.advice)
      section(
        `advice ${name}`,
        specs.map(({ id: spec, when }) => [spec, when] as const),
        (end) => end.advice === name,
      );
  }
  return parts.join('');
}
