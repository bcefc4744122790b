/** The protocol at its cheapest, for the servers that mark the limits: one-pass reading of flat XML, replies as
 *  templates, the envelope on node:crypto. Strict enough to be right, with none of the assistant's care for hostile input. */
import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Settings {
  readonly appId: string;
  readonly token: string;
  readonly aesKey: string;
  readonly redisUrl: string;
}

/** The account, from the environment in which run.ts starts a server. */
export function settings(): Settings {
  const { APP_ID = '', TOKEN = '', AES_KEY = '', REDIS_URL = '' } = process.env;
  return { appId: APP_ID, token: TOKEN, aesKey: AES_KEY, redisUrl: REDIS_URL };
}

export type Query = Readonly<Record<string, string | undefined>>;

/** What a server does between the message and the text of its answer; `undefined` acknowledges without one. */
export type Answerer = (message: {
  readonly from: string;
  readonly id: string;
  readonly text: string;
}) => Promise<string | undefined>;

/** The body to answer with, or an HTTP status for what is refused. */
export type Handler = (query: Query, body: string) => Promise<string | number>;

/** Signature, envelope, XML and back. */
export function createHandler({ appId, token, aesKey }: Settings, answer: Answerer): Handler {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const iv = key.subarray(0, 16);
  const id = Buffer.from(appId);

  return async (query, body) => {
    const { timestamp = '', nonce = '' } = query;
    const sealed = query.encrypt_type === 'aes';
    let xml = body;
    if (sealed) {
      const encrypt = fieldsOf(body).get('Encrypt') ?? '';
      if (!same(sign([token, timestamp, nonce, encrypt]), query.msg_signature ?? '')) return 403;
      xml = open(encrypt);
    } else if (!same(sign([token, timestamp, nonce]), query.signature ?? '')) return 403;
    const fields = fieldsOf(xml);
    const from = fields.get('FromUserName') ?? '';
    const text = await answer({ from, id: fields.get('MsgId') ?? '', text: fields.get('Content') ?? '' });
    if (text === undefined) return 'success';
    const seconds = Math.floor(Date.now() / 1000);
    const reply = `<xml><ToUserName><![CDATA[${from}]]></ToUserName><FromUserName><![CDATA[${fields.get('ToUserName') ?? ''}]]></FromUserName><CreateTime>${seconds}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content></xml>`;
    if (!sealed) return reply;
    const encrypt = seal(reply);
    const own = randomBytes(8).toString('hex');
    const signature = sign([token, String(seconds), own, encrypt]);
    return `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>${seconds}</TimeStamp><Nonce><![CDATA[${own}]]></Nonce></xml>`;
  };

  function open(encrypt: string): string {
    const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
    const padded = decipher.update(encrypt, 'base64');
    decipher.final();
    const end = padded.length - (padded.at(-1) ?? 0);
    const messageEnd = 20 + padded.readUInt32BE(16);
    if (!padded.subarray(messageEnd, end).equals(id)) throw new Error('another app id');
    return padded.toString('utf8', 20, messageEnd);
  }

  function seal(xml: string): string {
    const length = Buffer.byteLength(xml);
    const end = 20 + length + id.length;
    const pad = 32 - (end % 32);
    const clear = Buffer.allocUnsafe(end + pad);
    randomBytes(16).copy(clear);
    clear.writeUInt32BE(length, 16);
    clear.write(xml, 20);
    id.copy(clear, 20 + length);
    clear.fill(pad, end);
    const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
    return cipher.update(clear, undefined, 'base64') + cipher.final('base64');
  }
}

/** A text as long as a short answer of the assistant, about what was said. */
export function echo(text: string, step = 0): string {
  return `第${step}步，您刚才说：${text.slice(0, 12)}。${FILLING}`;
}

const FILLING =
  '下面这段话只是为了让回复有一般的长度：先把证件的原件拍清楚，四个角都要在画面里；再想好小程序的名称、简介和类目；然后登录后台，按页面上的顺序一项一项填写；提交之后留意短信和电话，在要求的时间里完成核验；最后等审核结果。想看要准备什么，请回复“材料”；想知道走到了哪一步，请回复“进度”。';

function sign(parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');
}

function same(right: string, claimed: string): boolean {
  return right.length === claimed.length && timingSafeEqual(Buffer.from(right), Buffer.from(claimed));
}

/** @throws Error for anything but flat elements with texts or CDATA. */
function fieldsOf(xml: string): ReadonlyMap<string, string> {
  if (!xml.startsWith('<xml>')) throw new Error('no <xml>');
  const fields = new Map<string, string>();
  let at = 5;
  for (;;) {
    const open = xml.indexOf('<', at);
    if (xml.startsWith('</xml>', open)) return fields;
    const close = xml.indexOf('>', open);
    if (open < 0 || close < 0) throw new Error('not well-formed');
    const name = xml.slice(open + 1, close);
    let text = '';
    at = close + 1;
    for (let end = xml.indexOf('<', at); ; end = xml.indexOf('<', at)) {
      if (end < 0) throw new Error('not closed');
      text += xml.slice(at, end);
      if (xml.startsWith('<![CDATA[', end)) {
        const stop = xml.indexOf(']]>', end + 9);
        if (stop < 0) throw new Error('CDATA is not closed');
        text += xml.slice(end + 9, stop);
        at = stop + 3;
      } else if (xml.startsWith(`</${name}>`, end)) {
        at = end + name.length + 3;
        break;
      } else throw new Error('nested');
    }
    fields.set(name, text);
  }
}
