/** What a store has to say to the log of its own accord. It never names a person, a text or an address with a password. */

/** `ready` the server can be reached (again) · `away` it cannot, commands are refused until `ready` ·
 *  `sweep-failed` expired records could not be removed; the next round tries again. */
export type StoreEvent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'away'; readonly reason: string }
  | { readonly kind: 'sweep-failed'; readonly reason: string };

export type StoreLog = (event: StoreEvent) => void;
