/** src/app/watchdog.ts, in processes of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support.ts';

/** Runs a script behind the watchdog until it ends. */
async function endOf(script: string) {
  const code = `import { startWatchdog } from '${join(ROOT, 'src/app/watchdog.ts')}'; startWatchdog(500); ${script}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (bytes: Buffer) => {
    told += bytes.toString();
  });
  const [status, signal] = await once(child, 'close');
  return { status, signal, told };
}

it('ends a process whose loop stands still, and says so', async () => {
  const { signal, told } = await endOf('setTimeout(() => { for (;;); }, 100);');
  expect(signal).toBe('SIGKILL');
  expect(told).toContain('The event loop stands still');
});

it('leaves alone one that works, and does not keep alive one that is done', async () => {
  const busy =
    'const end = Date.now() + 1_500; const turn = () => { const t = Date.now() + 20; while (Date.now() < t); if (Date.now() < end) setTimeout(turn); }; turn();';
  expect(await endOf(busy)).toMatchObject({ status: 0, signal: null });
});
