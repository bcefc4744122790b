/** What is installed: accepted licences only, listed for everyone to read, and no install script that is needed. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT } from './support.ts';

it('docs/dependencies.md lists what the lock file installs, under accepted licences, each install script looked at', async () => {
  // Ends with 1 and the reason on stderr when anything differs, which rejects here.
  const script = join(ROOT, 'scripts/licences.mjs');
  const { stderr } = await promisify(execFile)(process.execPath, [script, '--check']);
  expect(stderr).toBe('');
});
