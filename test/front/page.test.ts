/** The page at `/`: it says what this is, links the chat page where there is one, and tells strangers nothing else. */
import Koa from 'koa';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { frontRoom } from '../../src/front/page.ts';
import { startAssistant } from '../server/running.ts';

const ACCOUNT = { name: '备案小助手', introduction: '帮商家理清材料。' };

async function asked(page: Parameters<typeof frontRoom>[0]) {
  const app = new Koa();
  const room = await frontRoom(page);
  app.use(room.routes());
  return supertest(app.callback()).get('/');
}

describe('the page at /', () => {
  it('says what this is and links the chat page', async () => {
    const { status, text, type } = await asked({ account: ACCOUNT, playground: true });
    expect([status, type]).toEqual([200, 'text/html']);
    expect(text).toContain('<h1>备案小助手</h1>');
    expect(text).toContain('帮商家理清材料。');
    expect(text).toContain('href="/playground"');
    expect(text).not.toMatch(/\{\{|PLAYGROUND/);
  });

  it('says that the chat page is off, and how to have it', async () => {
    const { text } = await asked({ account: ACCOUNT, playground: false });
    expect(text).not.toContain('href="/playground"');
    expect(text).toContain('PLAYGROUND=on');
  });

  it('shows markup in the name of an account as text, and fills in no name twice', async () => {
    const { text } = await asked({
      account: { name: '<script>alert(1)</script>', introduction: '{{name}} & "co" $& $1' },
      playground: false,
    });
    expect(text).not.toContain('<script>');
    expect(text).toContain('&#60;script&#62;');
    expect(text).toContain('{{name}} &#38; &#34;co&#34; $&#38; $1');
  });

  it('is there in the program, for the account of content/, and leads to the chat page', async () => {
    const assistant = await startAssistant({ PLAYGROUND: 'on' });
    try {
      const page = await (await fetch(assistant.url)).text();
      expect(page).toContain('<h1>备案小助手</h1>');
      const [, way = ''] = /class="go" href="([^"]+)"/.exec(page) ?? [];
      expect((await fetch(new URL(way, assistant.url))).status).toBe(200);
      expect(page).not.toContain(assistant.url);
    } finally {
      await assistant.remove();
    }
  });
});
