/** Messages that were acknowledged unread under overload. Whoever unsubscribed in that moment does not ask again, so they are
 *  read once there is time. */
import type { IncomingMessage } from 'node:http';
import { Refused } from '../../core/errors.ts';
import { readBody } from '../body.ts';

export interface UnheardParts {
  /** Looks what was asked, and does what must not be lost. @throws Refused for what cannot be opened */
  readonly read: (request: IncomingMessage, body: string) => Promise<void>;
  readonly isBusy: () => boolean;
}

/** Bodies longer than that are no events, and those beyond so many go: a few megabytes in all. */
const BODY = { bytes: 2_048, milliseconds: 3_000 };
const MOST = 5_000;
/** Read at once, and the pause in between: what is answered meanwhile goes first. */
const BITE = 20;
const PAUSE_MS = 50;

/** @returns a function that takes a request whose answer is on its way. */
export function createUnheard({ read, isBusy }: UnheardParts): (request: IncomingMessage) => void {
  const waiting: { readonly request: IncomingMessage; readonly body: string }[] = [];
  let timer: NodeJS.Timeout | undefined;

  return (request) => {
    if (waiting.length >= MOST) return;
    readBody(request, BODY).then((body) => {
      waiting.push({ request, body });
      later();
    }, orNothing);
  };

  function later(): void {
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void readSome().finally(() => {
        if (waiting.length > 0) later();
      });
    }, PAUSE_MS).unref();
  }

  async function readSome(): Promise<void> {
    if (isBusy()) return;
    for (const { request, body } of waiting.splice(0, BITE)) await read(request, body).catch(orNothing);
  }
}

/** What breaks off, is too long or was sealed by somebody else asks for nothing. */
function orNothing(error: unknown): void {
  if (!(error instanceof Refused)) throw error;
}
