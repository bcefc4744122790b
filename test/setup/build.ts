/** Builds the program before any test runs, unless nothing has changed since: the tests that start a process start the
 *  built one, and all take the handbook that was prepared with it. Vitest calls it once (globalSetup). */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The last file that a build writes. */
export const PREPARED = join(ROOT, 'dist/handbook.prepared');
const SOURCES = ['src', 'dialogs', 'content', 'scripts', 'package.json', 'tsconfig.build.json'];

export default function build(): void {
  if (existsSync(PREPARED) && newest() < statSync(PREPARED).mtimeMs) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}

function newest(): number {
  const files = SOURCES.flatMap((name) => {
    const path = join(ROOT, name);
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((file) => join(path, file));
  });
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
