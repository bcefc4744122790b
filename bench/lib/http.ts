/** HTTP/1.1 over a bare socket, one request at a time on each connection: cheap enough that the server is what is
 *  measured. Used by load.ts. */
import { connect } from 'node:net';

export interface Connection {
  /** Servers hang up on connections that have been idle for some seconds. */
  readonly open: boolean;
  send(request: Buffer): void;
  close(): void;
}

export interface Answer {
  readonly status: number;
  /** To be copied by who keeps it: the next answer on this connection is written over it. */
  readonly body: Buffer;
}

/** Bytes that one read can bring. */
const READ_BYTES = 65_536;

/** Connects to a port of this machine. Exactly one of `heard` and `lost` is called for each `send`. */
export function openConnection(
  port: number,
  heard: (answer: Answer) => void,
  lost: (reason: string) => void,
): Connection {
  const room = Buffer.allocUnsafeSlow(READ_BYTES);
  const socket = connect({
    host: '127.0.0.1',
    port,
    noDelay: true,
    // One room for all reads: what is not made need not be collected while others wait for their turn.
    onread: { buffer: room, callback: (length) => read(room.subarray(0, length)) },
  });
  let pending: Buffer | undefined;
  let waiting = false;
  let open = true;
  let reason = 'the connection was closed';

  /** @returns whether to go on reading. */
  function read(chunk: Buffer): boolean {
    pending = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
    let answer: Answer | undefined;
    try {
      answer = readAnswer(pending);
    } catch (error) {
      reason = error instanceof Error ? error.message : 'unreadable';
      socket.destroy();
      return false;
    }
    if (answer === undefined) {
      // The room is written over by what comes next.
      if (pending === chunk) pending = Buffer.from(chunk);
      return true;
    }
    pending = undefined;
    waiting = false;
    heard(answer);
    return true;
  }
  socket.on('error', (error) => {
    reason = error.message;
  });
  socket.on('close', () => {
    open = false;
    if (!waiting) return;
    waiting = false;
    lost(reason);
  });

  return {
    get open() {
      return open;
    },
    send(request) {
      waiting = true;
      socket.write(request);
    },
    close: () => void socket.destroy(),
  };
}

/** One request on a connection of its own. @throws Error when no answer comes. */
export function ask(port: number, bytes: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const connection = openConnection(
      port,
      (answer) => {
        connection.close();
        resolve({ ...answer, body: Buffer.from(answer.body) });
      },
      (reason) => reject(new Error(reason)),
    );
    connection.send(bytes);
  });
}

/** The answer that the bytes hold, `undefined` while it is not complete. @throws Error when it is no HTTP answer. */
export function readAnswer(bytes: Buffer): Answer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = bytes.toString('latin1', 0, headEnd + 2);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
  if (Number.isNaN(status)) throw new Error('no HTTP answer');
  const from = headEnd + 4;
  if (/\r\ntransfer-encoding: chunked\r\n/i.test(head)) {
    const body = joined(bytes, from);
    return body && { status, body };
  }
  const length = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1] ?? 0);
  if (bytes.length < from + length) return undefined;
  if (bytes.length > from + length) throw new Error('more than one answer to one request');
  return { status, body: bytes.subarray(from) };
}

function joined(bytes: Buffer, from: number): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = from; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error('a chunk without its size');
    const start = lineEnd + 2;
    if (bytes.length < start + size + 2) return undefined;
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
}
