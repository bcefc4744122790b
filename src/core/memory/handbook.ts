/** The handbook with a memory: what a word means as a command, an answer, a question or a pasted reason is the same for
 *  everybody, and so is where somebody with certain answers stands. build.ts adds it; docs/performance.md says what it
 *  saves. */

import type { Dialog } from '../dialog/dialog.ts';
import type { Reader } from '../dialog/reading/reader.ts';
import { type Derive, type Position, walk } from '../dialog/walk.ts';
import type { Facts } from '../facts.ts';
import { type Checklist, checklist, type ListSpec } from '../knowledge/checklist.ts';
import type { Findings } from '../knowledge/findings/findings.ts';
import type { Faq } from '../knowledge/search/faq.ts';
import type { TextForms } from '../text/forms.ts';
import { createLru, memoize } from './memo.ts';

/** The parts of a handbook that read texts, and what follows from answers. */
interface Given {
  readonly derive: Derive;
  readonly readers: ReadonlyMap<string, Reader>;
  readonly faq: Faq;
  readonly findings: ReadonlyMap<string, Findings>;
  readonly typed: (text: string) => TextForms;
}

export interface Remembered extends Omit<Given, 'derive'> {
  /** Where somebody with these answers stands in the dialog. */
  readonly walk: (dialog: Dialog, known: Facts) => Position;
  /** The documents that follow from these facts. */
  readonly checklist: (list: ListSpec, facts: Facts) => Checklist;
}

/** The same, each with its memory. */
export function rememberHandbook({ readers, faq, findings, typed, derive }: Given): Remembered {
  return {
    typed: memoize(typed),
    walk: rememberedWalk(derive),
    checklist: rememberedChecklist(),
    readers: new Map([...readers].map(([id, reader]) => [id, rememberedReader(reader)] as const)),
    faq: {
      ...faq,
      find: memoize(faq.find),
      findEach: memoize(faq.findEach),
      exact: memoize(faq.exact),
      knows: memoize(faq.knows),
    },
    findings: new Map([...findings].map(([id, one]) => [id, rememberedFindings(one)] as const)),
  };
}

function rememberedReader(reader: Reader): Reader {
  const answer = memoize(
    (text: string, ...[ask, province]: [Parameters<Reader['answer']>[0], string | undefined]) =>
      reader.answer(ask, text, province),
    ({ fact }, province) => `${fact}\n${province}`,
  );
  const exactly = memoize(
    (text: string, ...[ask]: [Parameters<Reader['exactly']>[0]]) => reader.exactly(ask, text),
    ({ fact }) => fact,
  );
  const isWording = memoize(
    (text: string, ...[ask]: [Parameters<Reader['isWording']>[0]]) => reader.isWording(ask, text),
    ({ fact }) => fact,
  );
  return {
    answer: (ask, text, province) => answer(text, ask, province),
    exactly: (ask, text) => exactly(text, ask),
    mentions: memoize(reader.mentions, (open) => open?.fact ?? ''),
    isQuestion: memoize(reader.isQuestion),
    isWording: (ask, text) => isWording(text, ask),
    isNumber: memoize(reader.isNumber),
    refinements: reader.refinements,
  };
}

function rememberedFindings(findings: Findings): Findings {
  return { ...findings, readUnasked: memoize(findings.readUnasked, String) };
}

function rememberedWalk(derive: Derive): Remembered['walk'] {
  const recent = createLru<Position>();
  return (dialog, known) => {
    const key = `${dialog.id} ${JSON.stringify(known)}`;
    return recent.get(key)?.is ?? recent.keep(key, walk(dialog, known, derive));
  };
}

/** Facts that come from `walk` are the same object for all who stand there. */
function rememberedChecklist(): Remembered['checklist'] {
  const recent = new WeakMap<Facts, { readonly list: ListSpec; readonly made: Checklist }>();
  return (list, facts) => {
    const known = recent.get(facts);
    if (known?.list === list) return known.made;
    const made = checklist(list, facts);
    recent.set(facts, { list, made });
    return made;
  };
}
