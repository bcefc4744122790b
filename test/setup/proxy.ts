/** A TCP proxy in front of a server, for tests: it can be slow, break connections, and swallow what it is sent. */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** From now on every piece of data arrives this much later, in each direction, in order. */
  slow(ms: number): void;
  /** Breaks every connection with a reset. New ones are taken. */
  reset(): void;
  /** From now on nothing that is sent to the server arrives, and nobody is told. `false` ends that for new connections. */
  swallow(on: boolean): void;
  /** Connections open now. */
  readonly connections: number;
  stop(): Promise<void>;
}

/** Resolves when it listens. @param target port on 127.0.0.1 */
export async function startProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let delay = 0;
  let swallowing = false;

  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    carry(near, far, () => !swallowing);
    carry(far, near, () => true);
    for (const socket of pair) {
      // Whatever breaks one side breaks the other; the sides themselves notice.
      socket.on('error', () => {});
      socket.once('close', () => {
        pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
  });

  function carry(from: Socket, to: Socket, passes: () => boolean): void {
    // A line, not a timer for each piece: timers of different lengths overtake each other when the delay changes.
    const line: { readonly due: number; readonly chunk: Buffer }[] = [];
    let waiting = false;
    const pass = () => {
      waiting = false;
      const now = performance.now();
      while (line[0] !== undefined && line[0].due <= now) {
        const chunk = line.shift()?.chunk;
        if (chunk !== undefined && !to.destroyed) to.write(chunk);
      }
      wait();
    };
    const wait = () => {
      const [next] = line;
      if (waiting || next === undefined) return;
      waiting = true;
      setTimeout(pass, Math.max(0, next.due - performance.now()));
    };
    from.on('data', (chunk: Buffer) => {
      if (!passes()) return;
      line.push({ due: performance.now() + delay, chunk });
      if (delay === 0) pass();
      else wait();
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    slow(ms) {
      delay = ms;
    },
    reset() {
      for (const [near] of pairs) near.resetAndDestroy();
    },
    swallow(on) {
      swallowing = on;
    },
    get connections() {
      return pairs.size;
    },
    async stop() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
