/** The chat page's routes on a port of their own, before a webhook of a test's choice. Used by the tests of the routes
 *  and of the page. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import supertest from 'supertest';
import { onTestFinished } from 'vitest';
import { type Faults, type PlaygroundParts, playgroundRoutes } from '../../src/playground/app.ts';
import { platformBefore } from './webhook.ts';

export const TRACE = {
  facts: { subject: 'company' },
  events: [{ kind: 'rule' }],
  stages: { turn: 1 },
  trips: 2,
};

/** `post` calls as the page itself does; `seen` is what reached the injected parts. */
export async function startPage(webhook: string, more: Partial<PlaygroundParts> = {}) {
  const seen: { day?: string | undefined; faults?: Faults } = {};
  const parts: PlaygroundParts = {
    platformFor: (mode) => platformBefore(webhook, mode),
    modes: ['compatible', 'safe'],
    account: { name: '助手', introduction: '备案' },
    menu: () => ({ buttons: [{ name: '帮助', key: 'HELP' }] }),
    today: () => seen.day ?? '2026-11-24',
    meet: () => {},
    setToday: (day) => {
      seen.day = day;
    },
    inject: (faults) => {
      seen.faults = faults;
    },
    trace: async () => TRACE,
    weigh: (text) => ({ compared: text }),
    ...more,
  };
  const app = new Koa();
  app.use(playgroundRoutes(parts).routes());
  const server = createServer(app.callback());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((done) => server.close(() => done()));
  });
  const origin = `http://127.0.0.1:${portOf(server.address())}`;
  const agent = supertest(origin);
  const post = (path: string, body: object) =>
    agent
      .post(`/playground/api/${path}`)
      .set('Origin', origin)
      .set('Content-Type', 'application/json')
      .send(body);
  return { agent, post, origin, seen };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
