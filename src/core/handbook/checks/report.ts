/** Where the checks write down what they find. */
import type { Problem } from '../../errors.ts';
import type { Parsed, Path } from '../parse.ts';

/** A file that knows where its values stand. */
export type Located = Pick<Parsed<unknown>, 'at' | 'file'>;

export interface Report {
  /** Stops the start. */
  error(file: Located, path: Path, reason: string): void;
  /** Allowed, but wants a look. */
  warn(file: Located, path: Path, reason: string): void;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Collects what the checks find. */
export function createReport(): Report {
  const errors: Problem[] = [];
  const warnings: Problem[] = [];
  return {
    error: (file, path, reason) => errors.push(file.at(path, reason)),
    warn: (file, path, reason) => warnings.push(file.at(path, reason)),
    errors,
    warnings,
  };
}
