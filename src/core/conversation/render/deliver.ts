/** Blocks → one message that fits, with 更多 where something is left; the session remembers where to go on. */

import { encode } from '../choice-id.ts';
import type { ChannelLimits, Choice, Line, Say } from '../messages.ts';
import { numberOf } from '../session/programs.ts';
import type { Reading, Session, Shown } from '../session/session.ts';
import { type Block, measured, paginate, totalBytes } from './pages.ts';
import type { Renderer } from './renderer.ts';

export interface Delivery {
  /** Said once, before the body: what was understood. */
  readonly preface: readonly Block[];
  /** What may be longer than a message. */
  readonly body: readonly Block[];
  /** What the body is, so that a page of it can be made again (act/reading.ts). */
  readonly of: string;
  /** The first block of the body to show, and the number of the page that this makes. */
  readonly from?: number;
  readonly page?: number;
  readonly shown: Shown | undefined;
}

/** Bytes kept free for the foot of a page, and for the page number alone. */
export const FOOT = 360;
const NUMBER = 160;
/** What is read is remembered down to what it interrupted. */
const READ_AT_ONCE = 2;

/** The message, and the session that knows where a reader stands. Silence when there is nothing to say. */
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
  if (total === 1) {
    const say: Say = { kind: 'text', lines: once(first.lines, renderer) };
    // Of what was to be read this is all.
    const reading = session.reading?.map((one) => (one.of === of ? { of, page: 1, starts: [0] } : one));
    return { session: { ...session, shown, reading }, say };
  }
  const before = startsBefore();
  const starts = [...before, from, ...pages.slice(1).map((one) => one.start - start.blocks.length + from)];
  const reading: Reading = { of, page, starts };
  return {
    session: { ...session, shown, reading: withReading(session.reading ?? [], reading) },
    say: { kind: 'text', lines: [...once(first.lines, renderer), '', foot(reading)] },
  };

  /** The first blocks of the pages before this one; of one that was tapped in an old message they are counted again. */
  function startsBefore(): readonly number[] {
    const known = session.reading?.find((one) => one.of === of)?.starts ?? [];
    if (known.length >= page || page === 1) return known.slice(0, page - 1);
    const again = pageStarts(body, limits);
    return Array.from({ length: page - 1 }, (_, i) => again[i] ?? 0);
  }

  function foot({ starts: firsts }: Reading): Line {
    const next = firsts[page];
    const earlier = page > 1 ? firsts[page - 2] : undefined;
    return [
      ...(next === undefined ? [] : [turnTo(page + 1, next, renderer.command('more')), '　']),
      ...(earlier === undefined ? [] : [turnTo(page - 1, earlier, renderer.command('previous')), '　']),
      renderer.phrase('page', { page, pages: total }).join(''),
    ];
  }

  /** A choice that carries its page: it turns to it whatever came between. */
  function turnTo(to: number, block: number, { label, text }: Choice): Choice {
    return {
      label,
      text,
      id: encode({ kind: 'page', program: numberOf(session), page: to, from: block, of }),
    };
  }
}

/** The first blocks of the pages of something that is read from its beginning. */
export function pageStarts(body: readonly Block[], limits: ChannelLimits): readonly number[] {
  const room = limits.limit - FOOT;
  return paginate(measured(body, limits, room), room, limits.limit - NUMBER).map(({ start }) => start);
}

/** The lines, in which a saying that is repeated stands the last time only. */
function once(lines: readonly Line[], { phrase }: Renderer): readonly Line[] {
  const saying = phrase('said-once').join('');
  const holds = (line: Line) => typeof line === 'string' && line.includes(saying);
  const last = lines.findLastIndex(holds);
  if (lines.findIndex(holds) === last) return lines;
  return lines.map((line, i) => {
    if (typeof line !== 'string' || i === last || !line.includes(saying)) return line;
    const [before = '', after = ''] = line.split(saying, 2);
    return `${before.replace(/[，；、]$/u, '')}${after}`;
  });
}

/** On top of what was being read, which is gone on with when this is done. */
function withReading(before: readonly Reading[], reading: Reading): Reading[] {
  return [...before.filter(({ of }) => of !== reading.of), reading].slice(-READ_AT_ONCE);
}
