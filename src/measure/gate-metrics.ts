import type { Intent, Ms } from '../types.js';
import type { GroupFigures, MissingBound, PercentileFigure, RateFigure, Summary } from './figures.js';
import { fewestForUpperBound } from './intervals.js';
import { reportedPercentiles } from './percentile.js';

/** A figure as a gate sees it: rates 0 to 1, times in ms. Where one is null, `absent` says why. */
export interface SeenFigure {
  readonly estimate: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** How many independent attempts it rests on; null where there is no interval. */
  readonly effective: number | null;
  readonly absent: { readonly estimate: string; readonly lo: string; readonly hi: string };
}

/** A figure that a gate can be set on. */
export interface GateMetric {
  readonly unit: 'rate' | 'ms';
  /** It is one figure a latency limit: `interrupt_rate@100`. */
  readonly perLimit: boolean;
  /** It has a 95 % interval; else it is judged by what was seen. */
  readonly interval: boolean;
  /** It can be had for a group. */
  readonly grouped: boolean;
  /** Intents whose attempts it counts; null: all. */
  readonly intents: readonly Intent[] | null;
  /** @param limitMs one of the summary's where `perLimit`, else null */
  see(figures: GroupFigures, summary: Summary, limitMs: Ms | null): SeenFigure;
}

const interruptions: readonly Intent[] = ['interruption'];
const holds: readonly Intent[] = ['backchannel', 'noise'];

/** By the names of summary.csv, without the unit. */
export const gateMetrics: Readonly<Record<string, GateMetric>> = {
  interrupt_rate: limitRate(({ limits }, i) => limits[i].interrupt),
  quiet_rate: limitRate(({ limits }, i) => limits[i].quiet),
  p50: percentile('p50', 0.5),
  p95: percentile('p95', 0.95),
  p99: percentile('p99', 0.99),
  false_yield_rate: rate(holds, 'no valid backchannel or noise', ({ falseYield }) => falseYield),
  control_yield_rate: rate(['control'], 'no valid control', ({ controlYield }) => controlYield),
  errored: share(({ nErrored }) => nErrored),
  invalid: share(({ nInvalidHarness, nInvalidAgent }) => nInvalidHarness + nInvalidAgent),
  invalid_harness: share(({ nInvalidHarness }) => nInvalidHarness),
  invalid_agent: share(({ nInvalidAgent }) => nInvalidAgent),
  error_bar: {
    unit: 'ms', perLimit: false, interval: false, grouped: false, intents: null,
    see: (_, { errorBarMs }) => withoutInterval(errorBarMs, 'the run was not calibrated'),
  },
};

function limitRate(of: (figures: GroupFigures, i: number) => RateFigure): GateMetric {
  return {
    unit: 'rate', perLimit: true, interval: true, grouped: true, intents: interruptions,
    see: (figures, { withinMs }, limitMs) => seeRate(of(figures, withinMs.indexOf(limitMs as Ms)), 'no valid interruption'),
  };
}

function rate(intents: readonly Intent[], empty: string, of: (figures: GroupFigures) => RateFigure): GateMetric {
  return { unit: 'rate', perLimit: false, interval: true, grouped: true, intents, see: (figures) => seeRate(of(figures), empty) };
}

/** Of all attempts of the group, whatever became of them. */
function share(of: (figures: GroupFigures) => number): GateMetric {
  return {
    unit: 'rate', perLimit: false, interval: false, grouped: true, intents: null,
    see: (figures) => withoutInterval(figures.n === 0 ? null : of(figures) / figures.n, 'no attempts'),
  };
}

function percentile(name: string, p: (typeof reportedPercentiles)[number]): GateMetric {
  return {
    unit: 'ms', perLimit: false, interval: true, grouped: true, intents: interruptions,
    see: ({ percentiles }) => seePercentile(name, percentiles[reportedPercentiles.indexOf(p)]),
  };
}

function seeRate({ rate: estimate, lo, hi, effective }: RateFigure, empty: string): SeenFigure {
  return { estimate, lo, hi, effective, absent: { estimate: empty, lo: empty, hi: empty } };
}

function withoutInterval(estimate: number | null, empty: string): SeenFigure {
  return { estimate, lo: null, hi: null, effective: null, absent: { estimate: empty, lo: empty, hi: empty } };
}

function seePercentile(name: string, figure: PercentileFigure): SeenFigure {
  const { p, valueMs, loMs, hiMs, effective, moreThanMs, missing } = figure;
  const known = moreThanMs === null ? '' : `: more than ${moreThanMs.toFixed(1)} ms`;
  const value = missing.value === 'no-attempts' ? 'no valid interruption' : `${name} falls among the misses${known}`;
  const absent = { estimate: value, lo: noBound('lower', missing.lo, figure, 1 - p), hi: noBound('upper', missing.hi, figure, p) };
  return { estimate: valueMs, lo: loMs, hi: hiMs, effective, absent };
}

function noBound(end: 'lower' | 'upper', missing: MissingBound | null, { n, effective }: PercentileFigure, p: number): string {
  if (missing === 'no-attempts') return 'no valid interruption';
  if (missing === 'among-misses') return `no ${end} bound: it falls among the misses`;
  return `no ${end} bound: ${effective === n ? 'n' : 'effective n'} < ${fewestForUpperBound(p)}`;
}
