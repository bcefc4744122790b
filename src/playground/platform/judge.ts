/** Judges an answer as strictly as the platform does: a message, an acknowledgement, or the fault notice in the chat.
 *  Rules: https://developers.weixin.qq.com/doc/service/en/guide/product/message/Passive_user_reply_message.html and,
 *  where that page is silent, what independent implementations agree on (2,048 bytes, seconds, link forms). */
import { type Part, plainText, type Reply, readContent } from './reply.ts';
import { decodeUtf8, open, sign } from './seal.ts';
import { childrenOf, type Element, readXml } from './xml.ts';

export type Mode = 'plain' | 'compatible' | 'safe';

export type FaultCode =
  | 'no-answer'
  | 'status'
  | 'not-utf8'
  | 'json'
  | 'html'
  | 'not-xml'
  | 'illegal-character'
  | 'not-encrypted'
  | 'envelope'
  | 'bad-signature'
  | 'cannot-open'
  | 'head'
  | 'create-time'
  | 'message-type'
  | 'empty-content'
  | 'too-long'
  | 'link'
  | 'media'
  | 'article';

/** `clear` is the reply's XML, decrypted where it came sealed, as far as the judge could get at it. */
export type Verdict =
  | { readonly outcome: 'reply'; readonly reply: Reply; readonly clear: string }
  | { readonly outcome: 'silence'; readonly clear: undefined }
  | Fault;

/** `fault` is one English sentence that begins with the code: `too-long: …`. */
export interface Fault {
  readonly outcome: 'fault';
  readonly code: FaultCode;
  readonly fault: string;
  readonly clear: string | undefined;
}

/** Whose answer it must be, and by which rules. `aesKey` is given whenever the mode is not plain. */
export interface Expected {
  readonly mode: Mode;
  readonly token: string;
  readonly appId: string;
  readonly aesKey: string | undefined;
  /** OpenID of the person the reply must be for. */
  readonly user: string;
  readonly account: string;
}

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Most bytes of UTF-8 in the Content of a text reply. */
const MAX_CONTENT = 2048;

/** What the person would see of this answer. Never throws: whatever came back is judged. */
export function judge(answer: Answer, expected: Expected): Verdict {
  if (answer.status !== 200) return fault('status', `answered ${answer.status}, only 200 counts`);
  const body = decodeUtf8(answer.body);
  if (body === undefined) return fault('not-utf8', 'the answer is not UTF-8');
  if (body === '' || body === 'success') return { outcome: 'silence', clear: undefined };
  if (/^\s*[[{"]/.test(body)) return fault('json', 'the answer is JSON; this account speaks XML');
  if (/^\s*<(?:!doctype html|html|body)\b/i.test(body)) return fault('html', 'the answer is an HTML page');
  const root = readRoot(body, undefined);
  if ('outcome' in root) return root;
  const sealed = childrenOf(root, 'Encrypt').length > 0;
  if (sealed && expected.mode !== 'plain') return openEnvelope(root, expected);
  if (sealed) return fault('envelope', 'a sealed answer to a clear message');
  if (expected.mode === 'safe')
    return fault('not-encrypted', 'clear XML, but in safe mode a reply must be sealed', body);
  return judgeMessage(root, body, expected);
}

/** The sentence for a message that nobody answered in time. */
export function unanswered(deliveries: number, timeoutMs: number, last: string): Fault {
  return fault(
    'no-answer',
    `none of ${deliveries} deliveries was answered within ${timeoutMs} ms (last: ${last})`,
  );
}

function openEnvelope(root: Element, expected: Expected): Verdict {
  const [encrypt, signature, timestamp, nonce] = ['Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce'].map(
    (name) => only(root, name),
  );
  if (encrypt === undefined || signature === undefined || timestamp === undefined || nonce === undefined) {
    return fault('envelope', 'Encrypt, MsgSignature, TimeStamp and Nonce must each stand there once');
  }
  if (!/^\d{10}$/.test(timestamp)) return fault('envelope', 'TimeStamp is not whole seconds (10 digits)');
  if (nonce === '') return fault('envelope', 'Nonce is empty');
  if (signature !== sign(expected.token, timestamp, nonce, encrypt)) {
    return fault('bad-signature', "MsgSignature does not fit the reply's own TimeStamp, Nonce and Encrypt");
  }
  const opened = open(encrypt, { aesKey: expected.aesKey ?? '', appId: expected.appId });
  if (opened.kind === 'fault') return fault('cannot-open', opened.reason);
  const inner = readRoot(opened.clear, opened.clear);
  return 'outcome' in inner ? inner : judgeMessage(inner, opened.clear, expected);
}

function judgeMessage(root: Element, clear: string, expected: Expected): Verdict {
  const no = (code: FaultCode, reason: string): Fault => fault(code, reason, clear);
  if (only(root, 'ToUserName') !== expected.user) return no('head', 'ToUserName is not the person who wrote');
  if (only(root, 'FromUserName') !== expected.account)
    return no('head', "FromUserName is not the account's original id");
  const created = only(root, 'CreateTime') ?? '';
  if (!/^\d{10}$/.test(created))
    return no('create-time', `CreateTime has to be whole seconds, not "${created.slice(0, 20)}"`);
  const type = only(root, 'MsgType');
  switch (type) {
    case 'text':
      return judgeText(root, clear);
    case 'image':
      return judgeMedia(root, clear, type, 'Image', 'MediaId');
    case 'voice':
      return judgeMedia(root, clear, type, 'Voice', 'MediaId');
    case 'video':
      return judgeMedia(root, clear, type, 'Video', 'MediaId');
    case 'music':
      return judgeMedia(root, clear, type, 'Music', 'ThumbMediaId');
    case 'news':
      return judgeNews(root, clear);
    case 'transfer_customer_service': {
      const info = childrenOf(root, 'TransInfo')[0];
      const agent = info === undefined ? undefined : only(info, 'KfAccount');
      if (info !== undefined && !agent) return no('media', 'TransInfo without a KfAccount');
      return { outcome: 'reply', clear, reply: { type, text: '', lines: [], agent } };
    }
    default:
      return no('message-type', `MsgType "${(type ?? '').slice(0, 40)}" is none that may be sent as a reply`);
  }
}

function judgeText(root: Element, clear: string): Verdict {
  const content = only(root, 'Content');
  if (!content) return fault('empty-content', 'Content is missing or empty', clear);
  const bytes = Buffer.byteLength(content);
  if (bytes > MAX_CONTENT)
    return fault('too-long', `Content has ${bytes} bytes, at most ${MAX_CONTENT} are shown`, clear);
  const read = readContent(content);
  if (read.kind === 'fault') return fault('link', read.reason, clear);
  const lines: readonly (readonly Part[])[] = read.lines;
  return { outcome: 'reply', clear, reply: { type: 'text', text: plainText(lines), lines, content } };
}

function judgeMedia(
  root: Element,
  clear: string,
  type: 'image' | 'voice' | 'video' | 'music',
  wrapper: string,
  idName: string,
): Verdict {
  const inner = childrenOf(root, wrapper)[0];
  const mediaId = inner === undefined ? undefined : only(inner, idName);
  if (!mediaId) return fault('media', `${wrapper} without a ${idName}`, clear);
  return { outcome: 'reply', clear, reply: { type, text: '', lines: [], mediaId } };
}

function judgeNews(root: Element, clear: string): Verdict {
  const items = childrenOf(root, 'Articles').flatMap((articles) => childrenOf(articles, 'item'));
  const [item] = items;
  const count = only(root, 'ArticleCount');
  if (count !== '1' || item === undefined || items.length !== 1) {
    return fault(
      'article',
      `ArticleCount is "${(count ?? '').slice(0, 20)}" with ${items.length} items; a reply carries one`,
      clear,
    );
  }
  const [title, description, picture, url] = ['Title', 'Description', 'PicUrl', 'Url'].map((name) =>
    only(item, name),
  );
  if (!title || description === undefined || picture === undefined || url === undefined) {
    return fault('article', 'the article needs Title, Description, PicUrl and Url', clear);
  }
  if (!/^https?:\/\/[^\s/]/.test(url))
    return fault('article', 'the Url of the article is neither http nor https', clear);
  return {
    outcome: 'reply',
    clear,
    reply: { type: 'news', text: '', lines: [], article: { title, description, picture, url } },
  };
}

function readRoot(source: string, clear: string | undefined): Element | Fault {
  const parsed = readXml(source);
  if (parsed.kind === 'fault')
    return fault(parsed.illegal ? 'illegal-character' : 'not-xml', parsed.reason, clear);
  if (parsed.root.name !== 'xml')
    return fault('not-xml', `the root element is <${parsed.root.name}>, not <xml>`, clear);
  return parsed.root;
}

/** The text of the one child of that name; `undefined` when there is none, when there are several or when it nests. */
function only(parent: Element, name: string): string | undefined {
  const [child, second] = childrenOf(parent, name);
  return child === undefined || second !== undefined || child.children.length > 0 ? undefined : child.text;
}

function fault(code: FaultCode, reason: string, clear?: string): Fault {
  return { outcome: 'fault', code, fault: `${code}: ${reason}`, clear };
}
