/** A passive reply as the person sees it: its type, and for a text its lines with what can be tapped. */

/** A part of a line. Tapping an `option` makes the client send `content` with `menuId`; a `link` opens `url`. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'option'; readonly label: string; readonly content: string; readonly menuId: string }
  | { readonly kind: 'link'; readonly label: string; readonly url: string };
export type Option = Extract<Part, { kind: 'option' }>;

export interface Article {
  readonly title: string;
  readonly description: string;
  readonly picture: string;
  readonly url: string;
}

/** `text` is what a person reads (labels in place of links) and `lines` the same with its links; both are empty for
 *  every type but `text`. `content` is what stood in the XML, links included. */
export type Reply = { readonly text: string; readonly lines: readonly (readonly Part[])[] } & (
  | { readonly type: 'text'; readonly content: string }
  | { readonly type: 'image' | 'voice' | 'video' | 'music'; readonly mediaId: string }
  | { readonly type: 'news'; readonly article: Article }
  | { readonly type: 'transfer_customer_service'; readonly agent: string | undefined }
);

/** Everything that can be tapped to say something, from top to bottom. */
export function optionsOf(reply: Reply): readonly Option[] {
  return reply.lines.flat().filter((part) => part.kind === 'option');
}

export type Read =
  | { readonly kind: 'lines'; readonly lines: readonly (readonly Part[])[] }
  | { readonly kind: 'fault'; readonly reason: string };

/** Takes a text reply apart. A tag that only looks like a link, a menu link without one of its two parameters and a
 *  wrong percent sign are faults: the client would show raw markup or ignore the tap. */
export function readContent(content: string): Read {
  const lines: Part[][] = [[]];
  const put = (part: Part): void => {
    lines.at(-1)?.push(part);
  };
  let at = 0;
  while (at < content.length) {
    const next = content.slice(at).search(/<\/?a\b/i);
    const until = next === -1 ? content.length : at + next;
    content
      .slice(at, until)
      .split('\n')
      .forEach((text, index) => {
        if (index > 0) lines.push([]);
        if (text !== '') put({ kind: 'text', text });
      });
    if (next === -1) break;
    const link = /^<a href="([^"<>]+)"((?: data-miniprogram-[a-z]+="[^"<>]*")*)>([^<>\n]+)<\/a>/.exec(
      content.slice(until),
    );
    if (link === null) return { kind: 'fault', reason: `no well-formed link at character ${until}` };
    const part = readLink(link[1] ?? '', link[3] ?? '');
    if (typeof part === 'string') return { kind: 'fault', reason: `${part} at character ${until}` };
    put(part);
    at = until + link[0].length;
  }
  return { kind: 'lines', lines };
}

/** Lines as a person reads them. */
export function plainText(lines: readonly (readonly Part[])[]): string {
  return lines
    .map((line) => line.map((part) => (part.kind === 'text' ? part.text : part.label)).join(''))
    .join('\n');
}

function readLink(href: string, label: string): Part | string {
  if (!href.startsWith('weixin:')) {
    return /^https?:\/\/[^\s/]/.test(href)
      ? { kind: 'link', label, url: href }
      : 'a link that is neither http nor https';
  }
  const menu = /^weixin:\/\/bizmsgmenu\?(.+)$/.exec(href);
  const pairs = menu?.[1]?.split('&').map((pair) => pair.split('='));
  if (pairs?.length !== 2) return 'a menu link that has not exactly its two parameters';
  const found = new Map(pairs.map(([name, ...value]) => [name, value.join('=')]));
  const content = decode(found.get('msgmenucontent') ?? '');
  const menuId = found.get('msgmenuid') ?? '';
  if (content === undefined) return 'a menu link with a wrong percent sign';
  if (content === '' || menuId === '')
    return 'a menu link with an empty parameter (the client ignores the tap)';
  // The id comes back exactly as it stands here: nobody documents that clients decode it.
  return { kind: 'option', label, content, menuId };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
