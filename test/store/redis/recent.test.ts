/** What the store on Redis remembers of those who wrote lately. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createRecentRecords } from '../../../src/store/redis/recent.ts';

const records = (text: string) => ({ session: `1.abc|${text}`, replies: `1.abc|${text}\tz` });

describe('what is remembered of those who wrote lately', () => {
  test('is given back as it was set, in any script, with and without a list', () => {
    const lately = createRecentRecords();
    lately.set('anna', records('小程序 🙂 é'));
    lately.set('berta', { session: 's', replies: undefined });
    lately.set('carla', { session: 's', replies: '' });
    expect(lately.get('anna')).toEqual(records('小程序 🙂 é'));
    expect(lately.get('berta')).toEqual({ session: 's', replies: undefined });
    expect(lately.get('carla')).toEqual({ session: 's', replies: '' });
    expect(lately.get('dora')).toBeUndefined();
  });

  test('is what was set last, also when it was longer before', () => {
    const lately = createRecentRecords();
    lately.set('anna', records('long'.repeat(100)));
    lately.set('anna', records('short'));
    expect(lately.get('anna')).toEqual(records('short'));
  });

  test('is nothing after a deletion, and of a person without a session', () => {
    const lately = createRecentRecords();
    lately.set('anna', records('hers'));
    lately.delete('anna');
    lately.delete('nobody');
    expect(lately.get('anna')).toBeUndefined();
    lately.set('anna', records('hers'));
    lately.set('anna', { session: undefined, replies: 'r' });
    expect(lately.get('anna')).toBeUndefined();
  });

  test('is nothing rather than half of it where the room is too small', () => {
    const lately = createRecentRecords({ bytes: 10 });
    lately.set('anna', { session: '12345', replies: '67890' });
    expect(lately.get('anna')).toEqual({ session: '12345', replies: '67890' });
    lately.set('anna', { session: '12345', replies: '678901' });
    expect(lately.get('anna')).toBeUndefined();
    lately.set('anna', { session: '小程序二', replies: undefined });
    expect(lately.get('anna')).toBeUndefined();
  });

  test('makes way for others in the order of coming, and mixes up nobody', () => {
    const lately = createRecentRecords({ merchants: 3 });
    const names = Array.from({ length: 50 }, (_, index) => `person ${index}`);
    for (const [index, name] of names.entries()) {
      lately.set(name, records(name));
      if (index % 7 === 3) lately.delete(names[index - 1] ?? '');
      for (const each of names) expect([undefined, each]).toContain(said(each));
      expect(names.filter((each) => said(each) !== undefined).length).toBeLessThanOrEqual(3);
      expect(said(name)).toBe(name);
    }

    function said(name: string): string | undefined {
      return lately.get(name)?.session?.slice('1.abc|'.length);
    }
  });

  test('is gone after its time', async () => {
    const lately = createRecentRecords({ ms: 20 });
    lately.set('anna', records('hers'));
    expect(lately.get('anna')).toBeDefined();
    while (lately.get('anna') !== undefined) await pause(5);
    lately.set('anna', records('new'));
    expect(lately.get('anna')).toEqual(records('new'));
  });
});
