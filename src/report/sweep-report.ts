import type { Sensitivity } from '../measure/sensitivity.js';
import type { SweepFigures } from '../measure/sweep-figures.js';
import type { OptionValue, RunInfo } from '../types.js';

/** What a report says of one point besides its figures. */
export interface SweepPointInfo {
  readonly runId: string;
  /** Its own results, relative to the sweep's folder; null where it has none of its own. */
  readonly folder: string | null;
  readonly untrusted: readonly string[];
  /** Attempts planned but not measured. */
  readonly unfinished: number;
}

/** A sweep, ready to be written in any format. */
export interface SweepReport {
  /** What was swept: options of the agent, or of the measurement on recordings of one run. */
  readonly subject: 'agent' | 'detector';
  /** What all points have in common. Of the reference point; of the run whose recordings were measured again. */
  readonly run: RunInfo;
  readonly points: readonly SweepPointInfo[];
  readonly figures: SweepFigures;
  /** How much hangs on what was swept; null for a sweep of an agent, which is meant to change. */
  readonly sensitivity: Sensitivity | null;
}

/** The names of the swept parameters, in the order of the grid. */
export function sweptNames({ figures }: Pick<SweepReport, 'figures'>): string[] {
  return Object.keys(figures.points[0].params);
}

/** The swept parameters that do not have one value throughout, each with its values in the order of the grid. */
export function variedValues({ figures }: Pick<SweepReport, 'figures'>): [string, OptionValue[]][] {
  return sweptNames({ figures })
    .map((name): [string, OptionValue[]] => [name, [...new Set(figures.points.map(({ params }) => params[name]))]])
    .filter(([, values]) => values.length > 1);
}

/** `vad.threshold=0.5 tts.chunkMs=30`. */
export function describeParams(params: Readonly<Record<string, OptionValue>>): string {
  const texts = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return texts.length > 0 ? texts.join(' ') : 'as it was';
}
