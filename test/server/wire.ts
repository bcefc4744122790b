/** HTTP as bytes on a socket, for tests of what no client library would send: half a body, a chunk at a time, several
 *  requests at once in a certain order. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface WireAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export interface Wire {
  write(bytes: string | Uint8Array): void;
  /** The next answer on this connection. @throws Error when the server hangs up without one. */
  answer(): Promise<WireAnswer>;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<unknown>;
  end(): void;
}

export async function openWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let received = Buffer.alloc(0);
  let over: Error | undefined;
  const waiting: (() => void)[] = [];
  const wake = () => {
    for (const resume of waiting.splice(0)) resume();
  };
  // Not `once`: a reset is an end as well.
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
  });
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  socket.on('error', (error) => {
    over = error;
  });
  socket.on('close', () => {
    over ??= new Error('the server hung up without an answer');
    wake();
  });
  return {
    write: (bytes) => writeAll(socket, bytes),
    closed,
    end: () => socket.destroy(),
    async answer() {
      for (;;) {
        const found = firstAnswer(received);
        if (found) {
          received = received.subarray(found.length);
          return found.answer;
        }
        if (over) throw over;
        await new Promise<void>((resume) => waiting.push(resume));
      }
    },
  };
}

/** The bytes of one POST. */
export function postBytes(target: string, body: string | Uint8Array, more: readonly string[] = []): Buffer {
  const { pathname, search, host } = new URL(target);
  const bytes = Buffer.from(body);
  const head = [
    `POST ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: text/xml',
    `Content-Length: ${bytes.length}`,
    ...more,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]);
}

function writeAll(socket: Socket, bytes: string | Uint8Array): void {
  if (!socket.destroyed) socket.write(bytes);
}

function firstAnswer(received: Buffer): { readonly answer: WireAnswer; readonly length: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = received.subarray(0, headEnd).toString('latin1');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  const end = headEnd + 4 + length;
  if (received.length < end) return undefined;
  return { answer: { status, head, body: received.subarray(headEnd + 4, end).toString() }, length: end };
}
