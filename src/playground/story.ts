/** A chat as a story file: the form of test/stories. The words in this file are marks of that form, not texts for
 *  users. */

/** `say` was typed, `tap` is the label of a tapped option, `act` anything else (in 【】), `hear` is a reply as read. */
export interface Turn {
  readonly kind: 'say' | 'tap' | 'act' | 'hear';
  readonly text: string;
}

export interface Story {
  readonly title: string;
  /** The day that the assistant took for today, `2026-11-24`. */
  readonly today: string;
  readonly turns: readonly Turn[];
}

export type Written =
  | { readonly kind: 'story'; readonly text: string }
  | { readonly kind: 'fault'; readonly reason: string };

const OPENERS: Readonly<Record<Turn['kind'], string>> = {
  say: '我：',
  tap: '我点：',
  act: '我：【',
  hear: '助手：',
};
const CLOSERS: Readonly<Record<Turn['kind'], string>> = { say: '', tap: '', act: '】', hear: '' };

/** The file's text. A fault when a later line of a message would read like the start of another one. */
export function writeStory(story: Story): Written {
  const lines = [`# ${story.title}`, `今天：${story.today}`, ''];
  for (const { kind, text } of story.turns) {
    const [first = '', ...more] = text.replaceAll('\r', '').trimEnd().split('\n');
    const odd = more.find((line) => /^(?:我点?|助手|今天)：|^# /.test(line));
    if (odd !== undefined) return { kind: 'fault', reason: 'a line inside a message begins like a new one' };
    if (kind !== 'hear' && more.length > 0)
      return { kind: 'fault', reason: 'a message of the merchant has several lines' };
    lines.push(`${OPENERS[kind]}${first}${CLOSERS[kind]}`, ...more);
  }
  return { kind: 'story', text: `${lines.join('\n')}\n` };
}
