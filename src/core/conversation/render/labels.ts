/** Answers in the words of the questions: labels of options, `主体类型：企业`. */
import { type Ask, asksOf, type Dialog, labelOf } from '../../dialog/dialog.ts';
import type { Facts } from '../../facts.ts';
import type { Handbook } from '../../handbook/handbook.ts';
import { countingValue } from './findings.ts';

export interface Labels {
  /** The dialog's question about a fact. */
  askIn(dialog: Dialog, fact: string): Ask | undefined;
  /** The label of an answer, in the words of the dialog, or of another one that asks for the fact. */
  label(dialog: Dialog | undefined, fact: string, value: string): string;
  /** The labels of several answers, by fact. */
  labels(dialog: Dialog, answers: Facts): Readonly<Record<string, string>>;
  /** What a fact is called. */
  factName(dialog: Dialog | undefined, fact: string): string;
  /** `主体类型：企业`. With `facts` only what counts for them of what was found in a pasted text. */
  factLine(dialog: Dialog | undefined, fact: string, value: string, facts?: Facts): string;
}

/** The labels of one handbook. */
export function createLabels(handbook: Handbook): Labels {
  const asks: ReadonlyMap<string, ReadonlyMap<string, Ask>> = new Map(
    [...handbook.dialogs.values()].map((dialog) => [
      dialog.id,
      new Map(asksOf(dialog).map((ask) => [ask.fact, ask] as const)),
    ]),
  );
  return { askIn, label, labels, factName, factLine };

  function askIn(dialog: Dialog, fact: string): Ask | undefined {
    return asks.get(dialog.id)?.get(fact);
  }

  /** The dialog's own question about a fact, else that of the first dialog that has one. */
  function askAnywhere(dialog: Dialog | undefined, fact: string): Ask | undefined {
    const own = dialog && askIn(dialog, fact);
    return own ?? [...asks.values()].map((known) => known.get(fact)).find((ask) => ask !== undefined);
  }

  function label(dialog: Dialog | undefined, fact: string, value: string): string {
    const ask = askAnywhere(dialog, fact);
    return ask ? labelOf(ask, value) : value;
  }

  function labels(dialog: Dialog, answers: Facts): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(answers).map(([fact, value]) => [fact, label(dialog, fact, value)]),
    );
  }

  function factName(dialog: Dialog | undefined, fact: string): string {
    return askAnywhere(dialog, fact)?.name ?? fact;
  }

  function factLine(dialog: Dialog | undefined, fact: string, value: string, facts?: Facts): string {
    const ask = askAnywhere(dialog, fact);
    if (!ask) return `${fact}：${value}`;
    return `${ask.name}：${labelOf(ask, facts ? countingValue(handbook, ask, value, facts) : value)}`;
  }
}
