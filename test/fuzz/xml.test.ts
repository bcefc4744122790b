/** src/wechat/xml/fast.ts against xml2js: what the fast path accepts it reads exactly as the parser behind the guard does. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refused } from '../../src/core/errors.ts';
import type { Element } from '../../src/wechat/xml/element.ts';
import { FLAT_LIMITS, readFlat } from '../../src/wechat/xml/fast.ts';
import { parseXml, readXml } from '../../src/wechat/xml/xml.ts';
import { example, examplesIn, vectors } from '../wechat/support.ts';
import { cases, report } from './cases.ts';
import { documents } from './documents.ts';

/** What becomes of a text: the elements, or the reason of the refusal. @throws whatever is neither */
async function outcomeOf(read: (text: string) => Promise<Element>, text: string): Promise<Element | string> {
  return read(text).catch((error: unknown) => {
    if (error instanceof Refused) return error.message;
    throw error;
  });
}

const texts = [
  ...['messages', 'events', 'replies'].flatMap((folder) =>
    examplesIn(folder).map((name) => [`${folder}/${name}`, example(`${folder}/${name}`)] as const),
  ),
  ...vectors.flatMap(({ id, plaintext }) =>
    plaintext?.startsWith('<') ? [[`vector ${id}`, plaintext] as const] : [],
  ),
];

describe('the fast path for flat messages', () => {
  test.each(texts)('reads %s as xml2js does, or hands it over', async (_, text) => {
    const flat = readFlat(text);
    if (flat !== undefined) expect(flat).toEqual(await parseXml(text));
    expect(await readXml(text)).toEqual(await parseXml(text));
  });

  test('takes every message of a person and every event but those with lists', () => {
    const handedOver = texts.filter(([, text]) => readFlat(text) === undefined).map(([name]) => name);
    expect(handedOver).toEqual([
      'events/masssendjobfinish',
      'events/pic_photo_or_album',
      'events/pic_sysphoto',
      'events/pic_weixin',
      'events/publishjobfinish',
      'events/subscribe_msg_change_event',
      'events/subscribe_msg_popup_event',
      'events/subscribe_msg_sent_event',
      'replies/news',
    ]);
  });

  test('agrees with xml2js on generated documents, and refuses what it refuses', async () => {
    const seen = { flat: 0, parsed: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(documents, async (text) => {
        const flat = readFlat(text);
        const parsed = await outcomeOf(parseXml, text);
        if (flat !== undefined) expect(flat).toEqual(parsed);
        expect(await outcomeOf(readXml, text)).toEqual(parsed);
        seen[flat !== undefined ? 'flat' : typeof parsed === 'string' ? 'refused' : 'parsed'] += 1;
      }),
      { numRuns: cases(2_000) },
    );
    const all = seen.flat + seen.parsed + seen.refused;
    report(
      `XML: ${all} documents, ${seen.flat} on the fast path, ${seen.parsed} handed over, ${seen.refused} refused`,
    );
    // Otherwise the comparison would be one of xml2js with itself, or of well-formed documents only.
    for (const share of Object.values(seen)) expect(share / all).toBeGreaterThan(0.1);
  });

  test.each([
    ['a root alone', '<xml>1</xml>'],
    ['an empty root', '<xml></xml>'],
    ['a name twice', '<xml><A>1</A><A>2</A></xml>'],
    ['an attribute', '<xml><A b="1">1</A></xml>'],
    ['an element without content', '<xml><A/></xml>'],
    ['a reference', '<xml><A>&amp;</A></xml>'],
    ['two sections', '<xml><A><![CDATA[a]]]]><![CDATA[>]]></A></xml>'],
    ['text between elements', '<xml>x<A>1</A></xml>'],
    ['a wide blank between elements', '<xml>\u3000<A>1</A></xml>'],
    ['a comment', '<xml><!-- --><A>1</A></xml>'],
    ['a DOCTYPE', '<!DOCTYPE xml><xml><A>1</A></xml>'],
    ['a declaration', '<?xml version="1.0"?><xml><A>1</A></xml>'],
    ['a byte order mark', '\uFEFF<xml><A>1</A></xml>'],
    ['a second root', '<xml><A>1</A></xml><xml/>'],
    ['an end tag with a blank', '<xml><A>1</A ></xml>'],
    ['the wrong end tag', '<xml><A>1</B></xml>'],
    ['an end', '<xml><A>1</A>'],
    ['a name of another script', '<xml><名>1</名></xml>'],
    [
      'a long name',
      `<xml><${'n'.repeat(FLAT_LIMITS.name + 1)}>1</${'n'.repeat(FLAT_LIMITS.name + 1)}></xml>`,
    ],
    ['four levels', '<xml><A><B><C>1</C></B></A></xml>'],
    [
      'too many elements',
      `<xml>${Array.from({ length: FLAT_LIMITS.elements }, (_, i) => `<a${i}>1</a${i}>`).join('')}</xml>`,
    ],
  ])('hands over %s', (_, text) => {
    expect(readFlat(text)).toBeUndefined();
  });

  test('goes exactly as far as its limits', () => {
    const wide = (n: number) =>
      `<xml>${Array.from({ length: n - 1 }, (_, i) => `<a${i}>1</a${i}>`).join('')}</xml>`;
    expect(readFlat(wide(FLAT_LIMITS.elements))?.children).toHaveLength(FLAT_LIMITS.elements - 1);
    const long = 'n'.repeat(FLAT_LIMITS.name);
    expect(readFlat(`<xml><${long}>1</${long}></xml>`)?.children[0]?.name).toBe(long);
    expect(readFlat('<xml><A><B>1</B></A></xml>')?.children[0]?.children[0]?.text).toBe('1');
  });
});
