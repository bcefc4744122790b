/** XML of the platform → elements: by the fast reader for the usual messages, by xml2js behind a guard for all else. */

import xml2js from 'xml2js';
import { Refused } from '../../core/errors.ts';
import type { Element } from './element.ts';
import { readFlat } from './fast.ts';
import { legalText } from './write.ts';

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
