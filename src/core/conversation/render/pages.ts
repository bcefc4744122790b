/** Splits lines into pages that fit a message. Blocks stay together where they can. */

import { bytesOf } from '../../text/normalise.ts';
import { type ChannelLimits, type Line, plain } from '../messages.ts';

/** Lines that belong together: a page breaks between blocks, inside one only when it is larger than a page. */
export type Block = readonly Line[];

/** One page: its lines, and the blocks that it holds, from `start` up to but without `next`. */
export interface Page {
  readonly lines: readonly Line[];
  readonly start: number;
  readonly next: number;
}

/** Blocks with the bytes of each, its line break included. */
export interface Measured {
  readonly blocks: readonly Block[];
  readonly sizes: readonly number[];
}

/** Packs blocks into pages of at most `room` bytes, the last one of at most `lastRoom`. Blocks larger than a page must
 *  have been cut by `measured` before. */
export function paginate({ blocks, sizes }: Measured, room: number, lastRoom = room): readonly Page[] {
  let left = totalBytes(sizes);
  const pages: Page[] = [];
  let start = 0;
  while (start < blocks.length && left > lastRoom) {
    let next = start;
    let used = -1;
    while (next < blocks.length && (next === start || used + (sizes[next] ?? 0) <= room))
      used += sizes[next++] ?? 0;
    pages.push(pageOf(blocks, start, next));
    left -= used + 1;
    start = next;
  }
  const last = pageOf(blocks, start, blocks.length);
  return last.lines.length > 0 ? [...pages, last] : pages;
}

function pageOf(blocks: readonly Block[], start: number, next: number): Page {
  return { lines: trimmed(blocks.slice(start, next).flat()), start, next };
}

/** The same blocks, those larger than `room` in pieces that fit: between lines, else inside a line. */
export function measured(blocks: readonly Block[], limits: ChannelLimits, room: number): Measured {
  const fitting: Block[] = [];
  const sizes: number[] = [];
  for (const block of blocks) {
    const size = bytesIn(block, limits);
    if (size <= room) {
      fitting.push(block);
      sizes.push(size + 1);
      continue;
    }
    const lines = block.flatMap((line) => cut(line, room, limits)).map((line): Block => [line]);
    const all = { blocks: lines, sizes: lines.map((line) => bytesIn(line, limits) + 1) };
    for (const { lines: piece } of paginate(all, room)) {
      fitting.push(piece);
      sizes.push(bytesIn(piece, limits) + 1);
    }
  }
  return { blocks: fitting, sizes };
}

/** Bytes that all blocks take together in a message. */
export function totalBytes(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, -1);
}

/** Bytes that lines take together in a message. */
export function bytesIn(lines: readonly Line[], limits: ChannelLimits): number {
  return lines.reduce((sum, line, i) => sum + limits.bytes(line) + (i === 0 ? 0 : bytesOf('\n')), 0);
}

/** Without empty lines at the ends. */
function trimmed(lines: readonly Line[]): readonly Line[] {
  const empty = (line: Line) => (typeof line === 'string' ? line : plain(line)) === '';
  const start = lines.findIndex((line) => !empty(line));
  return start < 0 ? [] : lines.slice(start, lines.findLastIndex((line) => !empty(line)) + 1);
}

/** A text line longer than a page in pieces that fit, never inside a character; tappable lines stay whole. */
function cut(line: Line, room: number, limits: ChannelLimits): readonly Line[] {
  if (typeof line !== 'string' || limits.bytes(line) <= room) return [line];
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const { segment } of GRAPHEMES.segment(line)) {
    const size = limits.bytes(segment);
    if (used + size > room) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += segment;
    used += size;
  }
  return [...pieces, piece];
}

const GRAPHEMES = new Intl.Segmenter('zh', { granularity: 'grapheme' });
