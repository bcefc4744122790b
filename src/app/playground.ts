/** The playground of this program: its platform speaks to this webhook, its page shows this menu, its panel these turns. */
import type Router from '@koa/router';
import { LRUCache } from 'lru-cache';
import { knownFacts } from '../core/conversation/session/session.ts';
import type { Handbook } from '../core/handbook/handbook.ts';
import type { Day } from '../core/knowledge/calendar.ts';
import { formsOf } from '../core/text/forms.ts';
import { type Faults, playgroundRoutes, type Trace } from '../playground/app.ts';
import { createPlatform, type Mode } from '../playground/platform/platform.ts';
import type { Seen } from '../server/answer-in-time.ts';
import type { WechatAccount } from '../wechat/account.ts';

/** Persons whose last turn the panel can show. */
const TRACES_KEPT = 200;

/** The last turns, for the panel. */
export interface Traces {
  keep(seen: Seen): void;
  of(openId: string): Trace | undefined;
}

/** Remembers the last turn of each person; those heard longest ago are forgotten. */
export function createTraces(): Traces {
  const traces = new LRUCache<string, Trace>({ max: TRACES_KEPT });
  return {
    keep: (seen) => {
      if (seen.openId !== undefined) traces.set(seen.openId, traceOf(seen));
    },
    of: (openId) => traces.get(openId),
  };
}

function traceOf({ hearing, kind, outcome, stages }: Seen): Trace {
  return {
    facts: hearing?.session ? knownFacts(hearing.session) : {},
    events: [{ kind: outcome, message: kind, again: hearing?.replayed ?? false }, ...(hearing?.events ?? [])],
    stages: { ...stages },
    trips: hearing?.roundTrips ?? 0,
  };
}

/** Whom the chat page plays: faults and another day are for them alone. */
export interface Guests {
  meet(openId: string): void;
  has(who: string): boolean;
}

/** Remembers the opaque names of those who wrote lately. */
export function createGuests(whoOf: (openId: string) => string): Guests {
  const names = new LRUCache<string, true>({ max: GUESTS_KEPT });
  return {
    meet: (openId) => void names.set(whoOf(openId), true),
    has: (who) => names.has(who),
  };
}

const GUESTS_KEPT = 10_000;

/** What the playground needs of the program. */
export interface PlaygroundParts {
  /** Where the program listens. */
  readonly base: string;
  /** The webhook's path. */
  readonly path: string;
  readonly account: WechatAccount;
  readonly handbook: Handbook;
  readonly traces: Traces;
  readonly guests: Guests;
  readonly today: () => Day;
  /** Another day, or with `undefined` the real one again. */
  readonly setToday: (day: Day | undefined) => void;
  readonly inject: (faults: Faults) => void;
  readonly storiesDirectory: string | undefined;
  /** The address under which others reach the program, if it is known. */
  readonly publicUrl: string | undefined;
}

/** The routes under /playground. */
export function playgroundRoom(parts: PlaygroundParts): Router {
  const { account, handbook } = parts;
  return playgroundRoutes({
    meet: parts.guests.meet,
    platformFor: (mode) =>
      createPlatform({
        url: `${parts.base}${parts.path}`,
        account: account.originalId,
        appId: account.appId,
        token: account.tokens[0] ?? '',
        mode,
        ...(account.aesKey === undefined ? {} : { aesKey: account.aesKey }),
      }),
    modes: modesOf(account),
    account: { name: handbook.contact.name, introduction: handbook.contact.introduction },
    menu: () => menuOf(handbook),
    today: parts.today,
    setToday: parts.setToday,
    inject: parts.inject,
    weigh: (text) => weightsOf(handbook, text),
    trace: async (openId) => parts.traces.of(openId),
    storiesDirectory: parts.storiesDirectory,
    hosts: parts.publicUrl === undefined ? [] : [new URL(parts.publicUrl).host],
  });
}

/** Short enough for the panel: the nearest classes, how sure the first is, and what makes it so. */
function weightsOf({ faq }: Handbook, text: string): Readonly<Record<string, unknown>> {
  const { compared, exact, chance, signals, nearest } = faq.weigh(formsOf(text));
  const near = nearest.map(({ id, title, share }) => `${id} ${title} ${Math.round(share * 100)} %`);
  const why = signals.map(({ name, adds }) => `${name} ${adds.toFixed(1)}`);
  return {
    compared,
    nearest: near.join(' · '),
    chance: exact ? 'to the letter' : chance.toFixed(2),
    ...(exact ? {} : { signals: why.join(' · ') }),
  };
}

function modesOf({ mode }: WechatAccount): [Mode, ...Mode[]] {
  if (mode === 'safe') return ['safe'];
  return mode === 'plain' ? ['plain'] : ['plain', 'compatible', 'safe'];
}

function menuOf(handbook: Handbook) {
  const leaf = (entry: { name: string; says?: string; url?: string }) => ({
    name: entry.name,
    ...(entry.says === undefined ? {} : { key: entry.says }),
    ...(entry.url === undefined ? {} : { url: entry.url }),
  });
  return {
    buttons: handbook.menu.buttons.map((button) =>
      'sub' in button ? { name: button.name, sub: button.sub.map(leaf) } : leaf(button),
    ),
  };
}
