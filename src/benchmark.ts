import { calibrate } from './calibration/index.js';
import type { Summary } from './measure/figures.js';
import { summarize } from './measure/summarize.js';
import { claimFolder } from './report/folder.js';
import { compareClocks } from './run/agreement.js';
import { Collector } from './run/collector.js';
import { estimateRun } from './run/estimate.js';
import type { DryRun } from './run/estimate.js';
import { prepareRun } from './run/prepare.js';
import type { PreparedRun } from './run/prepare.js';
import { describeRun, publish } from './run/publish.js';
import { ProgressReporter } from './run/progress.js';
import { replayMissing } from './run/replay.js';
import { stopAfter } from './run/stop.js';
import type { ClockAgreement, Lateness, Progress, RunConfig, RunInfo } from './types.js';

export type { DryRun } from './run/estimate.js';

export interface RunHooks {
  /** Called as the run goes on. */
  progress(progress: Progress): void;
  /** Raised: stop, keep what is done. */
  readonly signal: AbortSignal;
}

export interface RunOutcome {
  readonly info: RunInfo;
  readonly summary: Summary;
  /** The caller's signal ended the run. */
  readonly interrupted: boolean;
}

/**
 * The whole program: plan, calibrate, replay, measure, summarize, report. Leaves its results in `config.outputDir`.
 * @throws BargeinError for a configuration that cannot run, and for files that cannot be written
 */
export async function runBenchmark(config: RunConfig, { progress, signal }: RunHooks): Promise<RunOutcome> {
  const run = await prepareRun(config);
  claimFolder(config.outputDir, config.existing);
  const collector = await Collector.open(run);
  const reporter = new ProgressReporter(run, collector, progress);
  let stop = stopAfter(null, signal);
  try {
    const calibration = await calibrateBriefly(run, signal, (done, total) => reporter.calibrating(done, total));
    stop = stopAfter(config.maxDurationMs, signal);
    const finish = (lateness: Lateness | null, agreement: ClockAgreement | null): RunOutcome => {
      const summary = summarize(collector.results, { withinMs: config.withinMs, errorBarMs: calibration.summary.p95Ms });
      const info = describeRun(run, collector, { summary, calibration, agreement, lateness });
      publish(run, collector, info, summary);
      return { info, summary, interrupted: signal.aborted };
    };
    try {
      const lateness = await replayMissing(run, collector, stop.signal, () => reporter.replaying());
      reporter.comparing();
      const agreement = stop.signal.aborted ? null : await compareClocks(run, collector.results, stop.signal);
      return finish(lateness, agreement);
    } catch (thrown) {
      // Whatever ended the run: what it had measured is reported, then the fault is.
      if (collector.count > 0) finish(null, null);
      throw thrown;
    }
  } finally {
    stop.clear();
    collector.journal.close();
  }
}

/** What a run would take, without a call to the agent under test beyond a few attempts where that costs nothing. */
export async function planRun(config: RunConfig): Promise<DryRun> {
  return estimateRun(await prepareRun(config));
}

/** The short calibration that each run begins with, on its own clock, of its own detector. */
function calibrateBriefly({ config, measure }: PreparedRun, signal: AbortSignal, onProgress: (done: number, total: number) => void) {
  const { clock, corpusDir, seed, playoutMs, calibrationAttempts, concurrency } = config;
  const controls = Math.ceil(calibrationAttempts / 3);
  // In real time sixty attempts one after another would take minutes; more sessions than the run has make the error no smaller.
  return calibrate({ clock, corpusDir, seed, playoutMs, attempts: calibrationAttempts, controls, fades: 0, concurrency: Math.max(concurrency, 8), longestDelayMs: 500, detection: measure, onProgress, signal });
}
