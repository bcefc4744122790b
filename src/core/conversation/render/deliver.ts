/** Blocks → one message that fits, with 更多 where something is left; the session remembers where to go on. */

import type { ChannelLimits, Line, Say } from '../messages.ts';
import type { Session, Shown } from '../session/session.ts';
import { type Block, measured, paginate, totalBytes } from './pages.ts';
import type { Renderer } from './renderer.ts';

export interface Delivery {
  /** Said once, before the body: what was understood. */
  readonly preface: readonly Block[];
  /** What may be longer than a message. */
  readonly body: readonly Block[];
  /** What the body is, so that 更多 can make it again; see `Session.more`. */
  readonly of: string;
  /** The first block of the body to show, and the number of the page that this makes. */
  readonly from?: number;
  readonly page?: number;
  readonly shown: Shown | undefined;
}

/** Bytes kept free for the foot of a page, and for the page number alone. */
export const FOOT = 260;
const NUMBER = 60;

/** The message, and the session that knows what 更多 goes on with. Silence when there is nothing to say. */
export function deliver(
  session: Session,
  { preface, body, of, from = 0, page = 1, shown: offered }: Delivery,
  { renderer, limits }: { renderer: Renderer; limits: ChannelLimits },
): { session: Session; say: Say } {
  const shown = offered && { prefix: offered.prefix, ids: [...offered.ids] };
  const room = limits.limit - FOOT;
  const start = measured(preface, limits, room);
  const rest = measured(body, limits, room);
  const all = {
    blocks: [...start.blocks, ...rest.blocks.slice(from)],
    sizes: [...start.sizes, ...rest.sizes.slice(from)],
  };
  // A message that is all there is has no foot; the last page of several ends with its number.
  const whole = totalBytes(all.sizes) <= limits.limit && page === 1;
  const pages = paginate(all, room, whole ? limits.limit : limits.limit - NUMBER);
  const [first] = pages;
  if (!first) return { session: { ...session, shown }, say: { kind: 'silence' } };
  const total = page + pages.length - 1;
  const number = total === 1 ? [] : renderer.phrase('page', { page, pages: total });
  if (pages.length === 1) {
    const lines = total === 1 ? first.lines : [...first.lines, '', ...number];
    return { session: { ...session, shown, more: undefined }, say: { kind: 'text', lines } };
  }
  const foot: Line = [renderer.command('more'), number.join('')];
  return {
    session: { ...session, shown, more: { of, from: first.next - start.blocks.length + from, page } },
    say: { kind: 'text', lines: [...first.lines, '', foot] },
  };
}
