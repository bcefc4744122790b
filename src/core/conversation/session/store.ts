/** What is kept of a merchant, and the promises that every store gives (test/store/contract.ts runs them on each).
 *
 *  Keys: `{bNN}:<account>:<who>` (session), the same with `:r` (which messages were answered), with `:r:<id>` (the reply
 *  to one) and with `:x` (a session that could not be read, in quarantine for the operator), NN = a hash of `who` modulo 256
 *  in two hex digits, so all records of one merchant share a slot of a Redis Cluster and one script changes them together.
 *  `who` is HMAC(DATA_KEY, account + OpenID): the store never sees an OpenID. */

/** What a change leaves behind. `session: undefined` forgets the person (earlier replies go too; this reply stays for the
 *  re-sends, and the ids of what was heard, so that nothing heard before hits what comes after). Both are opaque texts. */
export interface ChangeResult<T> {
  readonly session: string | undefined;
  readonly reply: string;
  /** Handed back to the caller of `update`, and not kept. */
  readonly report: T;
  /** The session before could not be read: it is put in quarantine, in place of an earlier one there, for as long as a
   *  session is kept. A person who is forgotten loses it as well. */
  readonly damaged?: boolean;
}

/** Pure; may run more than once, and for nothing. `before` is the session text, `undefined` when there is none (or it has
 *  expired). When it throws, nothing is written and `update` rejects with the same error. */
export type Change<T> = (before: string | undefined) => ChangeResult<T>;

export type Updated<T> = {
  readonly reply: string;
  /** Round trips to the store that this update took (0 for the embedded store). */
  readonly roundTrips: number;
} & (
  | { readonly replayed: false; readonly report: T }
  /** The reply was given before: this was a re-send and nothing came of the change. */
  | { readonly replayed: true }
);

export interface Sessions {
  /** The reply already given to the utterance `id`, if there is one; then `change` has no effect. Otherwise applies `change`
   *  to the session and writes session and reply in one compare-and-set; if someone else wrote meanwhile it starts again.
   *  Updates of one person queue up inside a process, in the order of the calls. Replies are kept for the last 32
   *  utterances of the last 120 seconds, ids of all of the last 10 minutes (`Retention`): an utterance whose reply is gone
   *  has no effect either, and its reply is empty.
   *  @param formerly the person's name before a change of the data key: where nothing is kept under `who`, what is kept there
   *  is handed to `change` and moves.
   *  @throws StoreError when the store does not answer in time or refuses; then nothing is promised about the write. */
  update<T>(who: string, id: string, change: Change<T>, formerly?: string): Promise<Updated<T>>;
  /** The session text of a person, `undefined` when there is none. @throws StoreError */
  read(who: string): Promise<string | undefined>;
  /** Deletes all that is kept of a person, at once, replies and what is in quarantine too. Quiet when there is nothing. @throws StoreError */
  forget(who: string): Promise<void>;
  /** Resolves when the store can be read and, as far as is known, written right now. @throws StoreError otherwise, within about a second. */
  ready(): Promise<void>;
  /** The one text that tells whose store this is: replaces it by what `decide` makes of it, and nobody comes in between.
   *  `decide` may run more than once. When it throws nothing is written and this rejects with the same error.
   *  @throws StoreError */
  label(decide: (before: string | undefined) => string): Promise<void>;
  /** What whoever runs it should change about the place where this is kept, a line each. @throws StoreError */
  warnings(): Promise<readonly string[]>;
  /** Everything that is kept of this account's merchants but the replies, in bites, for a backup. Others go on writing
   *  meanwhile: each record is as it stood at some moment of the walk. @throws StoreError */
  walk(): AsyncIterable<readonly Kept[]>;
  /** Writes such records as they are, over what stands there, for as long as each still has to live. @throws StoreError */
  put(records: readonly Kept[]): Promise<void>;
  close(): Promise<void>;
}

/** A record as it stands in a store: the same in every one. */
export interface Kept {
  readonly key: string;
  readonly record: string;
}

/** How long things are kept. */
export interface Retention {
  readonly sessionDays: number;
  /** Seconds that a reply is remembered for re-sends (the platform re-sends within about 15 s). */
  readonly replySeconds: number;
  readonly repliesKept: number;
  /** Seconds that the id of an utterance is remembered: as long as its signature may be accepted, since a captured request
   *  can be sent again for so long. */
  readonly idSeconds: number;
  /** Ids remembered of one person, whatever their age; the oldest go first. */
  readonly idsKept: number;
}

/** A signature is accepted five minutes before and after its time (src/wechat/signature.ts), ten in all; 60 messages a
 *  minute are 600 ids. */
export const RETENTION: Retention = {
  sessionDays: 30,
  replySeconds: 120,
  repliesKept: 32,
  idSeconds: 600,
  idsKept: 700,
};
