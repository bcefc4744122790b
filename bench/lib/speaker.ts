/** The merchants as one server meets them: hands out the messages of the talk, each with an id of its own, and judges
 *  the answers to the letter. */
import type { Contender } from './contenders.ts';
import { ask } from './http.ts';
import type { Heard, Outcome, Shot } from './load.ts';
import { type Account, type Mode, openIdOf, type Reply, readReply, request } from './platform.ts';
import { LEAD_IN, lineAt, placeOf, TALK, USERS } from './talk.ts';

export interface Speaker {
  /** Whether so much was said that all lines of the talk are mixed as they stay. */
  readonly mixed: boolean;
  /** The next message of the talk, signed now. */
  shot(mode: Mode): Shot;
  shots(mode: Mode, count: number): Shot[];
  /** Takes back, in their order, shots that were not sent: nobody skips a line. */
  giveBack(shots: readonly Shot[]): void;
  /** What was wrong, answer by answer; empty when all is well. */
  faults(mode: Mode, outcome: Outcome): readonly string[];
}

/** Learns what the right answers are, by leading the talk alone, several times over, and compares them with what the
 *  talk is to be about. @throws Error when an answer does not fit. */
export async function createSpeaker(account: Account, contender: Contender, port: number): Promise<Speaker> {
  let number = 0;
  /** The next one last. */
  const unsent: Shot[] = [];
  let msgId = 24_000_000_000_000_000n;
  const right: ReadonlySet<string>[] = contender.echoes ? [] : await learn();
  return {
    get mixed() {
      return number >= LEAD_IN;
    },
    shot,
    shots: (mode, count) => Array.from({ length: count }, () => shot(mode)),
    giveBack: (shots) => {
      for (const shot of [...shots].reverse()) unsent.push(shot);
    },
    faults,
  };

  function shot(mode: Mode): Shot {
    const first = unsent.pop();
    if (first !== undefined) return shotOf(mode, first.user, first.line);
    let place = placeOf(number++);
    while (place === undefined) place = placeOf(number++);
    return shotOf(mode, place.user, place.line);
  }

  function shotOf(mode: Mode, user: number, line: number): Shot {
    msgId += 1n;
    const message = { openId: openIdOf(user), msgId, text: lineAt(line).says };
    return { request: request(account, mode, message), user, line };
  }

  async function learn(): Promise<ReadonlySet<string>[]> {
    const answers = TALK.map(() => new Set<string>());
    // Nobody else is this merchant. The first time may differ from the second; from then on nothing may be new.
    for (const time of [1, 2, 3]) {
      for (const [line, { says, hears }] of TALK.entries()) {
        const mode = (line + time) % 2 === 0 ? 'plain' : 'sealed';
        const { status, body } = await ask(port, shotOf(mode, USERS, line).request);
        if (status !== 200) throw new Error(`${contender.name} answered 「${says}」 with status ${status}`);
        const content = timeless(readReply(account, mode, body.toString()).content);
        if (!content.includes(hears))
          throw new Error(
            `「${says}」 is not answered with 「${hears}」; if the content is right, change bench/lib/talk.ts:\n${content}`,
          );
        if (time === 3 && answers[line]?.has(content) !== true)
          throw new Error(`「${says}」 is answered differently each time:\n${content}`);
        answers[line]?.add(content);
      }
    }
    return answers;
  }

  function faults(mode: Mode, outcome: Outcome): readonly string[] {
    const found = Array.from({ length: outcome.lost }, () => `no answer: ${outcome.lostReason ?? 'unknown'}`);
    const deliveries = new Map<Shot, Heard[]>();
    for (const heard of outcome.heard) {
      const others = deliveries.get(heard.shot);
      if (others) others.push(heard);
      else deliveries.set(heard.shot, [heard]);
    }
    for (const all of deliveries.values()) {
      // Whichever came first has the answer.
      const answers = contender.repeats === 'acknowledged' && all.length > 1 ? all.filter(isMore) : all;
      const judged = (answers.length > 0 ? answers : all).map((heard) => judge(mode, heard));
      found.push(...judged.filter((one) => typeof one === 'string'));
      if (contender.repeats !== 'same-answer') continue;
      const replies = judged.filter((one) => typeof one !== 'string');
      const [first] = replies;
      if (replies.some((one) => one.content !== first?.content || one.createTime !== first.createTime))
        found.push('a repeated message was answered differently');
    }
    return found;
  }

  function judge(mode: Mode, { shot: { user, line }, status, body }: Heard): Reply | string {
    if (status !== 200) return `status ${status}`;
    let reply: Reply;
    try {
      reply = readReply(account, mode, body.toString());
    } catch (error) {
      return error instanceof Error ? error.message : 'unreadable';
    }
    if (reply.to !== openIdOf(user)) return 'an answer to somebody else';
    if (reply.from !== account.originalId) return 'an answer from another account';
    if (reply.type !== 'text') return `an answer of type ${reply.type}`;
    const { says } = lineAt(line);
    const fits = contender.echoes
      ? reply.content.includes(`说：${says.slice(0, 12)}`)
      : right[line]?.has(timeless(reply.content));
    return fits ? reply : `a wrong answer to 「${says}」: ${reply.content.slice(0, 60)}`;
  }
}

function isMore({ body }: Heard): boolean {
  return body.toString() !== 'success';
}

/** An answer without its times of day. */
function timeless(content: string): string {
  return content.replace(/\d{1,2}:\d{2}/g, '#');
}
