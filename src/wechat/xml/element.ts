/** An element of the platform's XML, and how fields are read out of it. */

/** The text of an element, empty when it is missing. */
export function text(xml: Element, name: string): string {
  return textOf(xml, name) ?? '';
}

/** The text of an element, `undefined` when it is missing or empty: the platform sends both for "nothing". */
export function filled(xml: Element, name: string): string | undefined {
  const value = textOf(xml, name);
  return value === '' ? undefined : value;
}

/** A moment in whole seconds since 1970, `undefined` when there is none. */
export function secondsOf(xml: Element, name: string): Date | undefined {
  const value = text(xml, name);
  return /^\d{1,11}$/.test(value) ? new Date(Number(value) * 1000) : undefined;
}

/** One element. Texts are exactly as they came: no number is read into them, nothing is trimmed. Names are values, never
 *  keys of an object, so no name can reach a prototype. */
export interface Element {
  readonly name: string;
  /** Character data directly inside; of an element with children, white space alone is left out. */
  readonly text: string;
  /** In groups of one name, each group in the order of the document. */
  readonly children: readonly Element[];
}

/** All children of one name, in order. */
export function childrenOf(element: Element, name: string): readonly Element[] {
  return element.children.filter((child) => child.name === name);
}

/** The first child of a name; an empty element when there is none. */
export function childOf(element: Element, name: string): Element {
  return element.children.find((child) => child.name === name) ?? { name, text: '', children: [] };
}

/** The text of the first child of a name, `undefined` when there is none. */
export function textOf(element: Element, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}
