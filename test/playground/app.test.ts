/** The routes of the chat page: who may call them, what they pass on, and what they write to disk. */
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeStory } from '../../src/playground/story.ts';
import { startPage, TRACE } from './pagehost.ts';
import { replyXml, startWebhook } from './webhook.ts';

const OPEN_ID = 'oPlay_user-0001AbCdEfGhIjKlM';
const text = (words: string) => ({ openId: OPEN_ID, mode: 'compatible', act: { kind: 'text', text: words } });

describe('the page', () => {
  it('comes with its scripts and styles and lets nothing in from elsewhere', async () => {
    const { agent } = await startPage('http://127.0.0.1/wechat');
    const page = await agent.get('/playground').expect(200).expect('content-type', /html/);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.text).not.toMatch(/(?:src|href)="https?:|<script>|style="/);
    const named = [...page.text.matchAll(/"(\/playground\/[a-z.]+)"/g)].map((found) => found[1] ?? '');
    expect(named.length).toBeGreaterThanOrEqual(3);
    for (const path of [...named, '/playground/phone.js', '/playground/panel.js'])
      await agent.get(path).expect(200);
  });

  it('serves no other file of its folder', async () => {
    const { agent } = await startPage('http://127.0.0.1/wechat');
    for (const name of ['app.ts', 'seal.ts', '..%2fconfig.ts', 'constructor'])
      await agent.get(`/playground/${name}`).expect(404);
  });

  it('is told account, menu, modes and day', async () => {
    const { agent } = await startPage('http://127.0.0.1/wechat');
    const { body } = await agent.get('/playground/api/start').expect(200);
    expect(body).toMatchObject({
      account: { name: '助手' },
      modes: ['compatible', 'safe'],
      today: '2026-11-24',
      stories: false,
    });
    expect(body.menu.buttons).toHaveLength(1);
  });
});

describe('other pages', () => {
  it('are refused by origin, by host name and by content type', async () => {
    const { agent, origin } = await startPage('http://127.0.0.1/wechat', { hosts: ['play.example.test'] });
    const merchants = () => agent.post('/playground/api/merchants').set('Content-Type', 'application/json');
    await merchants().set('Origin', 'https://evil.test').send({}).expect(403);
    await merchants().set('Origin', 'null').send({}).expect(403);
    await merchants().send({}).expect(403);
    await merchants().set('Host', 'evil.test').set('Origin', 'http://evil.test').send({}).expect(403);
    await merchants().set('Origin', origin).set('Content-Type', 'text/plain').send('{}').expect(403);
    await agent.get('/playground').set('Host', 'evil.test').expect(403);
    await agent.get('/playground').set('Host', 'play.example.test').expect(200);
    await merchants().set('Origin', origin).send({}).expect(200);
  });
});

describe('a merchant', () => {
  it('gets a new OpenID of the usual length each time', async () => {
    const { post } = await startPage('http://127.0.0.1/wechat');
    const ids = await Promise.all([1, 2, 3].map(async () => (await post('merchants', {})).body.openId));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^oPlay[A-Za-z0-9_-]{23}$/);
  });

  it('sends a message and gets the reply with wire, trace and no secrets', async () => {
    const hook = await startWebhook(() => ({ body: replyXml() }));
    const { post } = await startPage(hook.url);
    const { body } = await post('send', text('备案')).expect(200);
    expect(body).toMatchObject({
      outcome: 'reply',
      reply: { text: '你好' },
      mode: 'compatible',
      trace: { ...TRACE, events: [...TRACE.events, { kind: 'weighed', compared: '备案' }] },
    });
    expect(body.deliveries[0].requestXmlClear).toContain('<![CDATA[备案]]>');
    expect(JSON.stringify(body)).not.toContain('PlayToken01');
    expect(hook.received[0]?.url.searchParams.get('encrypt_type')).toBe('aes');
  });

  it('sees the fault with its reason, and facts that are not to be had are said to be so', async () => {
    const hook = await startWebhook(() => ({ body: '{}' }));
    const trace = () => Promise.reject(new Error('the store is away'));
    const { post } = await startPage(hook.url, { trace });
    const { body } = await post('send', text('备案')).expect(200);
    expect(body).toMatchObject({ outcome: 'fault', code: 'json', traceProblem: 'the store is away' });
  });

  it('sends the last message again, here and to another process on this machine only', async () => {
    const hook = await startWebhook(() => ({ body: replyXml() }));
    const other = await startWebhook(() => ({ body: 'success' }));
    const { post } = await startPage(hook.url);
    await post('resend', { openId: OPEN_ID }).expect(409);
    await post('send', text('备案')).expect(200);
    await post('resend', { openId: OPEN_ID }).expect(200);
    expect(hook.received.map((r) => r.url.search + r.body)).toEqual([
      (hook.received[0]?.url.search ?? '') + (hook.received[0]?.body ?? ''),
      (hook.received[0]?.url.search ?? '') + (hook.received[0]?.body ?? ''),
    ]);
    const { body } = await post('resend', { openId: OPEN_ID, url: other.url }).expect(200);
    expect(body).toMatchObject({ outcome: 'silence' });
    expect(other.received[0]?.body).toBe(hook.received[0]?.body);
    for (const url of [
      'http://example.test/wechat',
      'http://127.0.0.1:1/admin',
      'file:///etc/passwd',
      'http://127.0.0.1@evil.test/wechat',
    ]) {
      await post('resend', { openId: OPEN_ID, url }).expect(400);
    }
  });

  it('cannot use a mode, a message or an OpenID that there is not', async () => {
    const { post } = await startPage('http://127.0.0.1/wechat');
    await post('send', { ...text('x'), mode: 'plain' }).expect(400);
    await post('send', { ...text('x'), openId: 'oReal_user-0001AbCdEfGhIjKlM' }).expect(400);
    await post('send', { ...text('x'), act: { kind: 'event', event: 'MASSSENDJOBFINISH', key: '' } }).expect(
      400,
    );
    await post('send', text('x'.repeat(300_000))).expect(413);
  });
});

describe('the developer panel', () => {
  it('sets another day and the real one again', async () => {
    const { post, seen } = await startPage('http://127.0.0.1/wechat');
    expect((await post('today', { day: '2027-01-20' }).expect(200)).body).toEqual({ today: '2027-01-20' });
    await post('today', { day: '2027-02-30' }).expect(400);
    await post('today', { day: null }).expect(200);
    expect(seen.day).toBeUndefined();
  });

  it('passes faults on', async () => {
    const { post, seen } = await startPage('http://127.0.0.1/wechat');
    await post('faults', { storeAway: true, slowMs: 6000 }).expect(200);
    expect(seen.faults).toEqual({ storeAway: true, slowMs: 6000 });
    await post('faults', { storeAway: true, slowMs: 1e9 }).expect(400);
  });

  it('saves a chat as a story once, and only inside its folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stories-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { post } = await startPage('http://127.0.0.1/wechat', { storiesDirectory: folder });
    const story = { slug: 'sole-trader', title: '个体户', turns: [{ kind: 'say', text: '备案' }] };
    await post('stories', story).expect(200);
    expect(await readFile(join(folder, 'sole-trader.md'), 'utf8')).toBe(
      '# 个体户\n今天：2026-11-24\n\n我：备案\n',
    );
    await post('stories', story).expect(409);
    await symlink(join(folder, 'elsewhere'), join(folder, 'link.md'));
    await post('stories', { ...story, slug: 'link' }).expect(409);
    for (const slug of ['../x', 'a/b', 'a.b', '', 'A', '..', 'a\u0000', 'a--b', '-a'])
      await post('stories', { ...story, slug }).expect(400);
    expect((await readdir(folder)).sort()).toEqual(['link.md', 'sole-trader.md']);
  });

  it('saves nothing where no folder is set', async () => {
    const { post } = await startPage('http://127.0.0.1/wechat');
    await post('stories', { slug: 'a', title: 'a', turns: [{ kind: 'say', text: 'a' }] }).expect(403);
  });
});

describe('a story', () => {
  const write = (...turns: Parameters<typeof writeStory>[0]['turns']) =>
    writeStory({ title: '试', today: '2026-11-24', turns });

  it('holds what was said, tapped, done and heard', () => {
    const story = write(
      { kind: 'act', text: '关注' },
      { kind: 'hear', text: '你好\n\n1. 备案' },
      { kind: 'tap', text: '1. 备案' },
      { kind: 'act', text: '菜单 HELP' },
    );
    expect(story).toEqual({
      kind: 'story',
      text: '# 试\n今天：2026-11-24\n\n我：【关注】\n助手：你好\n\n1. 备案\n我点：1. 备案\n我：【菜单 HELP】\n',
    });
  });

  it('is refused where a line inside a message would read like a new one', () => {
    expect(write({ kind: 'hear', text: '你好\n我：假的' }).kind).toBe('fault');
    expect(write({ kind: 'say', text: '一\n二' }).kind).toBe('fault');
  });
});
