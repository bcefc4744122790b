/** The address of a channel, in every spelling that leads to it: what is counted, limited and logged must be what is served. */
import type { IncomingMessage } from 'node:http';

/** Whether a path leads to `path`: a slash at the end and capitals make no difference. */
export function isAt(path: string, asked: string): boolean {
  if (asked === path) return true;
  const bare = asked.length > 1 && asked.endsWith('/') ? asked.slice(0, -1) : asked;
  return bare.toLowerCase() === path;
}

/** Whether a request is a message of the channel at `path`, by its address alone. */
export function isMessageAt(path: string, { method, url }: Pick<IncomingMessage, 'method' | 'url'>): boolean {
  return method === 'POST' && isAt(path, pathOf({ url }));
}

/** The path of a request, without its query. */
export function pathOf({ url = '' }: Pick<IncomingMessage, 'url'>): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
