/** Questions of fact: answers, guesses, and what was meant instead. */
import { COMMANDS } from '../../handbook/schema.ts';
import type { FaqEntry, Found, Wish } from '../../knowledge/search/targets.ts';
import type { Choice, Line } from '../messages.ts';
import type { Block } from '../render/pages.ts';
import type { Said } from '../understand/intent.ts';
import { type Act, aside, digress, goOn, type Outcome, offer } from './act.ts';
import { answersOf } from './answers.ts';
import { record, type TurnContext, withEvents, withFields, withPreface } from './context.ts';
import { PATIENCE, unclear } from './fallback.ts';

/** Answers what is surely asked, with guesses at the rest; else offers guesses; else it is not understood. */
export const question: Act<'question'> = ({ found, self }, turn) => {
  const answers = found.flatMap((one) => (one.kind === 'answer' ? [one.entry] : []));
  if (answers.length > 0) return answered(recordSelf(turn, self), answers, found);
  const [first] = found;
  if (first?.kind === 'out-of-scope') {
    const { id, reply } = first.subject;
    const seen = withEvents(turn, { kind: 'faq', outcome: 'out-of-scope', ids: [id] });
    if (!reply) return unclear(seen);
    // A word in between does not push the question out of sight.
    return reply.length === 1 ? aside(seen, reply) : digress(seen, [reply]);
  }
  if (first?.kind === 'tentative') return tentative(turn, first, self);
  if (first?.kind !== 'suggest' || (turn.where.position?.open && first.entries.length === 0))
    return unclear(turn);
  // At an open question guesses are no answer either: they count, and lead to a person in the end.
  if (turn.where.position?.open && turn.before.misses + 1 >= PATIENCE) return unclear(turn);
  const ids = first.entries.map(({ id }) => id);
  const misses = turn.before.misses + 1;
  const seen = withEvents(withFields(turn, { asked: ids, misses }), { kind: 'faq', outcome: 'suggest', ids });
  return guesses(seen, turn.renderer.phrase('guesses-sorry'), first.entries, first.wish);
};

/** Answers what was most likely asked, says that it is a guess, and offers the next ones. What was said about oneself is
 *  said back below: such an answer begins with what it guesses. */
function tentative(
  turn: TurnContext,
  { entry, others }: Extract<Found, { kind: 'tentative' }>,
  self: Said | undefined,
): Outcome {
  const { renderer, handbook } = turn;
  const ids = [entry.id, ...others.map(({ id }) => id)];
  const noted = { ...recordSelf(turn, self), preface: turn.preface };
  const asker = handbook.dialogs.get(self?.dialog ?? '');
  const facts = (self?.facts ?? []).map(([fact, value]) => renderer.factLine(asker, fact, value)).join('；');
  const told = facts === '' ? [] : [['', ...renderer.phrase('also-noted', { facts })]];
  const seen = withEvents(withFields(noted, { asked: ids }), { kind: 'faq', outcome: 'tentative', ids });
  const [answer = []] = answersOf(seen, [entry]);
  const offered = others.map((other): Line => ['· ', renderer.guess(other)]);
  const rest = offered.length === 0 ? [] : [['', ...renderer.phrase('tentative-others'), ...offered]];
  const asked = renderer.phrase('tentative', { question: entry.question });
  return digress(seen, [[...asked, ...answer], ...rest, ...told], `faq.${entry.id}`);
}

/** The turn with what was said about oneself beside something else. */
export function recordSelf(turn: TurnContext, self: Said | undefined): TurnContext {
  return self ? record(turn, self.dialog, self.facts) : turn;
}

/** Asks whether something that cannot be undone is meant. */
export const askFirst: Act<'ask-first'> = ({ command }, turn) =>
  offer(turn, turn.renderer.phrase('ask-first'), [
    turn.renderer.command(command),
    turn.renderer.command('resume'),
  ]);

/** Offers the neighbours of an answer that was not the right one. */
export const notAnswered: Act<'not-answered'> = ({ id }, turn) => {
  const { handbook, renderer } = turn;
  const seen = withEvents(turn, { kind: 'not-answered', id });
  const entries = (handbook.faq.byId(id)?.see ?? []).flatMap((near) => handbook.faq.byId(near) ?? []);
  return entries.length > 0
    ? guesses(seen, renderer.phrase('neighbours'), entries)
    : digress(seen, [renderer.phrase('neighbours-none')]);
};

/** By when to submit in order to open on a day. */
export const openingDay: Act<'opening-day'> = ({ day }, turn) => {
  const facts = turn.handbook.derive(turn.where.known);
  return digress(turn, [turn.renderer.openingDay(day, turn.today, facts)]);
};

function answered(turn: TurnContext, entries: readonly FaqEntry[], found: readonly Found[]): Outcome {
  const ids = entries.map(({ id }) => id);
  const seen = withEvents(withFields(turn, { asked: ids }), { kind: 'faq', outcome: 'answer', ids });
  const body = [...answersOf(seen, entries), ...otherGuesses(seen, found)];
  const [takes] = entries.flatMap((entry) => entry.takes ?? []);
  return takes && seen.session.dialog === undefined
    ? answerAndOpen(seen, body, takes)
    : digress(seen, body, `faq.${ids.join('.')}`);
}

/** What else was asked and is not sure enough for an answer. */
function otherGuesses({ renderer }: TurnContext, found: readonly Found[]): readonly Block[] {
  return found.flatMap((one): readonly Block[] => {
    if (one.kind !== 'suggest' && one.kind !== 'tentative') return [];
    const entries = one.kind === 'suggest' ? one.entries : [one.entry, ...one.others];
    const offered = entries.map((entry): Line => ['· ', renderer.guess(entry)]);
    return [['', ...renderer.phrase('also-asked'), ...offered]];
  });
}

/** The choice that does what is wished. */
function wanted({ renderer, handbook }: TurnContext, wish: Wish | undefined): readonly Choice[] {
  if (!wish) return [];
  const { does } = wish;
  if ('opens' in does) {
    const dialog = handbook.dialogs.get(does.opens);
    return dialog ? [renderer.opening(dialog)] : [];
  }
  const command = COMMANDS.find((name) => name === does.command);
  return command ? [renderer.command(command)] : [];
}

/** A question about one's own papers: answers, takes the fact that it holds, and goes on with the first question. */
function answerAndOpen(
  turn: TurnContext,
  body: readonly Block[],
  { dialog, facts }: NonNullable<FaqEntry['takes']>,
): Outcome {
  const opened = withEvents(withFields(turn, { dialog }), { kind: 'opened', dialog });
  return goOn(record(withPreface(opened, ...body, ['']), dialog, Object.entries(facts)));
}

/** Tappable questions, and what may be wanted instead; numbered where no dialog question owns the numbers. */
function guesses(
  turn: TurnContext,
  title: readonly string[],
  entries: readonly FaqEntry[],
  wish?: Wish,
): Outcome {
  const { renderer, handbook, where } = turn;
  const questions = entries.slice(0, handbook.thresholds.suggestions).map((entry) => renderer.guess(entry));
  if (!where.position?.open) return offer(turn, title, [...wanted(turn, wish), ...questions]);
  return digress(turn, [[...title, ...questions.map((choice): Line => ['· ', choice])]]);
}
