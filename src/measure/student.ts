import { incompleteBeta } from './distributions.js';

/** P(|T| > |t|) for Student's t with `df` degrees of freedom (A&S 26.7.1); `df` of Infinity is the standard normal distribution. */
export function twoSidedTail(t: number, df: number): number {
  if (t === 0) return 1;
  if (!Number.isFinite(t)) return 0;
  return df === Infinity ? normalTail(Math.abs(t)) : incompleteBeta(df / (df + t * t), df / 2, 0.5);
}

/** The t with P(|T| > t) = `level`. `level` strictly between 0 and 1. */
export function twoSidedPoint(level: number, df: number): number {
  let [lo, hi] = [0, 2];
  while (twoSidedTail(hi, df) > level) hi *= 2;
  for (let i = 0; i < 80; i++) {
    const middle = (lo + hi) / 2;
    if (twoSidedTail(middle, df) > level) lo = middle;
    else hi = middle;
  }
  return (lo + hi) / 2;
}

/** The t below which T lies with probability `power` (0.5 or more). */
export function oneSidedPoint(power: number, df: number): number {
  return power <= 0.5 ? 0 : twoSidedPoint(2 * (1 - power), df);
}

/** P(|Z| > z), z > 0: by the series of A&S 26.2.10 near zero, further out by the continued fraction of 26.2.14. */
function normalTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let [term, sum] = [z, z];
    for (let k = 3; Math.abs(term) > 1e-17 * sum; k += 2) sum += term *= (z * z) / k;
    return 1 - 2 * density * sum;
  }
  let fraction = z;
  for (let k = 100; k >= 1; k--) fraction = z + k / fraction;
  return (2 * density) / fraction;
}
