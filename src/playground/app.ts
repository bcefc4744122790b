/** The routes of the chat page under /playground: the page and the small JSON API that it calls. */
import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Router, { type RouterContext } from '@koa/router';
import type { Next } from 'koa';
import { z } from 'zod';
import { isSibling, PAGE_HEADERS, whyForeign } from './guard.ts';
import type { Mode, Platform, Result, Sent } from './platform/platform.ts';
import { writeStory } from './story.ts';

/** The account's menu as the chat shows it: up to three buttons, each with a key or with up to five entries. */
export interface Menu {
  readonly buttons: readonly MenuButton[];
}
export interface MenuEntry {
  readonly name: string;
  /** Pressing sends a CLICK with this key … */
  readonly key?: string | undefined;
  /** … or opens this address and sends a VIEW. */
  readonly url?: string | undefined;
}
export interface MenuButton extends MenuEntry {
  readonly sub?: readonly MenuEntry[] | undefined;
}

/** What the assistant knows and did at the last turn of a merchant; the panel shows whatever it holds. */
export interface Trace {
  readonly facts: Readonly<Record<string, string>>;
  /** What happened and why, e.g. which rule applied by which facts; any JSON beside `kind`. */
  readonly events: readonly { readonly kind: string; readonly [name: string]: unknown }[];
  /** Milliseconds by stage. */
  readonly stages: Readonly<Record<string, number>>;
  /** Round trips to the store. */
  readonly trips: number;
}

export interface Faults {
  readonly storeAway: boolean;
  /** Milliseconds that every answer is held back; 0 for none. */
  readonly slowMs: number;
}

export interface PlaygroundParts {
  /** A platform before this process's webhook; called once for each mode. */
  readonly platformFor: (mode: Mode) => Platform;
  /** Hears of everybody who is played here, before anything is sent. */
  readonly meet: (openId: string) => void;
  /** What the webhook accepts right now; the first is what a new chat begins with. Without `safe` the switch is off. */
  readonly modes: readonly [Mode, ...Mode[]];
  readonly account: { readonly name: string; readonly introduction: string };
  readonly menu: () => Menu;
  /** The day that the assistant takes for today, `2026-11-24`. */
  readonly today: () => string;
  /** Another day, or with `undefined` the real one again. */
  readonly setToday: (day: string | undefined) => void;
  readonly inject: (faults: Faults) => void;
  /** What speaks for the classes that are nearest to a text, shown with what happened. */
  readonly weigh: (text: string) => Readonly<Record<string, unknown>>;
  /** By OpenID; `undefined` when nothing is known (any more). */
  readonly trace: (openId: string) => Promise<Trace | undefined>;
  /** Where "save as story" writes; without it that button is off. */
  readonly storiesDirectory?: string | undefined;
  /** Values of the Host header to answer to beside this machine's own names, e.g. that of PUBLIC_URL. */
  readonly hosts?: readonly string[] | undefined;
}

const ASSETS: Readonly<Record<string, string>> = {
  'page.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'panel.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'phone.js': 'text/javascript; charset=utf-8',
  'panel.js': 'text/javascript; charset=utf-8',
};
const BODY_LIMIT = 256 * 1024;
const MERCHANTS_KEPT = 500;

const OpenId = z.string().regex(/^oPlay[A-Za-z0-9_-]{23}$/);
const text = z.string().min(1).max(4000);
const Act = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text }),
  z.object({ kind: z.literal('pick'), text, id: z.string().min(1).max(500) }),
  z.object({ kind: z.literal('image') }),
  z.object({ kind: z.literal('video') }),
  z.object({ kind: z.literal('sticker') }),
  z.object({ kind: z.literal('voice'), recognition: text.optional() }),
  z.object({
    kind: z.literal('location'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    label: z.string().max(200),
  }),
  z.object({
    kind: z.literal('link'),
    title: text,
    description: z.string().max(500),
    url: z.url().max(1000),
  }),
  z.object({
    kind: z.literal('event'),
    event: z.enum(['subscribe', 'unsubscribe', 'CLICK', 'VIEW', 'SCAN']),
    key: z.string().max(1024),
  }),
]);
const SendBody = z.object({ openId: OpenId, mode: z.enum(['plain', 'compatible', 'safe']), act: Act });
const ResendBody = z.object({ openId: OpenId, url: z.string().max(200).optional() });
const TodayBody = z.object({ day: z.iso.date().nullable() });
const FaultsBody = z.object({ storeAway: z.boolean(), slowMs: z.int().min(0).max(20_000) });
const StoryBody = z.object({
  slug: z.string().regex(/^[a-z0-9](?:-?[a-z0-9]){0,59}$/, 'small letters, digits and single hyphens'),
  title: z.string().regex(/^[^\r\n]{1,80}$/, 'one line, at most 80 characters'),
  turns: z
    .array(z.object({ kind: z.enum(['say', 'tap', 'act', 'hear']), text: z.string().max(4000) }))
    .min(1)
    .max(400),
});

/** A router for the application; it answers only under /playground and only to its own page. */
export function playgroundRoutes(parts: PlaygroundParts): Router {
  const router = new Router({ prefix: '/playground' });
  const platforms = new Map<Mode, Platform>();
  const lastSent = new Map<string, { readonly sent: Sent; readonly platform: Platform }>();

  function platformIn(mode: Mode): Platform {
    const platform = platforms.get(mode) ?? parts.platformFor(mode);
    platforms.set(mode, platform);
    return platform;
  }

  function remember(openId: string, sent: Sent, platform: Platform): void {
    lastSent.delete(openId);
    lastSent.set(openId, { sent, platform });
    const [oldest] = lastSent.keys();
    if (lastSent.size > MERCHANTS_KEPT && oldest !== undefined) lastSent.delete(oldest);
  }

  router.use(async (ctx, next) => {
    ctx.set(PAGE_HEADERS);
    const reason = whyForeign(ctx.method, ctx.headers, parts.hosts ?? []);
    if (reason === undefined) return next();
    answer(ctx, 403, { error: reason });
  });

  router.get('/', (ctx) => sendAsset(ctx, 'page.html'));
  router.get('/:asset', async (ctx, next) => {
    const name = ctx.params.asset ?? '';
    return Object.hasOwn(ASSETS, name) ? sendAsset(ctx, name) : next();
  });

  router.get('/api/start', (ctx) => {
    answer(ctx, 200, {
      account: parts.account,
      menu: parts.menu(),
      modes: parts.modes,
      today: parts.today(),
      stories: parts.storiesDirectory !== undefined,
    });
  });

  router.post('/api/merchants', (ctx) => {
    answer(ctx, 200, { openId: `oPlay${randomBytes(18).toString('base64url').slice(0, 23)}` });
  });

  router.post(
    '/api/send',
    withBody(SendBody, async (ctx, { openId, mode, act }) => {
      if (!parts.modes.includes(mode))
        return answer(ctx, 400, { error: `the webhook does not take ${mode} messages` });
      const platform = platformIn(mode);
      // Remembered before the answer is there, so that it can be sent again while the first is still working.
      parts.meet(openId);
      const sent = platform.prepare({ from: openId, ...act });
      remember(openId, sent, platform);
      answer(ctx, 200, await exchange(parts, openId, await platform.deliverAll(sent), saidIn(act)));
    }),
  );

  router.post(
    '/api/resend',
    withBody(ResendBody, async (ctx, { openId, url }) => {
      const last = lastSent.get(openId);
      if (last === undefined) return answer(ctx, 409, { error: 'nothing was sent yet' });
      if (url !== undefined && !isSibling(url, last.sent.url)) {
        const { pathname } = new URL(last.sent.url);
        return answer(ctx, 400, {
          error: `only http://127.0.0.1:<port>${pathname} (or localhost) is allowed`,
        });
      }
      answer(ctx, 200, await exchange(parts, openId, await last.platform.resend(last.sent, { url })));
    }),
  );

  router.post(
    '/api/today',
    withBody(TodayBody, (ctx, { day }) => {
      parts.setToday(day ?? undefined);
      answer(ctx, 200, { today: parts.today() });
    }),
  );

  router.post(
    '/api/faults',
    withBody(FaultsBody, (ctx, faults) => {
      parts.inject(faults);
      answer(ctx, 200, faults);
    }),
  );

  router.post(
    '/api/stories',
    withBody(StoryBody, async (ctx, { slug, title, turns }) => {
      if (parts.storiesDirectory === undefined)
        return answer(ctx, 403, { error: 'stories cannot be saved here' });
      const written = writeStory({ title, today: parts.today(), turns });
      if (written.kind === 'fault') return answer(ctx, 422, { error: written.reason });
      const fresh = await createFile(join(parts.storiesDirectory, `${slug}.md`), written.text);
      if (!fresh) return answer(ctx, 409, { error: `${slug}.md is there already` });
      answer(ctx, 200, { file: `${slug}.md` });
    }),
  );

  return router;
}

/** What the page gets of a result: all that was seen on the wire, and the trace beside it. */
async function exchange(
  parts: PlaygroundParts,
  openId: string,
  result: Result,
  said?: string,
): Promise<object> {
  const { sent, ...seen } = result;
  try {
    const trace = await parts.trace(openId);
    const weighed = said === undefined ? [] : [{ kind: 'weighed', ...parts.weigh(said) }];
    return { ...seen, mode: sent.mode, trace: trace && { ...trace, events: [...trace.events, ...weighed] } };
  } catch (error) {
    // With the store away the chat goes on; the panel says why it has no facts to show.
    return { ...seen, mode: sent.mode, traceProblem: error instanceof Error ? error.message : String(error) };
  }
}

/** What was typed or spoken. */
function saidIn(act: z.output<typeof Act>): string | undefined {
  if (act.kind === 'voice') return act.recognition;
  return act.kind === 'text' ? act.text : undefined;
}

async function sendAsset(ctx: RouterContext, name: string): Promise<void> {
  ctx.type = ASSETS[name] ?? 'text/plain';
  ctx.body = await readFile(new URL(`page/${name}`, import.meta.url));
}

/** Writes a file that is not there yet; false when it is. A link of that name counts as there and is not followed. */
async function createFile(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(content).finally(() => file.close());
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function withBody<T>(schema: z.ZodType<T>, handle: (ctx: RouterContext, body: T) => void | Promise<void>) {
  return async (ctx: RouterContext, _next: Next): Promise<void> => {
    const raw = (ctx.request.length ?? 0) > BODY_LIMIT ? undefined : await readLimited(ctx.req);
    if (raw === undefined) return answer(ctx, 413, { error: `at most ${BODY_LIMIT} bytes` });
    const parsed = schema.safeParse(parseJson(raw));
    if (parsed.success) return handle(ctx, parsed.data);
    const [issue] = parsed.error.issues;
    answer(ctx, 400, { error: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong'}` });
  };
}

/** The body as text; `undefined` when it is longer than allowed. */
async function readLimited(stream: AsyncIterable<unknown>): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The value, or `undefined` for what is no JSON: every schema refuses that. */
function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function answer(ctx: RouterContext, status: number, body: object): void {
  ctx.status = status;
  ctx.body = body;
}
