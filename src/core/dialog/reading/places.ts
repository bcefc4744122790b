/** Finds names of provinces and cities in a text, and cuts them out (我们是重庆的公司 → 我们是公司). */
import { toPinyin } from '../../text/sounds.ts';

/** A place name and the province that it stands for. */
export interface Place {
  readonly name: string;
  readonly province: string;
  /** Full or short name of a province; else a city, which counts inside a sentence only where it clearly is one. */
  readonly isProvince: boolean;
}

export interface PlacePatterns {
  /** Stand behind a place's name where it names something else: a dish, a street. */
  readonly notAPlace: RegExp;
  /** Stand before or behind a city where it clearly is one. */
  readonly beforeCity: RegExp;
  readonly behindCity: RegExp;
  /** What goes with a name that is cut out: 在 before it, 市, 这边 and 的 behind it. */
  readonly around: { readonly before: RegExp; readonly behind: RegExp };
}

export interface FoundPlace {
  readonly province: string;
  readonly start: number;
  readonly end: number;
}

export interface Places {
  /** From left to right. `anyCity`: cities need no word beside them, because the text answers where something is. */
  find(text: string, anyCity: boolean): readonly FoundPlace[];
  /** The provinces for which a whole reply in pinyin, or with wrong characters of the same sound, can stand. */
  bySound(text: string): readonly string[];
  /** The text without these places. */
  without(text: string, places: readonly FoundPlace[]): string;
}

/** @param places all names, normalised; a name of one character is read by the caller, as a whole reply only. */
export function createPlaces(places: readonly Place[], patterns: PlacePatterns): Places {
  const byStart = new Map<string, Place[]>();
  const sounds = new Map<string, Set<string>>();
  for (const place of [...places].sort((a, b) => b.name.length - a.name.length)) {
    if (place.name.length < 2) continue;
    const key = place.name.slice(0, 2);
    byStart.set(key, [...(byStart.get(key) ?? []), place]);
    const sound = toPinyin(place.name);
    sounds.set(sound, (sounds.get(sound) ?? new Set()).add(place.province));
  }

  return { find, without, bySound: (text) => [...(sounds.get(toPinyin(text)) ?? [])] };

  function find(text: string, anyCity: boolean): readonly FoundPlace[] {
    const found: FoundPlace[] = [];
    for (let start = 0; start < text.length - 1; start++) {
      const place = (byStart.get(text.slice(start, start + 2)) ?? []).find(
        ({ name, isProvince }) =>
          text.startsWith(name, start) &&
          !patterns.notAPlace.test(text.slice(start + name.length)) &&
          (isProvince || anyCity || isClearly(text, start, name, found.at(-1))),
      );
      if (!place) continue;
      const end = start + place.name.length;
      found.push({ province: place.province, start, end });
      start = end - 1;
    }
    return found;
  }

  /** A city is one where it stands alone, behind its province, or with a word beside it that says so. */
  function isClearly(text: string, start: number, name: string, last: FoundPlace | undefined): boolean {
    const before = text.slice(0, start);
    const behind = text.slice(start + name.length);
    return (
      last?.end === start ||
      (/(?:^|[ ,、])$/u.test(before) && /^(?:$|[ ,、])/u.test(behind)) ||
      patterns.beforeCity.test(before) ||
      patterns.behindCity.test(behind)
    );
  }

  function without(text: string, cut: readonly FoundPlace[]): string {
    let rest = '';
    let from = 0;
    for (const { start, end } of cut) {
      const before = text.slice(from, start);
      const behind = text.slice(end);
      rest += before.replace(patterns.around.before, '');
      from = end + (patterns.around.behind.exec(behind)?.[0].length ?? 0);
    }
    return rest + text.slice(from);
  }
}
