/** The list of somebody who has skipped a question: what is needed whatever the answer is, and what only with one of them. */
import { type Ask, asksOf, type Dialog, isPasted } from '../dialog/dialog.ts';
import type { Position } from '../dialog/walk.ts';
import type { Facts } from '../facts.ts';
import { SKIPPED } from '../pasted.ts';
import { type Checklist, checklist, type LineKind, type ListSpec, type Needed } from './checklist.ts';

/** What may be the case: an answer for each question that was skipped, and all facts with it. */
interface Case {
  readonly chosen: Facts;
  readonly facts: Facts;
}

/** An answer that stands for "I do not know" where a question has one. */
const UNSURE = 'unsure';
/** Cases that are looked at, at most: two questions of two or three options. */
const CASES = 12;

/** @param walk where somebody with these answers stands. */
export function checklistEitherWay(
  list: ListSpec,
  dialog: Dialog,
  { answers, facts }: Pick<Position, 'answers' | 'facts'>,
  walk: (dialog: Dialog, known: Facts) => Position,
): Checklist {
  const cases = casesOf(dialog, answers, walk);
  if (cases.length === 0) return checklist(list, facts);
  const lists = cases.map((one) => ({ ...one, list: checklist(list, one.facts) }));
  const needed = list.items.flatMap((item): readonly Needed[] => {
    const id = item.document.id;
    const naming = lists.flatMap((one) => {
      const found = itemsOf(one.list).find((each) => each.item.document.id === id);
      return found ? [{ one, found }] : [];
    });
    // Of several ways in which a paper may be asked for, the first stands for all.
    const [first] = naming;
    if (!first || first.found.item !== item) return [];
    const only = naming.length < lists.length ? naming.map(({ one }) => one.chosen) : undefined;
    return [only ? { ...first.found, only } : first.found];
  });
  const groups = [...list.groups, ...list.toFill]
    .map((name, i) => ({
      name,
      isPapers: i < list.groups.length,
      items: needed.filter(({ item }) => item.group === name),
    }))
    .filter(({ items }) => items.length > 0);
  // What holds for one only is not said of all.
  const holding = (kind: LineKind) =>
    list[kind].filter((line) => lists.every((one) => one.list[kind].includes(line)));
  return {
    groups,
    generated: holding('generated'),
    ifAsked: holding('ifAsked'),
    remarks: holding('remarks'),
    notNeeded: holding('notNeeded'),
  };
}

function itemsOf({ groups }: Checklist): readonly Needed[] {
  return groups.flatMap(({ items }) => items);
}

/** None where nothing was skipped. */
function casesOf(
  dialog: Dialog,
  answers: Facts,
  walk: (dialog: Dialog, known: Facts) => Position,
): readonly Case[] {
  const skipped = asksOf(dialog).filter((ask) => !isPasted(ask) && answers[ask.fact] === SKIPPED);
  if (skipped.length === 0) return [];
  const chosen = skipped.reduce<readonly Facts[]>(
    (all, { fact, options }) => all.flatMap((one) => options.map(({ id }) => ({ ...one, [fact]: id }))),
    [{}],
  );
  return chosen
    .slice(0, CASES)
    .map((one) => ({ chosen: one, facts: factsWith(dialog, { ...answers, ...one }, walk) }));
}

/** What follows from an answer is not asked for: it is not known. */
function factsWith(dialog: Dialog, known: Facts, walk: (dialog: Dialog, known: Facts) => Position): Facts {
  const { open, facts } = walk(dialog, known);
  return open && isUnsureKnown(open) ? factsWith(dialog, { ...known, [open.fact]: UNSURE }, walk) : facts;
}

function isUnsureKnown({ options }: Ask): boolean {
  return options.some(({ id }) => id === UNSURE);
}
