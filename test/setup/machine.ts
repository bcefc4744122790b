/** Makes sure, before any test runs, that this machine has what the tests need: a Redis server, a Chromium, a Chinese font,
 *  and the proxies for which deploy/ has configurations. Vitest calls it once (globalSetup). Nothing is ever skipped: what is missing is installed where that is
 *  allowed, otherwise the run ends here with the line to type. */

import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PACKAGES = [
  'redis-server',
  'chromium',
  'fonts-wqy-zenhei',
  'fonts-noto-color-emoji',
  'nginx-light',
  'caddy',
  'openssl',
];
/** Programs that tests start, by the names under which they may be found. */
const PROGRAMS = [
  ['redis-server'],
  ['chromium', 'chromium-browser', 'google-chrome'],
  ['nginx'],
  ['caddy'],
  ['openssl'],
] as const;
const INSTALL = `apt-get update && apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}`;

export default function prepareMachine(): void {
  const lacking = missing();
  if (lacking.length === 0) return;

  const isRootOnDebian =
    existsSync('/etc/debian_version') && onPath('apt-get') !== undefined && process.getuid?.() === 0;
  if (!isRootOnDebian) {
    throw new Error(
      `The tests need ${lacking.join(', ')}. On Debian or Ubuntu run once:\n  sudo sh -c '${INSTALL}'`,
    );
  }
  process.stdout.write(`The tests need ${lacking.join(', ')}; installing: ${PACKAGES.join(' ')}\n`);
  execFileSync('sh', ['-c', INSTALL], {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const still = missing();
  if (still.length > 0) throw new Error(`Installed, and still missing: ${still.join(', ')}`);
}

/** The path of the browser that the browser tests start. @throws Error when there is none. */
export function chromium(): string {
  const found = onPath('chromium', 'chromium-browser', 'google-chrome');
  if (found === undefined) throw new Error('no chromium on the PATH');
  return found;
}

function missing(): readonly string[] {
  const lacking: string[] = PROGRAMS.flatMap((names) => (onPath(...names) === undefined ? [names[0]] : []));
  if (!hasChineseFont()) lacking.push('a Chinese font');
  return lacking;
}

/** Without such a font a screenshot shows boxes and every test of it passes all the same. */
function hasChineseFont(): boolean {
  const fcList = onPath('fc-list');
  return fcList !== undefined && execFileSync(fcList, [':lang=zh'], { encoding: 'utf8' }).trim() !== '';
}

/** The first of `names` that the PATH leads to. */
function onPath(...names: readonly string[]): string | undefined {
  // Servers stand in sbin, which is not on everybody's PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].filter(
    (folder) => folder !== '',
  );
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
