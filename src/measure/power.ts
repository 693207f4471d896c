import { oneSidedPoint, twoSidedPoint } from './student.js';

export interface PairedPower {
  /** Pairs, over the design effect where they share clips. */
  readonly n: number;
  /** Share of the pairs that change, in either direction. */
  readonly discordance: number;
  /** Two-sided level of the test. */
  readonly level: number;
  readonly power: number;
  /** Degrees of freedom of the test; Infinity for independent pairs. */
  readonly df: number;
}

/**
 * The smallest difference of a rate that McNemar's test shows with the given power: Connor's formula (1987), n = (z_a
 * sqrt(psi) + z_b sqrt(psi - d^2))^2 / d^2, solved for the difference d, with Student's t for both points. More pairs must change than
 * the difference is large: the discordance psi is taken as at least d. null where no difference up to 1 would show.
 */
export function smallestPairedDifference({ discordance, ...test }: PairedPower): number | null {
  return smallestShown(test, 1, (difference) => Math.max(discordance, difference));
}

/**
 * The same where only the flips that cancel out are known, `noise`: the share of pairs that change in the rarer direction, twice. Of the
 * two discordant cells p10 and p01 the smaller is held, and the effect d is what the larger has more: psi = 2 min(p10, p01) + d. So an
 * effect that was seen does not raise the effect that could have been seen. null where no difference up to 1 - noise would show.
 */
export function smallestPairedEffect({ noise, ...test }: Omit<PairedPower, 'discordance'> & { readonly noise: number }): number | null {
  return smallestShown(test, 1 - noise, (difference) => noise + difference);
}

/** @param psiOf the discordance where the difference is so large */
function smallestShown({ n, level, power, df }: Omit<PairedPower, 'discordance'>, furthest: number, psiOf: (difference: number) => number): number | null {
  if (df < 1 || n <= 0) return null;
  const [a, b] = [twoSidedPoint(level, df), oneSidedPoint(power, df)];
  const shows = (difference: number) => {
    const psi = psiOf(difference);
    return a * Math.sqrt(psi) + b * Math.sqrt(Math.max(0, psi - difference ** 2)) <= difference * Math.sqrt(n);
  };
  if (furthest <= 0 || !shows(furthest)) return null;
  let [lo, hi] = [0, furthest];
  for (let i = 0; i < 50; i++) {
    const middle = (lo + hi) / 2;
    if (shows(middle)) hi = middle;
    else lo = middle;
  }
  return hi;
}

/** Attempts in each run that show a difference between paired rates: Connor's formula (1987) for independent pairs, rounded up. */
export function pairsNeeded(difference: number, discordance: number, level: number, power: number): number {
  const [a, b] = [twoSidedPoint(level, Infinity), oneSidedPoint(power, Infinity)];
  return Math.ceil((a * Math.sqrt(discordance) + b * Math.sqrt(Math.max(0, discordance - difference ** 2))) ** 2 / difference ** 2);
}

/**
 * Attempts in each run that tell two rates of independent attempts apart (Fleiss, Levin & Paik 2003, section 4.2, without
 * continuity correction), rounded up.
 */
export function attemptsNeeded(base: number, head: number, level: number, power: number): number {
  return Math.ceil(unpairedSize(base, head, twoSidedPoint(level, Infinity), oneSidedPoint(power, Infinity)));
}

function unpairedSize(base: number, head: number, a: number, b: number): number {
  const middle = (base + head) / 2;
  return (a * Math.sqrt(2 * middle * (1 - middle)) + b * Math.sqrt(base * (1 - base) + head * (1 - head))) ** 2 / (base - head) ** 2;
}

export interface UnpairedPower extends Omit<PairedPower, 'discordance'> {
  /** The rate that a change is looked for from. */
  readonly rate: number;
  /** 1: a higher rate, -1: a lower one. */
  readonly towards: 1 | -1;
}

/** The smallest difference from `rate` that two runs of `n` independent attempts each show, by the same formula; null for none. */
export function smallestUnpairedDifference({ n, rate, towards, level, power, df }: UnpairedPower): number | null {
  if (df < 1 || n <= 0) return null;
  const [a, b] = [twoSidedPoint(level, df), oneSidedPoint(power, df)];
  const furthest = towards > 0 ? 1 - rate : rate;
  const shows = (difference: number) => unpairedSize(rate, rate + towards * difference, a, b) <= n;
  if (furthest <= 0 || !shows(furthest)) return null;
  let [lo, hi] = [0, furthest];
  for (let i = 0; i < 50; i++) {
    const middle = (lo + hi) / 2;
    if (middle > 0 && shows(middle)) hi = middle;
    else lo = middle;
  }
  return hi;
}
