/** Opens the port: limits of connections, the backlog, the address as a URL. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SettingsError } from '../core/errors.ts';

/** Milliseconds: for a whole request, for its head (or for a first byte), and between two requests: longer than proxies keep
 *  theirs (nginx 60 s, https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout), so that none sends
 *  a message into a connection that is just being closed. A connection that takes longer is closed at the next check. */
export const CONNECTIONS = {
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 1_000,
};

/** Connections that may wait to be accepted. Beyond them the kernel drops the caller's first packet, which costs one to three
 *  seconds; with Node's own 511 that would happen before the program could shed anything. */
const BACKLOG = 2_048;

/** Where to listen. Port 0 lets the kernel pick one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** @returns the URL under which a browser on this machine reaches the server.
 *  @throws SettingsError when the address cannot be used. */
export async function listen(server: Server, { host, port: wanted }: Address): Promise<string> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, host, BACKLOG, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
    throw new SettingsError(
      `PORT, HOST: cannot listen on ${host}:${wanted} (${code}); choose another PORT, or stop what uses it`,
    );
  }
  const { address, port, family } = addressOf(server);
  return urlOf(address, port, family);
}

function urlOf(address: string, port: number, family: string): string {
  // "Every address of this machine" is none that a browser could open.
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** The address of a server that listens. @throws Error when it does not (a defect) */
export function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the server does not listen on a port');
  return address;
}
