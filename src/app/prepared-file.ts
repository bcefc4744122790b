/** Reads and writes the prepared handbook beside the built program. It counts only for the very files that it was made
 *  of: after an edit of the content the next start reads the content itself, which takes a second longer. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import type { Prepared } from '../core/handbook/prepared.ts';

const whole = z.instanceof(Int32Array);
const shape = z.object({
  mark: z.string(),
  prepared: z.object({
    held: z.map(z.string(), z.unknown()),
    learnt: z.object({
      phrasings: z.array(z.array(z.string())),
      index: z.object({
        classes: z.number(),
        ngrams: z.array(z.string()),
        weights: z.object({ starts: whole, classIndexes: whole, values: z.instanceof(Float32Array) }),
        seen: z.object({ starts: whole, classIndexes: whole }),
      }),
    }),
  }),
});

/** @param file where it is kept. @param texts the files as they are now. @returns `undefined` when there is none, or it was
 *  made of other files, by another version of the program or of Node. */
export async function readPrepared(
  file: string,
  texts: ReadonlyMap<string, string>,
): Promise<Prepared | undefined> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  // The mark stands in clear before the rest, which only the same Node can read.
  const mark = markOf(texts);
  if (bytes.toString('latin1', 0, mark.length) !== mark) return undefined;
  const found = shape.safeParse(deserialize(bytes.subarray(mark.length)));
  return found.success && found.data.mark === mark ? found.data.prepared : undefined;
}

/** Writes what `readPrepared` reads. */
export async function writePrepared(
  file: string,
  texts: ReadonlyMap<string, string>,
  prepared: Prepared,
): Promise<void> {
  const mark = markOf(texts);
  await writeFile(file, Buffer.concat([Buffer.from(mark, 'latin1'), serialize({ mark, prepared })]));
}

/** Changes with every change of a file, of what is kept, and of Node. */
function markOf(texts: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256').update(`${FORM} ${process.version}\n`);
  for (const [file, text] of texts) hash.update(`${file}\n${text.length}\n${text}`);
  return hash.digest('hex');
}

/** Goes up with every change of `Prepared` or of how it is made. */
const FORM = 4;
