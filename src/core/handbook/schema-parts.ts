/** Parts that the shapes of several files share. */
import { z } from 'zod';
import { faultIn, isTooMuch } from '../text/pattern.ts';

export const words = z.array(z.string().min(1));
export const value = z.string().min(1);
/** A wording in the pattern language (src/core/text/pattern.ts). */
export const pattern = value.superRefine((written, context) => {
  const fault = faultIn(written);
  if (fault) context.addIssue(`「${written}」, character ${fault.at}: ${fault.reason}`);
  else if (isTooMuch(written)) context.addIssue(`「${written.slice(0, 40)}」: ${TOO_MUCH}`);
});
const TOO_MUCH = 'more than a million forms, or more than six …; write it as several wordings';
export const patterns = z.array(pattern);
const clause = z.record(z.string(), z.union([value, z.array(value).min(1)]));
export const when = z.union([clause, z.array(clause).min(1)]);
export const day = z.string().refine(isDay, 'a day of the calendar is written 2026-03-31');
export const checked = z
  .string()
  .refine((text) => isDay(text) || isDay(`${text}-01`), 'the day checked is written 2026-11-24 (or 2026-11)');
export const confidence = z.enum(['high', 'medium', 'low']);
export const source = z
  .union([value, words.min(1)])
  .transform((keys) => (typeof keys === 'string' ? [keys] : keys));
export const rules = words.default([]);
export const id = z.string().regex(/^[A-Za-z0-9-]+$/, 'an id has letters, digits and hyphens only');
/** A day that there is: 2026-02-30 is none. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** One paragraph a line; a block text is cut at its line breaks. */
export const paragraphs = z
  .union([z.string(), z.array(z.string())])
  .transform((text) => (typeof text === 'string' ? text.trimEnd().split('\n') : text));

const address = z
  .string()
  .regex(/^https:\/\/[^\s"<>]+$/, 'an address begins with https:// and has no blanks');

/** A letter or form: what to write in it, who signs, when, and where it goes. */
export const letter = z.strictObject({
  /** The official file, where there is one. */
  file: address.optional(),
  /** The official page that leads to the file. */
  page: address,
  write: value,
  sign: value,
  date: value,
  upload: value,
});

/** A line of a list that is no numbered paper. */
export const line = z.strictObject({
  id,
  when: when.optional(),
  text: value,
  rules,
  source,
  confidence: confidence.optional(),
  checked: checked.optional(),
});
