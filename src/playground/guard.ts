/** Keeps other web pages away from the playground: only its own page may call its routes, from a host name that is
 *  known. */
import type { IncomingHttpHeaders } from 'node:http';

/** The page and its parts come from here and nothing comes from elsewhere. All other headers that keep a page safe the
 *  application sets for every answer (src/server/app.ts). */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** Why a request is not from the playground's own page, or `undefined` when it is. A name other than this machine's own
 *  or one of `hosts` is refused, since a foreign name may have been pointed here (DNS rebinding). */
export function whyForeign(
  method: string,
  headers: IncomingHttpHeaders,
  hosts: readonly string[],
): string | undefined {
  const { host = '', origin } = headers;
  if (!isLoopback(host) && !hosts.includes(host)) return 'the playground does not answer to this host name';
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (origin === undefined || !URL.canParse(origin) || new URL(origin).host !== host)
    return 'only for the playground page';
  const type = headers['content-type'] ?? '';
  return /^application\/json(?:;|$)/.test(type) ? undefined : 'send application/json';
}

/** An address at which another process of this assistant may listen: on this machine, under the same path. */
export function isSibling(candidate: string, webhook: string): boolean {
  if (!URL.canParse(candidate)) return false;
  const { protocol, host, pathname, search, username } = new URL(candidate);
  return (
    protocol === 'http:' &&
    isLoopback(host) &&
    pathname === new URL(webhook).pathname &&
    search === '' &&
    username === ''
  );
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/.test(host);
}
