/** Texts of files → a checked, frozen handbook. */

import { HandbookError, type Problem } from '../errors.ts';
import { build } from './build.ts';
import { check } from './checks/all.ts';
import { readFiles } from './files.ts';
import type { Handbook } from './handbook.ts';
import type { Prepared } from './prepared.ts';

/** @param texts the files by their paths (src/app/read-content.ts). @param today for what has gone stale.
 *  @param prepared what was prepared of these very texts, which were checked then.
 *  @throws HandbookError with every problem of every file. */
export function createHandbook(
  texts: ReadonlyMap<string, string>,
  today: string,
  prepared?: Prepared,
): Handbook {
  const problems: Problem[] = [];
  const files = readFiles(texts, problems, prepared);
  if (!files) throw new HandbookError(problems);
  const handbook = build(files, prepared?.learnt);
  // What was prepared was checked then, and the texts are the same.
  if (prepared) return Object.freeze({ ...handbook, warnings: [] });
  const { errors, warnings } = check(files, handbook, today);
  if (errors.length > 0) throw new HandbookError(errors);
  return Object.freeze({ ...handbook, warnings });
}
