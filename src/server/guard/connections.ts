/** How many connections may be open. A stranger's must never be the reason that the platform finds no room. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from './address.ts';

export interface Connections {
  /** A request on this connection was signed by the platform: it stays. */
  prove(socket: Socket): void;
}

export interface ConnectionsParts {
  readonly most: number;
  /** A connection was closed to make room. */
  readonly onFull: () => void;
}

const PROVEN = Symbol('a request on this connection was signed');
type Marked = Socket & { [PROVEN]?: true };

/** Watches a server from before it listens. Beyond `most`, the network with the most connections that nothing signed came
 *  over loses its oldest; when there is none, the new connection goes. */
export function watchConnections(
  server: Pick<Server, 'on'>,
  { most, onFull }: ConnectionsParts,
): Connections {
  const unproven = new Map<string, Set<Socket>>();
  let open = 0;

  server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress ?? '');
    open += 1;
    const own = unproven.get(network) ?? new Set();
    unproven.set(network, own);
    own.add(socket);
    socket.on('close', () => {
      open -= 1;
      drop(network, socket);
    });
    if (open <= most) return;
    onFull();
    (oldestOfMost() ?? socket).destroy();
  });

  return {
    prove(socket: Marked) {
      if (socket[PROVEN]) return;
      socket[PROVEN] = true;
      drop(networkOf(socket.remoteAddress ?? ''), socket);
    },
  };

  function drop(network: string, socket: Socket): void {
    const own = unproven.get(network);
    if (own?.delete(socket) && own.size === 0) unproven.delete(network);
  }

  function oldestOfMost(): Socket | undefined {
    let largest: Set<Socket> | undefined;
    for (const own of unproven.values()) if (own.size > (largest?.size ?? 0)) largest = own;
    for (const socket of largest ?? []) {
      // Gone in a moment; meanwhile it must not be taken again.
      largest?.delete(socket);
      return socket;
    }
    return undefined;
  }
}
