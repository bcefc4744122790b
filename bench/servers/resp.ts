/** The least that speaks to Redis: one socket, commands of one turn of the event loop written together. Faster than a
 *  client made for use, since it marks the limit; it knows no time-outs and does not connect again. */
import { connect } from 'node:net';

export type Answer = string | number | null | readonly Answer[];

export type Command = (...args: readonly string[]) => Promise<Answer>;

export function connectResp(url: string): Command {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.on('close', () => process.exit(1));
  const waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = [];
  let out = '';
  let pending = Buffer.alloc(0);
  let at = 0;

  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
    at = 0;
    while (at < pending.length) {
      const start = at;
      const answer = read();
      if (answer === undefined) {
        at = start;
        break;
      }
      const first = waiting.shift();
      if (answer instanceof Error) first?.reject(answer);
      else first?.resolve(answer);
    }
    pending = pending.subarray(at);
  });

  function read(): Answer | Error | undefined {
    const lineEnd = pending.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const kind = pending[at];
    const line = pending.toString('latin1', at + 1, lineEnd);
    at = lineEnd + 2;
    switch (kind) {
      case 0x24: {
        const length = Number(line);
        if (length < 0) return null;
        const end = at + length;
        if (pending.length < end + 2) return undefined;
        const text = pending.toString('utf8', at, end);
        at = end + 2;
        return text;
      }
      case 0x2a: {
        const list: Answer[] = [];
        for (let i = 0; i < Number(line); i++) {
          const one = read();
          if (one === undefined || one instanceof Error) return one;
          list.push(one);
        }
        return list;
      }
      case 0x3a:
        return Number(line);
      case 0x2d:
        return new Error(line);
      default:
        return line;
    }
  }

  return (...args) =>
    new Promise((resolve, reject) => {
      if (out === '') {
        setImmediate(() => {
          socket.write(out);
          out = '';
        });
      }
      out += `*${args.length}\r\n`;
      for (const arg of args) out += `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`;
      waiting.push({ resolve, reject });
    });
}
