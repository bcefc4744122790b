/** When a request is over: answered, or given up. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const QUEUED = Symbol(
  'what happens when this connection goes, for each response that stands behind another one',
);
type Marked = Socket & { [QUEUED]?: Set<() => void> };

/** Calls `done` once. A response that stands behind another one on its connection (pipelining) has no socket yet, and Node
 *  tells it nothing when the connection goes; whoever only listened to its `close` would wait for ever. */
export function whenOver(request: IncomingMessage, response: ServerResponse, done: () => void): void {
  if (response.socket !== null) {
    response.on('close', done);
    return;
  }
  const queued = queueOf(request.socket);
  queued.add(over);
  response.on('close', over);

  function over(): void {
    if (queued.delete(over)) done();
  }
}

/** One listener for a connection, however many wait on it. */
function queueOf(socket: Marked): Set<() => void> {
  if (socket[QUEUED]) return socket[QUEUED];
  const queued = new Set<() => void>();
  socket[QUEUED] = queued;
  socket.on('close', () => {
    for (const over of queued) over();
  });
  return queued;
}
