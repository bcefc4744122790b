/** The package `co-wechat` on Koa as its readme mounts it, echoing. It offers no session. */
import wechat from 'co-wechat';
import Koa from 'koa';
import { echo, settings } from './codec.ts';
import { listen } from './listen.ts';

const { token, appId, aesKey } = settings();
const app = new Koa();
app.silent = true;
app.use(
  wechat({ token, appid: appId, encodingAESKey: aesKey }).middleware(async ({ Content }) => echo(Content)),
);
listen(app.callback());
