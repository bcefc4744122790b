/** What the bench says: one merchant's talk from the first word to the third page of the list, with questions in
 *  between, spoken by 10,000 merchants who take turns. run.ts and profile.ts walk through it message by message. */

/** One line of the talk. `hears` stands in the right answer: were the content to change so that the talk means
 *  something else, the bench says so instead of measuring it. */
export interface Line {
  readonly says: string;
  readonly hears: string;
}

export const TALK: readonly Line[] = [
  { says: '备案', hears: '主体' },
  { says: '我们是公司', hears: '什么状态' },
  { says: '还没上架', hears: '省' },
  { says: '备案要多久', hears: '工作日' },
  { says: '广东', hears: '管理员' },
  { says: '2', hears: '批文' },
  { says: '都不涉及', hears: '备案号' },
  { says: '没有', hears: '认证' },
  { says: '还没认证', hears: '清单】' },
  { says: '更多', hears: '易错' },
  { says: '更多', hears: '易错' },
  { says: '管理员换人了要怎么办', hears: '变更' },
  { says: '备案被打回来说照片不清楚，怎么弄才能快点过', hears: '驳回' },
  { says: '重新开始', hears: '主体' },
];

export const USERS = 10_000;

/** Rounds between two lines of one merchant; each round is one line of each of as many merchants. Far enough apart that
 *  a line is answered before the next one is sent, near enough that all lines are mixed at any time. */
const APART = 50;

/** Who says which line in the message of this number; `undefined` for the few at the very beginning that would belong to
 *  merchants who have not begun. */
export function placeOf(number: number): { readonly user: number; readonly line: number } | undefined {
  const line = number % TALK.length;
  const begun = Math.floor(number / TALK.length) - line * APART;
  return begun < 0 ? undefined : { user: begun % USERS, line };
}

/** Messages until all lines are mixed as they stay. */
export const LEAD_IN = TALK.length * TALK.length * APART;

export function lineAt(line: number): Line {
  const found = TALK[line];
  if (!found) throw new Error(`the talk has no line ${line}`);
  return found;
}
