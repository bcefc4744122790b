/** Generated XML: messages of the platform, and the same bent in every way that could make two readers disagree. */

import fc from 'fast-check';

const NAMES = [
  'ToUserName',
  'FromUserName',
  'CreateTime',
  'MsgType',
  'Content',
  'MsgId',
  'Event',
  'EventKey',
  'Encrypt',
  'item',
  'xml',
  '_',
  'a',
  'a1',
  // Names that mean something to JavaScript, to xml2js or to a lax parser.
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'cdata',
  'length',
  'script',
  'Script',
] as const;
/** Names that are legal XML or nearly so, and not of the usual form. */
const ODD_NAMES = [
  'a-b',
  'a.b',
  'a:b',
  '名',
  '1a',
  '-a',
  '$',
  '#name',
  '',
  ' a',
  'a '.repeat(40),
  'n'.repeat(70),
];

const PIECES = [
  ']]>',
  ']]',
  ']',
  '<![CDATA[',
  '<',
  '>',
  '/>',
  '</',
  '</a>',
  '<a>',
  '<a/>',
  '<a b="1">',
  '<!--x-->',
  '<!-- ]]> -->',
  '<?x?>',
  '<!DOCTYPE x>',
  '&amp;',
  '&lt;',
  '&#20013;',
  '&#0;',
  '&x;',
  '&',
  '\u0000',
  '\u000B',
  '\uFEFF',
  '\u3000',
  '\u00A0',
  '\u2028',
  '\uD800',
  '\uDC00',
  '\uFFFE',
  '\r\n',
  '\t',
  ' ',
  '"',
  "'",
  '=',
] as const;
const BLANKS = ['', '', '', ' ', '\n', '\r\n\t ', '\u3000', '\u000C'] as const;

const name = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD_NAMES) },
);
const piece = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 8 }));
const blank = fc.constantFrom(...BLANKS);
const cdataText = fc
  .array(
    fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('备案', 'a < b & "c"')),
    { maxLength: 5 },
  )
  .map((parts) => parts.join('').replaceAll(']]>', ']]'));
const bareText = fc
  .array(
    fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('1760000001', '备案', ']]>', '>')),
    {
      maxLength: 3,
    },
  )
  .map((parts) => parts.join('').replace(/[<&]/g, ''));

/** What stands inside an element: mostly what the platform writes. */
const inside = fc.oneof(
  { weight: 10, arbitrary: cdataText.map((text) => `<![CDATA[${text}]]>`) },
  { weight: 6, arbitrary: bareText },
  { weight: 2, arbitrary: blank },
  {
    weight: 1,
    arbitrary: fc
      .tuple(blank, cdataText, bareText, cdataText, blank)
      .map(([a, b, c, d, e]) => `${a}<![CDATA[${b}]]>${c}<![CDATA[${d}]]>${e}`),
  },
  { weight: 1, arbitrary: piece },
);

const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc.oneof(
    {
      weight: 24,
      arbitrary: fc.tuple(name, tie('content')).map(([its, text]) => `<${its}>${text}</${its}>`),
    },
    { weight: 1, arbitrary: name.map((its) => `<${its}/>`) },
    {
      weight: 1,
      arbitrary: fc.tuple(name, tie('content')).map(([its, text]) => `<${its} a="1">${text}</${its} >`),
    },
    { weight: 1, arbitrary: fc.tuple(name, tie('content')).map(([its, text]) => `<${its}>${text}`) },
  ),
  content: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    { weight: 8, arbitrary: inside },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.array(fc.tuple(blank, tie('element')), { minLength: 1, maxLength: 4 }), blank)
        .map(([children, end]) => `${children.map((pair) => pair.join('')).join('')}${end}`),
    },
  ),
}));

const around = fc.oneof(
  { weight: 12, arbitrary: fc.constant('') },
  { weight: 3, arbitrary: blank },
  { weight: 1, arbitrary: piece },
);
const head = fc.oneof(
  { weight: 10, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom('\uFEFF', '<?xml version="1.0"?>', ' ', '<!-- a -->') },
);

const whole = fc
  .tuple(
    head,
    fc.constantFrom('xml', 'xml', 'xml', 'html', '__proto__'),
    fc.uniqueArray(fc.tuple(blank, element), { maxLength: 8, selector: ([, text]) => text.slice(0, 12) }),
    blank,
    around,
  )
  .map(
    ([before, root, children, end, behind]) =>
      `${before}<${root}>${children.map((pair) => pair.join('')).join('')}${end}</${root}>${behind}`,
  );

/** What the platform sends, with any characters in its texts and one level of fields inside a field. */
const usualField = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.oneof(
      cdataText.map((text) => `<![CDATA[${text}]]>`),
      bareText,
    ),
  )
  .map(([its, text]) => `<${its}>${text}</${its}>`);
const nestedField = fc
  .tuple(fc.constantFrom('ScanCodeInfo', 'SendLocationInfo', 'MenuInfo'), blank, usualField, blank)
  .map(([its, before, field, behind]) => `<${its}>${before}${field}${behind}</${its}>`);
const field = fc.oneof({ weight: 8, arbitrary: usualField }, { weight: 1, arbitrary: nestedField });
const opening = (text: string) => text.slice(0, text.indexOf('>'));
const fields = fc.oneof(
  { weight: 5, arbitrary: fc.uniqueArray(field, { minLength: 1, maxLength: 10, selector: opening }) },
  // Names that come back: A B A is what xml2js puts in another order.
  { weight: 1, arbitrary: fc.array(field, { minLength: 2, maxLength: 10 }) },
);
const usual = fc
  .tuple(fields, fc.constantFrom('', '', '\n', '\u000C'), fc.constantFrom('', '', '\n', ' \u000B'))
  .map(([inner, between, end]) => `<xml>${inner.map((one) => between + one).join('')}${between}</xml>${end}`);

/** Documents of every kind; one in four has something cut out or put in at any place. */
export const documents: fc.Arbitrary<string> = fc
  .tuple(fc.oneof(usual, whole), fc.integer({ min: 0, max: 3 }), fc.nat(10_000), fc.nat(3), piece)
  .map(([text, bent, place, cut, put]) => {
    if (bent > 0) return text;
    const at = place % (text.length + 1);
    return `${text.slice(0, at)}${put}${text.slice(at + cut)}`;
  });
