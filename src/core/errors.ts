/** The errors that code tells apart. Wrong answers and unknown words are values; all else is a defect or an outage. */

/** The request is not (or not certainly) from the platform. `status` goes out without a detail; `message` goes to the log. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  /** @param status HTTP status, 400–499. @param reason what was wrong, in a few words without user data. */
  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** One mistake in dialogs or content: where it stands and what is wrong. Lines and columns start at 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** Dialogs or content are wrong; the program does not start. `message` lists every problem as `file:line:column: reason`. */
export class HandbookError extends Error {
  override readonly name = 'HandbookError';
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((p) => `${p.file}:${p.line}:${p.column}: ${p.reason}`).join('\n'));
    this.problems = problems;
  }
}

/** Settings are missing or wrong; `message` names every variable with its remedy, one a line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** The store did not answer in time or refused; the merchant gets the fault sentence and nothing was promised. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
