/** What an answer that fits several options has left open. */
import type { Ask, Dialog } from '../../dialog/dialog.ts';
import type { Reading } from '../../dialog/reading/reading.ts';
import { KEPT } from '../../dialog/reserved.ts';
import { SKIPPED } from '../../pasted.ts';
import { optionPrefix } from '../choice-id.ts';
import type { Session } from './session.ts';

/** The options among which somebody was last asked which is meant; `undefined` where all of the question stand open. */
export function narrowedTo(
  { shown }: Pick<Session, 'shown'>,
  dialog: Dialog,
  open: Ask,
): readonly string[] | undefined {
  if (
    shown?.prefix !== optionPrefix(dialog.id, open.fact) ||
    shown.ids.length >= open.options.length ||
    shown.ids.includes(KEPT) ||
    shown.ids.includes(SKIPPED)
  )
    return undefined;
  return shown.ids.every((id) => open.options.some((option) => option.id === id)) ? shown.ids : undefined;
}

/** The reading among what was offered; as it was where they have nothing in common: somebody may mean another option. */
export function readAmong(offered: readonly string[] | undefined, reading: Reading): Reading {
  if (!offered || reading.kind !== 'several') return reading;
  const values = reading.values.filter((value) => offered.includes(value));
  const [value, ...others] = values;
  if (value === undefined) return reading;
  return others.length === 0 ? { kind: 'option', value, exact: false } : { kind: 'several', values };
}
