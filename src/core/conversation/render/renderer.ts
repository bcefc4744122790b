/** Puts questions, checklists, advice and answers into lines, with the phrases of content/phrases.yaml. Pure; called by
 *  turn.ts. */

import { type Ask, askOf, asksOf, type Dialog, isPasted, labelOf } from '../../dialog/dialog.ts';
import type { Position } from '../../dialog/walk.ts';
import { type Facts, matches } from '../../facts.ts';
import type { Handbook, PhraseId } from '../../handbook/handbook.ts';
import { MOMENT_BLANKS } from '../../handbook/phrases.ts';
import type { Day } from '../../knowledge/calendar.ts';
import type { LetterSpec, Needed } from '../../knowledge/checklist.ts';
import { adviceFor, spanAfter, stagesFor } from '../../knowledge/deadlines.ts';
import { originsOf } from '../../knowledge/derive.ts';
import type { FaqEntry } from '../../knowledge/search/faq.ts';
import { NONE } from '../../pasted.ts';
import { type Blanks, fill } from '../../text/template.ts';
import type { Choice, Line } from '../messages.ts';
import { type Choices, createChoices, createOptions } from './choices.ts';
import { createDates } from './dates.ts';
import { countingValue, foundBlocks } from './findings.ts';
import type { Block } from './pages.ts';

export interface Renderer extends Choices {
  /** A phrase with its blanks filled in. */
  phrase(id: PhraseId, blanks?: Readonly<Record<string, string | number>>): readonly string[];
  /** The options of a question as tappable, numbered lines, and the ids that the numbers stand for. */
  question(dialog: Dialog, ask: Ask, answers: Facts, style?: Style): Question;
  /** `主体类型：企业`, for each answer; in the words of the dialog, or of another one that asks for the fact. With `facts`
   *  only what counts for them of what was found in a pasted text. */
  factLine(dialog: Dialog | undefined, fact: string, value: string, facts?: Facts): string;
  /** The label of an answer alone. */
  label(dialog: Dialog | undefined, fact: string, value: string): string;
  /** The choice that shows the next page. */
  moreChoice(): Choice;
  /** The whole result at a dialog's end: what was found, what to do now, the list, what is not needed, dates. `known`: all
   *  answers, also those of other dialogs. */
  result(dialog: Dialog, position: Position, today: Day, at: Date, known: Facts): readonly Block[];
  /** An answer of fact with its source line. */
  answer(entry: FaqEntry, facts: Facts): Block;
  /** By when to submit in order to open on `open`, for a merchant with these facts. */
  openingDay(open: Day, today: Day, facts: Facts): Block;
}

/** How a question is asked: with these options only, and with another first part of the options' ids than `a`. */
export interface Style {
  readonly only?: readonly string[];
  readonly kind?: string;
  /** In its other words, where it has some. */
  readonly again?: boolean;
}

export interface Question {
  readonly block: Block;
  readonly shown: { readonly prefix: string; readonly ids: readonly string[] } | undefined;
}

/** Everything below fills in phrases of this handbook. A blank without a value is a defect. @throws Error */
export function createRenderer(handbook: Handbook): Renderer {
  const asks = new Map(
    [...handbook.dialogs.values()].map((dialog) => [
      dialog,
      new Map(asksOf(dialog).map((ask) => [ask.fact, ask] as const)),
    ]),
  );
  const choices = createChoices(handbook);
  const { command, opening } = choices;
  const options = createOptions();
  const dates = createDates(handbook, one);
  /** Answers with their source lines, by the answer's own lines. */
  const answers = new WeakMap<readonly string[], Block>();
  /** Lists that were made lately: 更多 shows the next page of the same one. The oldest first. */
  const lists = new Map<string, readonly Block[]>();
  return {
    phrase,
    question,
    factLine,
    label: shortLabel,
    moreChoice: () => command('more'),
    result,
    answer,
    openingDay: dates.openingDay,
    ...choices,
  };

  function phrase(id: PhraseId, blanks: Readonly<Record<string, string | number>> = {}): readonly string[] {
    return handbook.phrases.say[id].map((line) => fill(line, blanks));
  }

  function one(id: PhraseId, blanks?: Readonly<Record<string, string | number>>): string {
    return phrase(id, blanks).join('\n');
  }

  function question(dialog: Dialog, ask: Ask, answers: Facts, style: Style = {}): Question {
    const say = fill((style.again ? ask.again : undefined) ?? ask.say, labelsOf(dialog, answers));
    if ((ask.reads !== 'choice' || !ask.listed) && !style.only) return { block: [say], shown: undefined };
    if (isPasted(ask)) return guesses(dialog, ask, style.only ?? []);
    const { lines, shown } = options(dialog, ask, style.kind ?? 'a', style.only);
    return { block: [say, ...lines], shown };
  }

  /** What may be meant by a pasted text, and none of these. */
  function guesses(dialog: Dialog, ask: Ask, only: readonly string[]): Question {
    const prefix = `a.${dialog.id}.${ask.fact}.`;
    const [none = ''] = handbook.words.none;
    const offered = [...only.map((id) => [id, labelOf(ask, id)] as const), [NONE, none] as const];
    const lines = offered.map(
      ([id, label], i): Line => ({ label: `${i + 1}. ${label}`, text: label, id: prefix + id }),
    );
    return { block: [one('which-found'), ...lines], shown: { prefix, ids: offered.map(([id]) => id) } };
  }

  function factLine(dialog: Dialog | undefined, fact: string, value: string, facts?: Facts): string {
    const ask = askAnywhere(dialog, fact);
    const counting = ask && facts ? countingValue(handbook, ask, value, facts) : value;
    return ask ? `${ask.name}：${labelOf(ask, counting)}` : `${fact}：${value}`;
  }

  function askIn(dialog: Dialog, fact: string): Ask | undefined {
    const known = asks.get(dialog);
    return known ? known.get(fact) : askOf(dialog, fact);
  }

  /** The dialog's own question about a fact, else that of the first dialog that has one. */
  function askAnywhere(dialog: Dialog | undefined, fact: string): Ask | undefined {
    const own = dialog && askIn(dialog, fact);
    return own ?? [...asks.values()].map((known) => known.get(fact)).find((ask) => ask !== undefined);
  }

  function result(dialog: Dialog, position: Position, today: Day, at: Date, known: Facts): readonly Block[] {
    const { end, answers } = position;
    // Only a list depends on nothing but the answers and the day.
    if (end?.list === undefined || end.findings !== undefined)
      return made(dialog, position, today, at, known);
    const key = JSON.stringify([dialog.id, end.id, today, answers]);
    const blocks = lists.get(key) ?? made(dialog, position, today, at, known);
    lists.delete(key);
    lists.set(key, blocks);
    const [oldest] = lists.keys();
    if (lists.size > LISTS_KEPT && oldest !== undefined) lists.delete(oldest);
    return blocks;
  }

  function made(dialog: Dialog, position: Position, today: Day, at: Date, known: Facts): readonly Block[] {
    const { end, facts, answers } = position;
    if (!end) return [];
    const blanks = blanksOf(dialog, position, today, at);
    const because = reasonsIn(dialog, answers);
    const advice =
      end.advice === undefined ? [] : adviceFor(handbook.advice.get(end.advice) ?? [], facts, today);
    const adviceBlock = ({ spec, period }: (typeof advice)[number]): Block => [
      `▶ ${fill(period.title, blanks)}`,
      ...period.lines.map((line) => fill(line, blanks)),
      adviceSource(spec.source, spec.checked),
    ];
    const local = (of: Dialog, at_: Position) => blanksOf(of, at_, today, at);
    const tools = { phrase, titles, opening, blanks: local };
    const found = foundBlocks(handbook, tools, dialog, position, known, blanks);
    const first = advice.filter(({ spec }) => spec.first).map(adviceBlock);
    const later = advice.filter(({ spec }) => !spec.first).map(adviceBlock);
    const list = end.list === undefined ? undefined : handbook.lists.get(end.list);
    if (!list)
      return [...found.blocks, ...[...first, ...later].map((block) => [...block, '']), ...found.again];
    const { groups, generated, ifAsked, remarks, notNeeded } = handbook.checklist(list, facts);
    const items = groups.flatMap(({ items }) => items);
    const summary = because(Object.keys(answers));
    const head = [
      one('list-title', { title: dialog.title, facts: summary.join('，') }),
      one('list-count', { count: items.length }),
    ];
    let number = 0;
    const groupBlocks = groups.flatMap(({ name, items: group }) =>
      group.map((needed, i): Block => {
        number += 1;
        return [...(i === 0 ? ['', `【${name}】`] : []), ...itemLines(needed, number, because, blanks)];
      }),
    );
    const dotted = (text: string): Block => [`· ${fill(text, blanks)}`];
    const made: Block[] =
      generated.length === 0
        ? []
        : [['', ...generated.map(({ text }) => one('generated', { name: fill(text, blanks) }))]];
    const asked = ifAsked.map(({ text }) => fill(text, blanks)).join('、');
    const notes: Block[] =
      remarks.length + ifAsked.length === 0
        ? []
        : [
            ['', one('remarks-title')],
            ...remarks.map(({ text }) => dotted(text)),
            ...(asked === '' ? [] : [[one('if-asked', { names: asked })]]),
          ];
    const none: Block[] =
      notNeeded.length === 0
        ? []
        : [
            ['', one('not-needed-title'), one('not-needed-note')],
            ...notNeeded.map(({ text }) => dotted(text)),
          ];
    const sources = mostNamed(items.flatMap(({ item }) => item.document.source));
    return [
      ...first.map((block) => [...block, '']),
      head,
      ...groupBlocks,
      ...made,
      ...glued(notes),
      ...glued(none),
      ...(end.dates ? [['', ...dates.stages(today, facts)]] : []),
      ...later.map((block) => ['', ...block]),
      [
        '',
        one('list-source', { sources: titles(sources).slice(0, 3).join('、'), month: monthOf(list.checked) }),
      ],
    ];
  }

  function itemLines(needed: Needed, number: number, because: Reasons, blanks: Blanks): Line[] {
    const { item } = needed;
    const { document } = item;
    return [
      `${number}. ${fill(document.name, blanks)}：${fill(document.how, blanks)}`,
      ...(item.note === undefined ? [] : [`   ${fill(item.note, blanks)}`]),
      ...(document.letter === undefined ? [] : letterLines(document.letter)),
      one('because', { reasons: because(Object.keys(needed.because)).join('，') }),
      one('mistake', { mistake: fill(document.mistake, blanks) }),
      ...(item.unsure ? [one('unsure')] : []),
    ];
  }

  function letterLines({ file, page, write, sign, date, upload }: LetterSpec): Line[] {
    const official = { label: one('letter-page'), url: page };
    return [
      one('letter-write', { write }),
      one('letter-sign', { sign, date }),
      one('letter-upload', { upload }),
      file === undefined
        ? [one('letter-no-file'), official]
        : [one('letter-file'), { label: one('letter-download'), url: file }, one('letter-or'), official],
    ];
  }

  /** The merchant's own answers behind facts, in the words of the questions. */
  function reasonsIn(dialog: Dialog, answers: Facts): Reasons {
    const labels = labelsOf(dialog, answers);
    const texts = new Map<string, string | undefined>();
    return (facts) => {
      const named = new Set(facts.flatMap((fact) => originsOf(fact, answers)));
      return [...named].flatMap((fact) => {
        if (!texts.has(fact)) texts.set(fact, reason(fact));
        return texts.get(fact) ?? [];
      });
    };

    function reason(fact: string): string | undefined {
      const ask = askIn(dialog, fact);
      const value = answers[fact];
      return ask && value !== undefined
        ? fill(ask.because, { ...labels, label: labelOf(ask, value) })
        : undefined;
    }
  }

  function answer(entry: FaqEntry, facts: Facts): Block {
    const lines = entry.variants.find(({ when }) => matches(when, facts))?.answer ?? entry.answer;
    const known = answers.get(lines);
    if (known !== undefined) return known;
    const sources = titles(entry.source);
    const source =
      sources.length === 0
        ? one('no-source')
        : one('source', { sources: sources.slice(0, 2).join('、'), month: monthOf(entry.checked) });
    const block = [...lines, source];
    answers.set(lines, block);
    return block;
  }

  function adviceSource(keys: readonly string[], checked: string): string {
    const sources = titles(keys);
    return sources.length === 0
      ? one('advice-no-source')
      : one('advice-source', { sources: sources.slice(0, 2).join('、'), month: monthOf(checked) });
  }

  function titles(keys: readonly string[]): readonly string[] {
    return keys.flatMap((key) => handbook.sources.get(key)?.title ?? []);
  }

  /** What texts of results may name: the province and its words, labels of answers, moments from now on. */
  function blanksOf(dialog: Dialog, { answers, facts }: Position, today: Day, at: Date): Blanks {
    const { province } = facts;
    const words = handbook.provinces.get(province ?? '')?.words ?? {};
    return (name) => {
      if (name === 'province') return province;
      if (isMoment(name)) return momentOf(name, today, at, facts);
      const [kind, key = ''] = name.split('.', 2);
      if (kind === 'words') return Object.hasOwn(words, key) ? words[key] : undefined;
      const value = kind === 'label' && Object.hasOwn(answers, key) ? answers[key] : undefined;
      return value === undefined ? undefined : shortLabel(dialog, key, value);
    };
  }

  function momentOf(name: Moment, today: Day, at: Date, facts: Facts): string {
    if (name === 'in24h') return SHANGHAI_MINUTE.format(new Date(at.getTime() + 24 * 3_600_000));
    const stage = name === 'platform-latest' ? 'platform' : 'bureau';
    const longest = stagesFor(handbook.timeline, facts).find(({ id }) => id === stage)?.longest ?? 0;
    return dates.span(spanAfter(handbook.timeline, today, longest, handbook.calendar));
  }

  function labelsOf(dialog: Dialog, answers: Facts): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(answers).map(([fact, value]) => [fact, shortLabel(dialog, fact, value)]),
    );
  }

  function shortLabel(dialog: Dialog | undefined, fact: string, value: string): string {
    const ask = askAnywhere(dialog, fact);
    return ask ? labelOf(ask, value) : value;
  }
}

/** Facts → the reasons that they give, each once. */
type Reasons = (facts: readonly string[]) => readonly string[];

type Moment = (typeof MOMENT_BLANKS)[number];

/** Lists kept made at most: some ten kilobytes each. */
const LISTS_KEPT = 300;

const SHANGHAI_MINUTE = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});

/** The texts, those named most often first. */
function mostNamed(keys: readonly string[]): readonly string[] {
  const counted = new Map<string, number>();
  for (const key of keys) counted.set(key, (counted.get(key) ?? 0) + 1);
  return [...counted].sort(([, a], [, b]) => b - a).map(([key]) => key);
}

/** Heading and first entry of a list stay on one page. */
function glued(blocks: readonly Block[]): readonly Block[] {
  const [head, first, ...rest] = blocks;
  return head && first ? [[...head, ...first], ...rest] : blocks;
}

function isMoment(name: string): name is Moment {
  return MOMENT_BLANKS.some((moment) => moment === name);
}

function monthOf(checked: string): string {
  return checked.slice(0, 7);
}
