/** A promise with a time limit. */
import { StoreError } from '../core/errors.ts';

/** The answer, or a StoreError when it takes longer than so many milliseconds. The work itself goes on.
 *  @throws StoreError */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreError(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
