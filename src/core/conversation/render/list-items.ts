/** The items of a list in words: a line, a block, or a page of its own. */

import type { Dialog } from '../../dialog/dialog.ts';
import type { Facts } from '../../facts.ts';
import type { LetterSpec, ListSpec, Needed } from '../../knowledge/checklist.ts';
import { isKind } from '../../knowledge/derive.ts';
import { type Blanks, fill } from '../../text/template.ts';
import { encode } from '../choice-id.ts';
import type { Choice, Line } from '../messages.ts';
import type { Block } from './pages.ts';
import { joinSources, monthOf, type Phrases } from './phrases.ts';

/** An item with its number. */
export interface Numbered {
  readonly needed: Needed;
  readonly number: number;
  readonly group: string;
  readonly isPaper: boolean;
}

/** Documents that are made anew. */
export type Redo = ReadonlySet<string>;

/** What the items of one list are put into words with. */
export interface ItemParts {
  readonly phrases: Phrases;
  readonly dialog: Dialog;
  readonly list: ListSpec;
  readonly items: readonly Numbered[];
  readonly blanks: Blanks;
  /** Facts → the reasons that they give, each once. */
  readonly because: (facts: readonly string[]) => readonly string[];
  /** Answers that are not given → the reasons that they would give. */
  readonly supposing: (answers: Facts) => readonly string[];
}

/** The items of a list in words. */
export interface ItemWords {
  /** `3. 营业执照`, to be tapped where `isLinked`. */
  name(one: Numbered, program: number, redo: Redo, isLinked: boolean): Line;
  /** A line, and its note: how it must look. */
  short(one: Numbered): Block;
  /** How it must look, who signs it, why it is needed where that tells something, and the usual mistake. */
  block(one: Numbered, redo: Redo): Block;
  /** All about it, with how it is photographed and what it rests on, and the ways to its neighbours. */
  page(one: Numbered, program: number, redo: Redo): Block;
  isPhotographed(one: Numbered): boolean;
}

/** The items of one list in the words of one handbook. */
export function createItems(parts: ItemParts): ItemWords {
  const { phrases, dialog, list, items, blanks, because, supposing } = parts;
  const { phrase, phraseLine, who } = phrases;
  return { name, short, block, page, isPhotographed };

  function name(one: Numbered, program: number, redo: Redo, isLinked: boolean): Line {
    const label = `${one.number}. ${nameOf(one)}${markOf(one, redo)}`;
    return isLinked ? tapping(one, program, label) : label;
  }

  function short(one: Numbered): Block {
    return [headOf(one), ...noteOf(one)];
  }

  function block(one: Numbered, redo: Redo): Block {
    const { item, because: clause } = one.needed;
    const isTelling = Object.keys(clause).some((fact) => !isKind(fact));
    const reasons = isTelling ? because(Object.keys(clause)) : [];
    return [
      `${headOf(one)}${markOf(one, redo)}`,
      ...noteOf(one),
      ...(item.document.letter === undefined ? [] : letterLines(item.document.letter)),
      ...(reasons.length === 0 ? [] : [phraseLine('because', { reasons: reasons.join('，') })]),
      phraseLine('mistake', { mistake: fill(item.document.mistake, blanks) }),
    ];
  }

  function page(one: Numbered, program: number, redo: Redo): Block {
    const { item, because: clause } = one.needed;
    const { id, source, how, mistake, letter, checked } = item.document;
    const sources = who(source);
    const { photos } = list;
    const isPhoto = isPhotographed(one) && photos !== undefined && id !== photos.id;
    return [
      name(one, program, redo, false),
      phraseLine('item-how', { how: fill(how, blanks) }),
      ...(item.note === undefined ? [] : [fill(item.note, blanks)]),
      ...(isPhoto ? [phraseLine('item-photo', { how: fill(photos.how, blanks) })] : []),
      ...(letter === undefined ? [] : letterLines(letter)),
      phraseLine('item-mistake', { mistake: fill(mistake, blanks) }),
      phraseLine('item-because', { reasons: because(Object.keys(clause)).join('，') }),
      ...(item.unsure ? phrase('unsure-line') : []),
      sources.length === 0
        ? phraseLine('no-source')
        : phraseLine('source', { sources: joinSources(sources), month: monthOf(checked) }),
      neighbours(one, program),
    ];
  }

  function isPhotographed({ group }: Numbered): boolean {
    return list.photographed.includes(group);
  }

  function neighbours({ number }: Numbered, program: number): Line {
    const before = items[number - 2];
    const after = items[number];
    return [
      ...(before ? [tapping(before, program, phraseLine('item-before', { number: number - 1 })), '　'] : []),
      ...(after ? [tapping(after, program, phraseLine('item-after', { number: number + 1 }))] : []),
    ];
  }

  function tapping({ needed, number }: Numbered, program: number, label: string): Choice {
    const { id: document } = needed.item.document;
    const text = phraseLine('item', { number });
    return { label, text, id: encode({ kind: 'item', program, dialog: dialog.id, document }) };
  }

  function headOf(one: Numbered): string {
    const { item } = one.needed;
    const mark = item.unsure ? phraseLine('unsure') : '';
    return `${one.number}. ${nameOf(one)}${mark}：${fill(item.document.how, blanks)}`;
  }

  function noteOf({ needed: { item } }: Numbered): readonly string[] {
    return item.note === undefined ? [] : [fill(item.note, blanks)];
  }

  function nameOf({ needed: { item } }: Numbered): string {
    return fill(item.document.name, blanks);
  }

  function markOf({ needed: { item, only } }: Numbered, redo: Redo): string {
    const anew = redo.has(item.document.id) ? phraseLine('redo') : '';
    const cases = [...new Set((only ?? []).flatMap(supposing))];
    return cases.length === 0 ? anew : `${phraseLine('only-if', { cases: cases.join('、') })}${anew}`;
  }

  function letterLines({ file, page: about, write, sign, date, upload }: LetterSpec): Line[] {
    const official = { label: phraseLine('letter-page'), url: about };
    return [
      phraseLine('letter-write', { write }),
      phraseLine('letter-sign', { sign, date }),
      phraseLine('letter-upload', { upload }),
      file === undefined
        ? [phraseLine('letter-no-file'), official]
        : [
            phraseLine('letter-file'),
            { label: phraseLine('letter-download'), url: file },
            phraseLine('letter-or'),
            official,
          ],
    ];
  }
}
