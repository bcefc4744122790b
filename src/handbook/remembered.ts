/** The handbook with a memory for short texts: what a word means as a command, an answer, a question or a pasted reason is
 *  the same for everybody, and most words come again. handbook.ts adds it; docs/performance.md says what it saves. */
import type { Reader } from '../dialog/answer.ts';
import type { Faq } from '../knowledge/faq.ts';
import type { Findings } from '../knowledge/findings.ts';
import { remembering } from '../remembering.ts';
import type { Typed } from '../text.ts';

/** The parts of a handbook that read texts. */
export interface Reading {
  readonly readers: ReadonlyMap<string, Reader>;
  readonly faq: Faq;
  readonly findings: ReadonlyMap<string, Findings>;
  readonly typed: (text: string) => Typed;
}

/** The same, each with its memory. */
export function remembered({ readers, faq, findings, typed }: Reading): Reading {
  return {
    typed: remembering(typed),
    readers: new Map([...readers].map(([id, reader]) => [id, rememberedReader(reader)] as const)),
    faq: {
      ...faq,
      find: remembering(faq.find),
      findEach: remembering(faq.findEach),
      exact: remembering(faq.exact),
      knows: remembering(faq.knows),
    },
    findings: new Map([...findings].map(([id, one]) => [id, rememberedFindings(one)] as const)),
  };
}

function rememberedReader(reader: Reader): Reader {
  const answer = remembering(
    (text: string, ...[ask, province]: [Parameters<Reader['answer']>[0], string | undefined]) =>
      reader.answer(ask, text, province),
    ({ fact }, province) => `${fact}\n${province}`,
  );
  const isWording = remembering(
    (text: string, ...[ask]: [Parameters<Reader['isWording']>[0]]) => reader.isWording(ask, text),
    ({ fact }) => fact,
  );
  return {
    answer: (ask, text, province) => answer(text, ask, province),
    mentions: remembering(reader.mentions, (open) => open?.fact ?? ''),
    isQuestion: remembering(reader.isQuestion),
    isWording: (ask, text) => isWording(text, ask),
    isNumber: remembering(reader.isNumber),
  };
}

function rememberedFindings(findings: Findings): Findings {
  return { ...findings, readUnasked: remembering(findings.readUnasked, String) };
}
