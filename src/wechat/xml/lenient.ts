/** Reads what surely came from the platform and yet is no well-formed XML: JSON in a request that says XML, or a text that
 *  holds the end of its own CDATA. Whoever wrote it wants an answer and would get the platform's error three times.
 *  Source: reports of other bots' users (docs/reliability.md). */
import { Refused } from '../../core/errors.ts';
import type { Element } from './element.ts';
import { readXml } from './xml.ts';

/** Fields that are looked for one by one, the free text first: what stands in it is no field. */
const FIELDS = [
  'Content',
  'ToUserName',
  'FromUserName',
  'CreateTime',
  'MsgType',
  'MsgId',
  'Event',
  'EventKey',
  'bizmsgmenuid',
  'Recognition',
  'Label',
  'Title',
  'Encrypt',
] as const;
/** Keys of a JSON object that are read. */
const KEYS_AT_MOST = 64;

/** The element, `undefined` for what is neither. Never throws for a text. */
export async function readLenient(text: string): Promise<Element | undefined> {
  try {
    return await readXml(text);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return readJson(text) ?? readFields(text);
  }
}

function readJson(text: string): Element | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null) return undefined;
    const children = Object.entries(read)
      .slice(0, KEYS_AT_MOST)
      .flatMap(([name, value]) =>
        typeof value === 'string' || typeof value === 'number'
          ? [{ name, text: String(value), children: [] }]
          : [],
      );
    return { name: 'xml', text: '', children };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readFields(text: string): Element | undefined {
  if (!/^\s*(?:<\?xml[^>]*>\s*)?<xml>/.test(text)) return undefined;
  let rest = text;
  const children: Element[] = [];
  for (const name of FIELDS) {
    const found = fieldIn(rest, name);
    if (!found) continue;
    children.push({ name, text: found.value, children: [] });
    rest = rest.slice(0, found.start) + rest.slice(found.end);
  }
  return children.length > 0 ? { name: 'xml', text: '', children } : undefined;
}

/** A field from its first beginning to its last end, so that a text may hold whatever it likes. */
function fieldIn(
  text: string,
  name: string,
): { readonly value: string; readonly start: number; readonly end: number } | undefined {
  for (const [open, close] of [
    [`<${name}><![CDATA[`, `]]></${name}>`],
    [`<${name}>`, `</${name}>`],
  ] as const) {
    const start = text.indexOf(open);
    const end = text.lastIndexOf(close);
    if (start >= 0 && end >= start + open.length)
      return { value: text.slice(start + open.length, end), start, end: end + close.length };
  }
  return undefined;
}
