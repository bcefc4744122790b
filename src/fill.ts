/** Blanks in texts of the handbook. Used wherever such a text is said. */

/** Fills `{name}`; a blank without a value is a defect that the content check finds first. @throws Error */
export function fill(text: string, blanks: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    if (!Object.hasOwn(blanks, name)) throw new Error(`no value for the blank {${name}}`);
    return String(blanks[name]);
  });
}
