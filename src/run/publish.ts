import { join } from 'node:path';
import { shownAgent } from '../agents/shown-agent.js';
import { environmentWarnings } from '../environment.js';
import type { CalibrationReport } from '../calibration/index.js';
import type { Summary } from '../measure/figures.js';
import { judgeTrust, trustLimits } from '../measure/trust.js';
import { attemptsCsv } from '../report/attempts-csv.js';
import { comparisonFiles, writeComparison } from '../report/comparison-files.js';
import { reportFormats } from '../report/formats.js';
import type { Report } from '../report/formats.js';
import { resultFiles, writeResult } from '../report/folder.js';
import { runJson } from '../report/run-json.js';
import { summaryCsv } from '../report/summary-csv.js';
import type { TimelineSet } from '../report/timeline.js';
import type { ClockAgreement, Lateness, RunConfig, RunInfo, Warning } from '../types.js';
import { mostFailuresKept } from './collector.js';
import type { Collector } from './collector.js';
import { decisive, runIdOf } from './prepare.js';
import type { PreparedRun } from './prepare.js';
import { sessionWarnings } from './sessions.js';
import type { Sessions } from './sessions.js';
import { joinWarnings } from './join-warnings.js';
import type { JoinReport } from './agent-spans.js';

export interface Findings {
  readonly summary: Summary;
  readonly calibration: CalibrationReport | null;
  readonly agreement: ClockAgreement | null;
  readonly lateness: Lateness | null;
  readonly sessions: Sessions;
  /** What became of the agent's own spans; null where none were asked for. */
  readonly joined: JoinReport | null;
}

/** What is known of a run before anything has been measured. */
export function settingsOf({ config, corpus, plan }: PreparedRun): Pick<RunInfo, 'source' | 'corpus' | 'draw' | 'clock' | 'withinMs' | 'configuration'> {
  return {
    source: 'replay',
    clock: config.clock,
    corpus: { name: corpus.name, hash: corpus.hash },
    draw: { profile: plan.profile, hash: plan.drawHash, attempts: plan.planned },
    withinMs: config.withinMs,
    configuration: { ...decisive(config), agent: shownAgent(config.agent, config.agentOptions) },
  };
}

/** Everything about the run that is not a result. */
export function describeRun(run: PreparedRun, collector: Collector, findings: Findings): RunInfo {
  const { config, agent, plan, environment } = run;
  const { startedAt } = collector.journal;
  const trust = judgeTrust(findings.summary);
  return {
    schemaVersion: 1,
    ...settingsOf(run),
    trace: null,
    runId: runIdOf(run.runKey, startedAt, config.shard),
    runKey: run.runKey,
    label: config.label,
    agent: shownAgent(config.agent, config.agentOptions),
    agentOptions: agent.options,
    turns: agent.turns,
    undisturbedPauseMs: collector.undisturbedPauseMs,
    startedAt,
    version: environment.version,
    seed: config.seed,
    shard: config.shard,
    environment,
    calibration: findings.calibration?.summary ?? null,
    errorBarMs: findings.summary.errorBarMs,
    lateness: findings.lateness,
    sessions: findings.sessions.atOnce,
    agreement: findings.agreement,
    untrusted: [...trust.untrusted, ...doubtfulCalibration(findings.calibration)],
    warnings: [...trust.warnings, ...environmentWarnings(environment, config.clock), ...calibrationWarnings(findings.calibration, config), ...sessionWarnings(findings.sessions), ...joinWarnings(findings.joined), ...runWarnings(run, collector)],
    unfinished: plan.attempts.length - collector.count,
  };
}

/** Writes the CSVs from the verdicts in the order of the draw, and run.json. */
export function publish(run: PreparedRun, collector: Collector, info: RunInfo, summary: Summary): void {
  const path = (name: string) => join(run.config.outputDir, name);
  writeResult(path(resultFiles.attempts), attemptsCsv(info, collector.results));
  writeResult(path(resultFiles.summary), summaryCsv(info, summary));
  writeResult(path(resultFiles.run), runJson(info));
}

/**
 * Writes the comparison with the baseline, and the reports that were asked for besides.
 * @param sketch makes the timelines, where a report shows them
 * @returns what is for standard output
 */
export async function publishReports({ config }: { readonly config: Pick<RunConfig, 'reports' | 'outputDir'> }, judged: Omit<Report, 'timelines'>, sketch: () => Promise<TimelineSet>): Promise<string> {
  const report: Report = config.reports.includes('html') ? { ...judged, timelines: await sketch() } : judged;
  if (report.comparison) writeComparison(comparisonFiles(config.outputDir), report.comparison);
  let printed = '';
  for (const name of config.reports) {
    const { file, render } = reportFormats[name];
    const text = await render(report);
    if (file === null) printed += text;
    else writeResult(join(config.outputDir, file), text);
  }
  return printed;
}

/** Fewer points than this say nothing of a 95th percentile. */
const fewestPoints = 30;

function doubtfulCalibration(calibration: CalibrationReport | null): string[] {
  if (!calibration) return [];
  const { n, controls, falseYields } = calibration.summary;
  return [
    ...(n < fewestPoints ? [`the calibration has ${n} points only, of at least ${fewestPoints}: it was interrupted, or too late on this machine`] : []),
    ...(falseYields > 0 ? [`the calibration reported a yield on ${falseYields} of ${controls} controls`] : []),
  ];
}

function calibrationWarnings(calibration: CalibrationReport | null, { detectorOptions }: RunConfig): Warning[] {
  const [cause, remedy] =
    Object.keys(detectorOptions).length > 0
      ? ['detector options far from the defaults, or a busy machine', 'leave --detector-option out, or run on an idle machine']
      : ['a busy machine', 'run on an idle machine, with a smaller --concurrency'];
  return (calibration?.failures ?? []).map((failure) => ({ seen: `calibration: ${failure}`, cause, remedy: `${remedy}; \`bargein calibrate\` shows more` }));
}

function runWarnings({ plan, config, agent }: PreparedRun, collector: Collector): Warning[] {
  const warnings: Warning[] = plan.leftOut.map(({ reason, count }) => ({
    seen: `${count} attempts of the draw were left out`,
    cause: 'their conditions could not be rendered on this machine',
    remedy: reason,
  }));
  if (plan.notes.length > 0) {
    const more = plan.notes.length > 1 ? ` (and ${plan.notes.length - 1} more such quotas)` : '';
    warnings.push({ seen: `in the draw of the whole corpus: ${plan.notes[0]}${more}`, cause: 'the corpus has too few clips for the quotas of the draw', remedy: 'add recordings with `bargein corpus add`' });
  }
  const speechless = collector.results.filter(({ invalidReason }) => invalidReason === 'no-speech').length;
  if (config.reuseSession && agent.turns === 'unprompted' && speechless > 0) {
    warnings.push({
      seen: `in ${speechless} attempts the agent did not speak, in calls that were kept from one attempt to the next`,
      cause: 'an agent that speaks by itself on connect does so once a call (--reuse-session)',
      remedy: 'leave --reuse-session out, or ask the agent: --prompt-audio or --prompt-text',
    });
  }
  if (collector.smallestOffsetMs !== null) {
    warnings.push({
      seen: `some offsets were already past when the agent was heard; ${collector.smallestOffsetMs.toFixed(1)} ms could have been scheduled`,
      cause: 'the playout buffer gives too little lead',
      remedy: 'raise --playout-ms, or leave the earliest attempts out with --filter',
    });
  }
  if (collector.hasGivenUp) {
    warnings.push({
      seen: `the run was ended early: more than ${trustLimits.erroredShare * 100} % of its attempts errored`,
      cause: 'the agent is not there, refuses the connection, or breaks its protocol',
      remedy: 'read the column `error` of attempts.csv, mend that, and start again',
    });
  }
  if (config.keepAudio === 'failures' && collector.failures > mostFailuresKept) {
    warnings.push({
      seen: `audio of the first ${mostFailuresKept} of ${collector.failures} failures was kept`,
      cause: 'many attempts failed, and each takes about half a megabyte',
      remedy: '--keep-audio all keeps every one',
    });
  }
  return warnings;
}
