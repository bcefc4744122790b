/** Reads REDIS_URL: one server, the nodes of a Cluster, or the Sentinels that know a master. */

export interface Node {
  readonly host: string;
  readonly port: number;
}

export interface Login {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
}

/** `single` a server by its address · `cluster` some nodes of a Cluster, which know the others · `sentinel` some of the
 *  Sentinels, which know where the master `name` is. The login is that of the data servers. */
export type RedisAddress =
  | { readonly kind: 'single'; readonly url: string }
  | { readonly kind: 'cluster'; readonly nodes: readonly Node[]; readonly login: Login }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly Node[];
      readonly name: string;
      readonly database: number;
      readonly login: Login;
      /** Sentinels may want a password of their own. */
      readonly sentinelPassword: string | undefined;
    };

/** What to write instead of an address that `readRedisUrl` does not take. Holds nothing of that address: it may hold a
 *  password. */
export const REDIS_URL_REMEDY =
  'use redis://host:6379 (rediss:// for TLS), several of them with commas for a Cluster (one login, no database), ' +
  'redis+sentinel://host:26379,host:26379/<master-name> for Sentinel, or leave it out for the embedded store';

/** @returns `undefined` for what is no address of one of the three forms. */
export function readRedisUrl(text: string): RedisAddress | undefined {
  const whole = text.trim();
  const sentinel = /^(redis|rediss)\+sentinel:\/\/(.*)$/.exec(whole);
  if (sentinel) return readSentinel(sentinel[1] === 'rediss', sentinel[2] ?? '');
  if (whole.includes(',')) return readCluster(whole.split(','));
  const url = readServer(whole);
  return url && /^(\/\d*)?$/.test(url.pathname) ? { kind: 'single', url: whole } : undefined;
}

function readCluster(texts: readonly string[]): RedisAddress | undefined {
  const urls = texts.map((text) => readServer(text.trim()));
  const [first] = urls;
  if (first === undefined) return undefined;
  const login = loginOf(first);
  const nodes: Node[] = [];
  for (const url of urls) {
    if (url === undefined || !/^\/?0?$/.test(url.pathname) || url.protocol !== first.protocol)
      return undefined;
    // One login for all nodes: whoever gives another to the second means something that would not happen.
    const own = loginOf(url);
    const silent = own.username === undefined && own.password === undefined;
    if (!silent && (own.username !== login.username || own.password !== login.password)) return undefined;
    nodes.push(nodeOf(url, 6379));
  }
  return { kind: 'cluster', nodes, login };
}

/** `[user:password@]host:port,host:port/<master-name>[/<database>][?sentinel-password=…]` */
function readSentinel(tls: boolean, rest: string): RedisAddress | undefined {
  const parts = /^(?:([^@/?]*)@)?([^/?@]+)\/([^/?]+)(?:\/(\d{1,4}))?(?:\?sentinel-password=([^&]+))?$/.exec(
    rest,
  );
  if (!parts) return undefined;
  const [, credentials, hosts = '', name = '', database = '0', sentinelPassword] = parts;
  const urls = hosts.split(',').map((host) => readServer(`redis://${host.trim()}`));
  const withLogin = readServer(`redis://${credentials === undefined ? '' : `${credentials}@`}host`);
  const decodedName = decoded(name);
  const decodedPassword = sentinelPassword === undefined ? undefined : decoded(sentinelPassword);
  if (withLogin === undefined || decodedName === undefined) return undefined;
  if (sentinelPassword !== undefined && decodedPassword === undefined) return undefined;
  const sentinels: Node[] = [];
  for (const url of urls) {
    if (url === undefined || url.pathname !== '') return undefined;
    sentinels.push(nodeOf(url, 26379));
  }
  return {
    kind: 'sentinel',
    sentinels,
    name: decodedName,
    database: Number(database),
    login: { ...loginOf(withLogin), tls },
    sentinelPassword: decodedPassword,
  };
}

function readServer(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const fits = /^rediss?:$/.test(url.protocol) && url.hostname !== '' && url.search === '' && url.hash === '';
  // What the client would fail to decode is refused here, where it can be told.
  return fits && decoded(url.username) !== undefined && decoded(url.password) !== undefined ? url : undefined;
}

function nodeOf({ hostname, port }: URL, usual: number): Node {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usual : Number(port) };
}

function loginOf({ username, password, protocol }: URL): Login {
  return {
    username: username === '' ? undefined : decoded(username),
    password: password === '' ? undefined : decoded(password),
    tls: protocol === 'rediss:',
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
