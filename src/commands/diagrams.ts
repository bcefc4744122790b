/** `npm run diagrams`: draws each dialog into docs/dialogs/. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { spacesOf } from '../handbook/check.ts';
import { createHandbook } from '../handbook/handbook.ts';
import { readTexts } from '../handbook/read.ts';
import { dayOf } from '../knowledge/calendar.ts';
import { pictureFile, pictureOf } from './picture.ts';
import { ROOT } from './root.ts';

const handbook = createHandbook(await readTexts(ROOT), dayOf(new Date()));
for (const space of spacesOf(handbook).values()) {
  const file = pictureFile(space.dialog);
  await mkdir(dirname(`${ROOT}${file}`), { recursive: true });
  await writeFile(`${ROOT}${file}`, pictureOf(space));
  process.stdout.write(`${file}\n`);
}
