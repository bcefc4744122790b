/** Blocks → one message that fits, with 更多 where something is left; the session remembers where to go on. Pure. */
import { type Block, fitted, type Page, paged, type Sayer, weight } from './say.ts';
import type { Session } from './session.ts';
import type { Line, Say, Voice } from './talk.ts';

export interface Delivery {
  /** Said once, before the body: what was understood. */
  readonly lead: readonly Block[];
  /** What may be longer than a message. */
  readonly body: readonly Block[];
  /** What the body is, so that 更多 can make it again; see `Session.more`. */
  readonly of: string;
  /** The first block of the body to show, and the number of the page that this makes. */
  readonly from?: number;
  readonly page?: number;
}

/** Bytes kept free for the foot of a page. */
const FOOT = 260;

export function deliver(
  session: Session,
  { lead, body, of, from = 0, page = 1 }: Delivery,
  { sayer, voice }: { sayer: Sayer; voice: Voice },
): { session: Session; say: Say } {
  const room = voice.limit - FOOT;
  const start = fitted(lead, voice, room);
  const blocks = [...start, ...fitted(body, voice, room).slice(from)];
  const pages = withFullLastPage(paged(blocks, voice, room), voice, page);
  const [first] = pages;
  if (!first) return { session, say: { kind: 'silence' } };
  const total = page + pages.length - 1;
  const number = total === 1 ? [] : sayer.phrase('page', { page, pages: total });
  if (pages.length === 1) {
    const lines = total === 1 ? first.lines : [...first.lines, '', ...number];
    return { session: { ...session, more: undefined }, say: { kind: 'text', lines } };
  }
  const foot: Line = [sayer.moreChoice(), number.join('')];
  return {
    session: { ...session, more: { of, from: first.next - start.length + from, page } },
    say: { kind: 'text', lines: [...first.lines, '', foot] },
  };
}

/** Bytes of the page number alone, which the last page ends with. */
const NUMBER = 60;

/** The last page needs no 更多, so what fits beside its number need not make a page of its own. */
function withFullLastPage(pages: readonly Page[], voice: Voice, page: number): readonly Page[] {
  const [before, last] = pages.slice(-2);
  if (!before || !last) return pages;
  const lines = [...before.lines, ...last.lines];
  // A message that is all there is has no page number either.
  const room = voice.limit - (page === 1 && pages.length === 2 ? 0 : NUMBER);
  if (weight(lines, voice) > room) return pages;
  return [...pages.slice(0, -2), { lines, next: last.next }];
}
