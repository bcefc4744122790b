/** After a change of the data key a person has another name. What was kept under the name before follows with the next
 *  message. */
import type { Change, Sessions, Updated } from '../core/conversation/session/store.ts';

/** A store whose `update` knows one name of a person. */
export interface PlainSessions extends Omit<Sessions, 'update'> {
  update<T>(who: string, id: string, change: Change<T>): Promise<Updated<T>>;
}

/** The same store with `update` as `Sessions` promises it. The two names may live on different servers, so they cannot change
 *  together: the new record is written first, and only then the old one deleted. */
export function followingNames(store: PlainSessions): Sessions {
  return {
    ...store,
    update: (who, id, change, formerly) =>
      formerly === undefined ? store.update(who, id, change) : follow(who, id, change, formerly),
  };

  async function follow<T>(who: string, id: string, change: Change<T>, formerly: string) {
    const unknown = new UnknownByThisName();
    let forgets = false;
    const noted = (before: string | undefined) => {
      const result = change(before);
      forgets = result.session === undefined;
      return result;
    };
    let followed = false;
    let updated: Updated<T>;
    try {
      updated = await store.update(who, id, (before) => {
        if (before === undefined) throw unknown;
        return noted(before);
      });
    } catch (error) {
      if (error !== unknown) throw error;
      const old = await store.read(formerly);
      updated = await store.update(who, id, (before) => noted(before ?? old));
      followed = old !== undefined;
    }
    if (followed || forgets) await store.forget(formerly);
    return updated;
  }
}

/** Ends an update that found nothing under the new name. Nobody else sees it. */
class UnknownByThisName extends Error {
  override readonly name = 'UnknownByThisName';
}
