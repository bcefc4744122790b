/** The query of a request, and whether the platform signed it. Each is worked out once a request: load shedding, the
 *  address guard and the webhook all ask. */
import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import { Refused } from '../../core/errors.ts';
import { checkRequest, type Query } from '../../wechat/signature.ts';

const QUERY = Symbol('query');

/** A parameter given twice is a list; what is no valid escape stands as it came. Never throws. By Node's parser: Koa's own
 *  takes several times as long. */
export function queryOf(request: Pick<IncomingMessage, 'url'> & { [QUERY]?: Query }): Query {
  request[QUERY] ??= parsed(request.url ?? '');
  return request[QUERY];
}

function parsed(url: string): Query {
  const at = url.indexOf('?');
  return at === -1 ? {} : parse(url.slice(at + 1));
}

/** Tells why a request is refused, or `undefined` for one with a right and fresh `signature` (`checkRequest`). */
export type SignatureCheck = (request: IncomingMessage) => Refused | undefined;

/** The check for one account. The first answer about a request stands: it is asked again within the same instant.
 *  @param tokens the current one, then those still accepted after a change. */
export function createSignatureCheck(tokens: readonly string[], now: () => Date): SignatureCheck {
  const verdict = Symbol('verdict');
  return (request: IncomingMessage & { [verdict]?: { readonly refused: Refused | undefined } }) => {
    request[verdict] ??= { refused: refusalOf(queryOf(request), tokens, now()) };
    return request[verdict].refused;
  };
}

function refusalOf(query: Query, tokens: readonly string[], now: Date): Refused | undefined {
  try {
    checkRequest({ query, tokens, now });
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}
