/** Start: environment → config → assemble → listen; stop on a signal. Prints where to talk. With WORKERS above 1 this
 *  process starts the others and watches them. */
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { assemble } from './app/assemble.ts';
import { backUp, restore } from './app/backup.ts';
import { type Config, readConfig } from './app/config.ts';
import { forget } from './app/forget.ts';
import { listAside } from './app/list-quarantined.ts';
import { withSecretFiles } from './app/secret-files.ts';
import { warningsOf } from './app/warnings.ts';
import { startWatchdog } from './app/watchdog.ts';
import { whatRuns } from './app/what-runs.ts';
import { BEAT, BEAT_MS, type Ready, startWorkers } from './app/workers.ts';
import { HandbookError, SettingsError, StoreError } from './core/errors.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PREPARED = fileURLToPath(new URL('handbook.prepared', import.meta.url));
const STOP_WITHIN = 5_000;
const PARENT_MS = 250;
/** What an operator does beside the running assistant; each tells what it did. */
const COMMANDS: Readonly<Record<string, (config: Config, ...given: string[]) => Promise<string>>> = {
  aside: async (config) => (await listAside(config)).join('\n'),
  forget,
  backup: backUp,
  restore,
};

try {
  // What this program writes is for its own user.
  process.umask(0o077);
  loadSettingsFile();
  const config = readConfig(withSecretFiles(process.env));
  const [name, ...given] = process.argv.slice(2);
  const command = name === undefined ? undefined : COMMANDS[name];
  if (command !== undefined) process.stdout.write(`${await command(config, ...given)}\n`);
  else if (name !== undefined)
    throw new SettingsError(`no such command: ${name}; there are ${Object.keys(COMMANDS).join(', ')}`);
  else await run(config);
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof HandbookError || error instanceof StoreError))
    throw error;
  process.stderr.write(`${error.name}\n${error.message}\n`);
  process.exitCode = 1;
  // A worker would be kept alive by the connection to the process that started it.
  if (cluster.isWorker) process.exit();
}

async function run(config: Config): Promise<void> {
  if (!cluster.isWorker)
    for (const line of warningsOf(process.env, config)) process.stderr.write(`  Warning: ${line}\n`);
  if (config.workers === 1) await runAlone(config);
  else if (cluster.isPrimary) await runWorkers(config);
  else await runAsWorker(config);
}

/** Settings from `.env` of the folder it is started in; what the environment gives goes first. */
function loadSettingsFile(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

async function runAlone(config: Config): Promise<void> {
  if (config.production) startWatchdog();
  const running = await assemble(config, {
    root: ROOT,
    prepared: PREPARED,
    ...(config.production ? {} : { storiesDirectory: `${ROOT}test/stories` }),
  });
  tell(whatRuns(config, running));
  onSignals(createStop(running.stop));
}

async function runWorkers(config: Config): Promise<void> {
  const gaveUp = () => {
    process.stderr.write('Workers end faster than it makes sense to replace them; giving up.\n');
    process.exitCode = 1;
    stop();
  };
  const workers = await startWorkers(config, gaveUp);
  const stop = createStop(workers.stop);
  tell(whatRuns(config, { url: workers.url }));
  onSignals(stop);
}

function tell(lines: readonly string[]): void {
  process.stderr.write(`\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n\n`);
}

async function runAsWorker(config: Config): Promise<void> {
  const metrics = { port: undefined, token: undefined };
  const running = await assemble({ ...config, metrics }, { root: ROOT, prepared: PREPARED, shared: true });
  const stop = createStop(running.stop);
  // A signal for the whole group arrives here as well; it asks for the same as the message.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  process.on('message', (message: unknown) => {
    if (typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'stop')
      stop();
  });
  const ready: Ready = { kind: 'ready', url: running.url };
  process.send?.(ready);
  setInterval(() => process.send?.(BEAT), BEAT_MS).unref();
}

/** Stops once, within five seconds, and ends the process. */
function createStop(stopAll: () => Promise<void>): () => void {
  let stopping = false;
  return () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN).unref();
    stopAll().then(
      () => process.exit(),
      () => process.exit(1),
    );
  };
}

/** The first signal stops; a second one does not wait. npm and the shell that it starts pass no signal on: whoever stops npm
 *  alone leaves this process to another parent, which says the same (https://github.com/npm/npm/issues/4603). */
function onSignals(stop: () => void): void {
  let asked = false;
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      stop();
    }, PARENT_MS).unref();
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      stop();
    });
  }
}
