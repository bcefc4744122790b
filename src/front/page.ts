/** The page at `/`: what this is, and where to talk to it. It tells nothing of how the program is set up. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import Router from '@koa/router';

export interface FrontPage {
  /** How the account is called, and the sentence that introduces it (content/contact.yaml). */
  readonly account: { readonly name: string; readonly introduction: string };
  /** Whether there is a chat page to link. */
  readonly playground: boolean;
}

/** A router that answers `GET /`. The page is made once. */
export async function frontRoom(page: FrontPage): Promise<Router> {
  const template = await readFile(new URL('page.html', import.meta.url), 'utf8');
  const html = filled(template, page);
  const policy = policyOf(html);
  const router = new Router();
  router.get('/', (ctx) => {
    ctx.set('content-security-policy', policy);
    ctx.type = 'html';
    ctx.body = html;
  });
  return router;
}

function filled(template: string, { account, playground }: FrontPage): string {
  const [shown, hidden] = playground ? ['on', 'off'] : ['off', 'on'];
  return template
    .replace(new RegExp(`\\{\\{${hidden}:\\}\\}[\\s\\S]*?\\{\\{:${hidden}\\}\\}`, 'g'), '')
    .replace(new RegExp(`\\{\\{:?${shown}:?\\}\\}`, 'g'), '')
    .replace(/\{\{(name|introduction)\}\}/g, (_, key: 'name' | 'introduction') => escaped(account[key]));
}

/** Nothing runs, and no other style than the page's own is used. */
function policyOf(html: string): string {
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
