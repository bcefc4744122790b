/** Texts that are a phrasing to the letter, and error codes wherever they stand. */
import { closed } from './reword.ts';
import type { Target } from './targets.ts';

export interface ToTheLetter {
  /** The target of which a query is a phrasing to the letter. */
  readonly targetOf: (query: string) => Target | undefined;
  /** The targets of the error codes that stand in a query, wherever: errcode: 86369. */
  readonly targetsOfCodes: (query: string) => readonly Target[];
}

/** @param phrasings of each target, as queries are compared. */
export function createToTheLetter(
  targets: readonly Target[],
  phrasings: readonly (readonly string[])[],
): ToTheLetter {
  const exact = new Map(
    phrasings.flatMap((texts, classIndex) => texts.map((text) => [closed(text), classIndex] as const)),
  );
  const codes = new Map([...exact].filter(([text]) => WHOLE_CODE.test(text)));
  return {
    targetOf: (query) => targets[exact.get(closed(query)) ?? -1],
    targetsOfCodes: (query) => {
      const classIndexes = new Set((query.match(CODES) ?? []).flatMap((code) => codes.get(code) ?? []));
      return [...classIndexes].flatMap((classIndex) => targets[classIndex] ?? []);
    },
  };
}

/** An error code of the platform: phrasings of nothing but such a number are found inside other texts as well. */
const WHOLE_CODE = /^[1-9][0-9]{4,6}$/;
const CODES = /(?<![0-9])[1-9][0-9]{4,6}(?![0-9])/g;
