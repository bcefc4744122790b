/** The writer of src/wechat/xml/xml.ts, alone and together with the reader. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textOf } from '../../src/wechat/xml/element.ts';
import { type Field, legalText, writeXml } from '../../src/wechat/xml/write.ts';
import { readXml } from '../../src/wechat/xml/xml.ts';

describe('writeXml', () => {
  test('writes texts in CDATA, numbers bare and lists nested, without white space', () => {
    const fields: Field[] = [
      ['A', 'a & <b>'],
      ['N', 7],
      ['Outer', [['Inner', '']]],
    ];
    expect(writeXml('xml', fields)).toBe(
      '<xml><A><![CDATA[a & <b>]]></A><N>7</N><Outer><Inner><![CDATA[]]></Inner></Outer></xml>',
    );
  });

  test('splits every end of CDATA', async () => {
    const text = ']]>]]>a]]]]>>b]]>';
    expect(textOf(await readXml(writeXml('xml', [['A', text]])), 'A')).toBe(text);
  });

  test('drops what XML forbids and nothing else', () => {
    expect(legalText('a\u0000\u0008\u000b\u000c\u001f\ufffe\uffffb')).toBe('ab');
    expect(legalText('\ud800a\udc00')).toBe('a');
    expect(legalText('\udc00\ud800')).toBe('');
    const kept = '\t\n\r \u007f\u0085\u2028\ue000\ufffd\u{10000}\u{1fffe}\u{10ffff}👨‍👩‍👧‍👦';
    expect(legalText(kept)).toBe(kept);
  });

  test('refuses a number that is not whole and a name that is none', () => {
    for (const number of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => writeXml('xml', [['N', number]])).toThrow('N is not a whole number');
    }
    for (const name of ['', '1a', 'a b', 'a>', '__proto__ x'])
      expect(() => writeXml(name, [])).toThrow('name');
    expect(() => writeXml('xml', [['a><b', 'x']])).toThrow('name');
  });

  test('what is written is read as it was, but for the forbidden characters', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), hostileText()), { maxLength: 5 }),
        async (texts) => {
          const fields = texts.map((text, i): Field => [`F${i}`, [['In', text]]]);
          const xml = await readXml(writeXml('xml', fields));
          const read = xml.children.map((child) => textOf(child, 'In'));
          expect(read).toEqual(texts.map(legalText));
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Texts out of the pieces that break writers. */
function hostileText() {
  const pieces = [
    ']]>',
    ']]',
    '>',
    '<![CDATA[',
    '&',
    '<',
    '"',
    '\u0000',
    '\ud83d',
    '\ude00',
    '\uffff',
    '\r\n',
    ' ',
    '中',
  ];
  return fc.array(fc.constantFrom(...pieces)).map((parts) => parts.join(''));
}
