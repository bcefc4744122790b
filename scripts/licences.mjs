/** Writes docs/dependencies.md from package-lock.json: what is installed, under which licences, and which packages bring
 *  install scripts. `node scripts/licences.mjs` writes, `--check` only compares and ends with 1 (a test runs it). */
import { readFileSync, writeFileSync } from 'node:fs';

const LOCK = new URL('../package-lock.json', import.meta.url);
const PAGE = new URL('../docs/dependencies.md', import.meta.url);

/** Licences under which this project may be handed on together with what it uses. */
const ACCEPTED = [
  'MIT',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'MIT OR Apache-2.0',
  'MIT AND Apache-2.0',
  // Weak copyleft by file; accepted for tools that are not handed on with the program.
  'MPL-2.0',
];

/** Why the program works although its install script does not run. */
const WITHOUT_SCRIPT = {
  esbuild:
    'the program comes in the package of the platform (`@esbuild/…`); the script only makes its start faster',
  lmdb: 'prebuilt in the package of the platform (`@lmdb/…`); the script would compile where there is none',
  'msgpackr-extract':
    'optional, prebuilt as well (`@msgpackr-extract/…`); without it lmdb decodes in JavaScript',
};

const { packages } = JSON.parse(readFileSync(LOCK, 'utf8'));
const installed = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ ...entry, name: path.slice(path.lastIndexOf('node_modules/') + 13) }));
const problems = [];
const page = [
  '# Dependencies',
  'Made by `node scripts/licences.mjs` from `package-lock.json`; a test compares them.',
  '## Asked for by the program',
  table(['package', 'version', 'licence'], asked(packages[''].dependencies)),
  '## Asked for by its development',
  table(['package', 'version', 'licence'], asked(packages[''].devDependencies)),
  '## All that is installed',
  'Those that only development needs are counted in the last column; `npm ci --omit=dev` leaves them out.',
  table(['licence', 'packages', 'of them for development'], counted()),
  '## Install scripts',
  'None is needed: `npm ci --ignore-scripts` installs all there is to run, test and build.',
  table(['package', 'version', 'why it works without'], scripted()),
].join('\n\n');

if (problems.length > 0) end(problems.join('\n'));
else if (!process.argv.includes('--check')) writeFileSync(PAGE, `${page}\n`);
else if (readFileSync(PAGE, 'utf8') !== `${page}\n`)
  end('docs/dependencies.md does not fit package-lock.json; run: node scripts/licences.mjs');

function asked(names) {
  return Object.keys(names).map((name) => {
    const entry = packages[`node_modules/${name}`];
    return [name, entry.version, licenceOf({ ...entry, name })];
  });
}

function counted() {
  const groups = new Map();
  for (const entry of installed) {
    const licence = licenceOf(entry);
    if (!ACCEPTED.includes(licence))
      problems.push(`${entry.name}: ${licence} is not among the accepted licences`);
    if (licence === 'MPL-2.0' && !entry.dev) problems.push(`${entry.name}: MPL-2.0 only for development`);
    groups.set(licence, [...(groups.get(licence) ?? []), entry]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licence, entries]) => [licence, entries.length, entries.filter(({ dev }) => dev).length]);
}

function scripted() {
  return installed
    .filter(({ hasInstallScript }) => hasInstallScript)
    .map(({ name, version }) => {
      if (!(name in WITHOUT_SCRIPT))
        problems.push(`${name}: has an install script that nobody has looked at`);
      return [name, version, WITHOUT_SCRIPT[name]];
    });
}

/** The lock file names no licence for platforms other than the one where it was made; those are builds of one package,
 *  with one licence. */
function licenceOf({ name, version, license }) {
  if (license !== undefined) return license;
  const family = name.replace(/-(?:android|darwin|linux|win32)-.*$/, '-');
  const sibling = installed.find(
    (one) => one.license !== undefined && one.version === version && one.name.startsWith(family),
  );
  return sibling?.license ?? 'no licence';
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function end(reason) {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
}
