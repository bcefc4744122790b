/** src/server/guard/backlog.ts on a real server: callers who wait in the kernel, where nothing else sees them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { watchBacklog } from '../../../src/server/guard/backlog.ts';

/** A server that is busy for some milliseconds with each request, and what the watch said while it was. */
async function busyServer(milliseconds: number) {
  const said: number[] = [];
  const server = createServer((_, response) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    said.push(backlog.waitedMs());
    response.end('done');
  });
  const backlog = watchBacklog(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;

  async function call(): Promise<void> {
    const socket = connect(port, '127.0.0.1').resume();
    socket.write('GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n');
    await once(socket, 'close');
  }
  return { said, backlog, call };
}

describe('the backlog', () => {
  it('tells how long callers have been waiting without a break, and nothing once all are taken', async () => {
    const { said, backlog, call } = await busyServer(15);
    await Promise.all(Array.from({ length: 60 }, call));
    expect(said).toHaveLength(60);
    expect(Math.max(...said)).toBeGreaterThan(300);
    expect(backlog.waitedMs()).toBe(0);
  });

  it('tells nothing of callers who come one after another, however busy each makes the server', async () => {
    const { said, call } = await busyServer(15);
    for (let i = 0; i < 30; i++) await call();
    // A call's own round is not over while it is answered.
    expect(Math.max(...said)).toBeLessThan(300);
  });
});
