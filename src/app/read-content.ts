/** Reads dialogs/ and content/ from the disk, as texts by their paths. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Every *.yaml below `root`/dialogs and `root`/content, by its path from `root` with `/`, in the order of the names.
 *  @throws the file system's error when a folder cannot be read. */
export async function readTexts(root: string): Promise<ReadonlyMap<string, string>> {
  const folders = await Promise.all(['dialogs', 'content'].map((folder) => filesBelow(join(root, folder))));
  const paths = folders.flat().sort();
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return new Map(paths.map((path, i) => [relative(root, path).split(sep).join('/'), texts[i] ?? '']));
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => join(entry.parentPath, entry.name));
}
