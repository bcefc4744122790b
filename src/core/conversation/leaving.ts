/** Who wants to be forgotten, told without a session: it counts also while none can be read. */
import type { Handbook } from '../handbook/handbook.ts';
import { normalise } from '../text/normalise.ts';
import type { Utterance } from './messages.ts';

/** Whether this is an unsubscription, or 删除我的数据 to the letter. */
export function asksToForget({ commands }: Pick<Handbook, 'commands'>, { kind, text }: Utterance): boolean {
  if (kind === 'leave') return true;
  const isSaid = kind === 'text' || kind === 'pick' || kind === 'press';
  return isSaid && commands.get(normalise(text)) === 'forget';
}
