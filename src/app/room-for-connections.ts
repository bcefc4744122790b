/** How many connections the system lets this process hold. */
import { readFileSync } from 'node:fs';

/** Files, the store's connections and what is accepted but not yet counted. */
const OTHER_FILES = 100;

/** Without end where the system does not tell (it does on Linux: proc(5), `/proc/pid/limits`). Beyond it the system itself
 *  turns callers away, the platform as well. */
export function roomForConnections(): number {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? Number.POSITIVE_INFINITY : Math.max(10, Number(soft) - OTHER_FILES);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return Number.POSITIVE_INFINITY;
    throw error;
  }
}
