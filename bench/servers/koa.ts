/** What Koa and its router cost: the same work as node-http.ts without state, behind them. */
import Router from '@koa/router';
import Koa from 'koa';
import { createHandler, echo, settings } from './codec.ts';
import { listen, queryOf, readBody } from './listen.ts';

const handle = createHandler(settings(), async ({ text }) => echo(text));
const router = new Router();
router.post('/wechat', async (ctx) => {
  const answer = await handle(queryOf(ctx.url), await readBody(ctx.req));
  if (typeof answer === 'number') {
    ctx.status = answer;
    return;
  }
  ctx.type = 'application/xml';
  ctx.body = answer;
});
const app = new Koa();
app.silent = true;
app.use(router.routes()).use(router.allowedMethods());
listen(app.callback());
