import { binomialAtMost, z95 } from './distributions.js';
import type { Interval } from './intervals.js';

/**
 * McNemar's test in its exact form: given how many pairs changed, the two directions are equally likely (Mosteller 1952;
 * Agresti 2013, section 11.1). Twice the smaller tail, at most 1.
 * @param gained pairs that only the second has, @param lost pairs that only the first has
 */
export function mcnemarExact(gained: number, lost: number): number {
  return Math.min(1, 2 * binomialAtMost(Math.min(gained, lost), gained + lost, 0.5));
}

/**
 * 95 % score interval of the difference of two paired proportions, (gained - lost) / n (Tango 1998): the differences that
 * its score statistic does not reject. At 0 that statistic is McNemar's, so that interval and test agree. Where no pair
 * changed it is +-z^2 / (n + z^2), 3.8 / n: the rule of three for two sides. Counts may be fractional.
 */
export function tangoInterval(gained: number, lost: number, n: number): Interval {
  const estimate = (gained - lost) / n;
  return { lo: furthest(-1, estimate), hi: furthest(1, estimate) };

  function furthest(end: number, from: number): number {
    if (holds(end)) return end;
    let [inside, outside] = [from, end];
    for (let i = 0; i < 60; i++) {
      const middle = (inside + outside) / 2;
      if (holds(middle)) inside = middle;
      else outside = middle;
    }
    return inside;
  }

  function holds(difference: number): boolean {
    const b = (2 * n - gained + lost) * difference - gained - lost;
    const c = -lost * difference * (1 - difference);
    // The share of `lost` pairs that is most likely under this difference.
    const share = (Math.sqrt(Math.max(0, b * b - 8 * n * c)) - b) / (4 * n);
    const variance = n * (2 * share + difference * (1 - difference));
    return (gained - lost - n * difference) ** 2 <= z95 * z95 * Math.max(0, variance) + 1e-12;
  }
}
