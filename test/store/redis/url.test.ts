/** The forms of REDIS_URL: what each means, and what is refused before anything connects. */
import { describe, expect, it } from 'vitest';
import { readRedisUrl } from '../../../src/store/redis/url.ts';

const NO_LOGIN = { username: undefined, password: undefined, tls: false };

describe('REDIS_URL', () => {
  it('names one server', () => {
    for (const url of [
      'redis://127.0.0.1',
      'redis://host:6380/3',
      'rediss://user:p%40ss@host',
      'redis://[::1]:6379',
    ])
      expect(readRedisUrl(url)).toEqual({ kind: 'single', url });
  });

  it('names some nodes of a Cluster, with the usual port unless another is given', () => {
    expect(readRedisUrl('redis://a:7000, redis://b,redis://[::1]:7002/0')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
        { host: '::1', port: 7002 },
      ],
      login: NO_LOGIN,
    });
  });

  it('gives the login of the first node to all', () => {
    const login = { username: 'shop', password: 'p@ss', tls: true };
    for (const url of ['rediss://shop:p%40ss@a,rediss://b', 'rediss://shop:p%40ss@a,rediss://shop:p%40ss@b'])
      expect(readRedisUrl(url)).toMatchObject({ kind: 'cluster', login });
  });

  it('takes a Cluster that has one address for all its nodes, written twice', () => {
    expect(readRedisUrl('redis://a,redis://a')).toMatchObject({ kind: 'cluster' });
  });

  it('names Sentinels and the master they know', () => {
    expect(readRedisUrl('redis+sentinel://a:5000,b/shop')).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'a', port: 5000 },
        { host: 'b', port: 26379 },
      ],
      name: 'shop',
      database: 0,
      login: NO_LOGIN,
      sentinelPassword: undefined,
    });
  });

  it('takes the login of the master, its database, TLS, and a password of the Sentinels', () => {
    expect(
      readRedisUrl('rediss+sentinel://user:p%2Fss@a/the%20shop/4?sentinel-password=other%20one'),
    ).toEqual({
      kind: 'sentinel',
      sentinels: [{ host: 'a', port: 26379 }],
      name: 'the shop',
      database: 4,
      login: { username: 'user', password: 'p/ss', tls: true },
      sentinelPassword: 'other one',
    });
  });

  it.each([
    ['a database in a Cluster', 'redis://a/1,redis://b/1'],
    ['two logins', 'redis://x:1@a,redis://x:2@b'],
    ['TLS to some nodes only', 'rediss://a,redis://b'],
    ['a node without a scheme', 'redis://a,b'],
    ['an empty node', 'redis://a,'],
    ['Sentinels without a master', 'redis+sentinel://a,b'],
    ['Sentinels without a host', 'redis+sentinel:///shop'],
    ['a broken escape', 'redis://us%er@a'],
    ['a broken escape in the name', 'redis+sentinel://a/sh%op'],
    ['another scheme', 'http://a'],
    ['a path', 'redis://a/name'],
    ['a query', 'redis://a?x=1'],
    ['nothing', ''],
  ])('does not name %s', (_, url) => {
    expect(readRedisUrl(url)).toBeUndefined();
  });
});
