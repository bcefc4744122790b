/** `npm run diagrams`: draws each dialog into docs/dialogs/. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readTexts } from '../app/read-content.ts';
import { spacesOf } from '../core/handbook/checks/all.ts';
import { createHandbook } from '../core/handbook/load.ts';
import { dayOf } from '../core/knowledge/calendar.ts';
import { pictureFile, pictureOf } from './diagram.ts';
import { ROOT } from './root.ts';

const handbook = createHandbook(await readTexts(ROOT), dayOf(new Date()));
for (const space of spacesOf(handbook).values()) {
  const file = pictureFile(space.dialog);
  await mkdir(dirname(`${ROOT}${file}`), { recursive: true });
  await writeFile(`${ROOT}${file}`, pictureOf(space));
  process.stdout.write(`${file}\n`);
}
