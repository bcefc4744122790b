/** How many cases the property tests of this folder try: few in `npm test`, many in `npm run test:fuzz`, which sets
 *  FUZZ_CASES. */

/** @param short cases in the usual run. */
export function cases(short: number): number {
  const wanted = process.env.FUZZ_CASES;
  if (wanted === undefined) return short;
  if (!/^[1-9]\d{0,8}$/.test(wanted)) throw new Error('FUZZ_CASES: use a whole number of cases, e.g. 100000');
  return Math.max(short, Number(wanted));
}

/** One line of what a long run has covered, for whoever started it by hand. Silent in the usual run. */
export function report(line: string): void {
  if (process.env.FUZZ_CASES !== undefined) process.stdout.write(`  ${line}\n`);
}
