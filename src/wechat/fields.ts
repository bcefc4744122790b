/** How a field of a message is read out of its XML; event.ts and message.ts share it. */

import { type Element, textOf } from './xml.ts';

/** The text of an element, empty when it is missing. */
export function text(xml: Element, name: string): string {
  return textOf(xml, name) ?? '';
}

/** The text of an element, `undefined` when it is missing or empty: the platform sends both for "nothing". */
export function filled(xml: Element, name: string): string | undefined {
  const value = textOf(xml, name);
  return value === '' ? undefined : value;
}

/** A decimal number, `undefined` when there is none. Not for ids: they are longer than a number can hold. */
export function numberOf(xml: Element, name: string): number | undefined {
  const value = text(xml, name);
  return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value) ? Number(value) : undefined;
}

/** A moment in whole seconds since 1970, `undefined` when there is none. */
export function secondsOf(xml: Element, name: string): Date | undefined {
  const value = text(xml, name);
  return /^\d{1,11}$/.test(value) ? new Date(Number(value) * 1000) : undefined;
}
