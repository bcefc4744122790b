/** The merchants as one server meets them: hands out the messages of the talk, each with an id of its own, and knows
 *  what the right answers are. */
import type { Contender } from './contenders.ts';
import { ask } from './http.ts';
import { createJudge, type Judgement, timeless } from './judge.ts';
import type { Outcome, Shot } from './load.ts';
import { type Account, type Mode, openIdOf, readReply, request } from './platform.ts';
import { LEAD_IN, lineAt, placeOf, TALK, USERS } from './talk.ts';

export interface Speaker {
  /** Whether so much was said that all lines of the talk are mixed as they stay. */
  readonly mixed: boolean;
  /** The next message of the talk, signed now. */
  shot(mode: Mode): Shot;
  shots(mode: Mode, count: number): Shot[];
  /** Takes back, in their order, shots that were not sent: nobody skips a line. */
  giveBack(shots: readonly Shot[]): void;
  judge(mode: Mode, outcome: Outcome): Judgement;
}

/** Learns what the right answers are, by leading the talk alone, several times over, and compares them with what the
 *  talk is to be about. @throws Error when an answer does not fit. */
export async function createSpeaker(account: Account, contender: Contender, port: number): Promise<Speaker> {
  let number = 0;
  /** The next one last. */
  const unsent: Shot[] = [];
  let msgId = 24_000_000_000_000_000n;
  const right = contender.echoes ? [] : await learn();
  const { judge } = createJudge({ account, contender, right, apologies: contender.apologies });
  return {
    get mixed() {
      return number >= LEAD_IN;
    },
    shot,
    shots: (mode, count) => Array.from({ length: count }, () => shot(mode)),
    giveBack: (shots) => {
      for (const shot of [...shots].reverse()) unsent.push(shot);
    },
    judge,
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
}
