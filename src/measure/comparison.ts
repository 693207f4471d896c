import type { Ms, Outcome } from '../types.js';

/** What a line says of the newer build. `within noise`: a change that would matter can be ruled out. `inconclusive`: it cannot. */
export type Verdict = 'improved' | 'regressed' | 'within noise' | 'inconclusive';

/** A figure of the same attempts in two runs. Rates lie between 0 and 1, percentiles are in ms. */
export interface PairedDifference {
  /** Pairs. */
  readonly n: number;
  /** null where there are none, or where the percentile falls among the misses. */
  readonly base: number | null;
  readonly head: number | null;
  /** head - base; null where either is. */
  readonly difference: number | null;
  /** 95 % interval of the difference; null too where the percentile lies so near the misses that there is none. */
  readonly lo: number | null;
  readonly hi: number | null;
  /** Two-sided. */
  readonly p: number | null;
  /**
   * The smallest difference that these attempts show with a power of 90 % at the level that was asked for, in a comparison 5 % over the
   * number of lines; null where it is not known.
   */
  readonly smallest: number | null;
  readonly method: 'mcnemar' | 'clustered' | 'bootstrap';
}

/** One figure of two runs, compared over the pairs that are valid in both. */
export interface ComparisonLine extends PairedDifference {
  /** As in a gate: `interrupt_rate@100`, `p95`, `false_yield_rate[backchannel]`. */
  readonly metric: string;
  readonly unit: 'rate' | 'ms';
  readonly better: 'higher' | 'lower';
  /** `p` after Holm's correction over all lines that have one. */
  readonly pHolm: number | null;
  readonly verdict: Verdict;
  /** Why, where there is more to say than the numbers do: what is missing. */
  readonly note: string | null;
}

/** An attempt that came out better in one run than in the other. */
export interface Flip {
  readonly attemptId: string;
  readonly intent: string;
  readonly persona: string;
  readonly condition: string;
  readonly agentClip: string;
  readonly userClip: string | null;
  readonly direction: 'worse' | 'better';
  readonly baseOutcome: Outcome;
  readonly headOutcome: Outcome;
  readonly baseMs: Ms | null;
  readonly headMs: Ms | null;
  /** The limits at which the verdict changed, ms. */
  readonly limitsMs: readonly Ms[];
}

/** One of the two runs, for headings. */
export interface ComparedRun {
  readonly runId: string;
  readonly label: string;
  readonly agent: string;
}

/** Two runs of the same attempts against each other. Plain, serialisable: no Infinity, no NaN. */
export interface Comparison {
  readonly base: ComparedRun;
  readonly head: ComparedRun;
  /** Attempts that both runs have. */
  readonly pairs: number;
  /** Pairs that are valid in both, and attempts that only one run has. */
  readonly validPairs: number;
  readonly unpaired: number;
  readonly lines: readonly ComparisonLine[];
  /** Worst first, then the improved ones. */
  readonly flips: readonly Flip[];
  /** What differs between the runs that should not; empty unless a mismatch was allowed. */
  readonly mismatches: readonly string[];
  /** What a reader must know before the verdicts: runs that cannot be trusted, attempts left out, other seeds. */
  readonly warnings: readonly string[];
  /** How the tests were made, a sentence or two. */
  readonly method: string;
}
