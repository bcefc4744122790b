/** Which records of the files have lived long enough to be removed. */
import { RETENTION, type Retention } from '../../core/conversation/session/store.ts';
import { accountPart, recordOf } from '../keys.ts';
import { idLifeMs, isOver, replyLifeMs, sessionLifeMs } from '../record.ts';

export interface ExpiryParts {
  readonly account: string;
  readonly retention: Retention;
  readonly now: () => Date;
  /** Milliseconds by a clock that nobody sets; the process's own unless told otherwise. */
  readonly elapsedMs: (() => number) | undefined;
}

export interface Expiry {
  /** Looks at the clock; once before each round. */
  look(): void;
  /** Whether a record may be removed: by the settings of its account, and for sessions only while the clock is believed. */
  isOver(key: string, record: string): boolean;
}

/** The rule for one process's rounds. */
export function createExpiry({ account, retention, now, elapsedMs }: ExpiryParts): Expiry {
  const own = livesFor(retention);
  const trust = createClockTrust(now, elapsedMs ?? (() => performance.now()));
  return {
    look: trust.look,
    isOver(key, value) {
      const { record, account: of } = recordOf(key);
      const lives = of === accountPart(account) ? own : OTHERS;
      const mayGo = record === 'list' || record === 'reply' || trust.isSteady();
      return mayGo && isOver(value, now(), lives[record]);
    },
  };
}

function livesFor(retention: Retention) {
  const session = sessionLifeMs(retention);
  return { session, quarantine: session, list: idLifeMs(retention), reply: replyLifeMs(retention) };
}

/** Records of other accounts in the same files: whoever runs those may keep sessions for as long as settings allow. */
const OTHERS = livesFor({ ...RETENTION, sessionDays: 365 });

/** Whether the clock has gone on as time has. After a leap forward it is not believed for an hour: a wrong date for a minute
 *  would otherwise remove everybody. Deleting late costs room, deleting early costs answers. */
function createClockTrust(now: () => Date, elapsedMs: () => number) {
  let [wall, steady] = [now().getTime(), elapsedMs()];
  let doubtedSince = Number.NEGATIVE_INFINITY;
  return {
    look(): void {
      const [wallNow, steadyNow] = [now().getTime(), elapsedMs()];
      if (wallNow - wall - (steadyNow - steady) > LEAP_MS) doubtedSince = steadyNow;
      [wall, steady] = [wallNow, steadyNow];
    },
    isSteady: () => elapsedMs() - doubtedSince > DOUBT_MS,
  };
}

const LEAP_MS = 5 * 60 * 1_000;
const DOUBT_MS = 60 * 60 * 1_000;
