/** XML of the platform → elements (flat.ts for the usual messages, xml2js behind a guard for all else), fields → XML (own
 *  writer). message.ts reads what it gives; reply.ts writes, and envelope.ts for what needs no care. */

import xml2js from 'xml2js';
import { Refused } from '../errors.ts';
import { readFlat } from './flat.ts';

/** One element. Texts are exactly as they came: no number is read into them, nothing is trimmed. Names are values, never
 *  keys of an object, so no name can reach a prototype. */
export interface Element {
  readonly name: string;
  /** Character data directly inside; of an element with children, white space alone is left out. */
  readonly text: string;
  /** In groups of one name, each group in the order of the document. */
  readonly children: readonly Element[];
}

/** One element to write: a text goes into CDATA, a number stands bare (whole numbers only), a list nests. */
export type Field = readonly [name: string, value: string | number | readonly Field[]];

/** What is handed to the parser at most, and how many characters a start tag may take. The deepest documented event has
 *  5 levels and about 25 elements, none with attributes. */
export const XML_LIMITS = { characters: 1_048_576, depth: 16, elements: 1_000, tag: 1_000 } as const;

/** Reads one document.
 *  @throws Refused 400 when it is not well-formed, is above XML_LIMITS, holds a DOCTYPE, a processing instruction or an
 *  entity other than the five of XML and character numbers. The reason names no content. */
export async function readXml(text: string): Promise<Element> {
  if (text.length > XML_LIMITS.characters) refuse('too long');
  return readFlat(text) ?? parseXml(text);
}

/** Reads one document of any form: what `readXml` falls back on, and what its fast path is proven equal to.
 *  @throws Refused as `readXml` does */
export async function parseXml(text: string): Promise<Element> {
  guard(text);
  const parser = new xml2js.Parser({
    ignoreAttrs: true,
    // xml2js makes names into keys: behind a colon none of them means anything to JavaScript or to xml2js itself.
    tagNameProcessors: [(name) => `:${name}`],
  });
  const parsed: unknown = await parser.parseStringPromise(text).catch(() => {
    // The parser's own message quotes the text, which must not reach a log.
    throw new Refused(400, 'XML is not well-formed');
  });
  const root = elementOf('', parsed).children[0];
  if (root === undefined) throw new Refused(400, 'XML has no root');
  return root;
}

/** All children of one name, in order. */
export function childrenOf(element: Element, name: string): readonly Element[] {
  return element.children.filter((child) => child.name === name);
}

/** The first child of a name; an empty element when there is none. */
export function childOf(element: Element, name: string): Element {
  return element.children.find((child) => child.name === name) ?? { name, text: '', children: [] };
}

/** The text of the first child of a name, `undefined` when there is none. */
export function textOf(element: Element, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

/** Writes one document without white space between elements. Characters that XML 1.0 forbids are dropped, and a `]]>`
 *  never ends a CDATA section. @throws Error for a name that is none or a number that is not whole (a defect). */
export function writeXml(name: string, value: Field[1]): string {
  if (!/^[A-Za-z_][\w.-]*$/.test(name)) throw new Error('not a name of an element');
  return `<${name}>${inside(name, value)}</${name}>`;
}

/** `text` without the characters that XML 1.0 forbids even in CDATA: controls, U+FFFE, U+FFFF, lone surrogates. */
export function legalText(text: string): string {
  return MAY_BE_ILLEGAL.test(text)
    ? text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    : text;
}

/** Read by code units, which is several times faster: all surrogates, in pairs too. */
const MAY_BE_ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/;

function inside(name: string, value: Field[1]): string {
  if (typeof value === 'string')
    return `<![CDATA[${legalText(value).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  if (typeof value !== 'number') return value.map(([inner, its]) => writeXml(inner, its)).join('');
  if (!Number.isSafeInteger(value)) throw new Error(`${name} is not a whole number`);
  return String(value);
}

/** One walk over the text, so that nothing hostile reaches the parser. Where it is laxer than XML, the parser decides. */
function guard(text: string): void {
  if (text.length > XML_LIMITS.characters) refuse('too long');
  const start = afterDeclaration(text);
  let depth = 0;
  let elements = 0;
  let at = start;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    const plain = text.slice(at, open === -1 ? text.length : open);
    if (depth === 0 && plain.trim() !== '') refuse('text outside of the root');
    checkReferences(plain);
    if (open === -1) break;

    if (text.startsWith('<![CDATA[', open)) {
      if (depth === 0) refuse('text outside of the root');
      at = endOf(text, ']]>', open + 9);
    } else if (text.startsWith('<!--', open)) {
      at = endOf(text, '-->', open + 4);
    } else if (text.startsWith('<!', open)) {
      refuse('a DOCTYPE or another declaration');
    } else if (text.startsWith('<?', open)) {
      refuse('a processing instruction');
    } else if (text.startsWith('</', open)) {
      at = endOf(text, '>', open + 2);
      depth -= 1;
    } else {
      const tag = tagAt(text, open);
      checkReferences(tag);
      at = open + tag.length;
      if (depth === 0 && elements > 0) refuse('a second root');
      elements += 1;
      if (elements > XML_LIMITS.elements) refuse('too many elements');
      if (tag.endsWith('/>')) continue;
      depth += 1;
      if (depth > XML_LIMITS.depth) refuse('nested too deeply');
    }
    if (depth < 0) refuse('an end tag without its start');
  }
  if (elements === 0) refuse('no element');
  if (depth !== 0) refuse('not closed');
}

function refuse(reason: string): never {
  throw new Refused(400, `XML: ${reason}`);
}

/** Where the document proper starts: after a byte order mark and an XML declaration, both of which are harmless. */
function afterDeclaration(text: string): number {
  return /^\uFEFF?(?:<\?xml\s[^<>?]*\?>)?/.exec(text)?.[0].length ?? 0;
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? refuse('not closed') : found + mark.length;
}

/** The start tag at `from`. Quoted values may hold `>`, so the tag is read as a whole: a guard that ended it early
 *  would take the rest of the value for markup and lose step with the parser. */
function tagAt(text: string, from: number): string {
  const tag = /<[^\s<>/"'=&]+(?:\s+[^\s<>/"'=&]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*\/?>/y;
  return tag.exec(text.slice(from, from + XML_LIMITS.tag))?.[0] ?? refuse('a broken or endless tag');
}

function checkReferences(text: string): void {
  const reference = /&(?:lt|gt|amp|quot|apos|#(\d{1,7}|x[\dA-Fa-f]{1,6}));/y;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', reference.lastIndex)) {
    reference.lastIndex = at;
    const found = reference.exec(text);
    if (found === null) refuse('an entity');
    const code = found[1];
    // `65` and `x41` behind a zero are what Number() reads.
    if (code !== undefined && !isLegal(Number(`0${code}`))) refuse('a forbidden character number');
  }
}

function isLegal(code: number): boolean {
  return code <= 0x10ffff && legalText(String.fromCodePoint(code)) !== '';
}

/** An element of what xml2js gives: a text, or an object of lists by (colon and) name with its own text under `_`. */
function elementOf(name: string, value: unknown): Element {
  if (typeof value === 'string') return { name, text: value, children: [] };
  if (typeof value !== 'object' || value === null)
    throw new Error('xml2js gave something that is no element');
  let text = '';
  const children: Element[] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (key === '_') text = String(inner);
    else
      for (const one of Array.isArray(inner) ? inner : [inner]) children.push(elementOf(key.slice(1), one));
  }
  return { name, text, children };
}
