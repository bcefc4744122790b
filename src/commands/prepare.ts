/** The last step of `npm run build`: checks the content and saves, beside the built program, what every start would
 *  otherwise compute again. */
import { fileURLToPath } from 'node:url';
import { writePrepared } from '../app/prepared-file.ts';
import { readTexts } from '../app/read-content.ts';
import { HandbookError } from '../core/errors.ts';
import { createHandbook } from '../core/handbook/load.ts';
import { prepare } from '../core/handbook/prepared.ts';
import { dayOf } from '../core/knowledge/calendar.ts';
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
