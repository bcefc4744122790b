/** Whether messages can be answered from the files right now. */
import { StoreError } from '../../core/errors.ts';

export interface ReadinessParts {
  /** Reads as a turn does. */
  readonly read: () => unknown;
  /** Writes and removes a text of so many bytes. @throws StoreError */
  readonly tryWriting: (bytes: number) => Promise<void>;
  /** Why the files cannot be used although they are open, if that is so. */
  readonly obstacle: () => string | undefined;
}

export interface Readiness {
  /** A write has failed: from now on `check` writes as well. */
  failed(): void;
  /** @throws StoreError */
  check(): Promise<void>;
}

/** What a turn of a new merchant writes at most, with the pages of the tree that it touches: less would fit on a disk on
 *  which no session fits any more. */
const PROBE_BYTES = 16 * 1024;

/** Reading well says little after a write that failed, as on a full disk, and neither does a small write that went well
 *  meanwhile: only one that is as large as a turn's ends the doubt. */
export function createReadiness({ read, tryWriting, obstacle }: ReadinessParts): Readiness {
  let isInDoubt = false;
  return {
    failed() {
      isInDoubt = true;
    },
    async check() {
      const what = obstacle();
      if (what !== undefined) throw new StoreError(what);
      if (isInDoubt) {
        await tryWriting(PROBE_BYTES);
        isInDoubt = false;
      }
      try {
        read();
      } catch (error) {
        throw new StoreError(
          `the session files cannot be read: ${error instanceof Error ? error.message : 'unknown'}`,
        );
      }
    },
  };
}
