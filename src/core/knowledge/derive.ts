/** What follows from a merchant's answers without being asked: the finest known kind of subject, the rules of the
 *  province. Conditions look at these like at answers; reasons name the answers that they come from. */
import type { Facts } from '../facts.ts';

/** One provincial bureau (content/provinces.yaml). */
export interface Province {
  readonly name: string;
  readonly full: string;
  readonly code: string;
  readonly also: readonly string[];
  readonly cities: readonly string[];
  /** Derived facts that hold for whoever files here. */
  readonly facts: Readonly<Record<string, string>>;
  /** Texts of this province for use in items and advice as `{words.…}`. */
  readonly words: Readonly<Record<string, string>>;
  readonly source: readonly string[];
  readonly confidence: Confidence;
}

export type Confidence = 'high' | 'medium' | 'low';

const KINDS = ['company-kind', 'social-kind', 'other-kind', 'subject'];

/** Which answers a derived fact comes from, the most telling first. Everything else comes from the province. The subject
 *  itself is named by its finest kind too: 主体是律师事务所 says more than 主体是其他. */
const ORIGINS: Readonly<Record<string, readonly string[]>> = {
  entity: KINDS,
  subject: KINDS,
  permit: ['permit-content', 'permit-more', 'permit'],
  holder: ['holder'],
};

/** What holds of somebody who was not asked. */
const UNTOLD = { holder: 'mainland', seal: 'open' } as const;

/** Whether a fact says only what kind of subject it is. */
export function isKind(fact: string): boolean {
  return fact === 'entity' || KINDS.includes(fact);
}

/** Answers → answers and all that follows from them. Pure; the order of the answers makes no difference. */
export function createDerive(provinces: ReadonlyMap<string, Province>): (answers: Facts) => Facts {
  return (answers) => {
    const subject = answers.subject;
    const entity = answers['company-kind'] ?? answers['social-kind'] ?? answers['other-kind'] ?? subject;
    // Not by spreading: V8 takes a microsecond for each new name of a copy, and this runs at every step of a walk.
    return Object.assign(
      {},
      answers,
      answers.province === undefined ? undefined : provinces.get(answers.province)?.facts,
      entity === undefined ? undefined : { entity },
      UNTOLD,
      answers.holder === undefined ? undefined : { holder: answers.holder },
      answers.seal === undefined ? undefined : { seal: answers.seal },
    );
  };
}

/** The answer to name for a fact: itself when it was asked for, else what it was derived from; none when neither was. */
export function originsOf(fact: string, answers: Facts): readonly string[] {
  if (ORIGINS[fact] === undefined && Object.hasOwn(answers, fact)) return [fact];
  const origin = (ORIGINS[fact] ?? ['province']).find((name) => Object.hasOwn(answers, name));
  return origin === undefined ? [] : [origin];
}
