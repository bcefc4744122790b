/** A browser before the chat page, as the page's tests need it: starts Chromium once a file, opens the page at a size,
 *  and talks as a person does. What the page complains about (scripts, blocked requests) fails the test. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium as driver, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { chromium } from '../setup/machine.ts';

const SCREENS = fileURLToPath(new URL('../.screens/', import.meta.url));
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const PHONE = { width: 375, height: 740 };
export const DESK = { width: 1280, height: 900 };

export interface Chat {
  readonly page: Page;
  at(testId: string): Locator;
  /** What stands on the screen there, line breaks included. */
  shown(testId: string): Promise<string>;
  /** Follows the account; resolves with the welcome. */
  follow(): Promise<string>;
  /** Types and sends; resolves with the reply as it stands on the screen. */
  say(text: string): Promise<string>;
  /** Taps the first option of the last reply whose label contains this; resolves with the reply. */
  tap(label: string): Promise<string>;
  /** Waits for one more bubble of the account while `act` is done. */
  reply(act: () => Promise<unknown>): Promise<string>;
  /** Keeps a picture in test/.screens, to be looked at. */
  picture(name: string): Promise<void>;
}

/** To be called once at the top of a file; gives a function that opens the page for one test. */
export function useBrowser(): (origin: string, size: typeof PHONE) => Promise<Chat> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await driver.launch({ executablePath: chromium(), headless: true, args: FLAGS });
  });
  afterAll(() => browser?.close());

  return async (origin, size) => {
    if (browser === undefined) throw new Error('the browser has not started');
    const context = await browser.newContext({ viewport: size, locale: 'zh-CN', reducedMotion: 'reduce' });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    onTestFinished(async () => {
      await context.close();
      expect(complaints).toEqual([]);
    });
    await page.goto(`${origin}/playground`);
    return chatOn(page);
  };
}

function chatOn(page: Page): Chat {
  const at = (testId: string) => page.getByTestId(testId);
  const heard = at('bubble-in');

  async function reply(act: () => Promise<unknown>): Promise<string> {
    const before = await heard.count();
    await act();
    await heard.nth(before).waitFor();
    return onScreen(heard.nth(before));
  }

  return {
    page,
    at,
    reply,
    shown: (testId) => onScreen(at(testId)),
    follow: () => reply(() => at('follow').click()),
    say: (text) =>
      reply(async () => {
        await at('input').fill(text);
        await at('send').click();
      }),
    tap: (label) =>
      reply(() => heard.last().getByTestId('option').filter({ hasText: label }).first().click()),
    async picture(name) {
      await mkdir(SCREENS, { recursive: true });
      await page.screenshot({ path: `${SCREENS}${name}.png` });
    },
  };
}

function onScreen(locator: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: the lines as they are laid out are what is tested
  return locator.innerText();
}
