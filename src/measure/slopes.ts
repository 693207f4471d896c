import { linearRegression, mean } from 'simple-statistics';

/** One figure at one setting of a parameter. */
export interface SlopeSample {
  readonly x: number;
  /** null: not known there, as a percentile that falls among the misses. */
  readonly y: number | null;
  /** The setting of everything else: samples of one setting lie on one line. */
  readonly line: string;
}

export interface Slope {
  /** Change of the figure for one unit of the parameter. */
  readonly perUnit: number;
  /** The same from the least to the greatest value that was tried. */
  readonly change: number;
  readonly from: number;
  readonly to: number;
  /** Samples whose figure is not known. */
  readonly leftOut: number;
}

/**
 * One slope for all lines, each with its own level: least squares over what is left when each line's means are taken off
 * (the "within" estimator; Wooldridge, Econometric Analysis of Cross Section and Panel Data, 10.5).
 * null where no line has two values of x with a known figure.
 */
export function commonSlope(samples: readonly SlopeSample[]): Slope | null {
  const known = samples.flatMap(({ x, y, line }) => (y === null ? [] : [{ x, y, line }]));
  const centred = [...new Set(known.map(({ line }) => line))].flatMap((name) => {
    const line = known.filter((sample) => sample.line === name);
    const [x0, y0] = [mean(line.map(({ x }) => x)), mean(line.map(({ y }) => y))];
    return line.map(({ x, y }) => [x - x0, y - y0]);
  });
  if (centred.every(([x]) => x === 0)) return null;
  const { m } = linearRegression(centred);
  const xs = known.map(({ x }) => x);
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  return { perUnit: m, change: m * (to - from), from, to, leftOut: samples.length - known.length };
}
