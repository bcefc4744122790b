/** For whom a condition holds, said in answers: the cases of a golden matrix, of the fact-checker's page, and of what a
 *  change of content changes. Derived facts are resolved, so a province that changes its rule changes its cases. */
import { type Ask, asksOf, type Dialog, type End } from '../core/dialog/dialog.ts';
import { clausesOf, matches, type When } from '../core/facts.ts';
import type { Space } from '../core/handbook/checks/answer-space.ts';
import type { LineKind } from '../core/knowledge/checklist.ts';

/** Values by fact, in the order of the dialog; each fact that is left out makes no difference. A finer kind is written
 *  behind its kind: `company/branch`. */
export interface Case {
  readonly columns: readonly {
    readonly fact: string;
    readonly values: readonly string[];
    readonly not: boolean;
  }[];
}

/** Where a question was not asked and nothing stands for its answer. */
/** What the lines of a list that are no papers are called where somebody checks them. */
export const LINE_NAMES = {
  generated: 'made by the platform',
  ifAsked: 'only if asked',
  remarks: 'remarks',
  notNeeded: 'not needed',
} as const satisfies Readonly<Record<LineKind, string>>;

const NOT_ASKED = '–';
/** From so many values on, the others are named where they are fewer. */
const MANY = 5;

type Row = ReadonlyMap<string, ReadonlySet<string>>;

/** All cases in which `when` holds at an end that `showsAt` names. Always the same ones in the same order, however the
 *  condition is written. None: it never holds. One without columns: it always does. */
export function casesOf(
  space: Space,
  when: When | undefined,
  showsAt: (end: End) => boolean,
): readonly Case[] {
  const parents = parentsOf(space.dialog);
  const all: Row[] = [];
  const held: Row[] = [];
  space.explore([when], ({ step, facts, stands }) => {
    if (step?.kind !== 'end' || !showsAt(step)) return 'on';
    const row = rowOf(space, parents, stands, facts);
    all.push(row);
    if (matches(when, facts)) held.push(row);
    return 'on';
  });
  const columns = [...new Set(all.flatMap((row) => [...row.keys()]))];
  const rank = rankOf(space.dialog, parents);
  const filled = (rows: readonly Row[]) =>
    rows.map((row) => new Map(columns.map((c) => [c, row.get(c) ?? new Set([NOT_ASKED])] as const)));
  const universe = filled(all);
  let rows: readonly Row[] = merged(filled(held), columns);
  for (let before = -1; before !== sizeOf(rows); ) {
    before = sizeOf(rows);
    rows = merged(unique(rows.map((row) => relaxed(row, universe, columns))), columns);
  }
  const facts = columns.sort((a, b) => rank(a, '') - rank(b, ''));
  return rows
    .map((row): Case => ({ columns: facts.flatMap((fact) => columnOf(fact, row, universe, rank)) }))
    .map((each) => [textOf(each), each] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, each]) => each);
}

/** `subject=person province=上海,江苏`; `always` where nothing matters. */
export function textOf({ columns }: Case): string {
  if (columns.length === 0) return 'always';
  return columns.map(({ fact, values, not }) => `${fact}${not ? '≠' : '='}${values.join(',')}`).join(' ');
}

/** Questions that only refine the answer to another one, by their facts: the finer kinds of a subject. */
function parentsOf(dialog: Dialog): ReadonlyMap<string, string> {
  const facts = new Set(asksOf(dialog).map(({ fact }) => fact));
  const refining = new Map(
    asksOf(dialog).flatMap(({ fact, when }) => {
      const [clause = {}, ...others] = clausesOf(when);
      const [[parent = '', value] = [], ...more] = Object.entries(clause);
      const refines = others.length === 0 && more.length === 0 && typeof value === 'string';
      return refines && facts.has(parent) ? [[fact, parent] as const] : [];
    }),
  );
  // What refines a refinement stands in a column of its own.
  return new Map([...refining].filter(([, parent]) => !refining.has(parent)));
}

function rowOf(
  space: Space,
  parents: ReadonlyMap<string, string>,
  stands: (fact: string) => readonly string[] | undefined,
  facts: Readonly<Record<string, string>>,
): Row {
  const row = new Map<string, ReadonlySet<string>>();
  for (const { fact } of asksOf(space.dialog)) {
    const values = stands(fact);
    const parent = parents.get(fact);
    if (!values) {
      // Not asked, but taken for granted: the derived facts say what it counts as.
      const standing = facts[fact];
      if (standing !== undefined && parent === undefined) row.set(fact, new Set([standing]));
    } else if (parent === undefined) row.set(fact, new Set(values));
    else {
      const kinds = row.get(parent) ?? new Set<string>();
      row.set(parent, new Set([...kinds].flatMap((kind) => values.map((value) => `${kind}/${value}`))));
    }
  }
  return row;
}

/** Rows that differ in one column only become one. */
function merged(rows: readonly Row[], columns: readonly string[]): readonly Row[] {
  let left = rows;
  for (const column of [...columns].reverse()) {
    const groups = new Map<string, Row[]>();
    for (const row of left) {
      const key = keyOf(
        row,
        columns.filter((other) => other !== column),
      );
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    left = [...groups.values()].flatMap((group): Row[] => {
      const [first] = group;
      const values = group.flatMap((row) => [...(row.get(column) ?? [])]);
      if (!first || values.length === 0) return first ? [first] : [];
      return [new Map([...first, [column, new Set(values)]])];
    });
  }
  return left.length < rows.length ? merged(left, columns) : left;
}

/** Without the columns in which the row already has every value that can occur beside its other values. */
function relaxed(row: Row, universe: readonly Row[], columns: readonly string[]): Row {
  let left = row;
  for (const column of [...columns].reverse()) {
    const own = left.get(column);
    if (!own) continue;
    const possible = valuesBeside(left, universe, column);
    if ([...possible].every((value) => own.has(value)))
      left = new Map([...left].filter(([name]) => name !== column));
  }
  return left;
}

function valuesBeside(row: Row, universe: readonly Row[], column: string): ReadonlySet<string> {
  const beside = universe.filter((other) =>
    [...row].every(
      ([name, values]) => name === column || [...(other.get(name) ?? [])].some((v) => values.has(v)),
    ),
  );
  return new Set(beside.flatMap((other) => [...(other.get(column) ?? [])]));
}

function unique(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map((row) => [keyOf(row, [...row.keys()]), row] as const)).values()];
}

function keyOf(row: Row, columns: readonly string[]): string {
  return columns.map((column) => `${column}=${[...(row.get(column) ?? [])].sort().join(',')}`).join(' ');
}

function sizeOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + 1 + row.size, 0);
}

function columnOf(
  fact: string,
  row: Row,
  universe: readonly Row[],
  rank: (fact: string, value: string) => number,
): Case['columns'] {
  const own = row.get(fact);
  if (!own) return [];
  const inOrder = (values: Iterable<string>) => [...values].sort((a, b) => rank(fact, a) - rank(fact, b));
  const possible = valuesBeside(row, universe, fact);
  const others = [...possible].filter((value) => !own.has(value));
  const not = own.size >= MANY && others.length < own.size;
  return [{ fact, values: folded(inOrder(not ? others : own), possible), not }];
}

/** A kind with all its finer kinds is written as the kind; the kind without a finer one as `company/–`. */
function folded(values: readonly string[], possible: ReadonlySet<string>): readonly string[] {
  const kinds = new Set(values.map((value) => value.split('/')[0] ?? value));
  return [...kinds].flatMap((kind) => {
    const own = values.filter((value) => value === kind || value.startsWith(`${kind}/`));
    const finer = [...possible].filter((value) => value === kind || value.startsWith(`${kind}/`));
    if (own.length === finer.length) return [kind];
    return own.map((value) => (value === kind && finer.length > 1 ? `${kind}/${NOT_ASKED}` : value));
  });
}

/** The place of a fact, or of a value among those of its fact, in the order of the dialog. */
function rankOf(
  dialog: Dialog,
  parents: ReadonlyMap<string, string>,
): (fact: string, value: string) => number {
  const asks: readonly Ask[] = asksOf(dialog);
  const place = (ask: Ask | undefined, value: string) =>
    (ask?.options.findIndex(({ id }) => id === value) ?? 0) + 1;
  return (fact, value) => {
    const index = asks.findIndex((ask) => ask.fact === fact);
    if (value === '') return index;
    const [kind = '', fine] = value.split('/');
    const finer = asks.filter((ask) => parents.get(ask.fact) === fact);
    const finest = fine === undefined ? 0 : Math.max(0, ...finer.map((ask) => place(ask, fine)));
    return place(asks[index], kind) * 100 + finest;
  };
}
