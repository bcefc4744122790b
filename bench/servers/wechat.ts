/** The package `wechat` as its readme mounts it, echoing. With STATE=on it uses the session that it offers (`wxsession`),
 *  kept in Redis: read before the handler, written after the answer, without any care for repeated or parallel messages.
 *  The store is the thinnest that fits; what people usually put there (express-session, connect-redis) costs more. */
import { createClient } from 'redis';
import wechat, { type SessionStore } from 'wechat';
import { echo, settings } from './codec.ts';
import { listen } from './listen.ts';
import { advance, freshState, STATE_SECONDS, type State } from './state.ts';

const account = settings();
const sessionStore = process.env.STATE === 'on' ? await redisSessions(account.redisUrl) : undefined;

const middleware = wechat(
  { token: account.token, appid: account.appId, encodingAESKey: account.aesKey },
  (request, response) => {
    const { wxsession: session, weixin: message } = request;
    let step = 0;
    if (session) {
      const next = advance(stateOf(session.state), message.Content);
      session.state = next;
      step = next.step;
    }
    response.reply(echo(message.Content, step));
  },
);

listen((request, response) => {
  const query = Object.fromEntries(new URLSearchParams(request.url?.split('?')[1]));
  const known = sessionStore && { session: { cookie: { maxAge: STATE_SECONDS * 1000 } }, sessionStore };
  middleware(Object.assign(request, { query, ...known }), response, (error) => {
    response.statusCode = error === undefined ? 404 : 500;
    response.end();
  });
});

async function redisSessions(url: string): Promise<SessionStore> {
  const client = createClient({ url });
  client.on('error', () => process.exit(1));
  await client.connect();
  return {
    get(id, done) {
      client
        .get(`session:${id}`)
        .then((json) => done(null, json === null ? undefined : JSON.parse(json)), done);
    },
    set(id, session, done) {
      const expiration = { type: 'EX', value: STATE_SECONDS } as const;
      client.set(`session:${id}`, JSON.stringify(session), { expiration }).then(() => done(), done);
    },
  };
}

function stateOf(value: unknown): State {
  return isState(value) ? value : freshState();
}

function isState(value: unknown): value is State {
  return typeof value === 'object' && value !== null && 'said' in value && 'answers' in value;
}
