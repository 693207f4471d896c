import { refuseUnreachable } from '../agents/reach.js';
import { summarize } from '../measure/summarize.js';
import type { Summary } from '../measure/figures.js';
import { claimFolder } from '../report/folder.js';
import { loadCorpus } from '../corpus/load.js';
import type { AttemptResult, Lateness, Progress, RunConfig, RunInfo } from '../types.js';
import type { CalibrationReport } from '../calibration/index.js';
import { startCalibration } from './calibration.js';
import { Collector } from './collector.js';
import { prepareRun } from './prepare.js';
import { ProgressReporter } from './progress.js';
import { describeRun, publish } from './publish.js';
import { replayMissing } from './replay.js';
import type { RunInProgress } from './replay.js';
import { chooseSessions } from './sessions.js';
import type { Sessions } from './sessions.js';
import { stopAfter } from './stop.js';
import { Verdicts } from './verdicts.js';

export interface SweepHooks {
  progress(progress: Progress): void;
  /** Raised: stop, keep what is done. */
  readonly signal: AbortSignal;
}

/** One point of a sweep, measured: a run like any other. */
export interface MeasuredPoint {
  readonly info: RunInfo;
  readonly summary: Summary;
  readonly results: readonly AttemptResult[];
}

export interface SweepRun {
  /** In the order of the configurations. */
  readonly points: readonly MeasuredPoint[];
  readonly interrupted: boolean;
}

/**
 * Runs of one agent that differ in nothing but its options, all on the same attempts with the same seeds: each attempt is replayed at
 * every point before the next one, so that whatever drifts in real time meets all points alike. Each point leaves its results in its
 * own `outputDir`, as a run does. One calibration serves all: they are measured in the same way.
 *
 * @param configs one a point, equal but for `agentOptions` and `outputDir`
 * @throws BargeinError for a configuration that cannot run, and for files that cannot be written
 */
export async function runSweep(configs: readonly RunConfig[], { progress, signal }: SweepHooks): Promise<SweepRun> {
  const [first] = configs;
  const corpus = await loadCorpus(first.corpusDir);
  const runs = [];
  for (const config of configs) runs.push(await prepareRun(config, corpus));
  await refuseUnreachable(first.agent, first.agentOptions);
  for (const { config } of runs) claimFolder(config.outputDir, config.existing);
  const points: RunInProgress[] = [];
  let stop = stopAfter(null, signal);
  let line: Sessions['line'] = null;
  try {
    const verdicts = new Verdicts(corpus, runs[0].agent.turns, runs[0].measure);
    for (const run of runs) points.push({ run, collector: await Collector.open(run, verdicts) });
    const reporter = new ProgressReporter(points, progress);
    const sessions = await chooseSessions(first, signal);
    ({ line } = sessions);
    reporter.choosing(sessions, first);
    const calibrating = await startCalibration(runs[0], sessions, signal, (done, total) => reporter.calibrating(done, total));
    stop = stopAfter(first.maxDurationMs, signal);
    let latenesses: (Lateness | null)[] = points.map(() => null);
    try {
      latenesses = await replayMissing(points, sessions, stop, reporter);
    } catch (thrown) {
      // Whatever ended the sweep: what it had measured is reported, then the fault is.
      const calibration = await calibrating.report;
      for (const point of points.filter(({ collector }) => collector.count > 0)) await finish(point, calibration, null, sessions);
      throw thrown;
    }
    const calibration = await calibrating.report;
    const measured: MeasuredPoint[] = [];
    for (const [i, point] of points.entries()) measured.push(await finish(point, calibration, latenesses[i], sessions));
    return { points: measured, interrupted: signal.aborted };
  } finally {
    await line?.end();
    stop.clear();
    for (const { collector } of points) collector.journal.close();
  }
}

async function finish({ run, collector }: RunInProgress, calibration: CalibrationReport, lateness: Lateness | null, sessions: Sessions): Promise<MeasuredPoint> {
  await collector.settle();
  const { results } = collector;
  const summary = summarize(results, { withinMs: run.config.withinMs, errorBarMs: calibration.summary.p95Ms });
  const info = describeRun(run, collector, { summary, calibration, agreement: null, lateness, sessions, joined: null });
  publish(run, collector, info, summary);
  return { info, summary, results };
}
