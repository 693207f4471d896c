import type { Summary } from '../measure/figures.js';
import { isHopeless } from '../measure/trust.js';
import type { RunInfo } from '../types.js';

/** What is needed of a run to say why it ended before its last attempt. */
export interface EndedRun {
  readonly info: Pick<RunInfo, 'unfinished'>;
  readonly summary: Summary;
}

/**
 * Why a run or the points of a sweep ended early, and how to go on: lines for standard error; empty where all was measured.
 * @param what is missing, e.g. `3 attempts were not measured`
 */
export function describeEnd(runs: readonly EndedRun[], what: string, interrupted: boolean, outputDir: string): string {
  if (runs.every(({ info }) => info.unfinished === 0)) return '';
  const hopeless = runs.find(({ info, summary: { groups } }) => groups[0] !== undefined && isHopeless(groups[0].nErrored, groups[0].n + info.unfinished));
  if (!interrupted && hopeless) {
    const { nErrored, n } = hopeless.summary.groups[0];
    return `given up: ${nErrored} of ${n} attempts errored; ${what}\n  try: read the column \`error\` of attempts.csv, mend that, and run it anew\n`;
  }
  return `${interrupted ? 'interrupted' : 'stopped early (--max-duration)'}: ${what}\n  try: the same command with \`--output ${outputDir} --resume\` goes on\n`;
}
