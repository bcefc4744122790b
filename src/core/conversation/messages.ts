/** What is heard and what is said, free of any channel. Channels (src/wechat/channel.ts) translate from and to these. */

/** What a person did.
 *  `text` typed or spoken words · `pick` a tapped option · `press` a menu button (`text` is its key) · `arrive` follows
 *  the account (`text`: the scene of the QR code, or empty) · `scan` scanned a code as a follower (`text`: the scene) ·
 *  `leave` unfollows or withdraws consent · `image`, `location` (`text`: its label), `link` (`text`: its title) ·
 *  `voice` that was not put into words · `media` video, file · `sticker` what the platform could not pass on ·
 *  `notice` an event that wants no answer. */
export type UtteranceKind =
  | 'text'
  | 'pick'
  | 'press'
  | 'arrive'
  | 'scan'
  | 'leave'
  | 'image'
  | 'location'
  | 'link'
  | 'voice'
  | 'media'
  | 'sticker'
  | 'notice';

export interface Utterance {
  /** The same for every re-send of the same message, different for all others of this person. */
  readonly id: string;
  /** The person, as an opaque key: never an OpenID. */
  readonly who: string;
  /** The key of the same person before the data key was changed, while that is known. */
  readonly formerly?: string;
  readonly at: Date;
  readonly kind: UtteranceKind;
  /** Exactly as it came: not trimmed, not normalised. */
  readonly text: string;
  /** Id of the tapped option (`Choice.id`) when `kind` is `pick`. */
  readonly pick?: string;
}

/** Something to tap: shown as `label`; tapping says `text` and carries `id`. */
export interface Choice {
  readonly label: string;
  readonly text: string;
  readonly id: string;
}

/** A page or a file on the web: shown as `label`, opened when it is tapped. */
export interface Link {
  readonly label: string;
  readonly url: string;
}

/** What a line is made of. */
export type Part = string | Choice | Link;

/** One line of a message: one part, or a mix. */
export type Line = Part | readonly Part[];

/** One answer. A passive reply holds exactly one. `silence` acknowledges without answering. */
export type Say =
  | { readonly kind: 'text'; readonly lines: readonly Line[] }
  | {
      readonly kind: 'article';
      readonly title: string;
      readonly description: string;
      readonly picture: string;
      readonly url: string;
    }
  | { readonly kind: 'transfer'; readonly agent?: string }
  | { readonly kind: 'silence' };

/** What a channel can carry: at most `limit` bytes a message; `bytes` tells how many bytes a line takes in it,
 *  without the line break (one byte each). */
export interface ChannelLimits {
  readonly limit: number;
  bytes(line: Line): number;
}

/** A line as a person reads it, without what tapping would send. */
export function plain(line: Line): string {
  if (typeof line === 'string') return line;
  if (isMix(line)) return line.map((part) => (typeof part === 'string' ? part : part.label)).join('');
  return line.label;
}

function isMix(line: Exclude<Line, string>): line is readonly Part[] {
  return Array.isArray(line);
}
