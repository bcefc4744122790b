/** A message in all the forms in which it is compared. */
import { bare, canonical } from './normalise.ts';
import { numberIn } from './numbers.ts';

/** A message in the forms in which it is compared. */
export interface TextForms {
  /** As `canonical` gives it. */
  readonly plain: string;
  /** As `normalise` gives it. */
  readonly letters: string;
  /** As `wholeNumber` gives it. */
  readonly number: number | undefined;
}

/** All forms at once. */
export function typed(text: string): TextForms {
  const plain = canonical(text);
  const letters = bare(plain);
  return { plain, letters, number: numberIn(letters) };
}
