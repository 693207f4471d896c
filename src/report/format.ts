import type { PercentileFigure, RateFigure } from '../measure/figures.js';
import { fewestForUpperBound } from '../measure/intervals.js';
import type { Ms } from '../types.js';

/** What stands for a missing value. */
export const nothing = '-';

/** `83.1 %`, or a dash. */
export function percent(rate: number | null): string {
  return rate === null ? nothing : `${(100 * rate).toFixed(1)} %`;
}

/** `9.5 .. 15.7 %`, or a dash. */
export function percentRange(lo: number | null, hi: number | null): string {
  return lo === null || hi === null ? nothing : `${(100 * lo).toFixed(1)} .. ${(100 * hi).toFixed(1)} %`;
}

export function rateInterval({ lo, hi }: RateFigure): string {
  return percentRange(lo, hi);
}

/** `83.1 ms`, or a dash. */
export function milliseconds(ms: Ms | null, digits = 1): string {
  return ms === null ? nothing : `${ms.toFixed(digits)} ms`;
}

/** `83.1 ms`, `> 812.0 ms` where it falls among the misses, or a dash. */
export function percentileValue({ valueMs, moreThanMs, missing }: PercentileFigure): string {
  if (missing.value === 'among-misses') return moreThanMs === null ? 'a miss' : `> ${milliseconds(moreThanMs)}`;
  return milliseconds(valueMs);
}

/** `79.2 .. 88.0 ms`; an end that does not exist says why. */
export function percentileInterval(figure: PercentileFigure): string {
  const { loMs, hiMs, missing, p, n, effective } = figure;
  if (missing.value === 'no-attempts') return nothing;
  if (loMs !== null && hiMs !== null) return `${loMs.toFixed(1)} .. ${hiMs.toFixed(1)} ms`;
  const fewest = (quantile: number) => `${effective === n ? 'n' : 'effective n'} < ${fewestForUpperBound(quantile)}`;
  if (missing.lo === 'among-misses') return 'no bounds: among the misses';
  const lower = loMs === null ? `no lower bound: ${fewest(1 - p)}` : `from ${milliseconds(loMs)}`;
  if (hiMs !== null) return `${lower}, up to ${milliseconds(hiMs)}`;
  const reason = missing.hi === 'among-misses' ? 'among the misses' : fewest(p);
  return loMs === null ? `no bounds: ${reason}` : `${lower}, no upper bound: ${reason}`;
}

/** 0.5 -> `p50`. */
export function percentileName(p: number): string {
  return `p${Number((100 * p).toFixed(3))}`;
}

/** `name 3, other 1`. */
export function counts(parts: readonly (readonly [string, number])[]): string {
  return parts.map(([name, count]) => `${name} ${count}`).join(', ');
}
