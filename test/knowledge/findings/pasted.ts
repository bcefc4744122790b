/** Pasted texts with what must be found in them, and how many are read right. Used by rejections.test.ts. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Ask } from '../../../src/core/dialog/dialog.ts';
import type { Reader } from '../../../src/core/dialog/reading/reader.ts';
import type { Findings } from '../../../src/core/knowledge/findings/findings.ts';
import { idsOf } from '../../../src/core/pasted.ts';
import { formsOf } from '../../../src/core/text/forms.ts';
import { ROOT } from '../../support.ts';

const text = z.string().min(1);
const shape = z.array(
  z.union([
    /** These, in this order. */
    z.strictObject({ text, find: z.array(z.string()).min(1).max(3) }),
    /** Too little is said: it alone, or among the guesses. */
    z.strictObject({ text, guess: z.string() }),
    /** No reason at all. */
    z.strictObject({ text, nothing: z.literal(true) }),
    /** A question to us, not a reason. */
    z.strictObject({ text, question: z.literal(true) }),
  ]),
);
export type Pasted = z.output<typeof shape>[number];

/** The texts of one half. */
export async function readPasted(half: 'development' | 'held-out'): Promise<readonly Pasted[]> {
  return shape.parse(
    parse(await readFile(join(ROOT, `test/knowledge/findings/rejections-${half}.yaml`), 'utf8')),
  );
}

/** What was read instead; `undefined` when it was read right. */
export function misread(
  findings: Findings,
  reader: Reader,
  ask: Ask,
  pasted: Pasted | { readonly text: string; readonly among: string },
): string | undefined {
  const reading = findings.read(formsOf(pasted.text));
  const found = reading.kind === 'found' ? idsOf(reading.value) : [];
  const guessed = reading.kind === 'perhaps' ? reading.ids : [];
  const isRight = () => {
    if ('find' in pasted) return found.join() === pasted.find.join();
    if ('guess' in pasted) return found.join() === pasted.guess || guessed.includes(pasted.guess);
    if ('among' in pasted) return found.includes(pasted.among) || guessed.includes(pasted.among);
    if ('nothing' in pasted) return reading.kind === 'nothing';
    // A question is answered, whatever words of a reason stand in it.
    return reader.answer(ask, formsOf(pasted.text)).kind !== 'option';
  };
  return isRight() ? undefined : `${pasted.text} → ${found.join() || `(${guessed.join()})`}`;
}
