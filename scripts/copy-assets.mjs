/** Copies what the built program reads at run time beside its JavaScript: the files of its pages. */
import { cpSync } from 'node:fs';

for (const asset of ['playground/page/', 'front/page.html'])
  cpSync(new URL(`../src/${asset}`, import.meta.url), new URL(`../dist/${asset}`, import.meta.url), {
    recursive: true,
  });
