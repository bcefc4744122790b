/** `npm run matrix`: writes the golden matrix (test/handbook/matrix.txt) from the content as it is now. */
import { writeFile } from 'node:fs/promises';
import { readTexts } from '../app/read-content.ts';
import { createHandbook } from '../core/handbook/load.ts';
import { dayOf } from '../core/knowledge/calendar.ts';
import { MATRIX_FILE, matrixOf } from './golden-matrix.ts';
import { ROOT } from './root.ts';

const handbook = createHandbook(await readTexts(ROOT), dayOf(new Date()));
const text = matrixOf(handbook);
await writeFile(`${ROOT}${MATRIX_FILE}`, text);
process.stdout.write(`${MATRIX_FILE}: ${text.split('\n').length} lines\n`);
