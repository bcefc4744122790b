/** The platform's XML, written and read by rules of its own (nothing from src/wechat). The reader is small and strict:
 *  what it refuses, the platform would not show either. */

/** A value: text goes into CDATA, `bare` stands as it is (numbers), a list is a nested element. */
export type Value = string | { readonly bare: string } | Fields;
export type Fields = readonly (readonly [name: string, value: Value])[];

export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

export type Parsed =
  | { readonly kind: 'xml'; readonly root: Element }
  | { readonly kind: 'fault'; readonly illegal: boolean; readonly reason: string };

const MAX_DEPTH = 16;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** One `<xml>` element with the fields in their order. */
export function writeXml(fields: Fields): string {
  return `<xml>${fields.map(writeField).join('')}</xml>`;
}

function writeField([name, value]: Fields[number]): string {
  if (typeof value === 'string')
    return `<${name}><![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`;
  return 'bare' in value
    ? `<${name}>${value.bare}</${name}>`
    : `<${name}>${value.map(writeField).join('')}</${name}>`;
}

/** Reads a document without attributes, DOCTYPE or processing instructions. `illegal` tells a character that XML 1.0
 *  forbids from any other mistake. */
export function readXml(source: string): Parsed {
  const illegal = findIllegal(source);
  if (illegal !== undefined)
    return { kind: 'fault', illegal: true, reason: `character ${illegal} is not allowed in XML` };
  try {
    return { kind: 'xml', root: parse(source) };
  } catch (error) {
    if (error instanceof Mistake) return { kind: 'fault', illegal: error.illegal, reason: error.message };
    throw error;
  }
}

/** The children of that name. */
export function childrenOf(element: Element, name: string): readonly Element[] {
  return element.children.filter((child) => child.name === name);
}

interface Open {
  readonly name: string;
  text: string;
  readonly children: Element[];
}

function parse(source: string): Element {
  let at =
    /^<\?xml version="1\.[01]"(?: encoding="[Uu][Tt][Ff]-8")?(?: standalone="(?:yes|no)")? ?\?>\s*/.exec(
      source,
    )?.[0].length ?? 0;
  const top: Open = { name: '', text: '', children: [] };
  const stack: Open[] = [top];
  while (at < source.length) {
    const here = stack.at(-1) ?? top;
    if (source.startsWith('<![CDATA[', at)) {
      const end = closing(source, ']]>', at + 9);
      if (here === top) throw new Mistake('CDATA outside the root element');
      here.text += source.slice(at + 9, end);
      at = end + 3;
    } else if (source.startsWith('<!--', at)) {
      at = closing(source, '-->', at + 4) + 3;
    } else if (source.startsWith('</', at)) {
      const end = closing(source, '>', at);
      const name = source.slice(at + 2, end).trimEnd();
      if (here === top || here.name !== name)
        throw new Mistake(`</${name.slice(0, 40)}> closes what is not open`);
      stack.pop();
      (stack.at(-1) ?? top).children.push(finished(here));
      at = end + 1;
    } else if (source[at] === '<') {
      const end = closing(source, '>', at);
      const inner = source.slice(at + 1, end);
      const tag = /^([A-Za-z_][\w.-]*)\s*(\/?)$/.exec(inner);
      if (tag?.[1] === undefined) throw new Mistake(`<${inner.slice(0, 40)}> is no plain element`);
      if (stack.length > MAX_DEPTH) throw new Mistake(`more than ${MAX_DEPTH} elements inside each other`);
      const element: Open = { name: tag[1], text: '', children: [] };
      if (tag[2] === '/') here.children.push(element);
      else stack.push(element);
      at = end + 1;
    } else {
      const end = source.indexOf('<', at);
      const raw = source.slice(at, end === -1 ? source.length : end);
      if (here === top && !isBlank(raw)) throw new Mistake('text outside the root element');
      here.text += unescaped(raw);
      at += raw.length;
    }
  }
  const open = stack.at(-1) ?? top;
  if (open !== top) throw new Mistake(`<${open.name}> is never closed`);
  const [root, second] = top.children;
  if (root === undefined || second !== undefined) throw new Mistake('not exactly one root element');
  return root;
}

function finished(open: Open): Element {
  if (open.children.length === 0) return open;
  if (!isBlank(open.text)) throw new Mistake(`text beside elements in <${open.name}>`);
  return { ...open, text: '' };
}

/** XML's own idea of white space; `trim` would let a byte order mark pass. */
function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

function closing(source: string, mark: string, from: number): number {
  const end = source.indexOf(mark, from);
  if (end === -1) throw new Mistake(`no ${mark} to the end`);
  return end;
}

function unescaped(raw: string): string {
  if (raw.includes(']]>')) throw new Mistake(']]> in plain text');
  return raw.replace(/&([^;&]{0,8};)?/g, (all, body: string | undefined) => {
    const name = body?.slice(0, -1) ?? '';
    const number = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
    if (number === null) {
      const known = ENTITIES.get(name);
      if (known === undefined) throw new Mistake(`${all} is no known entity`);
      return known;
    }
    const code = number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16);
    const char = code <= 0x10ffff ? String.fromCodePoint(code) : '\0';
    if (findIllegal(char) !== undefined) throw new Mistake(`${all} names a character that XML forbids`, true);
    return char;
  });
}

/** The first character outside XML 1.0's `Char`, as U+XXXX. https://www.w3.org/TR/xml/#charsets */
function findIllegal(text: string): string | undefined {
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const fine =
      code === 0x9 ||
      code === 0xa ||
      code === 0xd ||
      (code >= 0x20 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd) ||
      code >= 0x10000;
    if (!fine) return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return undefined;
}

class Mistake extends Error {
  readonly illegal: boolean;
  constructor(reason: string, illegal = false) {
    super(reason);
    this.illegal = illegal;
  }
}
