/** src/wechat/xml/xml.ts: texts stay what they are, and nothing hostile reaches the parser or a prototype. */

import { describe, expect, test } from 'vitest';
import { Refused } from '../../src/core/errors.ts';
import { childOf, childrenOf, textOf } from '../../src/wechat/xml/element.ts';
import { readXml, XML_LIMITS } from '../../src/wechat/xml/xml.ts';

async function contentOf(inner: string): Promise<string | undefined> {
  return textOf(await readXml(`<xml><Content>${inner}</Content></xml>`), 'Content');
}

async function refusal(text: string): Promise<Refused> {
  return readXml(text).then(
    () => {
      throw new Error('it was not refused');
    },
    (error: unknown) => {
      if (error instanceof Refused) return error;
      throw error;
    },
  );
}

describe('texts are left alone', () => {
  test.each([
    ['leading zeros', '007'],
    ['an exponent', '1e3'],
    ['19 digits', '6054768590064713728'],
    ['blanks around', '  x  '],
    ['only blanks', '   '],
    ['nothing', ''],
    ['true', 'true'],
    ['lines', '\n a\r\n\tb \n'],
    ['markup', 'a < b & "c" <b>'],
    ['a U+2028', 'a\u2028b'],
    ['a control character', 'a\u0000b\u0008'],
    ['an emoji family', '👨‍👩‍👧‍👦'],
    ['a byte order mark', '\uFEFFa'],
    ['marks of direction', '\u202Eabc\u202C'],
    ['half an end of CDATA', ']] > ]>'],
  ])('in CDATA: %s', async (_, text) => {
    expect(await contentOf(`<![CDATA[${text}]]>`)).toBe(text);
  });

  test.each(['007', '1e3', '24180351648420001', '  x  ', '   ', '31.230416'])('bare: "%s"', async (text) => {
    expect(await contentOf(text)).toBe(text);
  });

  test('joins CDATA sections and reads the five entities and character numbers', async () => {
    expect(await contentOf('<![CDATA[a]]]]><![CDATA[>b]]>')).toBe('a]]>b');
    expect(await contentOf('&lt;a&gt; &amp;amp; &quot;&apos; &#20013;&#x6587;')).toBe('<a> &amp; "\' 中文');
  });

  test('keeps a text of 200,000 characters whole', async () => {
    const long = '长'.repeat(200_000);
    expect(await contentOf(`<![CDATA[${long}]]>`)).toBe(long);
    expect(await contentOf(long)).toBe(long);
  });
});

describe('elements', () => {
  test('keeps elements of one name apart and in order, and finds the first', async () => {
    const xml = await readXml('<xml><List>1</List><Other/><List>2</List><Empty></Empty></xml>');
    expect(childrenOf(xml, 'List').map((item) => item.text)).toEqual(['1', '2']);
    expect(textOf(xml, 'List')).toBe('1');
    expect(textOf(xml, 'Other')).toBe('');
    expect(textOf(xml, 'Empty')).toBe('');
    expect(textOf(xml, 'list')).toBeUndefined();
    expect(childOf(xml, 'Missing')).toEqual({ name: 'Missing', text: '', children: [] });
  });

  test('reads past white space, comments, attributes, a declaration and a byte order mark', async () => {
    const xml = await readXml(
      '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<xml a="1>" b=\'"\'>\n <!-- <x> --> <A>1</A>\n</xml>\n<!-- end -->',
    );
    expect(xml).toEqual({ name: 'xml', text: '', children: [{ name: 'A', text: '1', children: [] }] });
  });

  test('names that mean something to JavaScript or the parser are only names', async () => {
    const names = [
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      'cdata',
      '_',
      'length',
    ];
    const inner = names.map((name) => `<${name}><polluted><![CDATA[yes]]></polluted></${name}>`).join('');
    const xml = await readXml(`<xml>${inner}${inner}</xml>`);
    for (const name of names) {
      expect(childrenOf(xml, name).map((child) => textOf(child, 'polluted'))).toEqual(['yes', 'yes']);
    }
    expect(xml.children).toHaveLength(16);
    expect(Object.getPrototypeOf(xml)).toBe(Object.prototype);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get(Object.prototype, 'polluted')).toBeUndefined();
    expect((await readXml('<__proto__>x</__proto__>')).name).toBe('__proto__');
  });
});

describe('refuses', () => {
  const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml>&b;</xml>';
  test.each([
    ['a DOCTYPE', '<!DOCTYPE xml><xml/>', 'a DOCTYPE or another declaration'],
    ['entities that grow', bomb, 'a DOCTYPE or another declaration'],
    ['an outer entity', '<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>', 'a DOCTYPE or another declaration'],
    ['a DOCTYPE behind a value that ends like a tag', '<xml a=">"><!DOCTYPE x></xml>', 'a DOCTYPE'],
    ['a value that opens CDATA', '<xml a="><![CDATA["><b/></xml>', 'a broken or endless tag'],
    ['an entity', '<xml>&b;</xml>', 'an entity'],
    ['an entity of HTML', '<xml>&nbsp;</xml>', 'an entity'],
    ['an entity in an attribute', '<xml a="&b;"/>', 'an entity'],
    ['a bare &', '<xml>a & b</xml>', 'an entity'],
    ['the number of NUL', '<xml>&#0;</xml>', 'a forbidden character number'],
    ['the number of half a character', '<xml>&#xD800;</xml>', 'a forbidden character number'],
    ['a number beyond Unicode', '<xml>&#x110000;</xml>', 'a forbidden character number'],
    ['a processing instruction', '<xml><?php x ?></xml>', 'a processing instruction'],
    ['a second declaration', '<?xml version="1.0"?><?xml version="1.0"?><xml/>', 'a processing instruction'],
    ['nothing', '', 'no element'],
    ['white space', ' \n', 'no element'],
    ['JSON', '{"MsgType":"text"}', 'text outside of the root'],
    ['a form', 'a=1&b=2', 'text outside of the root'],
    ['CDATA outside', '<![CDATA[x]]>', 'text outside of the root'],
    ['two roots', '<xml/><xml/>', 'a second root'],
    ['text behind the root', '<xml/>x', 'text outside of the root'],
    ['an open element', '<xml><a></a>', 'not closed'],
    ['an open CDATA section', '<xml><![CDATA[x</xml>', 'not closed'],
    ['an open comment', '<xml><!-- </xml>', 'not closed'],
    ['an open end tag', '<xml></xml', 'not closed'],
    ['an end without a start', '</xml>', 'an end tag without its start'],
    ['a broken or endless tag', '<xml><a b></a></xml>', 'a broken or endless tag'],
    ['a tag that ends with the text', '<xml', 'a broken or endless tag'],
  ])('%s', async (_, text, reason) => {
    const error = await refusal(text);
    expect(error.status).toBe(400);
    expect(error.message).toContain(`XML: ${reason}`);
  });

  test.each(['<a><b></a></b>', '<1></1>', '<xml>\u0000<\u0000a/></xml>', '<a></b>'])(
    'what only the parser sees, without quoting it: %s',
    async (text) => {
      expect((await refusal(text)).message).toBe('XML is not well-formed');
    },
  );

  test('100,000 nested or neighbouring elements and 3 MB, each before the parser sees it', async () => {
    const many = 100_000;
    const hostile = [
      '<a>'.repeat(many) + '</a>'.repeat(many),
      `<xml>${'<a/>'.repeat(many)}</xml>`,
      `<xml><![CDATA[${'x'.repeat(3_000_000)}]]></xml>`,
      `<xml${' '.repeat(500_000)}`,
      `<xml ${'a="" '.repeat(100_000)}`,
      `<xml>${'&#48'.repeat(200_000)}</xml>`,
      `<${'!'.repeat(500_000)}`,
    ];
    for (const text of hostile) {
      const begin = performance.now();
      // The parser's own refusals are worded otherwise.
      expect((await refusal(text)).message).toMatch(/^XML: /);
      expect(performance.now() - begin).toBeLessThan(2_000);
    }
  });

  test('accepts exactly what the limits allow', async () => {
    const { depth, elements, tag } = XML_LIMITS;
    const nested = (n: number) => '<a>'.repeat(n) + '</a>'.repeat(n);
    expect((await readXml(nested(depth))).name).toBe('a');
    expect((await refusal(nested(depth + 1))).message).toBe('XML: nested too deeply');
    const wide = (n: number) => `<xml>${'<a/>'.repeat(n - 1)}</xml>`;
    expect((await readXml(wide(elements))).children).toHaveLength(elements - 1);
    expect((await refusal(wide(elements + 1))).message).toBe('XML: too many elements');
    const long = (n: number) => `<xml a="${'x'.repeat(n - '<xml a=""/>'.length)}"/>`;
    expect((await readXml(long(tag))).name).toBe('xml');
    expect((await refusal(long(tag + 1))).message).toBe('XML: a broken or endless tag');
  });
});
