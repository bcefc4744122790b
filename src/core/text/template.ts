/** Blanks in texts of the handbook: `{name}`. */

/** The names of the blanks of a text. */
export function blanksIn(text: string): readonly string[] {
  return text.includes('{') ? [...text.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name) : [];
}

/** Values by the names of blanks, or what tells them. */
export type Blanks =
  | Readonly<Record<string, string | number>>
  | ((name: string) => string | number | undefined);

/** Fills `{name}`; a blank without a value is a defect that the content check finds first. @throws Error */
export function fill(text: string, blanks: Blanks): string {
  if (!text.includes('{')) return text;
  return text.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = filling(blanks, name);
    if (value === undefined) throw new Error(`no value for the blank {${name}}`);
    return String(value);
  });
}

/** Filled in; `undefined` where a value is not known yet. */
export function fillKnown(text: string, blanks: Blanks): string | undefined {
  return blanksIn(text).every((name) => filling(blanks, name) !== undefined) ? fill(text, blanks) : undefined;
}

/** What fills a blank; `undefined` where nothing does. */
export function filling(blanks: Blanks, name: string): string | number | undefined {
  if (typeof blanks === 'function') return blanks(name);
  return Object.hasOwn(blanks, name) ? blanks[name] : undefined;
}
