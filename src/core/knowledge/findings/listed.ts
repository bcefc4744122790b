/** Reasons that are pasted as a list: each item is looked at by itself, and one in which nothing shows is kept by its number. */
import { unread } from '../../pasted.ts';
import { itemsIn } from '../../text/items.ts';
import { wordsAt } from './words-at.ts';

/** How one text is looked at. */
interface Look {
  /** The ids of what shows in it. */
  shownIn(text: string): readonly string[];
  /** The id of what is written so to the letter. */
  writtenAs(text: string): string | undefined;
}

interface Listed {
  itemsIn(text: string): readonly string[];
  /** What shows in the items, each once. */
  foundIn(items: readonly string[]): readonly string[];
}

/** Reads lists of reasons. */
export function createListed(
  {
    around: polite,
    remedies: asking,
  }: { readonly around: readonly string[]; readonly remedies: readonly string[] },
  { shownIn, writtenAs }: Look,
): Listed {
  const around = wordsAt(polite, '^', '');
  const remedies = wordsAt(asking, '[,;.。]\\s*', '');
  return {
    itemsIn: (text) => itemsIn(text, (line) => line === '' || around?.test(line) === true),
    foundIn: (items) => [
      ...new Set(
        items.flatMap((item, i) => {
          const found = foundInItem(item);
          return found.length > 0 ? found : [unread(i + 1)];
        }),
      ),
    ],
  };

  /** What is asked for behind the reason (请修改名称) is no reason of its own. */
  function foundInItem(item: string): readonly string[] {
    const [reason = ''] = remedies ? item.split(remedies) : [item];
    const texts = [reason, item].filter((text) => text !== '');
    const shown = texts.map(shownIn).find((found) => found.length > 0);
    return shown ?? texts.flatMap((text) => writtenAs(text) ?? []).slice(0, 1);
  }
}
