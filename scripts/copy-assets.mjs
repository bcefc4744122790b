/** Copies what the built program reads at run time beside its JavaScript: the files of the chat page. */
import { cpSync, readdirSync } from 'node:fs';

const from = new URL('../src/playground/', import.meta.url);
const to = new URL('../dist/playground/', import.meta.url);
for (const file of readdirSync(from)) {
  if (/\.(html|css|js|svg)$/.test(file)) cpSync(new URL(file, from), new URL(file, to));
}
