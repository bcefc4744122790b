/** `npm run outcomes [-- --base <commit>]`: writes docs/outcomes/index.html, every list as a fact-checker reads it; with a
 *  commit, also what each changed file changes for merchants since then. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs, promisify } from 'node:util';
import { readTexts } from '../app/read-content.ts';
import { readFiles } from '../core/handbook/files.ts';
import { createHandbook } from '../core/handbook/load.ts';
import { dayOf } from '../core/knowledge/calendar.ts';
import { changesBetween } from './changes.ts';
import { outcomePage } from './outcome-page.ts';
import { ROOT } from './root.ts';

const FOLDER = 'docs/outcomes';
const MOST_BYTES = 64 * 1024 * 1024;

const { values } = parseArgs({ options: { base: { type: 'string' } } });
const texts = await readTexts(ROOT);
const handbook = createHandbook(texts, dayOf(new Date()));
const files = readFiles(texts, []);
if (!files) throw new Error('the handbook was read, its files were not');
const { base } = values;
const changes = base === undefined ? [] : changesBetween(await textsAt(base), texts);
if (typeof changes === 'string') {
  process.stderr.write(`The content of ${base} cannot be read by this program: ${changes}\n`);
  process.exitCode = 1;
} else {
  await mkdir(`${ROOT}${FOLDER}`, { recursive: true });
  await writeFile(`${ROOT}${FOLDER}/index.html`, outcomePage(handbook, files, { changes, base }));
  const told = changes.map(({ file, gone, fresh }) => `${file}: ${gone.length} gone, ${fresh.length} new\n`);
  process.stdout.write(`${told.join('')}${FOLDER}/index.html\n`);
}

/** The files of dialogs/ and content/ at a commit. @throws Error when git does not know it. */
async function textsAt(commit: string): Promise<ReadonlyMap<string, string>> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: ROOT, maxBuffer: MOST_BYTES })).stdout;
  const names = await git('ls-tree', '-r', '-z', '--name-only', commit, 'dialogs', 'content');
  const paths = names.split('\0').filter((path) => path.endsWith('.yaml'));
  const contents = await Promise.all(paths.map((path) => git('show', `${commit}:${path}`)));
  return new Map(paths.map((path, i) => [path, contents[i] ?? ''] as const));
}
