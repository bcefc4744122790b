/** The platform's side of the wire, written for the bench alone: signs, seals and posts messages, opens and reads the
 *  answers. run.ts, profile.ts and micro.ts send with it; it shares no code with the servers that it measures. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** `plain`: signed, in clear. `sealed`: encrypted as in safe mode. */
export type Mode = 'plain' | 'sealed';
export const MODES: readonly Mode[] = ['plain', 'sealed'];

/** What the platform and a server know of each other. */
export interface Account {
  readonly appId: string;
  readonly originalId: string;
  readonly token: string;
  /** 43 characters, as the console makes them. */
  readonly aesKey: string;
}

/** An account that exists for this run only. */
export function madeUpAccount(): Account {
  return {
    appId: `wx${randomBytes(8).toString('hex')}`,
    originalId: `gh_${randomBytes(6).toString('hex')}`,
    token: randomBytes(12).toString('hex'),
    aesKey: `${randomBytes(21).toString('hex')}A`,
  };
}

export interface Message {
  readonly openId: string;
  /** Unique, at most 19 digits. */
  readonly msgId: bigint;
  readonly text: string;
}

/** 28 characters, as OpenIDs are. */
export function openIdOf(user: number): string {
  return `oBench_of_the_filing${String(user).padStart(8, '0')}`;
}

/** The body of a message in clear, as the platform lays it out. */
export function messageXml(account: Account, { openId, msgId, text }: Message, seconds: number): string {
  return `<xml><ToUserName><![CDATA[${account.originalId}]]></ToUserName>\n<FromUserName><![CDATA[${openId}]]></FromUserName>\n<CreateTime>${seconds}</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[${text}]]></Content>\n<MsgId>${msgId}</MsgId>\n</xml>`;
}

/** Query and body of one delivery, signed now: servers refuse it when it is more than five minutes old. */
export function delivery(
  account: Account,
  mode: Mode,
  message: Message,
): { readonly query: string; readonly body: string } {
  const seconds = Math.floor(Date.now() / 1000);
  const timestamp = String(seconds);
  const nonce = String(message.msgId % 1_000_000_007n);
  const xml = messageXml(account, message, seconds);
  const signature = signatureOf([account.token, timestamp, nonce]);
  const query = `signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&openid=${message.openId}`;
  if (mode === 'plain') return { query, body: xml };
  const encrypt = seal(account, xml);
  return {
    query: `${query}&encrypt_type=aes&msg_signature=${signatureOf([account.token, timestamp, nonce, encrypt])}`,
    body: `<xml><ToUserName><![CDATA[${account.originalId}]]></ToUserName>\n<Encrypt><![CDATA[${encrypt}]]></Encrypt>\n</xml>`,
  };
}

/** The whole HTTP request of one delivery. */
export function request(account: Account, mode: Mode, message: Message): Buffer {
  const { query, body } = delivery(account, mode, message);
  return Buffer.from(
    `POST /wechat?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\n` +
      `Content-Type: text/xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

export interface Reply {
  readonly to: string;
  readonly from: string;
  readonly createTime: string;
  readonly type: string;
  readonly content: string;
}

/** Reads an answer as the platform would. @throws Error that says what is wrong with it. */
export function readReply(account: Account, mode: Mode, body: string): Reply {
  const xml = mode === 'plain' ? body : open(account, body);
  const fields = fieldsOf(xml);
  const field = (name: string) => {
    const value = fields.get(name);
    if (value === undefined) throw new Error(`no <${name}>`);
    return value;
  };
  const createTime = field('CreateTime');
  // Some packages write milliseconds.
  if (!/^\d{10}(?:\d{3})?$/.test(createTime)) throw new Error('CreateTime is no time');
  return {
    to: field('ToUserName'),
    from: field('FromUserName'),
    createTime,
    type: field('MsgType'),
    content: field('Content'),
  };
}

function open(account: Account, body: string): string {
  const fields = fieldsOf(body);
  const encrypt = fields.get('Encrypt') ?? '';
  const signed = [account.token, fields.get('TimeStamp') ?? '', fields.get('Nonce') ?? '', encrypt];
  if (fields.get('MsgSignature') !== signatureOf(signed)) throw new Error('wrong signature of the reply');
  const key = keyOf(account);
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(encrypt, 'base64'), decipher.final()]);
  const end = padded.length - (padded.at(-1) ?? 0);
  const messageEnd = 20 + padded.readUInt32BE(16);
  if (padded.toString('utf8', messageEnd, end) !== account.appId)
    throw new Error('sealed for another app id');
  return padded.toString('utf8', 20, messageEnd);
}

/** A body as the account's replies have it, made with node:crypto alone: what sealing costs without a package. */
export function sealedBody(account: Account, xml: string, seconds: number, nonce: string): string {
  const encrypt = seal(account, xml);
  const signature = signatureOf([account.token, String(seconds), nonce, encrypt]);
  return `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>${seconds}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`;
}

function seal(account: Account, xml: string): string {
  const key = keyOf(account);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(xml));
  const clear = Buffer.concat([randomBytes(16), length, Buffer.from(xml + account.appId)]);
  const pad = 32 - (clear.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([
    cipher.update(clear),
    cipher.update(Buffer.alloc(pad, pad)),
    cipher.final(),
  ]).toString('base64');
}

function keyOf(account: Account): Buffer {
  return Buffer.from(`${account.aesKey}=`, 'base64');
}

function signatureOf(parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');
}

/** The elements of a flat document. @throws Error when it is not exactly that, well-formed to the last character. */
function fieldsOf(xml: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const element = /\s*<(\w+)>((?:<!\[CDATA\[(?:(?!\]\]>).)*\]\]>|[^<>&]+)*)<\/\1>\s*/sy;
  if (!xml.startsWith('<xml>')) throw new Error('no <xml> at the start');
  element.lastIndex = 5;
  for (;;) {
    const from = element.lastIndex;
    const found = element.exec(xml);
    if (!found) {
      if (xml.slice(from).trim() !== '</xml>') throw new Error('not well-formed');
      return fields;
    }
    const [, name = '', value = ''] = found;
    if (fields.has(name)) throw new Error(`<${name}> twice`);
    fields.set(name, value.replace(/<!\[CDATA\[(.*?)\]\]>/gs, '$1'));
  }
}
