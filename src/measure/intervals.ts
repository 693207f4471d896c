import { binomialAtMost, z95 } from './distributions.js';

/** Both ends of a 95 % interval. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** Wilson's score interval, 95 %, for a rate seen in `n` attempts (Wilson 1927; Newcombe 1998, method 3). `n` may be fractional. */
export function wilsonInterval(rate: number, n: number): Interval {
  const z2 = z95 * z95;
  const centre = (rate + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z95 * Math.sqrt((rate * (1 - rate)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
  return { lo: rate === 0 ? 0 : Math.max(0, centre - half), hi: rate === 1 ? 1 : Math.min(1, centre + half) };
}

/** Ranks, from 1, of the order statistics that bound a percentile; null where there is none that does. */
export interface RankInterval {
  readonly lo: number | null;
  readonly hi: number | null;
}

/**
 * Exact 95 % interval for the `p` quantile of `n` independent values, free of any distribution: the highest rank l with
 * P(Binomial(n, p) < l) <= 2.5 % and the lowest rank u with P(Binomial(n, p) >= u) <= 2.5 % (David & Nagaraja 2003,
 * section 7.1). With few values there is no such u (p95: n < 72; p99: n < 368), or no such l (p50: n < 6).
 */
export function orderStatisticRanks(n: number, p: number): RankInterval {
  const lo = firstTrue(n, (rank) => binomialAtMost(rank, n, p) > 0.025);
  const hi = firstTrue(n, (rank) => 1 - binomialAtMost(rank, n, p) <= 0.025) + 1;
  return { lo: lo === 0 ? null : lo, hi: hi > n ? null : hi };
}

/** The first of 0, 1, ... n for which `holds`, which stays true once it is and is true at `n`. */
function firstTrue(n: number, holds: (value: number) => boolean): number {
  let [from, to] = [0, n];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * The same on the effective number of values, carried over to the ranks of the sample (Woodruff 1952), each end rounded
 * away from the percentile. With `effective` equal to `n` it is `orderStatisticRanks`.
 */
export function effectiveRanks(n: number, effective: number, p: number): RankInterval {
  const size = Math.max(1, Math.min(n, Math.floor(effective)));
  const { lo, hi } = orderStatisticRanks(size, p);
  const scale = n / size;
  return {
    lo: lo === null ? null : Math.floor(lo * scale),
    hi: hi === null ? null : n + 1 - Math.floor((size + 1 - hi) * scale),
  };
}

/** The fewest independent values for which the upper bound of the `p` quantile exists. */
export function fewestForUpperBound(p: number): number {
  let n = Math.max(1, Math.floor(Math.log(0.025) / Math.log(p)) - 1);
  while (orderStatisticRanks(n, p).hi === null) n++;
  return n;
}
