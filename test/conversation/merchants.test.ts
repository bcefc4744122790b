/** The merchants of docs/merchants.md, talked through word by word: what each is told first and what stands on the list. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { itemNames } from '../story.ts';
import { aPerson, hasMore, ROOT, theHandbook } from '../support.ts';

interface Merchant {
  readonly title: string;
  readonly said: readonly string[];
  readonly told: readonly string[];
  readonly list: readonly string[];
  readonly made: readonly string[];
}

function merchantsIn(markdown: string): readonly Merchant[] {
  return markdown
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const rest = (name: string) =>
        new RegExp(`^${name}(?: \\(\\d+\\))?: (.+)$`, 'm').exec(section)?.[1] ?? '';
      const names = (name: string) =>
        rest(name)
          .split(' · ')
          .filter((one) => one !== '');
      return {
        title: section.split('\n')[0] ?? '',
        said: [...rest('Said').matchAll(/「([^」]+)」/g)].map(([, words = '']) => words),
        told: names('Told first'),
        list: names('List'),
        made: names('Made by the platform'),
      };
    });
}

const merchants = merchantsIn(readFileSync(join(ROOT, 'docs', 'merchants.md'), 'utf8'));
const handbook = await theHandbook();

it('are thirty', () => expect(merchants).toHaveLength(30));

describe.each(merchants)('$title', ({ said, told, list, made }) => {
  const person = aPerson(handbook);
  for (const words of said) person.say(words);
  // The whole of a list; at other ends all stands there already.
  if (hasMore(person.session)) person.say('全部');
  const pages = person.allPages();

  it('is told first', () => {
    const headlines = [...pages.matchAll(/^▶ (.+)$/gm)].map(([, headline]) => headline);
    expect(headlines.slice(0, 2)).toEqual(told);
  });

  it('gets this list', () => expect(itemNames(pages)).toEqual(list));

  it('need not prepare what the platform makes', () => {
    const lines = pages.split('\n').filter((line) => line.includes('平台自动生成，阅读确认'));
    expect(lines.map((line) => line.replace(/^· /, '').split(/[：（]/)[0])).toEqual(made);
  });
});
