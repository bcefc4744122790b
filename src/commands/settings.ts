/** `npm run settings`: writes the reference of the settings into docs/. */
import { readFile, writeFile } from 'node:fs/promises';
import { ROOT } from './root.ts';
import { settingsPages } from './settings-pages.ts';

const read = (file: string) => readFile(`${ROOT}${file}`, 'utf8');
for (const [file, text] of settingsPages(await read('.env.example'), await read('docs/zh/settings.yaml'))) {
  await writeFile(`${ROOT}${file}`, text);
  process.stdout.write(`${file}\n`);
}
