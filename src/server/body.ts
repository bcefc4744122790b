/** Reads the body of a request as text, up to a size and within a time. Nothing larger is ever held. */
import type { IncomingMessage } from 'node:http';
import { Refused } from '../core/errors.ts';

export interface BodyLimits {
  /** Bytes. Compatible mode triples a message; 1 MiB is plenty. */
  readonly bytes: number;
  readonly milliseconds: number;
}

/** The text; bytes that are no UTF-8, such as a character cut in two, become U+FFFD.
 *  @throws Refused 413 when it is too large, 408 when it does not arrive in time, 400 when it breaks off.
 *  The connection stays open, so that the refusal can still be written. */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<string> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.bytes) throw new Refused(413, 'the body is too large');
  return UTF8.decode(await collect(request, limits));
}

const UTF8 = new TextDecoder('utf-8');

/** By events: an asynchronous iterator costs a tenth of a message's time. */
function collect(request: IncomingMessage, { bytes, milliseconds }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let isSettled = false;
    const timer = setTimeout(() => end(new Refused(408, 'the body did not arrive in time')), milliseconds);
    // They stay, and do nothing once it is settled: an error that comes later would have no other listener.
    request
      .on('data', take)
      .on('end', () => end())
      .on('error', broken)
      .on('close', broken);

    function take(chunk: Buffer): void {
      size += chunk.length;
      if (size > bytes) end(new Refused(413, 'the body is too large'));
      else if (!isSettled) chunks.push(chunk);
    }

    // Every request closes; only one that broke off needs the error, whose stack takes longer than reading the body.
    function broken(): void {
      if (!isSettled) end(new Refused(400, 'the body broke off'));
    }

    function end(refused?: Refused): void {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      if (refused === undefined) {
        resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
        return;
      }
      chunks.length = 0;
      request.pause();
      reject(refused);
    }
  });
}
