/** When a request is over, on real connections: each case ends by itself or hangs, and then the test does. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { whenOver } from '../../src/server/when-over.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** A server that leaves the answering to the test, and a connection to it. */
async function aConnection() {
  const requests: { readonly request: IncomingMessage; readonly response: ServerResponse }[] = [];
  const server = createServer((request, response) => {
    requests.push({ request, response });
    server.emit('noted');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const socket = connect(address.port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  await once(socket, 'connect');
  return { server, socket, requests };
}

it('is when each of several pipelined answers has gone out, once for each', async () => {
  const { server, socket, requests } = await aConnection();
  socket.write(GET.repeat(3));
  while (requests.length < 3) await once(server, 'noted');
  const over: number[] = [];
  const all = new Promise<void>((resolve) => {
    for (const [i, { request, response }] of requests.entries()) {
      whenOver(request, response, () => {
        over.push(i);
        if (over.length === 3) resolve();
      });
    }
  });
  for (const { response } of requests) response.end('x');
  await all;
  socket.destroy();
  expect(over.toSorted()).toEqual([0, 1, 2]);
});

it('is when the connection goes, for those too that stand behind an unanswered one', async () => {
  const { server, socket, requests } = await aConnection();
  socket.write(GET.repeat(3));
  while (requests.length < 3) await once(server, 'noted');
  const over = Promise.all(
    requests.map(
      ({ request, response }) => new Promise<void>((resolve) => whenOver(request, response, resolve)),
    ),
  );
  socket.resetAndDestroy();
  expect(await over).toHaveLength(3);
});
