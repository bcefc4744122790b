/** What is said about something that is being read: 第2页, 第8条, 8 是什么意思, 营业执照. */
import { knownAs } from '../../knowledge/checklist.ts';
import { normalise } from '../../text/normalise.ts';
import { numberWithRest, pageNumber as pageNumberIn } from '../../text/numbers.ts';
import { fillKnown } from '../../text/template.ts';
import { locate } from '../session/whereabouts.ts';
import { isListShown, type Recogniser, type Situation } from './recogniser.ts';

/** A page by its number. */
export const pageNumber: Recogniser = ({ letters }, { position, session }) => {
  const number = pageNumberIn(letters);
  const isReading = session.reading !== undefined || !position?.open;
  return number !== undefined && isReading ? { kind: 'page-number', page: number } : undefined;
};

/** 要填的信息, 时间: a part of the list that is there. Where a question is open, only once a list was shown. */
export const partName: Recogniser = ({ letters }, at) => {
  const part = at.handbook.words.parts.get(letters);
  const dialog = part && dialogWithList(at);
  return part && dialog !== undefined && (isListShown(at) || !at.position?.open)
    ? { kind: 'part', dialog, part }
    : undefined;
};

/** An item of the list by its number, where a list is there: said as one of a list, or asked about. Where options or
 *  guesses were shown last, 第3项 is one of those. */
export const itemNumber: Recogniser = ({ letters }, at) => {
  if (dialogWithList(at) === undefined) return undefined;
  const said = numberWithRest(letters);
  if (said === undefined) return undefined;
  const { number, rest, isItem } = said;
  const isAsked = at.handbook.words.aboutItem.has(rest);
  const isMeant = isItem
    ? isAsked || (rest === '' && !isShownElsewhere(number, at))
    : isAsked && isListShown(at);
  return isMeant ? { kind: 'item-number', number } : undefined;
};

/** The name of a paper of the list, and nothing else: how it is prepared. */
export const itemName: Recogniser = ({ letters }, at) => {
  const { handbook, dialog, position } = at;
  if (!dialog || position?.open || position?.end?.list === undefined || !isListShown(at)) return undefined;
  const list = handbook.lists.get(position.end.list);
  const groups = list ? handbook.checklistAt(list, dialog, position).groups : [];
  const found = groups
    .flatMap(({ items }) => items)
    .find(({ item }) => {
      const name = fillKnown(item.document.name, { province: position.facts.province ?? '' }) ?? '';
      return normalise(name) === letters || normalise(knownAs(name)) === letters;
    });
  return found ? { kind: 'item', dialog: dialog.id, document: found.item.document.id } : undefined;
};

/** The dialog whose list is ready: the one in progress, or another. */
function dialogWithList({ handbook, session, dialog, position }: Situation): string | undefined {
  if (dialog && position?.end?.list !== undefined) return dialog.id;
  return Object.keys(session.finished ?? {}).find(
    (id) =>
      locate(handbook, { ...session, dialog: id, editing: undefined }).position?.end?.list !== undefined,
  );
}

/** Whether something else was shown last that has this number. */
function isShownElsewhere(number: number, at: Situation): boolean {
  const { shown } = at.session;
  return shown !== undefined && !isListShown(at) && shown.ids[number - 1] !== undefined;
}
