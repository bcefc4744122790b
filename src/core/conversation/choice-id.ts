/** The ids of tappable choices. Old messages stay tappable for ever, so this is a wire format: what once was written is
 *  read for ever. No part but the last (an option's id) may hold a dot.
 *
 *  `a.<dialog>.<fact>.<option>` answers · `e.<fact>` changes an answer · `k.<number>` takes over the subject of that
 *  mini-program · `c.<command>` · `o.<dialog>` opens · `q.<question>` asks · `n.<question>` says that its answer was not
 *  the right one · `s.<place>` says what the menu's entry says · `m.<number>` switches · `r.<number>` removes ·
 *  `y.yes`, `y.no` · `i.<dialog>.<document>` shows one item of a list · `p.<dialog>.<part>` shows a part of it ·
 *  `g.<page>.<block>.<of>` shows a page of something, from that block on · `x.<dialog>.<exit>` goes on from an end. The kinds
 *  `a`, `e`, `g`, `i`, `k` and `p` are meant for one mini-program: its number follows the letter, from the second one on
 *  (`a2.filing.subject.company`). */

export type Target =
  | {
      readonly kind: 'option';
      readonly program: number;
      readonly dialog: string;
      readonly fact: string;
      readonly option: string;
    }
  | { readonly kind: 'edit'; readonly program: number; readonly fact: string }
  | { readonly kind: 'same'; readonly program: number; readonly number: number }
  | {
      readonly kind: 'item';
      readonly program: number;
      readonly dialog: string;
      readonly document: string;
    }
  | { readonly kind: 'part'; readonly program: number; readonly dialog: string; readonly part: string }
  | ({ readonly kind: 'page'; readonly program: number } & PageOf)
  | { readonly kind: 'exit'; readonly dialog: string; readonly exit: string }
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'open'; readonly dialog: string }
  | { readonly kind: 'question' | 'not-answered'; readonly question: string }
  | { readonly kind: 'menu'; readonly place: number }
  | { readonly kind: 'switch' | 'remove'; readonly number: number }
  | { readonly kind: 'confirm'; readonly yes: boolean };

/** A page of something longer than a message: its number, its first block, and what it is a page of (render/reading.ts). */
export interface PageOf {
  readonly page: number;
  readonly from: number;
  readonly of: string;
}

/** The id of a choice. */
export function encode(target: Target): string {
  switch (target.kind) {
    case 'option':
      return `a${mark(target.program)}.${target.dialog}.${target.fact}.${target.option}`;
    case 'edit':
      return `e${mark(target.program)}.${target.fact}`;
    case 'same':
      return `k${mark(target.program)}.${target.number}`;
    case 'item':
      return `i${mark(target.program)}.${target.dialog}.${target.document}`;
    case 'part':
      return `p${mark(target.program)}.${target.dialog}.${target.part}`;
    case 'page':
      return `g${mark(target.program)}.${target.page}.${target.from}.${target.of}`;
    case 'exit':
      return `x.${target.dialog}.${target.exit}`;
    case 'command':
      return `c.${target.command}`;
    case 'open':
      return `o.${target.dialog}`;
    case 'question':
      return `q.${target.question}`;
    case 'not-answered':
      return `n.${target.question}`;
    case 'menu':
      return `s.${target.place}`;
    case 'switch':
      return `m.${target.number}`;
    case 'remove':
      return `r.${target.number}`;
    case 'confirm':
      return target.yes ? 'y.yes' : 'y.no';
  }
}

/** What a choice stands for; `undefined` for what is no id of ours. Whoever forges an id gets no text of their own through:
 *  names are letters, digits and hyphens. */
export function decode(id: string): Target | undefined {
  const [, kind, digit, rest = ''] = ID.exec(id) ?? [];
  const program = Number(digit || 1);
  switch (kind) {
    case 'a': {
      const [, dialog = '', fact = '', option = ''] = OPTION.exec(rest) ?? [];
      return dialog === '' ? undefined : { kind: 'option', program, dialog, fact, option };
    }
    case 'e':
      return named(rest, (fact) => ({ kind: 'edit', program, fact }));
    case 'k':
      return numbered(rest, (number) => ({ kind: 'same', program, number }));
    case 'i':
      return paired(rest, (dialog, document) => ({ kind: 'item', program, dialog, document }));
    case 'p':
      return paired(rest, (dialog, part) => ({ kind: 'part', program, dialog, part }));
    case 'g': {
      const [, page, from, of = ''] = PAGE.exec(rest) ?? [];
      return of === '' ? undefined : { kind: 'page', program, page: Number(page), from: Number(from), of };
    }
    case 'x':
      return paired(rest, (dialog, exit) => ({ kind: 'exit', dialog, exit }));
    case 'c':
      return named(rest, (command) => ({ kind: 'command', command }));
    case 'o':
      return named(rest, (dialog) => ({ kind: 'open', dialog }));
    case 'q':
      return named(rest, (question) => ({ kind: 'question', question }));
    case 'n':
      return named(rest, (question) => ({ kind: 'not-answered', question }));
    case 's':
      return numbered(rest, (place) => ({ kind: 'menu', place }));
    case 'm':
      return numbered(rest, (number) => ({ kind: 'switch', number }));
    case 'r':
      return numbered(rest, (number) => ({ kind: 'remove', number }));
    case 'y':
      return rest === 'yes' || rest === 'no' ? { kind: 'confirm', yes: rest === 'yes' } : undefined;
    default:
      return undefined;
  }
}

/** The kind, the number of the mini-program where the kind has one, and the rest. */
const ID = /^([aegikp](?=[2-9]?\.)|[conqsmrxy](?=\.))([2-9]?)\.(.*)$/su;
const PAGE = /^([1-9]\d?)\.(\d{1,3})\.([A-Za-z0-9.-]{1,80})$/su;
const OPTION = /^([A-Za-z0-9-]+)\.([A-Za-z0-9-]+)\.(.*)$/su;

/** What the ids of a question's options have in common. Numbers always count for the current mini-program, so the number of
 *  another one is no part of it. */
export function optionPrefix(dialog: string, fact: string): string {
  return encode({ kind: 'option', program: 1, dialog, fact, option: '' });
}

/** What the ids of a list's items have in common; likewise. */
export function itemPrefix(dialog: string): string {
  return encode({ kind: 'item', program: 1, dialog, document: '' });
}

/** What the ids of a list of mini-programs have in common. */
export function programPrefix(kind: 'switch' | 'remove'): string {
  return kind === 'switch' ? 'm.' : 'r.';
}

function mark(program: number): string {
  return program === 1 ? '' : String(program);
}

function named(text: string, make: (name: string) => Target): Target | undefined {
  return /^[A-Za-z0-9-]+$/.test(text) ? make(text) : undefined;
}

function paired(text: string, make: (first: string, second: string) => Target): Target | undefined {
  const [, first, second] = /^([A-Za-z0-9-]+)\.([A-Za-z0-9-]+)$/.exec(text) ?? [];
  return first === undefined || second === undefined ? undefined : make(first, second);
}

function numbered(text: string, make: (number: number) => Target): Target | undefined {
  return /^\d{1,3}$/.test(text) ? make(Number(text)) : undefined;
}
