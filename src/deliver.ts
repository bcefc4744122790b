/** Blocks → one message that fits, with 更多 where something is left; the session remembers where to go on. Pure. */
import { type Block, fitted, paged, type Sayer, weight } from './say.ts';
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
  const whole = fitted(body, voice, room);
  const start = fitted(lead, voice, room);
  const blocks = [...start, ...whole.slice(from)];
  const [only, ...others] = paged(blocks, voice, voice.limit);
  if (only && others.length === 0) {
    const last = page > 1 ? [...only.lines, '', ...sayer.phrase('page', { page, pages: page })] : only.lines;
    if (weight(last, voice) <= voice.limit)
      return { session: { ...session, more: undefined }, say: { kind: 'text', lines: last } };
  }
  const pages = paged(blocks, voice, room);
  const [first] = pages;
  if (!first) return { session, say: { kind: 'silence' } };
  const total = page + pages.length - 1;
  const number = sayer.phrase('page', { page, pages: total }).join('');
  if (pages.length === 1)
    return {
      session: { ...session, more: undefined },
      say: { kind: 'text', lines: [...first.lines, '', number] },
    };
  const foot: Line = [sayer.moreChoice(), number];
  const next = first.next - start.length + from;
  return {
    session: { ...session, more: { of, from: next, page } },
    say: { kind: 'text', lines: [...first.lines, '', foot] },
  };
}
