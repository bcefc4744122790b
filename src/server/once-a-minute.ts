/** Log lines that anybody can cause. */

const MINUTE_MS = 60_000;

/** Tells the first time at once, then once a minute with how many times it was held back meanwhile. */
export function onceAMinute<T>(tell: (times: number, what: T) => void): (what: T) => void {
  let told = Number.NEGATIVE_INFINITY;
  let times = 0;
  return (what) => {
    times += 1;
    const at = performance.now();
    if (at - told < MINUTE_MS) return;
    told = at;
    tell(times, what);
    times = 0;
  };
}
