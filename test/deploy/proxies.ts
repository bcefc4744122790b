/** nginx and Caddy as deploy/ configures them, on ports of their own: what a test must change in the files is replaced, and
 *  each replacement must have something to replace. */
import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface ReverseProxy {
  readonly port: number;
  /** What it wrote into its log so far. */
  log(): string;
  stop(): Promise<void>;
}

export type StartProxy = (upstreams: readonly string[]) => Promise<ReverseProxy>;

/** Starts nginx with deploy/nginx/beian-assistant.conf. @param upstreams `127.0.0.1:3000` */
export const startNginx: StartProxy = async (upstreams) => {
  const folder = aFolder();
  const [port, plainPort] = [await freePort(), await freePort()];
  const key = aCertificate(folder);
  const log = join(folder, 'access.log');
  const [first = '', ...others] = upstreams;
  const site = replaced('deploy/nginx/beian-assistant.conf', [
    ['    server 127.0.0.1:3000 ', `    server ${first} `],
    [
      '    # server 127.0.0.1:3001 max_fails=3 fail_timeout=5s;',
      others.map((other) => `    server ${other};`).join('\n'),
    ],
    ['listen 80;', `listen 127.0.0.1:${plainPort};`],
    ['listen [::]:80;', ''],
    ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`],
    ['listen [::]:443 ssl;', ''],
    ['/etc/ssl/beian-assistant/fullchain.pem', key.certificate],
    ['/etc/ssl/beian-assistant/privkey.pem', key.key],
    ['/var/log/nginx/beian-assistant.log', log],
    ['/var/log/nginx/beian-assistant.error.log', 'stderr'],
  ]);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => {
    mkdirSync(join(folder, name));
    return `${name}_temp_path ${join(folder, name)};`;
  });
  const whole = `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr; events {} http { ${temporary.join(' ')} ${site} }`;
  writeFileSync(join(folder, 'nginx.conf'), whole);
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-e', 'stderr'], output());
  const errors = written(child);
  return running(child, folder, port, () => readFileSync(log, 'utf8') + errors());
};

/** Starts Caddy with deploy/caddy/Caddyfile. @param upstreams `127.0.0.1:3000` */
export const startCaddy: StartProxy = async (upstreams) => {
  const folder = aFolder();
  const port = await freePort();
  const file = join(folder, 'Caddyfile');
  writeFileSync(
    file,
    replaced('deploy/caddy/Caddyfile', [
      [
        '\tservers {',
        '\tadmin off\n\tdefault_bind 127.0.0.1\n\tlocal_certs\n\tskip_install_trust\n\tauto_https disable_redirects\n\tservers {',
      ],
    ]),
  );
  const settings = {
    HOME: folder,
    XDG_DATA_HOME: folder,
    SITE_ADDRESS: `https://localhost:${port}`,
    UPSTREAMS: upstreams.join(' '),
  };
  const child = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], output(settings));
  return running(child, folder, port, written(child));
};

/** One request to a proxy. @param from the address of this machine that it comes from */
export function call(
  { port }: ReverseProxy,
  path: string,
  { from = '127.0.0.1', body, ...more }: RequestOptions & { from?: string; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        servername: 'localhost',
        port,
        path,
        method: body === undefined ? 'GET' : 'POST',
        localAddress: from,
        agent: false,
        // The certificate was made a moment ago, by nobody.
        rejectUnauthorized: false,
        ...more,
        headers: {
          host: `localhost:${port}`,
          ...(body === undefined
            ? {}
            : { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) }),
          ...more.headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function running(
  child: ChildProcess,
  folder: string,
  port: number,
  log: () => string,
): Promise<ReverseProxy> {
  const exited = once(child, 'exit');
  const leaveNothingBehind = () => void child.kill('SIGKILL');
  process.once('exit', leaveNothingBehind);
  const proxy: ReverseProxy = {
    port,
    log,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      process.off('exit', leaveNothingBehind);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the proxy ended with ${child.exitCode}`);
    const isThere = await call(proxy, '/metrics').then(
      () => true,
      () => false,
    );
    if (isThere) return proxy;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What a program has written on its standard error so far. */
function written({ stderr }: ChildProcess): () => string {
  let text = '';
  stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}

/** A file of the project with texts replaced. @throws Error where one does not stand there */
function replaced(file: string, changes: readonly (readonly [string, string])[]): string {
  return changes.reduce(
    (text, [before, after]) => {
      if (!text.includes(before)) throw new Error(`${file} does not hold "${before}"`);
      return text.replace(before, after);
    },
    readFileSync(join(ROOT, file), 'utf8'),
  );
}

function aCertificate(folder: string) {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const named = ['-subj', '/CN=localhost', '-days', '2', '-keyout', key, '-out', certificate];
  execFileSync('openssl', [...made, ...named], { stdio: 'ignore' });
  return { key, certificate };
}

function output(environment: NodeJS.ProcessEnv = process.env): SpawnOptions {
  return {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...environment, PATH: `${process.env.PATH}:/usr/sbin` },
  };
}

/** A port that nobody has: the kernel picks it, and it is given back at once. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function aFolder(): string {
  return mkdtempSync(join(tmpdir(), 'proxy-test-'));
}
