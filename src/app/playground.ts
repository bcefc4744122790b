/** What the playground shows of this program: the menu and the traces of turns. */
import { knownFacts } from '../core/conversation/session/session.ts';
import type { Handbook } from '../core/handbook/handbook.ts';
import type { Trace } from '../playground/app.ts';
import type { Seen } from '../server/wechat/webhook.ts';

const TRACES_KEPT = 200;

/** Keeps what the panel shows of a person's last turn; the oldest beyond 200 persons go. */
export function keepTrace(traces: Map<string, Trace>, seen: Seen): void {
  if (seen.openId === undefined) return;
  traces.delete(seen.openId);
  traces.set(seen.openId, {
    facts: seen.hearing?.session ? knownFacts(seen.hearing.session) : {},
    events: [
      { kind: seen.outcome, message: seen.kind, again: seen.hearing?.again ?? false },
      ...(seen.hearing?.events ?? []),
    ],
    stages: seen.stages,
    trips: seen.hearing?.trips ?? 0,
  });
  const [oldest] = traces.keys();
  if (traces.size > TRACES_KEPT && oldest !== undefined) traces.delete(oldest);
}

/** The menu as the page draws it. */
export function menuOf(handbook: Handbook) {
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
