/** What is no text: following, scanning, leaving, pictures, places. */
import { type Act, aside, digress, type Outcome, offer, sayThenGoOn } from './act.ts';
import { openings, type TurnContext, withEvents } from './context.ts';
import { resume } from './navigation.ts';

/** What happens for an utterance without words. */
export const event: Act<'event'> = ({ event: kind }, turn) => {
  const { renderer, session } = turn;
  switch (kind) {
    case 'arrive':
      return welcome(turn);
    case 'scan':
      return resume(turn);
    case 'leave':
      return {
        turn: withEvents(turn, { kind: 'forgotten' }),
        next: { kind: 'say', say: { kind: 'silence' }, forget: true },
      };
    case 'location':
      return session.dialog === undefined
        ? offer(turn, renderer.phrase('location'), openings(turn))
        : sayThenGoOn(turn, renderer.phrase('location'));
    case 'sticker':
      return aside(turn, renderer.phrase('sticker'));
    case 'notice':
      return { turn, next: { kind: 'say', say: { kind: 'silence' } } };
    default:
      return digress(turn, [renderer.phrase(kind)]);
  }
};

function welcome(turn: TurnContext): Outcome {
  const { renderer, sessionDays } = turn;
  return offer(
    turn,
    [...renderer.phrase('welcome', { days: sessionDays }), '', ...renderer.phrase('start-choices')],
    [...openings(turn), renderer.command('help')],
  );
}
