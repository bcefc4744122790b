/** One YAML text → a checked value that remembers where everything stands, so that every problem names line and column. */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../errors.ts';

export type Path = readonly (string | number)[];

/** A file that was read. `at` finds the place of a value, or of the nearest parent that exists. */
export interface Parsed<T> {
  readonly file: string;
  readonly value: T;
  at(path: Path, reason: string): Problem;
}

/** What a YAML text holds, before anything is checked, and where. */
interface Loaded {
  readonly held: unknown;
  /** The first mistake in the grammar: after it the rest is noise. */
  readonly broken: Problem | undefined;
  at(path: Path, reason: string): Problem;
}

/** @param held what the text holds, where that was found out before (`heldBy`): then the text is read only when a place in
 *  it is asked for. @returns the value, or all problems of the file. */
export function parse<S extends z.ZodType>(
  file: string,
  text: string,
  schema: S,
  held?: unknown,
): Parsed<z.output<S>> | readonly Problem[] {
  let loaded = held === undefined ? load(file, text) : undefined;
  if (loaded?.broken) return [loaded.broken];
  const at = (path: Path, reason: string): Problem => {
    loaded ??= load(file, text);
    return loaded.at(path, reason);
  };
  const result = schema.safeParse(loaded ? loaded.held : held);
  if (result.success) return { file, value: result.data, at };
  return result.error.issues.flatMap((issue) => flat(issue)).map(({ path, message }) => at(path, message));
}

/** What a text holds, for keeping; `undefined` when it is no YAML. */
export function heldBy(file: string, text: string): unknown {
  const { held, broken } = load(file, text);
  return broken ? undefined : held;
}

function load(file: string, text: string): Loaded {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const problem = (offset: number, reason: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), reason };
  };
  const [first] = document.errors;
  const read = first ? { at: first.pos[0], reason: first.message } : heldIn(document);
  return {
    held: 'held' in read ? read.held : undefined,
    broken: 'held' in read ? undefined : problem(read.at, read.reason),
    at: (path, reason) => problem(offsetOf(path), reason),
  };

  /** The key of a pair where the path ends at one, else the node, else the nearest parent. */
  function offsetOf(path: Path): number {
    for (let length = path.length; length > 0; length--) {
      const parent: unknown =
        length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
      const key = path[length - 1];
      if (isMap(parent)) {
        const pair = parent.items.find(
          (item) => (isScalar(item.key) ? String(item.key.value) : undefined) === String(key),
        );
        if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
      }
      const node: unknown = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return document.contents?.range?.[0] ?? 0;
  }
}

/** What a document without a mistake holds, or why that cannot be written out and where: aliases of aliases can stand for
 *  more than fits into memory. */
function heldIn(
  document: Document,
): { readonly held: unknown } | { readonly at: number; readonly reason: string } {
  try {
    return { held: document.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch (error) {
    // The parser's word for too many of them, and for one that stands for itself.
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    let at = 0;
    visit(document, {
      Alias(_, alias) {
        at = alias.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    return { at, reason: 'aliases (*) repeat more than can be written out; write it out' };
  }
}

const MOST_ALIASES = 1_000;

/** zod reports a failed union as one issue; the branch that got furthest says what is really wrong. */
function flat(issue: z.core.$ZodIssue): { path: Path; message: string }[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branches = issue.errors.map((branch) =>
      branch.flatMap((inner) => flat(inner)).map((inner) => ({ ...inner, path: [...path, ...inner.path] })),
    );
    const best = branches.sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
    if (best && best.length > 0) return best;
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key "${key}"` }));
  }
  return [{ path, message: issue.message }];
}

function depth(issues: readonly { path: Path }[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}
