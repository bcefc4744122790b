/** Reads the platform's usual messages, a root around a handful of fields, in one pass and without a parser. Whatever
 *  is not of exactly this form is left to xml2js, so nothing is ever guessed. */

import type { Element } from './element.ts';

/** What is read here at most; a document beyond is no mistake, it is handed over. `depth` counts the root as 1, so a
 *  field may hold fields. `name` is in characters. */
export const FLAT_LIMITS = { elements: 64, depth: 3, name: 64 } as const;

const CDATA = '<![CDATA[';
const CDATA_END = ']]>';

/** The root of a document that is made of start tags without attributes, each around one CDATA section, a text without
 *  references, or such elements with blanks between them, no name twice among siblings. Exactly what `parseXml` gives
 *  for it. `undefined` for every other text, well-formed or not. Never throws. */
export function readFlat(text: string): Element | undefined {
  let at = 0;
  let elements = 0;
  const root = element(1);
  if (root === undefined || root.children.length === 0) return undefined;
  skipBlanks();
  return at === text.length ? root : undefined;

  function element(depth: number): Element | undefined {
    const name = startTag();
    elements += 1;
    if (name === undefined || elements > FLAT_LIMITS.elements) return undefined;
    return text.startsWith(CDATA, at) ? section(name) : content(name, depth);
  }

  function section(name: string): Element | undefined {
    const from = at + CDATA.length;
    const end = text.indexOf(CDATA_END, from);
    if (end === -1) return undefined;
    at = end + CDATA_END.length;
    return endTag(name) ? { name, text: text.slice(from, end), children: [] } : undefined;
  }

  function content(name: string, depth: number): Element | undefined {
    const open = text.indexOf('<', at);
    if (open === -1) return undefined;
    const bare = text.slice(at, open);
    at = open;
    if (endTag(name)) return bare.includes('&') ? undefined : { name, text: bare, children: [] };
    if (depth === FLAT_LIMITS.depth || !/^[ \t\r\n]*$/.test(bare)) return undefined;
    const children: Element[] = [];
    do {
      const child = element(depth + 1);
      // xml2js puts elements of one name together; that order is left to it.
      if (child === undefined || children.some((other) => other.name === child.name)) return undefined;
      children.push(child);
      skipBlanks();
    } while (!endTag(name));
    return { name, text: '', children };
  }

  /** Reads `<name>`; the name, or `undefined` for any other kind of markup. */
  function startTag(): string | undefined {
    if (text.charCodeAt(at) !== 60) return undefined;
    const from = at + 1;
    const last = from + FLAT_LIMITS.name;
    if (!isNameStart(text.charCodeAt(from))) return undefined;
    let end = from + 1;
    while (end < last && isNamePart(text.charCodeAt(end))) end += 1;
    if (text.charCodeAt(end) !== 62) return undefined;
    at = end + 1;
    return text.slice(from, end);
  }

  /** Steps over `</name>` if it stands here. */
  function endTag(name: string): boolean {
    const end = at + 2 + name.length;
    if (!text.startsWith('</', at) || text.charCodeAt(end) !== 62 || !text.startsWith(name, at + 2))
      return false;
    at = end + 1;
    return true;
  }

  function skipBlanks(): void {
    for (let code = text.charCodeAt(at); isBlank(code); code = text.charCodeAt(at)) at += 1;
  }
}

/** The four of XML, which are fewer than those of `\s`. */
function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13 && code !== 11 && code !== 12);
}

function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

function isNamePart(code: number): boolean {
  return isNameStart(code) || (code >= 48 && code <= 57);
}
