/** Start: environment → config → assemble → listen; stop on a signal. Prints where to talk. */
import { fileURLToPath } from 'node:url';
import { assemble } from './assemble.ts';
import { listAside } from './assemble-aside.ts';
import { readConfig } from './config.ts';
import { HandbookError, SettingsError, StoreError } from './errors.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STOP_WITHIN = 5_000;

try {
  const config = readConfig(process.env);
  if (process.argv[2] === 'aside') {
    for (const line of await listAside(config)) process.stdout.write(`${line}\n`);
    process.exit(0);
  }
  const running = await assemble(config, {
    root: ROOT,
    prepared: fileURLToPath(new URL('handbook.prepared', import.meta.url)),
    ...(config.production ? {} : { storiesDirectory: `${ROOT}test/stories` }),
  });
  const lines = [
    '',
    `  The assistant runs at ${running.url}/wechat (store: ${running.store}).`,
    ...(running.playground === undefined ? [] : [`  Talk to it:           ${running.playground}`]),
    ...(config.wechat.madeUp
      ? ['  No WeChat account is connected; see README.md for how to connect one.']
      : []),
    '',
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      setTimeout(() => process.exit(1), STOP_WITHIN).unref();
      running.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof HandbookError || error instanceof StoreError))
    throw error;
  process.stderr.write(`${error.name}\n${error.message}\n`);
  process.exitCode = 1;
}
