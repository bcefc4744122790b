/** Reads what someone wrote as an answer: to the open question (number, label, other wording, pinyin, a small typo) or
 *  as facts said anywhere in a sentence. Guesses are never silent: two fitting options are `several`, a denied one is
 *  `denied`. Built once per handbook; called by turn.ts. Method: docs/understanding.md. */
import { isTypoOf, normalise, shorten, toPinyin, wholeNumber } from '../text.ts';
import { type Ask, asksOf, type Dialog } from './dialog.ts';

/** Words of the language, from content/understanding.yaml. */
export interface LanguageWords {
  /** Stand anywhere in a question: 怎么, 多少, 要不要 … */
  readonly questionWords: readonly string[];
  /** Stand at the end of a question: 吗, 呢 … */
  readonly questionEndings: readonly string[];
  /** Deny what follows: 不是, 并非 … */
  readonly denials: readonly string[];
  /** Polite or empty words around an answer: 我是, 应该是, 吧 … */
  readonly fillersBefore: readonly string[];
  readonly fillersAfter: readonly string[];
}

/** A place name and the province that it stands for. */
export interface Place {
  readonly name: string;
  readonly province: string;
  /** Full or short name of a province; else a city, which counts inside a sentence only where it clearly is one. */
  readonly isProvince: boolean;
}

export type Reading =
  /** `exact`: a number or an option's own wording to the letter, so it is an answer even where it looks like a question. */
  | { readonly kind: 'option'; readonly value: string; readonly exact: boolean }
  | { readonly kind: 'several'; readonly values: readonly string[] }
  | { readonly kind: 'denied' }
  | { readonly kind: 'nothing' };

/** A fact said in a sentence; more than one value means that the sentence names two. */
export interface Mention {
  readonly fact: string;
  readonly values: readonly string[];
}

export interface Reader {
  /** Reads `text` as the reply to the open question. */
  answer(ask: Ask, text: string): Reading;
  /** All facts that the sentence says by itself, whatever question is open. */
  mentions(text: string): readonly Mention[];
  /** Whether the text is clearly a question (and so no answer, unless it is an option's wording to the letter). */
  isQuestion(text: string): boolean;
}

const NOTHING: Reading = { kind: 'nothing' };
/** A wording of `also` inside a longer text counts only while the text is not much more than an answer. */
const SHORT_ANSWER = 12;
const GAP = 8;

interface Wording {
  readonly option: string;
  readonly text: string;
  readonly parts: readonly string[];
  readonly distinctive: boolean;
}

export function createReader(dialog: Dialog, places: readonly Place[], words: LanguageWords): Reader {
  const asks = asksOf(dialog);
  const wordings = new Map(asks.map((ask) => [ask.fact, wordingsOf(ask)] as const));
  const pinyins = new Map(
    asks.map(
      (ask) =>
        [
          ask.fact,
          (wordings.get(ask.fact) ?? [])
            .filter((w) => w.text.length > 1)
            .map((w) => ({ option: w.option, pinyin: toPinyin(w.text) })),
        ] as const,
    ),
  );
  const everywhere = asks
    .flatMap((ask) =>
      (wordings.get(ask.fact) ?? []).filter((w) => w.distinctive).map((w) => ({ fact: ask.fact, ...w })),
    )
    .sort((a, b) => b.text.length - a.text.length);
  const exact = uniqueWordings(asks, wordings);
  const either = new Map(
    asks.flatMap((ask) =>
      [...ask.either].map(([word, options]) => [normalise(word), { fact: ask.fact, options }] as const),
    ),
  );
  const byLength = [...places].sort((a, b) => b.name.length - a.name.length);
  const placeAsk = asks.find((ask) => ask.reads === 'province');
  const denial = ending(words.denials);

  return { answer, mentions, isQuestion };

  function answer(ask: Ask, text: string): Reading {
    const number = ask.reads === 'choice' ? wholeNumber(text) : undefined;
    if (number !== undefined) {
      const option = ask.options[number - 1];
      if (option) return { kind: 'option', value: option.id, exact: true };
    }
    const bare = normalise(text);
    if (bare === '') return NOTHING;
    if (ask.reads === 'province') return place(bare);
    const own = wordings.get(ask.fact) ?? [];
    const stripped = strip(bare);
    const same = own.find((w) => w.text === bare);
    if (same) return { kind: 'option', value: same.option, exact: true };
    const near = own.find((w) => w.text === stripped);
    if (near) return { kind: 'option', value: near.option, exact: false };
    const two = either.get(bare) ?? either.get(stripped);
    if (two?.fact === ask.fact) return { kind: 'several', values: two.options };
    const contained = within(
      bare,
      own.filter((w) => w.distinctive || (bare.length <= SHORT_ANSWER && w.text.length > 1)),
    );
    if (contained.kind !== 'nothing') return contained;
    return bySound(ask, stripped) ?? byTypo(own, stripped) ?? NOTHING;
  }

  function mentions(text: string): readonly Mention[] {
    const found = new Map<string, Set<string>>();
    const note = (fact: string, value: string) => found.set(fact, (found.get(fact) ?? new Set()).add(value));
    let rest = shorten(text).replace(/[\p{P}\p{S}\p{Z}\p{C}]+/gu, ' ');
    for (const wording of everywhere) {
      const at = find(rest, wording.parts);
      if (!at) continue;
      if (!denial.test(rest.slice(0, at.start))) note(wording.fact, wording.option);
      rest = blank(rest, at);
    }
    if (placeAsk) {
      for (const { name, province, isProvince } of byLength) {
        const start = name.length > 1 ? rest.indexOf(name) : -1;
        if (start < 0 || !(isProvince || standsForACity(rest, start, name))) continue;
        note(placeAsk.fact, province);
        rest = blank(rest, { start, end: start + name.length });
      }
    }
    for (const token of rest.split(' ')) {
      const meant = exact.get(token) ?? exact.get(strip(token));
      if (meant) note(meant.fact, meant.option);
      const two = either.get(strip(token));
      if (two) for (const option of two.options) note(two.fact, option);
    }
    for (const ask of asks) if (found.has(ask.fact)) implied(ask, found);
    return [...found].map(([fact, values]) => ({ fact, values: [...values] }));
  }

  function isQuestion(text: string): boolean {
    const bare = shorten(text).trim();
    if (bare.includes('?')) return true;
    const letters = normalise(text);
    return (
      words.questionEndings.some((word) => letters.endsWith(word)) ||
      words.questionWords.some((word) => letters.includes(word))
    );
  }

  /** What must hold for a question to be asked at all is said along with its answer (基金会 → 社会组织). */
  function implied(ask: Ask, found: Map<string, Set<string>>): void {
    if (ask.when === undefined || Array.isArray(ask.when)) return;
    const entries = Object.entries(ask.when);
    const [fact, value] = entries[0] ?? [];
    if (entries.length !== 1 || fact === undefined || typeof value !== 'string' || found.has(fact)) return;
    found.set(fact, new Set([value]));
  }

  function place(bare: string): Reading {
    const provinces = new Set<string>();
    let rest = bare;
    for (const { name, province } of byLength) {
      // 粤 is Guangdong as a whole reply; inside 粤菜馆 it is a dish.
      const start = name.length > 1 || strip(bare) === name ? rest.indexOf(name) : -1;
      if (start < 0) continue;
      if (denial.test(rest.slice(0, start))) return { kind: 'denied' };
      provinces.add(province);
      rest = blank(rest, { start, end: start + name.length });
    }
    if (provinces.size > 1) return { kind: 'several', values: [...provinces] };
    const [only] = provinces;
    if (only !== undefined) return { kind: 'option', value: only, exact: rest.trim() === '' };
    const sound = toPinyin(strip(bare));
    const heard = new Set(
      places.filter((p) => p.isProvince && toPinyin(p.name) === sound).map((p) => p.province),
    );
    const [one] = heard;
    return heard.size === 1 && one !== undefined ? { kind: 'option', value: one, exact: false } : NOTHING;
  }

  function within(bare: string, candidates: readonly Wording[]): Reading {
    const options = new Set<string>();
    let denied = false;
    let rest = bare;
    for (const wording of [...candidates].sort((a, b) => b.text.length - a.text.length)) {
      const at = find(rest, wording.parts);
      if (!at) continue;
      if (denial.test(rest.slice(0, at.start))) denied = true;
      else options.add(wording.option);
      rest = blank(rest, at);
    }
    const [only] = options;
    if (options.size > 1) return { kind: 'several', values: [...options] };
    if (only !== undefined) return { kind: 'option', value: only, exact: false };
    return denied ? { kind: 'denied' } : NOTHING;
  }

  function bySound(ask: Ask, bare: string): Reading | undefined {
    if (bare.length < 2 || bare.length > 24) return undefined;
    const sound = toPinyin(bare);
    return only((pinyins.get(ask.fact) ?? []).filter((w) => w.pinyin === sound).map((w) => w.option));
  }

  function byTypo(own: readonly Wording[], bare: string): Reading | undefined {
    if (bare.length < 3) return undefined;
    return only(own.filter((w) => w.text.length >= 3 && isTypoOf(w.text, bare)).map((w) => w.option));
  }

  function strip(bare: string): string {
    let rest = bare;
    for (let again = true; again; ) {
      const before = words.fillersBefore.find((word) => rest.length > word.length && rest.startsWith(word));
      const after = words.fillersAfter.find((word) => rest.length > word.length && rest.endsWith(word));
      if (before !== undefined) rest = rest.slice(before.length);
      else if (after !== undefined) rest = rest.slice(0, -after.length);
      again = before !== undefined || after !== undefined;
    }
    return rest;
  }
}

function wordingsOf(ask: Ask): readonly Wording[] {
  return ask.options.flatMap((option) => {
    const wording = (text: string, distinctive: boolean): Wording => {
      const parts = text.split('…').map(normalise);
      return { option: option.id, text: parts.join(''), parts, distinctive };
    };
    return [
      wording(option.label, false),
      ...option.also.map((text) => wording(text, false)),
      ...option.anywhere.map((text) => wording(text, true)),
    ];
  });
}

/** Wordings that belong to one option of one question only, so that a bare word says which fact it is. */
function uniqueWordings(asks: readonly Ask[], wordings: ReadonlyMap<string, readonly Wording[]>) {
  const meant = new Map<string, { fact: string; option: string } | undefined>();
  for (const ask of asks) {
    if (ask.reads === 'province') continue;
    for (const { text, option } of wordings.get(ask.fact) ?? []) {
      const before = meant.get(text);
      const same = before?.fact === ask.fact && before.option === option;
      meant.set(text, meant.has(text) && !same ? undefined : { fact: ask.fact, option });
    }
  }
  return meant;
}

/** Whether a city's name inside a sentence clearly is one: a token of its own, or with a word beside it that says so. */
function standsForACity(text: string, start: number, name: string): boolean {
  const before = text.slice(0, start);
  const after = text.slice(start + name.length);
  return (
    ((before === '' || before.endsWith(' ')) && (after === '' || after.startsWith(' '))) ||
    /(?:在|是|到|位于|来自|我们|我|住)$/u.test(before) ||
    /^(?:市|的|人|这边|这里|本地|公司|个体|企业|注册|户口)/u.test(after)
  );
}

function find(text: string, parts: readonly string[]): { start: number; end: number } | undefined {
  const [first = '', ...others] = parts;
  for (let start = text.indexOf(first); first !== '' && start >= 0; start = text.indexOf(first, start + 1)) {
    let end = start + first.length;
    const all = others.every((part) => {
      const next = text.indexOf(part, end);
      if (next < 0 || next - end > GAP) return false;
      end = next + part.length;
      return true;
    });
    if (all) return { start, end };
  }
  return undefined;
}

function blank(text: string, { start, end }: { start: number; end: number }): string {
  return `${text.slice(0, start)} ${text.slice(end)}`;
}

function only(options: readonly string[]): Reading | undefined {
  const [first, ...others] = new Set(options);
  return first !== undefined && others.length === 0
    ? { kind: 'option', value: first, exact: false }
    : undefined;
}

function ending(words: readonly string[]): RegExp {
  return new RegExp(`(?:${words.map(escapeForRegExp).join('|')})\\s*$`, 'u');
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
