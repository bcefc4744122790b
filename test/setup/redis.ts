/** Starts real Redis servers for tests, on this machine only, and breaks them on demand. Each has a port and a folder
 *  of its own and is ended by its own process id. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Of the process running now; another one after `restart`. */
  readonly pid: number;
  /** Ends the server for good and removes its folder. */
  stop(): Promise<void>;
  /** SIGKILL. What was not written to disk is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: the port still takes connections and swallows commands, nothing answers. */
  freeze(): void;
  /** SIGCONT: goes on, and runs what it swallowed. */
  thaw(): void;
  /** Kills what is running and starts anew on the same port and folder. */
  restart(): Promise<void>;
}

export interface RedisServerOptions {
  /** More arguments for redis-server; they win over those set here. */
  readonly args?: readonly string[];
  /** Chosen by the kernel unless given. */
  readonly port?: number;
  /** Keep an append-only file, so that data survives `kill` and `restart`. With `appendfsync always`: under `everysec` Redis
   *  puts off even the write to the file while an earlier flush is slow, and a kill then takes confirmed writes along. */
  readonly durable?: boolean;
}

/** Resolves when the server takes commands. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-test-'));
  let { port, child } = await startOnSomePort(folder, options);

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return pidOf(child);
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
    kill,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async restart() {
      await kill();
      child = await startOn(port, folder, options);
    },
  };
}

/** Between asking the kernel for a port and using it, somebody else may take it. */
async function startOnSomePort(folder: string, options: RedisServerOptions) {
  if (options.port !== undefined) {
    return { port: options.port, child: await startOn(options.port, folder, options) };
  }
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { port, child: await startOn(port, folder, options) };
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

async function startOn(port: number, folder: string, options: RedisServerOptions): Promise<ChildProcess> {
  const { durable = false, args = [] } = options;
  const disk = durable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  const own = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', ...disk];
  const child = spawn('redis-server', [...own, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const leaveNothingBehind = () => void child.kill('SIGKILL');
  process.once('exit', leaveNothingBehind);
  child.once('exit', () => process.removeListener('exit', leaveNothingBehind));

  try {
    await announced(child, port);
    const answering = await processIdAt(port);
    if (answering !== pidOf(child))
      throw new Error(`port ${port} is answered by process ${answering}, not by ours`);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return child;
}

/** Resolves at the line with which the server says that it takes connections. */
async function announced(child: ChildProcess, port: number): Promise<void> {
  if (child.stdout === null) throw new Error('redis-server has no output to read');
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`redis-server on port ${port} ended:\n${lines.join('\n')}`)));
    output.on('line', (line) => {
      lines.push(line);
      if (line.includes('Ready to accept connections')) resolve();
    });
  });
}

/** Asks whoever listens there for its process id. */
function processIdAt(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('INFO server\r\n'));
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
      const id = /\bprocess_id:(\d+)\r/.exec(answer)?.[1];
      if (id === undefined) return;
      socket.destroy();
      resolve(Number(id));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`port ${port} did not say its process id`)));
  });
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('redis-server could not be started');
  return child.pid;
}

/** A port that nobody used a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the kernel gave no port');
  return address.port;
}
