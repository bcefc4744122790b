/** `npm run matrix`: writes the golden matrix (test/handbook/matrix.txt) from the content as it is now. */
import { writeFile } from 'node:fs/promises';
import { createHandbook } from '../handbook/handbook.ts';
import { readTexts } from '../handbook/read.ts';
import { dayOf } from '../knowledge/calendar.ts';
import { MATRIX_FILE, matrixOf } from './matrix-text.ts';
import { ROOT } from './root.ts';

const handbook = createHandbook(await readTexts(ROOT), dayOf(new Date()));
const text = matrixOf(handbook);
await writeFile(`${ROOT}${MATRIX_FILE}`, text);
process.stdout.write(`${MATRIX_FILE}: ${text.split('\n').length} lines\n`);
