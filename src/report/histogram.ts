import type { LatencyCurve } from '../measure/figures.js';
import type { Ms } from '../types.js';

/** Ends of the rows besides the latency limits, ms. */
const commonEndsMs = [30, 60, 100, 150, 250, 400, 700, 1000, 2000] as const;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'] as const;

export interface HistogramRow {
  readonly name: string;
  readonly count: number;
}

/** Latencies counted between the limits and common ends, up to the last one reached, then the misses. */
export function histogramRows({ points, n, misses }: LatencyCurve, withinMs: readonly Ms[]): HistogramRow[] {
  if (n === 0) return [];
  const ends = [...new Set([...commonEndsMs, ...withinMs])].sort((a, b) => a - b);
  const upTo = (ms: Ms) => Math.round(n * points.reduce((share, point) => (point.latencyMs <= ms ? point.share : share), 0));
  const rows = ends.map((ms, i) => ({ name: `<= ${ms} ms`, count: upTo(ms) - (i === 0 ? 0 : upTo(ends[i - 1])) }));
  const later = n - misses - upTo(ends[ends.length - 1]);
  const last = rows.findLastIndex(({ count }) => count > 0);
  const shown = later > 0 ? [...rows, { name: `> ${ends[ends.length - 1]} ms`, count: later }] : rows.slice(0, last + 1);
  return [...shown, { name: 'missed', count: misses }];
}

/** A bar of block characters, to an eighth of one; at least an eighth where there is anything. */
export function bar(count: number, most: number, width: number): string {
  if (count === 0 || most === 0) return '';
  const parts = Math.max(1, Math.round((8 * width * count) / most));
  return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8];
}
