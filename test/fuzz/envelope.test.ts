/** src/wechat/envelope.ts on bent envelopes: each is opened to what was sealed or refused, and nothing else happens. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refused } from '../../src/core/errors.ts';
import { createEnvelope } from '../../src/wechat/envelope.ts';
import { signatureOf } from '../../src/wechat/signature.ts';
import { childrenOf, textOf } from '../../src/wechat/xml/element.ts';
import { readXml } from '../../src/wechat/xml/xml.ts';
import { sealBytes } from '../wechat/support.ts';
import { cases, report } from './cases.ts';

const account = { appId: 'wxdemo0123456789', aesKey: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR' };
const previousAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const token = 'tokenOfTests';
const envelope = createEnvelope({ ...account, tokens: [token, 'earlierToken'], previousAesKey });
const query = { timestamp: '1760000000', nonce: '0099887766' };
const runs = { numRuns: cases(500) };

const message = fc.string({ unit: 'binary', maxLength: 300 });
const signed = (encrypt: string) => ({
  encrypt,
  ...query,
  msgSignature: signatureOf(token, [query.timestamp, query.nonce, encrypt]),
});

/** The clear text, or the status of the refusal. @throws what is neither */
function outcomeOf(sealed: ReturnType<typeof signed>): string | number {
  try {
    return envelope.open(sealed).xml;
  } catch (error) {
    if (error instanceof Refused) return error.status;
    throw error;
  }
}

describe('an envelope', () => {
  test('opens to what was sealed, with either key', () => {
    fc.assert(
      fc.property(
        message,
        fc.boolean(),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        (text, old, random) => {
          const aesKey = old ? previousAesKey : account.aesKey;
          const opened = envelope.open(signed(sealBytes({ ...account, aesKey, message: text, random })));
          expect(opened).toEqual({ xml: text, key: old ? 'previous' : 'current', token });
        },
      ),
      runs,
    );
  });

  test('in which anything was changed behind the signature is refused with 403, whatever it was', () => {
    const part = fc.constantFrom('encrypt', 'timestamp', 'nonce', 'msgSignature' as const);
    fc.assert(
      fc.property(message, part, fc.nat(2_000), fc.string({ maxLength: 3 }), (text, name, place, put) => {
        const right = signed(sealBytes({ ...account, message: text }));
        const value = right[name as keyof typeof right];
        const at = place % (value.length + 1);
        const bent = value.slice(0, at) + put + value.slice(at + 1);
        if (bent !== value) expect(outcomeOf({ ...right, [name]: bent })).toBe(403);
      }),
      runs,
    );
  });

  test('of any bytes under a right signature is refused, and never a defect', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(12).chain((blocks) => fc.uint8Array({ minLength: 16 * blocks, maxLength: 16 * blocks })),
    );
    const anything = fc.oneof(
      bytes.map((some) => Buffer.from(some).toString('base64')),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom('', '=', 'AAAA', 'A'.repeat(43), '!!!中文', '__proto__'),
    );
    fc.assert(
      fc.property(anything, (encrypt) => {
        expect([400, 403]).toContain(outcomeOf(signed(encrypt)));
      }),
      runs,
    );
  });

  test('that was bent and signed anew is opened or refused, never read beyond its length', () => {
    const seen = { opened: 0, refused: 0 };
    fc.assert(
      fc.property(message, fc.nat(2_000), fc.integer({ min: 1, max: 255 }), (text, place, mask) => {
        const bytes = Buffer.from(sealBytes({ ...account, message: text }), 'base64');
        const at = place % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(at) ^ mask, at);
        const outcome = outcomeOf(signed(bytes.toString('base64')));
        seen[typeof outcome === 'string' ? 'opened' : 'refused'] += 1;
        if (typeof outcome === 'string')
          // Only who holds the token gets here; what then opens has the right length, padding and app id.
          expect(outcome.length).toBeLessThanOrEqual(bytes.length - 20 - account.appId.length - 1);
        else expect([400, 403]).toContain(outcome);
      }),
      runs,
    );
    report(`Envelope: ${seen.opened} bent ones under a right signature opened, ${seen.refused} refused`);
    expect(seen.refused).toBeGreaterThan(0);
  });

  test('with lengths and paddings of any value is opened only where they are right', () => {
    const wrong = fc.record({
      length: fc.oneof(fc.nat(400), fc.integer({ min: 0, max: 0xffffffff })),
      pad: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), wrong, (text, { length, pad }) => {
        const clear = 20 + Buffer.byteLength(text) + account.appId.length;
        const padding = Buffer.alloc(16 - (clear % 16) + 16, pad);
        const outcome = outcomeOf(signed(sealBytes({ ...account, message: text, length, padding })));
        const isRight = length === Buffer.byteLength(text) && pad === padding.length;
        expect(outcome).toEqual(isRight ? text : 403);
      }),
      runs,
    );
  });

  test('of a reply has the four elements, is signed over them, and holds what was said', async () => {
    await fc.assert(
      fc.asyncProperty(message, fc.stringMatching(/^[0-9a-f]{16}$/), async (text, nonce) => {
        const timestamp = new Date(1_760_000_000_999);
        const xml = await readXml(envelope.seal(text, { key: 'current', token, timestamp, nonce }));
        expect(xml.children.map(({ name }) => name)).toEqual([
          'Encrypt',
          'MsgSignature',
          'TimeStamp',
          'Nonce',
        ]);
        expect(childrenOf(xml, 'Encrypt')).toHaveLength(1);
        const [encrypt = '', given = ''] = ['Encrypt', 'MsgSignature'].map((name) => textOf(xml, name));
        const parts = [token, '1760000000', nonce, encrypt].sort().join('');
        expect(given).toBe(createHash('sha1').update(parts).digest('hex'));
        const msgSignature = signatureOf(token, ['1', '2', encrypt]);
        expect(envelope.open({ encrypt, timestamp: '1', nonce: '2', msgSignature }).xml).toBe(text);
      }),
      runs,
    );
  });
});
