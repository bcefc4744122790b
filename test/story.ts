/** Reads the stories of test/stories: transcripts that are documentation, demo and test in one. Form:
 *
 *  # title
 *  今天：2026-11-24            the day that is today (optional)
 *  我：备案                    typed
 *  我点：企业                  tapped, by its label without the number
 *  我：【关注】                 anything else: 关注 取消关注 图片 语音 视频 位置 … 链接 … 表情 菜单 <key> 扫码 <scene>
 *  助手：…                     the whole reply; a line that ends in …, after a full sentence, stands for itself and all the rest
 *  清单：                      all items of the list, over all pages of 全部, one a line as `- name` */
import type { Utterance } from '../src/core/conversation/messages.ts';

export type StoryStep =
  | { readonly kind: 'say' | 'tap' | 'act'; readonly text: string; readonly line: number }
  | { readonly kind: 'hear'; readonly text: string; readonly line: number }
  | { readonly kind: 'list'; readonly names: readonly string[]; readonly line: number };

export interface Story {
  readonly title: string;
  readonly today: string | undefined;
  readonly steps: readonly StoryStep[];
}

const OPENINGS: readonly (readonly [string, StoryStep['kind']])[] = [
  ['我点：', 'tap'],
  ['我：【', 'act'],
  ['我：', 'say'],
  ['助手：', 'hear'],
  ['清单：', 'list'],
];

/** @throws Error that names the line when the form is wrong. */
export function readStory(text: string): Story {
  const steps: StoryStep[] = [];
  let title = '';
  let today: string | undefined;
  let open: { kind: StoryStep['kind']; lines: string[]; line: number } | undefined;
  const close = () => {
    if (!open) return;
    const { kind, lines, line } = open;
    const body = lines.join('\n').trimEnd();
    if (kind === 'list') {
      const names = lines.filter((item) => item !== '').map((item) => item.replace(/^- /, ''));
      steps.push({ kind, names, line });
    } else if (kind === 'act') steps.push({ kind, text: body.replace(/】$/, ''), line });
    else steps.push({ kind, text: body, line });
    open = undefined;
  };
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1;
    const opening = OPENINGS.find(([start]) => raw.startsWith(start));
    if (raw.startsWith('# ')) title = raw.slice(2);
    else if (raw.startsWith('今天：')) today = raw.slice(3).trim();
    else if (opening) {
      close();
      const [start, kind] = opening;
      open = { kind, lines: [raw.slice(start.length)], line };
    } else if (open) open.lines.push(raw);
    else if (raw.trim() !== '') throw new Error(`line ${line}: neither 我： nor 助手：`);
  }
  close();
  if (title === '' || steps.length === 0) throw new Error('a story needs a title and a talk');
  return { title, today, steps };
}

/** What a 【…】 means as an utterance. @throws Error for words that are none. */
export function actOf(text: string): Pick<Utterance, 'kind' | 'text'> {
  const [word = '', ...rest] = text.split(' ');
  const about = rest.join(' ');
  const kinds: Readonly<Record<string, Utterance['kind']>> = {
    关注: 'arrive',
    取消关注: 'leave',
    图片: 'image',
    语音: about === '' ? 'voice' : 'text',
    视频: 'media',
    位置: 'location',
    链接: 'link',
    表情: 'sticker',
    菜单: 'press',
    扫码: 'scan',
  };
  const kind = kinds[word];
  if (kind === undefined) throw new Error(`【${text}】 is nothing that a person can do here`);
  return { kind, text: about };
}

/** Why a reply is not what the story says; `undefined` when it is. */
export function difference(wanted: string, got: string): string | undefined {
  if (!wanted.endsWith('…')) return wanted.trimEnd() === got.trimEnd() ? undefined : 'the texts differ';
  const beginning = wanted.slice(0, -1).trimEnd();
  if (!/[。？！：）.?!]$/u.test(beginning)) return '… may stand only after a full sentence';
  return got.startsWith(beginning) ? undefined : 'the prefixOpeners differ';
}

/** The names of a list's items, from the text of all its pages. */
export function itemNames(pages: string): readonly string[] {
  return [...pages.matchAll(/^\d+\. ([^：\n※]+)※?：/gmu)].map(([, name = '']) => name);
}
