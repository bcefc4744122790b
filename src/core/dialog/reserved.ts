/** Ids of answers that are no option. */

/** The answer that is being changed stays. */
export const KEPT = 'kept';
