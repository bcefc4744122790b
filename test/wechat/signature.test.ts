/** src/wechat/signature.ts: who may speak to us, and when. */

import { describe, expect, test } from 'vitest';
import { Refused } from '../../src/core/errors.ts';
import {
  checkRequest,
  checkSealedRequest,
  FRESH_SECONDS,
  type Query,
  saysEncrypted,
  signatureOf,
} from '../../src/wechat/signature.ts';
import { has, vector } from './support.ts';

const v2 = vector('V2');
const query = { signature: has(v2.signature), timestamp: has(v2.timestamp), nonce: has(v2.nonce) };
const token = has(v2.token);
const sent = Number(v2.timestamp) * 1000;
const now = new Date(sent);

function refusal(query: Query, at: Date = now, tokens: readonly string[] = [token]): Refused {
  try {
    checkRequest({ query, tokens, now: at });
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('checkRequest', () => {
  test('accepts the published handshake and the published clear message', () => {
    for (const id of ['V1', 'V2']) {
      const one = vector(id);
      const checked = checkRequest({
        query: {
          signature: has(one.signature),
          timestamp: has(one.timestamp),
          nonce: has(one.nonce),
          echostr: one.echostr,
        },
        tokens: [has(one.token)],
        now: new Date(Number(one.timestamp) * 1000),
      });
      expect(checked).toEqual({ token: one.token, timestamp: one.timestamp, nonce: one.nonce });
    }
  });

  test('accepts the plain signature that encrypted messages carry as well', () => {
    for (const id of ['V3', 'V5']) {
      const { token, timestamp, nonce, signature } = vector(id);
      expect(signatureOf(has(token), [has(timestamp), has(nonce)])).toBe(signature);
    }
  });

  test('accepts the same request again inside the window', () => {
    const again = new Date(sent + 10_000);
    expect(checkRequest({ query, tokens: [token], now }).token).toBe(token);
    expect(checkRequest({ query, tokens: [token], now: again }).token).toBe(token);
  });

  test('says which of several tokens signed it', () => {
    expect(checkRequest({ query, tokens: ['newtoken', token], now }).token).toBe(token);
    expect(checkRequest({ query, tokens: [token, 'oldtoken'], now }).token).toBe(token);
  });

  test('keeps the leading zeros of a nonce', () => {
    const signature = signatureOf(token, [query.timestamp, '007']);
    expect(checkRequest({ query: { ...query, nonce: '007', signature }, tokens: [token], now }).nonce).toBe(
      '007',
    );
    expect(refusal({ ...query, nonce: '7', signature }).message).toBe('wrong signature');
  });

  test('sorts by characters and not by numbers', () => {
    // 9 stands behind 10 as a number, before it never; as texts '10' < '9'.
    expect(signatureOf('a', ['9', '10'])).toBe(signatureOf('a', ['10', '9']));
    expect(signatureOf('a', ['9', '10'])).not.toBe(signatureOf('a', ['910']));
    expect(signatureOf('a', ['9', '10'])).toBe(signatureOf('109a', []));
  });

  test.each(['signature', 'timestamp', 'nonce'])('refuses a request without %s', (name) => {
    for (const value of [undefined, '']) {
      const error = refusal({ ...query, [name]: value });
      expect(error.status).toBe(403);
      expect(error.message).toBe(`${name} is missing`);
    }
  });

  test.each(['signature', 'timestamp', 'nonce'] as const)('refuses a request with two of %s', (name) => {
    const error = refusal({ ...query, [name]: [query[name], query[name]] });
    expect(error.status).toBe(403);
    expect(error.message).toBe(`${name} is given more than once`);
  });

  test('takes nothing from the prototype of the query', () => {
    const inherited: Query = Object.create(query);
    expect(refusal(inherited).message).toBe('signature is missing');
  });

  test.each([
    ['one character changed', (right: string) => `0${right.slice(1)}`],
    ['in capitals', (right: string) => right.toUpperCase()],
    ['cut', (right: string) => right.slice(0, 39)],
    ['longer', (right: string) => `${right}0`],
    ['of other bytes', () => '中'.repeat(40)],
  ])('refuses a signature that is %s', (_, change) => {
    const error = refusal({ ...query, signature: change(query.signature) });
    expect(error.status).toBe(403);
    expect(error.message).toBe('wrong signature');
  });

  test('refuses the signature of another token, and every request when there is no token', () => {
    expect(refusal(query, now, ['BBBBB']).message).toBe('wrong signature');
    expect(refusal(query, now, []).message).toBe('wrong signature');
  });

  test('accepts five minutes of difference and refuses a second more, in both directions', () => {
    for (const sign of [1, -1]) {
      const edge = new Date(sent + sign * FRESH_SECONDS * 1000);
      const beyond = new Date(sent + sign * (FRESH_SECONDS + 1) * 1000);
      expect(checkRequest({ query, tokens: [token], now: edge }).nonce).toBe(query.nonce);
      expect(refusal(query, beyond).message).toBe('timestamp is not fresh');
      expect(refusal(query, beyond).status).toBe(403);
    }
  });

  test.each(['1e9', '-1', '0x10', '17140370590000', ' 1714037059', 'now'])(
    'refuses the time "%s" although it is signed',
    (timestamp) => {
      const signature = signatureOf(token, [timestamp, query.nonce]);
      expect(refusal({ ...query, timestamp, signature }).message).toBe('timestamp is not in seconds');
    },
  );
});

describe('checkSealedRequest', () => {
  const sealed = { timestamp: query.timestamp, nonce: query.nonce, msg_signature: 'f'.repeat(40) };

  test('hands on what the envelope will decide about, whatever the plain signature says', () => {
    expect(checkSealedRequest({ query: { ...sealed, signature: 'wrong' }, now })).toEqual({
      timestamp: query.timestamp,
      nonce: query.nonce,
      msgSignature: sealed.msg_signature,
    });
  });

  test('refuses a stale message and a missing or doubled msg_signature', () => {
    const late = new Date(sent + 301_000);
    expect(() => checkSealedRequest({ query: sealed, now: late })).toThrow('timestamp is not fresh');
    expect(() => checkSealedRequest({ query: { ...sealed, msg_signature: undefined }, now })).toThrow(
      Refused,
    );
    expect(() => checkSealedRequest({ query: { ...sealed, msg_signature: ['a', 'b'] }, now })).toThrow(
      Refused,
    );
  });
});

test('reads from the query whether the body is encrypted, and refuses a type that nobody documents', () => {
  expect(saysEncrypted({})).toBe(false);
  expect(saysEncrypted({ encrypt_type: 'raw' })).toBe(false);
  expect(saysEncrypted({ encrypt_type: 'aes' })).toBe(true);
  expect(() => saysEncrypted({ encrypt_type: 'AES' })).toThrow(Refused);
  expect(() => saysEncrypted({ encrypt_type: ['aes', 'raw'] })).toThrow(Refused);
});
