/** Builders for tests of the core: the real handbook, a person who talks through turn(), and a clock that is set. */

import { fileURLToPath } from 'node:url';
import { readPrepared } from '../src/app/prepared-file.ts';
import { readTexts } from '../src/app/read-content.ts';
import { createSeal } from '../src/app/seal.ts';
import {
  type Choice,
  type Line,
  plain,
  type Say,
  type Utterance,
} from '../src/core/conversation/messages.ts';
import type { Turn } from '../src/core/conversation/outcome.ts';
import { createRenderer } from '../src/core/conversation/render/renderer.ts';
import { parseSession, type Session, writeSession } from '../src/core/conversation/session/session.ts';
import { turn } from '../src/core/conversation/turn.ts';
import type { Handbook } from '../src/core/handbook/handbook.ts';
import { createHandbook } from '../src/core/handbook/load.ts';
import { rememberHandbook } from '../src/core/memory/handbook.ts';
import { wechatLimits } from '../src/wechat/channel.ts';
import { PREPARED } from './setup/build.ts';

export { PREPARED } from './setup/build.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Seals what is kept for a person. */
/** For parts of the program that are tested without what keeps owed deletions. */
export const NO_DELETIONS = {
  isAskedBy: () => false,
  owe: () => {},
  say: () => ({ kind: 'silence' }) as const,
};
export const SEAL = createSeal('a data key of 32 characters, or more');
export const TODAY = '2026-11-24';

let shared: Promise<Handbook> | undefined;

/** The handbook of the project, read once for a test file. */
export function theHandbook(): Promise<Handbook> {
  shared ??= readTexts(ROOT).then(async (texts) =>
    rememberHandbook(createHandbook(texts, TODAY, await readPrepared(PREPARED, texts))),
  );
  return shared;
}

export interface Person {
  /** Says something; returns the reply as a person reads it. */
  say(text: string): string;
  /** Taps the option with this label in the last reply (numbers and a mark may stand before it). */
  tap(label: string): string;
  /** Any other utterance. */
  does(what: Partial<Utterance> & Pick<Utterance, 'kind'>): string;
  /** All pages of the last result, one after another. */
  allPages(): string;
  readonly last: Turn;
  readonly session: Session | undefined;
  choices(): readonly Choice[];
  /** Lets time pass before the next utterance. */
  wait(hours: number): void;
  /** Restores an earlier session. */
  become(session: Session | undefined): void;
}

/** Whether 更多 has something to show. */
export function hasMore(session: Session | undefined): boolean {
  return session?.reading?.some(({ page, starts }) => page < starts.length) === true;
}

/** A person who talks to the pure turn, with the session going through its JSON each time as it does in a store. */
export function aPerson(handbook: Handbook, { today = TODAY }: { today?: string } = {}): Person {
  const renderer = createRenderer(handbook);
  let session: Session | undefined;
  let last: Turn | undefined;
  let at = new Date('2026-11-24T02:00:00Z').getTime();
  let count = 0;

  function does(what: Partial<Utterance> & Pick<Utterance, 'kind'>): string {
    at += 1000;
    count += 1;
    const utterance: Utterance = { id: `u${count}`, who: 'someone', at: new Date(at), text: '', ...what };
    const before = session && (parseSession(writeSession(session)) ?? 'damaged');
    last = turn(
      { handbook, renderer, limits: wechatLimits, today, sessionDays: 30, seal: SEAL.seal },
      before,
      utterance,
    );
    session = last.session;
    return textOf(last.say);
  }

  function turned(): Turn {
    if (!last) throw new Error('nothing was said yet');
    return last;
  }

  const person: Person = {
    say: (text) => does({ kind: 'text', text }),
    tap: (label) => {
      const wanted = choicesIn(turned().say).find((choice) => choice.label.replace(/^\d+\. /, '') === label);
      if (!wanted) throw new Error(`no option "${label}" in: ${textOf(turned().say)}`);
      return does({ kind: 'pick', text: wanted.text, pick: wanted.id });
    },
    does,
    allPages: () => {
      let all = textOf(turned().say);
      while (hasMore(session)) all += `\n${does({ kind: 'text', text: '更多' })}`;
      return all;
    },
    get last() {
      return turned();
    },
    get session() {
      return session;
    },
    choices: () => choicesIn(turned().say),
    wait: (hours) => {
      at += hours * 3_600_000;
    },
    become: (earlier) => {
      session = earlier;
    },
  };
  return person;
}

export function textOf(say: Say): string {
  return say.kind === 'text' ? say.lines.map(plain).join('\n') : `【${say.kind}】`;
}

export function choicesIn(say: Say): readonly Choice[] {
  if (say.kind !== 'text') return [];
  return say.lines.flatMap((line: Line) =>
    typeof line === 'string'
      ? []
      : [line].flat().flatMap((part) => (typeof part === 'string' || 'url' in part ? [] : [part])),
  );
}

/** Bytes that a Say takes in a passive reply. */
export function bytesOfSay(say: Say): number {
  return say.kind === 'text' ? say.lines.reduce((sum, line) => sum + wechatLimits.bytes(line) + 1, -1) : 0;
}
