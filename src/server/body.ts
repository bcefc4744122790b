/** Reads the body of a request as text, up to a size and within a time; nothing larger is ever held. Used by webhook.ts. */
import type { IncomingMessage } from 'node:http';
import { Refused } from '../errors.ts';

export interface BodyLimits {
  /** Bytes. Compatible mode triples a message; 1 MiB is plenty. */
  readonly bytes: number;
  readonly milliseconds: number;
}

/** @throws Refused 413 when it is too large, 408 when it does not arrive in time, 400 when it breaks off or is not UTF-8.
 *  The connection stays open, so that the refusal can still be written. */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<string> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.bytes) throw new Refused(413, 'the body is too large');
  const bytes = await inTime(collect(request, limits.bytes), limits.milliseconds);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refused(400, 'the body is not UTF-8');
  }
}

async function collect(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > most) throw new Refused(413, 'the body is too large');
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(400, 'the body broke off');
  }
  return Buffer.concat(chunks);
}

async function inTime<T>(body: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refused(408, 'the body did not arrive in time')), milliseconds);
  });
  try {
    return await Promise.race([body, late]);
  } finally {
    clearTimeout(timer);
  }
}
