/** Fields → XML, as the platform reads it. */
/** One element to write: a text goes into CDATA, a number stands bare (whole numbers only), a list nests. */
export type Field = readonly [name: string, value: string | number | readonly Field[]];

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
