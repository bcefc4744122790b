/** Judges the answers of one run to the letter, after the clock has stopped. speaker.ts makes one for each server. */
import type { Contender } from './contenders.ts';
import type { Heard, Outcome, Shot } from './load.ts';
import { type Account, type Mode, openIdOf, type Reply, readReply } from './platform.ts';
import { lineAt, TALK } from './talk.ts';

export interface Judgement {
  /** What was wrong, answer by answer; empty when all is well. */
  readonly faults: readonly string[];
  /** Answers of merchants whose next line was sent before the last one was answered, or who got no answer: nobody knows
   *  in which order the server heard them, so their text is not compared until they have started over. */
  readonly outOfTurn: number;
}

export interface Judge {
  judge(mode: Mode, outcome: Outcome): Judgement;
}

/** @param parts.right the right answers, line by line, where the server does not just echo. @param parts.apologies
 *  sentences with which it says that it failed: wrong whatever was said. */
export function createJudge(parts: {
  readonly account: Account;
  readonly contender: Contender;
  readonly right: readonly ReadonlySet<string>[];
  readonly apologies: readonly string[];
}): Judge {
  const { account, contender, right, apologies } = parts;
  /** Merchants who are out of turn since an earlier run. */
  const astray = new Set<number>();
  return { judge };

  function judge(mode: Mode, outcome: Outcome): Judgement {
    const faults = outcome.unanswered.map(() => `no answer: ${outcome.reason ?? 'unknown'}`);
    let outOfTurn = 0;
    for (const [user, turns] of turnsOf(outcome)) {
      let lost = astray.has(user);
      let until = Number.NEGATIVE_INFINITY;
      for (const [i, turn] of turns.entries()) {
        const next = turns[i + 1];
        const overlaps = turn.at < until || (next !== undefined && next.at < turn.until);
        until = Math.max(until, turn.until);
        if (!contender.echoes) lost = lost || overlaps || turn.deliveries.length === 0;
        const found = faultsOf(mode, turn, lost);
        faults.push(...found);
        if (lost) outOfTurn += 1;
        if (lost && !overlaps && turn.shot.line === TALK.length - 1 && found.length === 0)
          lost = !turn.deliveries.some((heard) => isRight(mode, heard));
      }
      if (lost) astray.add(user);
      else astray.delete(user);
    }
    return { faults, outOfTurn };
  }

  function faultsOf(mode: Mode, { deliveries }: Turn, lost: boolean): readonly string[] {
    // Where repeats are only acknowledged, whichever came first has the answer.
    const more = deliveries.filter(({ body }) => body.toString() !== 'success');
    const answers = contender.repeats === 'acknowledged' && more.length > 0 ? more : deliveries;
    const found: string[] = [];
    const replies: Reply[] = [];
    for (const heard of answers) {
      const reply = formOf(mode, heard);
      if (typeof reply === 'string') found.push(reply);
      else if (apologies.includes(reply.content)) found.push(`an apology: ${reply.content}`);
      else if (!lost && !fits(heard.shot, reply))
        found.push(`a wrong answer to 「${lineAt(heard.shot.line).says}」: ${reply.content.slice(0, 60)}`);
      else replies.push(reply);
    }
    const [first] = replies;
    const differs = ({ content, createTime }: Reply) =>
      content !== first?.content || createTime !== first.createTime;
    if (contender.repeats === 'same-answer' && replies.some(differs))
      found.push('a repeated message was answered differently');
    return found;
  }

  function isRight(mode: Mode, heard: Heard): boolean {
    const reply = formOf(mode, heard);
    return typeof reply !== 'string' && fits(heard.shot, reply);
  }

  function fits({ line }: Shot, { content }: Reply): boolean {
    return contender.echoes
      ? content.includes(`说：${lineAt(line).says.slice(0, 12)}`)
      : right[line]?.has(timeless(content)) === true;
  }

  /** The reply, or what is wrong with it whatever it says. */
  function formOf(mode: Mode, { shot: { user }, status, body }: Heard): Reply | string {
    if (status !== 200) return `status ${status}`;
    let reply: Reply;
    try {
      reply = readReply(account, mode, body.toString());
    } catch (error) {
      return error instanceof Error ? error.message : 'unreadable';
    }
    if (reply.to !== openIdOf(user)) return 'an answer to somebody else';
    if (reply.from !== account.originalId) return 'an answer from another account';
    return reply.type === 'text' ? reply : `an answer of type ${reply.type}`;
  }
}

/** An answer without its times of day. */
export function timeless(content: string): string {
  return content.replace(/\d{1,2}:\d{2}/g, '#');
}

/** One line of one merchant, however often it was delivered. */
interface Turn {
  readonly shot: Shot;
  /** When it was sent first, and when it was answered first. */
  at: number;
  until: number;
  readonly deliveries: Heard[];
}

/** The turns of each merchant in the order in which they were sent. */
function turnsOf({ heard, unanswered }: Outcome): ReadonlyMap<number, readonly Turn[]> {
  const turns = new Map<Shot, Turn>();
  for (const one of heard) {
    const turn = turns.get(one.shot) ?? {
      shot: one.shot,
      at: one.at,
      until: one.at + one.ms,
      deliveries: [],
    };
    turn.at = Math.min(turn.at, one.at);
    turn.until = Math.min(turn.until, one.at + one.ms);
    turn.deliveries.push(one);
    turns.set(one.shot, turn);
  }
  for (const { shot, at } of unanswered) {
    if (!turns.has(shot)) turns.set(shot, { shot, at, until: Number.POSITIVE_INFINITY, deliveries: [] });
  }
  const byUser = new Map<number, Turn[]>();
  for (const turn of [...turns.values()].sort((a, b) => a.at - b.at)) {
    const others = byUser.get(turn.shot.user);
    if (others) others.push(turn);
    else byUser.set(turn.shot.user, [turn]);
  }
  return byUser;
}
