/** What the bench uses of two packages that come without types. */

interface PeerConfig {
  readonly token: string;
  readonly appid: string;
  readonly encodingAESKey: string;
}

interface PeerMessage {
  readonly FromUserName: string;
  readonly Content: string;
}

declare module 'wechat' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Request extends IncomingMessage {
    query: Readonly<Record<string, string>>;
    /** Absent unless the request has a `sessionStore`. */
    wxsession?: Record<string, unknown>;
    session?: { readonly cookie: unknown };
    sessionStore?: SessionStore;
  }
  /** A request with the message that the package has read from it. */
  interface Told extends Request {
    weixin: PeerMessage;
  }
  interface SessionStore {
    get(id: string, done: (error: unknown, session?: unknown) => void): void;
    set(id: string, session: unknown, done: (error?: unknown) => void): void;
  }
  interface Response extends ServerResponse {
    reply(text: string): void;
  }
  type Middleware = (request: Request, response: ServerResponse, next: (error?: unknown) => void) => void;
  export default function wechat(
    config: PeerConfig,
    handle: (request: Told, response: Response) => void,
  ): Middleware;
}

declare module 'co-wechat' {
  import type { Middleware } from 'koa';

  export default function wechat(config: PeerConfig): {
    middleware(handle: (message: PeerMessage) => Promise<string>): Middleware;
  };
}
