/** From a request to the message in it: proves who sent it, opens the envelope, reads what is there. */
import type { IncomingMessage } from 'node:http';
import { Refused } from '../../core/errors.ts';
import type { MessageMode } from '../../wechat/account.ts';
import type { Envelope, KeyName } from '../../wechat/envelope.ts';
import { type Message, readMessage } from '../../wechat/message.ts';
import { checkSealedRequest, saysEncrypted } from '../../wechat/signature.ts';
import { textOf } from '../../wechat/xml/element.ts';
import { readLenient } from '../../wechat/xml/lenient.ts';
import type { BodyLimits } from '../body.ts';
import { queryOf, type SignatureCheck } from './request-cache.ts';
import { createUsedQueries } from './used-queries.ts';

export interface OpeningParts {
  readonly mode: MessageMode;
  readonly check: SignatureCheck;
  /** Absent in plain mode without a key. */
  readonly envelope: Envelope | undefined;
  readonly limits: BodyLimits;
  readonly now: () => Date;
}

/** How a message was sealed; its answer is sealed the same way. */
export interface Sealing {
  readonly key: KeyName;
  readonly token: string;
  readonly nonce: string;
}

export interface Opened {
  readonly message: Message;
  /** `undefined` for a message in clear. */
  readonly sealing: Sealing | undefined;
}

export interface Opening {
  /** @param read reads the body, as far as the limits go. @throws Refused for what is not from the platform */
  open(request: IncomingMessage, read: (limits: BodyLimits) => Promise<string>): Promise<Opened>;
  /** @throws Refused for a request without the platform's `signature` */
  refuseUnsigned(request: IncomingMessage): void;
}

type ReadBody = Parameters<Opening['open']>[1];

const UNSIGNED_BYTES = 16 * 1024;

/** The way in of one account. */
export function createOpening(parts: OpeningParts): Opening {
  const used = createUsedQueries();
  return { open, refuseUnsigned };

  function refuseUnsigned(request: IncomingMessage): void {
    const refused = parts.check(request);
    if (refused !== undefined) throw refused;
  }

  async function open(request: IncomingMessage, read: ReadBody): Promise<Opened> {
    const query = queryOf(request);
    if (!saysEncrypted(query)) {
      if (parts.mode === 'safe') throw new Refused(403, 'a clear message in safe mode');
      return { message: await readProven(await clearBody(request, read)), sealing: undefined };
    }
    if (!parts.envelope) return { message: await openBeside(request, read), sealing: undefined };
    const { timestamp, nonce, msgSignature } = checkSealedRequest({ query, now: parts.now() });
    const body = await read(limitsFor(request));
    const outer = await readLenient(body);
    const encrypt = outer && textOf(outer, 'Encrypt');
    if (encrypt === undefined || encrypt === '') throw new Refused(400, 'encrypt_type=aes without Encrypt');
    const { xml, key, token } = parts.envelope.open({ encrypt, timestamp, nonce, msgSignature });
    // Used without `encrypt_type` the same query would let any clear body in.
    if (parts.mode !== 'safe' && typeof query.signature === 'string') used.claim(query.signature, body);
    return { message: await readProven(xml), sealing: { key, token, nonce } };
  }

  /** The body of a request whose `signature` is right. @throws Refused */
  async function clearBody(request: IncomingMessage, read: ReadBody): Promise<string> {
    refuseUnsigned(request);
    const body = await read(parts.limits);
    used.claim(String(queryOf(request).signature), body);
    return body;
  }

  /** Encrypted requests carry `signature` too. A wrong one is refused unread; without one only as much is read as an
   *  encrypted text of a person takes, since nothing is proven before `msg_signature` is compared. @throws Refused */
  function limitsFor(request: IncomingMessage): BodyLimits {
    if (queryOf(request).signature === undefined)
      return { ...parts.limits, bytes: Math.min(parts.limits.bytes, UNSIGNED_BYTES) };
    refuseUnsigned(request);
    return parts.limits;
  }

  /** In compatible mode the platform sends the clear fields beside the sealed ones: without a key those are read, which is no
   *  less safe than plain mode. @throws Refused */
  async function openBeside(request: IncomingMessage, read: ReadBody): Promise<Message> {
    const message = await readProven(await clearBody(request, read));
    if (message.kind === 'other' && message.type === '')
      throw new Refused(
        403,
        'an encrypted message, and no key: set WECHAT_ENCODING_AES_KEY, or choose plain mode in the console',
      );
    return message;
  }
}

/** A body whose sender is proven. One that cannot be read at all is nobody's: it is acknowledged, since the platform would
 *  send it twice more and then show its error. */
async function readProven(body: string): Promise<Message> {
  const xml = await readLenient(body);
  return xml ? readMessage(xml) : { kind: 'other', type: '', event: '', head: undefined };
}
