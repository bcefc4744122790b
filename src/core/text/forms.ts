/** A message in all the forms in which it is compared. They are made once for a message and handed on. */
import { clausesIn, inMandarin } from './clauses.ts';
import { canonical, withoutPunctuation, wordsApart } from './normalise.ts';
import { numberIn } from './numbers.ts';

export interface TextForms {
  /** Exactly as it came. */
  readonly text: string;
  /** As `canonical` gives it: half-width, lower-case, Simplified, with its punctuation. */
  readonly plain: string;
  /** As `normalise` gives it: letters and digits only. */
  readonly letters: string;
  /** The number that the whole message stands for. */
  readonly number: number | undefined;
  /** Like `letters`, but a space keeps two Latin words apart. */
  readonly apart: string;
  /** As `clausesIn` gives it: letters with `,`, `、` and single spaces between clauses. */
  readonly clauses: string;
  /** The forms of the same text with Cantonese words as Mandarin ones; the same object where there are none. */
  readonly mandarin: TextForms;
}

/** The forms of a text. Those that few messages need are made when they are first read. */
export function formsOf(text: string): TextForms {
  return new Forms(text);
}

class Forms implements TextForms {
  readonly text: string;
  readonly plain: string;
  readonly letters: string;
  readonly number: number | undefined;
  private madeApart: string | undefined = undefined;
  private madeClauses: string | undefined = undefined;
  private madeMandarin: TextForms | undefined = undefined;

  constructor(text: string) {
    this.text = text;
    this.plain = canonical(text);
    this.letters = withoutPunctuation(this.plain);
    this.number = numberIn(this.letters);
  }

  get apart(): string {
    this.madeApart ??= wordsApart(this.plain);
    return this.madeApart;
  }

  get clauses(): string {
    this.madeClauses ??= clausesIn(this.plain);
    return this.madeClauses;
  }

  get mandarin(): TextForms {
    this.madeMandarin ??= this.inMandarin();
    return this.madeMandarin;
  }

  private inMandarin(): TextForms {
    const said = inMandarin(this.text);
    return said === this.text ? this : new Forms(said);
  }
}
