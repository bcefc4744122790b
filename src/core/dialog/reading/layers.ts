/** Polite and empty words around a reply, taken off one after another: 小程序停了吧, 小程序停了, 停了吧, 停了, 停. */
import { longestFirst } from '../../text/regexp.ts';
import { cutPoints } from './reading.ts';

/** The letters of a reply, and what is left as empty words are taken off at both ends, the least first. Never empty. */
export type Layers = (letters: string) => readonly string[];

/** @param before words that may stand before what is meant, normalised. @param behind words that may stand behind it. */
export function createLayers(before: readonly string[], behind: readonly string[]): Layers {
  const heads = longestFirst(before);
  const tails = longestFirst(behind);
  return (letters) => {
    const starts = cutPoints(letters, (rest) => heads.find((word) => rest.startsWith(word)));
    const ends = cutPoints(letters, (rest) => tails.find((word) => rest.endsWith(word)), true);
    return starts
      .flatMap((start) => ends.map((end) => [start, end] as const))
      .filter(([start, end]) => start + end < letters.length)
      .sort((a, b) => a[0] + a[1] - b[0] - b[1])
      .map(([start, end]) => letters.slice(start, letters.length - end));
  };
}

/** The innermost layer. */
export function innermost(layers: readonly string[]): string {
  return layers.at(-1) ?? '';
}

/** The meaning of the outermost layer that has one. */
export function meaningOf<T>(
  layers: readonly string[],
  meaning: (layer: string) => T | undefined,
): T | undefined {
  for (const layer of layers) {
    const meant = meaning(layer);
    if (meant !== undefined) return meant;
  }
  return undefined;
}
