/** `npm run build` ends with it: checks the content and keeps what a start would otherwise work out anew, beside the built
 *  program. */
import { fileURLToPath } from 'node:url';
import { HandbookError } from '../errors.ts';
import { createHandbook } from '../handbook/handbook.ts';
import { prepare } from '../handbook/prepared.ts';
import { readTexts } from '../handbook/read.ts';
import { dayOf } from '../knowledge/calendar.ts';
import { writePrepared } from '../prepared-file.ts';
import { ROOT } from './root.ts';

try {
  const texts = await readTexts(ROOT);
  const handbook = createHandbook(texts, dayOf(new Date()));
  await writePrepared(
    fileURLToPath(new URL('../handbook.prepared', import.meta.url)),
    texts,
    prepare(texts, handbook),
  );
} catch (error) {
  if (!(error instanceof HandbookError)) throw error;
  process.stderr.write(`${error.name}\n${error.message}\n`);
  process.exitCode = 1;
}
