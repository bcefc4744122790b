/** The chat page in a real browser: once before webhooks that do what a test tells them, once before the whole
 *  assistant, where a merchant goes all the way from following to the checklist. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { assemble } from '../../src/app/assemble.ts';
import { readConfig } from '../../src/app/config.ts';
import { PREPARED, ROOT, TODAY } from '../support.ts';
import { type Chat, DESK, PHONE, useBrowser } from './browser.ts';
import { startPage } from './pagehost.ts';
import { type Behaviour, replyXml, startWebhook, type Webhook } from './webhook.ts';

const open = useBrowser();

/** Replies to whoever wrote, in clear, with these words. */
const says =
  (words: (received: string, nth: number) => string): Behaviour =>
  ({ url, body }, nth) => ({
    body: replyXml({ ToUserName: url.searchParams.get('openid') ?? '', Content: words(body, nth) }),
  });
const OPTION =
  '<a href="weixin://bizmsgmenu?msgmenucontent=%E5%A4%87%E6%A1%88&msgmenuid=o.filing">1. 备案</a>';

async function openBefore(webhook: Webhook, size = PHONE): Promise<Chat> {
  const { origin } = await startPage(webhook.url, {
    menu: () => ({
      buttons: [
        { name: '备案', key: 'FILING' },
        { name: '更多', sub: [{ name: '帮助', key: 'HELP' }] },
      ],
    }),
  });
  return open(origin, size);
}

describe('the phone', () => {
  it('follows, shows options and sends what a tapped one carries', async () => {
    const hook = await startWebhook(
      says((body) => (body.includes('subscribe') ? `你好\n${OPTION}` : '主体？')),
    );
    const chat = await openBefore(hook);
    expect(await chat.follow()).toBe('你好\n1. 备案');
    expect(await chat.tap('备案')).toBe('主体？');
    expect(await chat.shown('bubble-out')).toBe('备案');
    expect(hook.received[0]?.body).toContain('<![CDATA[subscribe]]>');
    expect(hook.received[1]?.body).toContain('<bizmsgmenuid><![CDATA[o.filing]]></bizmsgmenuid>');
  });

  it('shows markup in a text as text', async () => {
    const hook = await startWebhook(says(() => '<img src=x onerror="document.title=1"><b>粗</b>'));
    const chat = await openBefore(hook);
    expect(await chat.follow()).toBe('<img src=x onerror="document.title=1"><b>粗</b>');
    expect(await chat.say('<i>斜</i>')).toContain('<b>');
    expect(await chat.shown('bubble-out')).toBe('<i>斜</i>');
    expect(await chat.page.locator('.bubble img, .bubble b, .bubble i').count()).toBe(0);
  });

  it('shows the fault notice of the platform, and below it the reason', async () => {
    const hook = await startWebhook((_, nth) =>
      nth === 1 ? { body: '' } : { status: 500, body: '<h1>Oops</h1>' },
    );
    const chat = await openBefore(hook);
    await chat.at('follow').click();
    await chat.at('input').fill('在吗');
    await chat.at('send').click();
    await chat.at('banner').waitFor();
    expect(await chat.shown('banner')).toBe('该公众号提供的服务出现故障，请稍后再试');
    expect(await chat.shown('banner-reason')).toMatch(/^status: /);
    await chat.picture('banner-375');
  });

  it('presses menu buttons and sends pictures, voice, places and stickers', async () => {
    const hook = await startWebhook(says((_, nth) => `第 ${nth} 条`));
    const chat = await openBefore(hook);
    await chat.follow();
    await chat.at('to-menu').click();
    await chat.reply(() => chat.at('menu-1').click());
    await chat.at('menu-2').click();
    await chat.reply(() => chat.at('menu-2-1').click());
    await chat.at('to-keyboard').click();
    for (const kind of ['image', 'voice', 'location', 'sticker']) {
      await chat.at('tray-open').click();
      await chat.reply(() => chat.at(`send-${kind}`).click());
    }
    const wanted = ['[FILING]', '[HELP]', '[image]', '[voice]', '[location]', '【收到不支持的消息类型'];
    expect(wanted.filter((part, index) => hook.received[index + 1]?.body.includes(part))).toEqual(wanted);
  });

  it('keeps the chat over a reload and begins anew with another merchant', async () => {
    const hook = await startWebhook(says(() => '你好'));
    const chat = await openBefore(hook);
    await chat.follow();
    await chat.say('备案');
    await chat.page.reload();
    await chat.at('bubble-out').waitFor();
    expect(await chat.at('bubble-in').count()).toBe(2);
    await chat.at('another').click();
    await chat.at('follow').waitFor();
    await chat.follow();
    expect(new Set(hook.received.map((r) => r.url.searchParams.get('openid'))).size).toBe(2);
  });

  it('says that the other side is typing while an answer is under way', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((done) => {
      release = done;
    });
    const hook = await startWebhook(says(() => '你好'));
    const chat = await openBefore(hook);
    await chat.follow();
    await chat.page.route('**/api/send', async (route) => {
      await gate;
      await route.continue();
    });
    const answered = chat.say('备案');
    await chat.at('typing').waitFor();
    release();
    await answered;
    await chat.at('typing').waitFor({ state: 'hidden' });
  });

  it('hides the panel behind a button and gives the whole width to the chat', async () => {
    const hook = await startWebhook(says(() => '你好'));
    const chat = await openBefore(hook);
    await chat.follow();
    expect(await chat.at('panel').isVisible()).toBe(false);
    expect((await chat.at('chat').boundingBox())?.width).toBe(PHONE.width);
    await chat.at('panel-open').click();
    expect(await chat.shown('panel-outcome')).toBe('reply');
    await chat.page.keyboard.press('Escape');
    expect(await chat.at('panel').isVisible()).toBe(false);
  });
});

describe('the developer panel', () => {
  it('shows the XML clear and as it went over the wire, deliveries, facts, rules and stages', async () => {
    const hook = await startWebhook(says(() => '你好'));
    const chat = await openBefore(hook, DESK);
    await chat.follow();
    await expect.poll(() => chat.shown('panel-xml')).toContain('<Event><![CDATA[subscribe]]></Event>');
    await chat.page.getByRole('tab', { name: 'In · wire' }).click();
    expect(await chat.shown('panel-xml')).toMatch(
      /POST \/wechat\?signature=.*encrypt_type=aes[\s\S]*<Encrypt>/,
    );
    await chat.page.getByRole('tab', { name: 'Out · clear' }).click();
    expect(await chat.shown('panel-xml')).toContain('<Content><![CDATA[你好]]></Content>');
    expect(await chat.shown('panel-deliveries')).toMatch(/200\s+[\d.]+ ms/);
    expect(await chat.shown('panel-facts')).toMatch(/subject\s+company/);
    expect(await chat.shown('panel-events')).toContain('rule');
    expect(await chat.shown('panel-stages')).toContain('turn');
  });

  it('sends the last message again, here and to another process, and compares the answers', async () => {
    let answer = '你好';
    const hook = await startWebhook(says(() => answer));
    const other = await startWebhook(() => ({ body: 'success' }));
    const chat = await openBefore(hook, DESK);
    const note = () => chat.shown('panel-again-note');
    await chat.follow();
    await chat.at('panel-again').click();
    await expect.poll(note).toBe('The same answer as the first time.');
    answer = '另一个';
    await chat.at('panel-again').click();
    await expect.poll(note).toBe('Another answer than the first time.');
    await chat.at('panel-other-url').fill(other.url);
    await chat.at('panel-again-other').click();
    await expect.poll(() => other.received.length).toBe(1);
    expect(other.received[0]?.body).toBe(hook.received[0]?.body);
    expect(await chat.at('bubble-in').count()).toBe(1);
  });
});

describe('before the whole assistant', () => {
  async function startAssistant(): Promise<{ url: string; stories: string }> {
    const folder = await mkdtemp(join(tmpdir(), 'assistant-'));
    const config = readConfig({ PORT: '0', DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'silent', TODAY });
    const running = await assemble(config, { root: ROOT, prepared: PREPARED, storiesDirectory: folder });
    onTestFinished(async () => {
      running.server.closeAllConnections();
      await running.stop();
      await rm(folder, { recursive: true });
    });
    return { url: running.url, stories: folder };
  }

  /** Answers every question with its first option and the province with its name, until the list stands there. */
  async function answerAll(chat: Chat, reply: string): Promise<string> {
    for (let left = 15, last = reply; left > 0; left -= 1) {
      if (last.includes('清单】要准备')) return last;
      const labels = await chat.at('bubble-in').last().getByTestId('option').allTextContents();
      // Only answers are numbered; a detour's other questions are not.
      const first = labels.find((label) => label.startsWith('1. '));
      last = first === undefined ? await chat.say('广东') : await chat.tap(first);
    }
    throw new Error('fifteen answers and no list');
  }

  it('a merchant follows, asks in between, reaches the checklist and changes an answer', async () => {
    const { url, stories } = await startAssistant();
    const chat = await open(url, PHONE);
    expect(await chat.follow()).toContain('删除我的数据');
    await chat.picture('welcome-375');
    expect(await chat.say('备案')).toContain('个体工商户');
    await chat.picture('question-375');
    const next = await chat.tap('企业');
    expect(next).toContain('未上架');
    const detour = await chat.say('备案要多久');
    expect(detour).toContain('依据：');
    expect(detour).toContain('未上架');
    await chat.picture('detour-375');
    const list = await answerAll(chat, detour);
    expect(list).toContain('营业执照');
    expect(list).toContain('法定代表人身份证');
    expect([...list].length).toBeLessThanOrEqual(340);
    await chat.picture('checklist-375');

    await chat.page.setViewportSize(DESK);
    await chat.at('panel-facts').getByText('广东').waitFor();
    await chat.picture('checklist-1280');
    await chat.page.locator('label', { has: chat.at('panel-safe-mode') }).click();
    expect(await chat.say('我的信息')).toContain('企业');
    await chat.say('改1');
    const changed = await answerAll(chat, await chat.tap('个体工商户'));
    expect(changed).toContain('经营者身份证');
    expect(changed).not.toContain('法定代表人');
    await chat.page.getByRole('tab', { name: 'Out · wire' }).click();
    expect(await chat.shown('panel-xml')).toContain('<MsgSignature>');
    await chat.picture('safe-1280');

    await chat.at('panel-story-title').fill('企业改成个体工商户');
    await chat.at('panel-story-slug').fill('changed');
    await chat.at('panel-story-save').click();
    await expect.poll(() => chat.shown('panel-story-note')).toBe('Saved as changed.md.');
    expect(await readFile(join(stories, 'changed.md'), 'utf8')).toContain('\n我：备案要多久\n助手：');
  }, 60_000);

  it('shows the fault sentence, not the banner, when the store is away, and goes on afterwards', async () => {
    const { url } = await startAssistant();
    const chat = await open(url, DESK);
    await chat.follow();
    const away = chat.page.locator('label', { has: chat.at('panel-store-away') });
    await Promise.all([chat.page.waitForResponse('**/api/faults'), away.click()]);
    expect(await chat.say('备案')).toContain('继续');
    expect(await chat.at('banner').count()).toBe(0);
    await Promise.all([chat.page.waitForResponse('**/api/faults'), away.click()]);
    expect(await chat.say('备案')).toContain('个体工商户');
  });
});
