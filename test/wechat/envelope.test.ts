/** src/wechat/envelope.ts against messages that are sealed wrongly, and its keys. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import WXBizMsgCrypt from 'wechat-crypto';
import { Refused } from '../../src/core/errors.ts';
import { createEnvelope, type Envelope } from '../../src/wechat/envelope.ts';
import { signatureOf } from '../../src/wechat/signature.ts';
import { textOf } from '../../src/wechat/xml/element.ts';
import { readXml } from '../../src/wechat/xml/xml.ts';
import { sealBytes } from './support.ts';

const appId = 'wxdemo0123456789';
const token = 'tokenOfTests';
const aesKey = 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR';
const olderKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const nonce = '0099887766';
const timestamp = '1760000000';
const envelope = createEnvelope({ appId, tokens: [token], aesKey });

type Sealed = Parameters<typeof sealBytes>[0];

/** A rightly signed message around a cipher text; what differs from a right one is in `changes`. */
function message(changes: Partial<Sealed> = {}) {
  return signed(sealBytes({ aesKey, appId, message: '<xml/>', ...changes }));
}

function signed(encrypt: string) {
  return { encrypt, timestamp, nonce, msgSignature: signatureOf(token, [timestamp, nonce, encrypt]) };
}

function refusal(run: () => unknown): Refused {
  try {
    run();
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

function opening(sealed: ReturnType<typeof message>, by: Envelope = envelope): Refused {
  return refusal(() => by.open(sealed));
}

describe('padding', () => {
  // 20 bytes of head, the message and 16 of app id: the length of the message chooses the padding.
  test.each([1, 2, 15, 16, 17, 31, 32])('opens a message that is padded with %i bytes', (pad) => {
    const length = 64 + 64 - 20 - appId.length - pad;
    const text = 'x'.repeat(length);
    expect((20 + length + appId.length + pad) % 32).toBe(0);
    expect(envelope.open(message({ message: text })).xml).toBe(text);
  });

  test.each([
    ['of length 0', Buffer.alloc(16, 0), 'padding length'],
    ['of length 33', Buffer.alloc(32, 33), 'padding length'],
    ['of length 255', Buffer.alloc(16, 255), 'padding length'],
    ['of unequal bytes', Buffer.from([9, ...Array<number>(15).fill(16)]), 'padding bytes'],
  ])('refuses a padding %s', (_, padding, reason) => {
    // 20 + 12 + 16 bytes are three blocks, so what is added is all of the padding.
    const error = opening(message({ message: 'x'.repeat(12), padding }));
    expect(error.status).toBe(403);
    expect(error.message).toBe(`current key: ${reason}`);
  });
});

test('refuses a padding that is longer than all there is', () => {
  const blanks = Buffer.alloc(16, 32);
  const twoBlocks = {
    random: blanks,
    length: blanks.readUInt32BE(),
    appId: '',
    message: '',
    padding: blanks.subarray(4),
  };
  const firstBlock = Buffer.from(message(twoBlocks).encrypt, 'base64').subarray(0, 16);
  expect(opening(signed(firstBlock.toString('base64'))).message).toBe('current key: padding length');
});

describe('the length inside', () => {
  test.each([
    ['beyond the buffer', 4_000_000_000],
    ['that takes in the padding', 6 + appId.length + 1],
  ])('refuses one %s', (_, length) => {
    expect(opening(message({ length })).message).toBe('current key: message length');
  });

  test('refuses one that cuts the message, since the rest is no app id', () => {
    expect(opening(message({ length: 5 })).message).toBe('current key: other app id');
  });

  test('refuses a cipher text with no room for a head', () => {
    const all29 = Buffer.alloc(16, 29);
    const tooShort = sealBytes({
      aesKey,
      appId: '',
      message: '',
      random: all29,
      length: all29.readUInt32BE(),
      padding: all29.subarray(4),
    });
    expect(opening(signed(tooShort)).message).toBe('current key: too short');
  });
});

describe('what is signed but not a message', () => {
  test.each([
    ['nothing', '', 'Encrypt is not base64'],
    ['no base64', '*'.repeat(44), 'Encrypt is not base64'],
    ['base64 with a blank', `${sealBytes({ aesKey, appId, message: 'x' })} `, 'Encrypt is not base64'],
    [
      'a cut cipher text',
      sealBytes({ aesKey, appId, message: 'x' }).slice(0, 40),
      'Encrypt is not whole blocks',
    ],
  ])('refuses %s as a bad request', (_, encrypt, reason) => {
    const error = opening(signed(encrypt));
    expect(error.status).toBe(400);
    expect(error.message).toBe(reason);
  });

  test('refuses a tampered block, although somebody signed it again, but for one within the text, which reads differently', () => {
    const text = 'x'.repeat(100);
    const bytes = Buffer.from(message({ message: text }).encrypt, 'base64');
    for (let at = 0; at < bytes.length; at += 16) {
      const tampered = Buffer.from(bytes);
      tampered.writeUInt8(tampered.readUInt8(at) ^ 1, at);
      const again = signed(tampered.toString('base64'));
      // Before them stand the random bytes and the length, behind them the app id.
      if (at >= 32 && at < 112) expect(envelope.open(again).xml, `block at ${at}`).not.toBe(text);
      else expect(opening(again).message, `block at ${at}`).not.toBe('wrong msg_signature');
    }
  });

  test('opens a text with a character cut in two: whoever sent it is proven', () => {
    expect(envelope.open(message({ message: Buffer.from([0x3c, 0xc3, 0x28]) })).xml).toBe('<\uFFFD(');
  });

  test('keeps a byte order mark, which is part of the text', () => {
    expect(envelope.open(message({ message: '\uFEFF<xml/>' })).xml).toBe('\uFEFF<xml/>');
  });

  test('refuses the message of another account', () => {
    expect(opening(message({ appId: 'wxother0123456789' })).message).toBe('current key: other app id');
    expect(opening(message({ appId: `${appId}x` })).message).toBe('current key: other app id');
    expect(opening(message({ appId: '' })).message).toBe('current key: other app id');
  });

  test('checks the signature first: an unsigned wreck is only a wrong signature', () => {
    const error = opening({ encrypt: '*', timestamp, nonce, msgSignature: '' });
    expect(error.status).toBe(403);
    expect(error.message).toBe('wrong msg_signature');
  });
});

describe('keys and tokens', () => {
  const both = createEnvelope({ appId, tokens: [token], aesKey, previousAesKey: olderKey });

  test('opens with the current key first, then with the previous one, and says which', () => {
    expect(both.open(message())).toEqual({ xml: '<xml/>', key: 'current', token });
    expect(both.open(message({ aesKey: olderKey }))).toEqual({ xml: '<xml/>', key: 'previous', token });
  });

  test('names what failed with each key', () => {
    const foreign = 'zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz';
    const error = opening(message({ aesKey: foreign }), both);
    expect(error.message).toMatch(/^current key: .+; previous key: .+$/);
    expect(opening(message({ aesKey: olderKey, appId: 'wxother' }), both).message).toContain('other app id');
    expect(opening(message({ aesKey: olderKey })).message).toMatch(/^current key: [a-z ]+$/);
  });

  test('seals a reply so that the same key opens it', async () => {
    for (const [key, by] of [
      ['current', envelope],
      ['previous', createEnvelope({ appId, tokens: [token], aesKey: olderKey })],
    ] as const) {
      const sealed = await readXml(
        both.seal('<xml>答</xml>', { key, token, timestamp: new Date(1_760_000_123_999), nonce }),
      );
      expect(sealed.children.map((child) => child.name)).toEqual([
        'Encrypt',
        'MsgSignature',
        'TimeStamp',
        'Nonce',
      ]);
      expect(textOf(sealed, 'TimeStamp')).toBe('1760000123');
      const [encrypt, msgSignature] = [textOf(sealed, 'Encrypt') ?? '', textOf(sealed, 'MsgSignature') ?? ''];
      expect(by.open({ encrypt, msgSignature, timestamp: '1760000123', nonce }).xml).toBe('<xml>答</xml>');
    }
  });

  test('says which token signed, so that the reply is signed with the same', () => {
    const changing = createEnvelope({ appId, tokens: ['tokenOfTomorrow', token], aesKey });
    expect(changing.open(message()).token).toBe(token);
  });

  test('accepts a key with spare bits and refuses a key of another shape without naming it', () => {
    expect(olderKey.endsWith('G')).toBe(true);
    for (const wrong of ['', aesKey.slice(1), `${aesKey}=`, `${aesKey.slice(1)} `]) {
      const make = () => createEnvelope({ appId, tokens: [token], aesKey: wrong });
      expect(make).toThrow('the current AES key is not 43 letters and digits');
    }
    expect(() => createEnvelope({ appId, tokens: [token], aesKey, previousAesKey: 'short' })).toThrow(
      'previous',
    );
  });

  test('does not seal with a previous key that it was not given', () => {
    const seal = () => envelope.seal('<xml/>', { key: 'previous', token, timestamp: new Date(0), nonce });
    expect(seal).toThrow('there is no previous key');
  });
});

test('what is sealed opens and is signed rightly for the package wechat-crypto as well', async () => {
  const other = new WXBizMsgCrypt(token, aesKey, appId);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 700 }), async (text) => {
      const sealed = await readXml(
        envelope.seal(text, { key: 'current', token, timestamp: new Date(1_760_000_000_000), nonce }),
      );
      const encrypt = textOf(sealed, 'Encrypt') ?? '';
      expect(other.decrypt(encrypt)).toEqual({ message: text, id: appId });
      expect(textOf(sealed, 'MsgSignature')).toBe(other.getSignature(timestamp, nonce, encrypt));
    }),
    { numRuns: 100 },
  );
});

test('no two replies begin with the same random bytes, so that equal ones look different', () => {
  const seal = () =>
    envelope.seal('<xml/>', { key: 'current', token, timestamp: new Date(1_760_000_000_000), nonce });
  const first = () => /<Encrypt><!\[CDATA\[(.{22})/.exec(seal())?.[1];
  expect(new Set(Array.from({ length: 2_000 }, first)).size).toBe(2_000);
});

test('what is sealed opens as it was, for any text up to 8 kB', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 2_000 }), async (text) => {
      const sealed = await readXml(
        envelope.seal(text, { key: 'current', token, timestamp: new Date(1_760_000_000_000), nonce }),
      );
      const [encrypt, msgSignature] = [textOf(sealed, 'Encrypt') ?? '', textOf(sealed, 'MsgSignature') ?? ''];
      expect(envelope.open({ encrypt, msgSignature, timestamp, nonce }).xml).toBe(text);
    }),
    { numRuns: 200 },
  );
});
