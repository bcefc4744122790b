/** Copies what the built program reads at run time beside its JavaScript: the files of the chat page. */
import { cpSync } from 'node:fs';

cpSync(
  new URL('../src/playground/page/', import.meta.url),
  new URL('../dist/playground/page/', import.meta.url),
  {
    recursive: true,
  },
);
