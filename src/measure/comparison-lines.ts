import type { Intent, Ms } from '../types.js';
import type { ClipPair } from './clusters.js';
import type { ComparisonLine, Verdict } from './comparison.js';
import { adjustHolm } from './holm.js';
import { pairedPercentile, pairedRate } from './paired.js';
import type { PairedDifference } from './comparison.js';
import { isValidPair } from './pairing.js';
import type { ResultPair } from './pairing.js';
import { wentQuiet, yieldLatencyMs } from './selections.js';

/** The least change that matters: a change beyond it must be ruled out before a line is `within noise`. */
export interface Margins {
  readonly rate: number;
  readonly ms: Ms;
}

/** Two-sided level of all lines together. */
const level = 0.05;
const comparedPercentiles = [0.5, 0.95] as const;
const holdIntents = ['backchannel', 'noise'] as const satisfies readonly Intent[];
/** The bootstrap's: equal results have equal verdicts. */
const seed = 1;

type Figure = Pick<ComparisonLine, 'metric' | 'unit' | 'better'> & { readonly pairs: readonly ResultPair[]; compare(pairs: readonly ResultPair[], clips: readonly ClipPair[], level: number): PairedDifference };

/**
 * Interrupt rate at each limit, p50, p95 and the false yield rate of backchannels and of noises, over the pairs that are valid in both
 * runs. Few lines on purpose: each makes the others harder to prove.
 * @param errorMs the error bars of both runs together: a smaller difference of a percentile may be the measurement's and is never called a change
 */
export function compareLines(pairs: readonly ResultPair[], withinMs: readonly Ms[], margins: Margins, errorMs: Ms): ComparisonLine[] {
  const figures = figuresOf(pairs.filter(isValidPair), withinMs);
  const tested = figures.filter((figure) => figure.pairs.length > 0).length;
  const differences = figures.map(({ pairs: of, compare }) => compare(of, of.map(({ base }) => base.attempt), level / Math.max(1, tested)));
  const corrected = adjustHolm(differences.map(({ p }) => p));
  return figures.map(({ metric, unit, better }, i) => {
    const difference = differences[i];
    const pHolm = corrected[i];
    const leastChange = unit === 'ms' ? errorMs : 0;
    const verdict = verdictOf(difference, pHolm, better, { margin: margins[unit], leastChange });
    return { metric, unit, better, ...difference, pHolm, verdict, note: noteOf(difference, pHolm, unit, leastChange) };
  });
}

function figuresOf(valid: readonly ResultPair[], withinMs: readonly Ms[]): Figure[] {
  const of = (intent: Intent) => valid.filter(({ base }) => base.attempt.intent === intent);
  const interruptions = of('interruption');
  return [
    ...withinMs.map((limitMs): Figure => {
      const inTime = ({ base, head }: ResultPair) => [yieldLatencyMs(base) <= limitMs, yieldLatencyMs(head) <= limitMs];
      return { metric: `interrupt_rate@${limitMs}`, unit: 'rate', better: 'higher', pairs: interruptions, compare: comparingRates(inTime) };
    }),
    ...comparedPercentiles.map((p): Figure => ({
      metric: `p${100 * p}`,
      unit: 'ms',
      better: 'lower',
      pairs: interruptions,
      compare: (pairs, clips, at) => pairedPercentile(pairs.map(({ base }) => yieldLatencyMs(base)), pairs.map(({ head }) => yieldLatencyMs(head)), clips, p, seed, at),
    })),
    ...holdIntents.map((intent): Figure => {
      const yielded = ({ base, head }: ResultPair) => [wentQuiet(base), wentQuiet(head)];
      return { metric: `false_yield_rate[${intent}]`, unit: 'rate', better: 'lower', pairs: of(intent), compare: comparingRates(yielded) };
    }),
  ];
}

function comparingRates(hits: (pair: ResultPair) => readonly boolean[]): Figure['compare'] {
  return (pairs, clips, at) => {
    const both = pairs.map(hits);
    return pairedRate(both.map(([base]) => base), both.map(([, head]) => head), clips, at);
  };
}

/** Whether a difference is more than chance, and more than none. */
function isProven(difference: number, pHolm: number): boolean {
  return pHolm < level && difference !== 0;
}

function verdictOf({ difference, lo, hi }: PairedDifference, pHolm: number | null, better: ComparisonLine['better'], { margin, leastChange }: { margin: number; leastChange: number }): Verdict {
  if (difference === null || pHolm === null || lo === null || hi === null) return 'inconclusive';
  if (isProven(difference, pHolm) && Math.abs(difference) > leastChange) return difference > 0 === (better === 'higher') ? 'improved' : 'regressed';
  return lo > -margin && hi < margin ? 'within noise' : 'inconclusive';
}

function noteOf({ n, base, head, difference, p }: PairedDifference, pHolm: number | null, unit: ComparisonLine['unit'], leastChange: number): string | null {
  if (n === 0) return 'no pair is valid in both runs';
  if (difference !== null && pHolm !== null && isProven(difference, pHolm) && Math.abs(difference) <= leastChange) {
    return `no more than the error bars of both runs together, ${leastChange.toFixed(2)} ms`;
  }
  if (unit === 'rate' || p !== null) return null;
  const missing = [...(base === null ? ['the base'] : []), ...(head === null ? ['the head'] : [])];
  if (missing.length > 0) return `among the misses in ${missing.join(' and ')}: the rates decide`;
  return n < 2 ? 'too few pairs' : 'too near the misses for an interval: the rates decide';
}
