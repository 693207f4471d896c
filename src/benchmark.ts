import { refuseUnreachable } from './agents/reach.js';
import type { Summary } from './measure/figures.js';
import { summarize } from './measure/summarize.js';
import { claimFolder } from './report/folder.js';
import { AgentSpans } from './run/agent-spans.js';
import { compareClocks } from './run/agreement.js';
import { saveBaseline } from './run/baseline.js';
import { startCalibration } from './run/calibration.js';
import { Collector } from './run/collector.js';
import { estimateRun } from './run/estimate.js';
import type { DryRun } from './run/estimate.js';
import { exportTraces, prepareExport } from './run/export-traces.js';
import type { TraceExport } from './run/export-traces.js';
import { judgeRun, standardsOf } from './run/judge.js';
import type { RunVerdict, Standards } from './run/judge.js';
import { playTo } from './run/monitoring.js';
import type { AttemptPlayer } from './run/monitoring.js';
import { prepareRun } from './run/prepare.js';
import type { PreparedRun } from './run/prepare.js';
import { describeRun, publish, publishReports } from './run/publish.js';
import { ProgressReporter } from './run/progress.js';
import { replayMissing } from './run/replay.js';
import { chooseSessions } from './run/sessions.js';
import type { Sessions } from './run/sessions.js';
import { stopAfter } from './run/stop.js';
import { timelinesOf } from './run/timelines.js';
import type { ClockAgreement, Lateness, Progress, RunConfig, RunInfo } from './types.js';

export type { DryRun } from './run/estimate.js';

export interface RunHooks {
  /** Called as the run goes on. */
  progress?(progress: Progress): void;
  /** Raised: stop, keep what is done. */
  readonly signal?: AbortSignal;
  /** Plays each attempt that is over; left out: none is heard. */
  readonly player?: AttemptPlayer | null;
}

export interface RunOutcome {
  readonly info: RunInfo;
  readonly summary: Summary;
  /** Gates and baseline: whether it passed. */
  readonly verdict: RunVerdict;
  /** Reports that are for standard output; empty where none was asked for. */
  readonly printed: string;
  /** What became of the traces that were to be exported; empty where none were. */
  readonly exports: readonly TraceExport[];
  /** The caller's signal ended the run. */
  readonly interrupted: boolean;
}

/**
 * The whole program: plan, calibrate, replay, measure, summarize, judge, report. Leaves its results in `config.outputDir`.
 * @throws BargeinError for a configuration that cannot run, an agent that is not there, and files that cannot be written
 */
export async function runBenchmark(config: RunConfig, hooks: RunHooks = {}): Promise<RunOutcome> {
  const run = await prepareRun(config);
  const standards = await standardsOf(run);
  // A run that is gone on with may have all its attempts already.
  if (config.existing !== 'resume') await refuseUnreachable(config.agent, config.agentOptions);
  await prepareExport(config);
  const agentSpans = await AgentSpans.open(config);
  try {
    claimFolder(config.outputDir, config.existing);
    return await measureRun(run, { standards, agentSpans }, hooks);
  } finally {
    await agentSpans.close();
  }
}

async function measureRun(run: PreparedRun, { standards, agentSpans }: { readonly standards: Standards; readonly agentSpans: AgentSpans }, { progress = () => {}, signal = new AbortController().signal, player = null }: RunHooks): Promise<RunOutcome> {
  const { config } = run;
  const collector = await Collector.open(run);
  if (player) collector.onFiled = playTo(player, run);
  const reporter = new ProgressReporter([{ run, collector }], progress);
  let stop = stopAfter(null, signal);
  let line: Sessions['line'] = null;
  try {
    const sessions = await chooseSessions(config, signal);
    ({ line } = sessions);
    reporter.choosing(sessions, config);
    const calibrating = await startCalibration(run, sessions, signal, (done, total) => reporter.calibrating(done, total));
    stop = stopAfter(config.maxDurationMs, signal);
    const finish = async (lateness: Lateness | null, agreement: ClockAgreement | null): Promise<RunOutcome> => {
      const calibration = await calibrating.report;
      await collector.settle();
      const joined = await agentSpans.joinTo(collector, signal);
      const { results } = collector;
      const summary = summarize(results, { withinMs: config.withinMs, errorBarMs: calibration.summary.p95Ms });
      const info = describeRun(run, collector, { summary, calibration, agreement, lateness, sessions, joined });
      publish(run, collector, info, summary);
      const judged = judgeRun(standards, { info, summary, results }, config);
      const printed = await publishReports(run, { info, summary, results, baseResults: standards.baseline?.results, ...judged }, () => timelinesOf(run, info, results));
      const verdict = { ...judged, baseline: saveBaseline(config, info, judged.failures) };
      const exports = await exportTraces({ info, summary, results, journalPath: collector.journal.path }, config);
      return { info, summary, verdict, printed, exports, interrupted: signal.aborted };
    };
    try {
      const [lateness] = await replayMissing([{ run, collector }], sessions, stop, reporter);
      const agreement = stop.signal.aborted ? null : await compareClocks(run, collector.results, stop.signal, (done, total) => reporter.comparing(done, total));
      return await finish(lateness, agreement);
    } catch (thrown) {
      // Whatever ended the run: what it had measured is reported, then the fault is.
      if (collector.count > 0) await finish(null, null);
      throw thrown;
    }
  } finally {
    await line?.end();
    stop.clear();
    collector.journal.close();
  }
}

/**
 * What a run would take, without a call to the agent under test beyond a few attempts where that costs nothing.
 * @throws BargeinError for what `runBenchmark` would refuse: a configuration that cannot run, its gates and its baseline
 */
export async function planRun(config: RunConfig): Promise<DryRun> {
  const run = await prepareRun(config);
  await standardsOf(run);
  return estimateRun(run);
}
