/** Why Redis failed, as a log may say it. */
import { ErrorReply } from 'redis';
import { StoreError } from '../../core/errors.ts';

/** Why a command or a connection failed, safe for a log: of what the server says only the leading code (`OOM`,
 *  `READONLY`, `WRONGPASS`), since its messages may repeat the arguments of the command. */
export function reasonOf(error: unknown): string {
  if (error instanceof StoreError) return error.message;
  if (error instanceof ErrorReply) return /^[A-Z]+/.exec(error.message)?.[0] ?? 'error reply';
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.constructor.name;
}
