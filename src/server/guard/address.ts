/** From which address a request really comes, and whether an address is on a list. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** A list of addresses and networks: `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`. */
export interface AddressList {
  has(address: string): boolean;
}

/** @throws Error for what is no address (config.ts lets none through). */
export function addressList(entries: readonly string[]): AddressList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    if (bits === undefined) list.addAddress(address, family(address));
    else list.addSubnet(address, Number(bits), family(address));
  }
  if (entries.length === 0) return { has: () => false };
  return { has: (address) => isIP(address) !== 0 && list.check(address, family(address)) };
}

/** Hops of X-Forwarded-For that are looked at; nobody has more proxies of their own. */
const HOPS = 16;

/** The address that the outermost of our own proxies was called from. X-Forwarded-For is read from its end, and only as
 *  far as each hop behind it is one of `proxies`: what a caller writes into it is never believed. `undefined` when the
 *  connection is gone or a proxy wrote something that is no address. */
export function callerOf(request: IncomingMessage, proxies: AddressList): string | undefined {
  let caller = addressIn(request.socket.remoteAddress ?? '');
  const header = request.headers['x-forwarded-for'];
  const hops = typeof header === 'string' ? header.split(',').slice(-HOPS) : [];
  while (caller !== undefined && proxies.has(caller)) {
    const hop = hops.pop();
    if (hop === undefined) break;
    caller = addressIn(hop.trim());
  }
  return caller;
}

/** What stands for a caller when requests are counted: an address, or of IPv6 the network of 64 bits, since one customer
 *  has all of it. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: gap }, () => '0'), ...last];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** The address in a hop, which some proxies write with a port or in brackets; IPv4 inside IPv6 as IPv4. */
function addressIn(hop: string): string | undefined {
  if (isIP(hop) === 4) return hop;
  const bare =
    /^\[([^\]]+)\](?::\d{1,5})?$/.exec(hop)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(hop)?.[1] ?? hop;
  const address = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
  return isIP(address) === 0 ? undefined : address;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
