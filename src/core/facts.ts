/** Facts are a merchant's answers by name; `When` is the one language of conditions on them. Everything that applies
 *  "only for some" (dialog steps, checklist items, advice, answers) says so with a `When`, so it can also say why. */

/** Answers by fact name, e.g. `{ subject: 'company', province: '广东' }`. Values are choice ids. */
export type Facts = Readonly<Record<string, string>>;

/** All keys must hold; a list of values means "one of these". There is no "not": a rule names the cases it is for. */
export type Clause = Readonly<Record<string, string | readonly string[]>>;

/** One clause, or several of which one must hold. */
export type When = Clause | readonly Clause[];

/** The clauses of a condition as a list; no condition is one clause that always holds. */
export function clausesOf(when: When | undefined): readonly Clause[] {
  if (when === undefined) return [{}];
  return isList(when) ? when : [when];
}

/** The first clause that holds for `facts` (the reason why something applies), or `undefined` when none does. */
export function matchedClause(when: When | undefined, facts: Facts): Clause | undefined {
  return clausesOf(when).find((clause) => holds(clause, facts));
}

/** Whether a condition holds for `facts`. A fact that is not known holds for nothing. */
export function matches(when: When | undefined, facts: Facts): boolean {
  return matchedClause(when, facts) !== undefined;
}

/** The names of all facts that a condition looks at. */
export function factsIn(when: When | undefined): readonly string[] {
  return [...new Set(clausesOf(when).flatMap((clause) => Object.keys(clause)))];
}

function holds(clause: Clause, facts: Facts): boolean {
  for (const fact in clause) {
    const wanted = clause[fact];
    const known = Object.hasOwn(facts, fact) ? facts[fact] : undefined;
    if (known === undefined || wanted === undefined) return false;
    if (typeof wanted === 'string' ? wanted !== known : !wanted.includes(known)) return false;
  }
  return true;
}

function isList(when: When): when is readonly Clause[] {
  return Array.isArray(when);
}
