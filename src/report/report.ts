import type { Comparison } from '../measure/comparison.js';
import type { Summary } from '../measure/figures.js';
import type { GateResult } from '../measure/gates.js';
import type { AttemptResult, RunInfo } from '../types.js';
import type { TimelineSet } from './timeline.js';

/** All that a finished run has to say, for whoever renders it. */
export interface Report {
  readonly info: RunInfo;
  readonly summary: Summary;
  /** In the order in which they were asked for; empty where none was. */
  readonly gates: readonly GateResult[];
  /** Against the baseline; null where there is none. */
  readonly comparison: Comparison | null;
  /** In the order of the draw. */
  readonly results: readonly AttemptResult[];
  /** What the recordings show of each attempt; left out where nobody has looked at them. */
  readonly timelines?: TimelineSet;
  /** Verdicts of the baseline, in any order; left out where there is none. */
  readonly baseResults?: readonly AttemptResult[];
}
