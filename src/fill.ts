/** Blanks in texts of the handbook. Used wherever such a text is said. */

/** Values by the names of blanks, or what tells them. */
export type Blanks =
  | Readonly<Record<string, string | number>>
  | ((name: string) => string | number | undefined);

/** Fills `{name}`; a blank without a value is a defect that the content check finds first. @throws Error */
export function fill(text: string, blanks: Blanks): string {
  if (!text.includes('{')) return text;
  return text.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value =
      typeof blanks === 'function' ? blanks(name) : Object.hasOwn(blanks, name) ? blanks[name] : undefined;
    if (value === undefined) throw new Error(`no value for the blank {${name}}`);
    return String(value);
  });
}
