/**
 * P values corrected for being looked at together: Holm's step-down procedure (1979). Rejecting those at or below 5 % errs
 * in no more than 5 % of families, however the tests hang together. Missing ones stay missing and cost nothing.
 */
export function adjustHolm(values: readonly (number | null)[]): (number | null)[] {
  const tested = values.flatMap((p, i) => (p === null ? [] : [{ p, i }])).sort((a, b) => a.p - b.p);
  const corrected: (number | null)[] = values.map(() => null);
  let least = 0;
  tested.forEach(({ p, i }, rank) => {
    least = Math.max(least, Math.min(1, (tested.length - rank) * p));
    corrected[i] = least;
  });
  return corrected;
}
