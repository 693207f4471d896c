import { withoutSecrets } from '../agents/secrets.js';
import { clustersOf } from '../measure/rates.js';
import { validInterruptions } from '../measure/selections.js';
import type { GroupName, Summary } from '../measure/figures.js';
import { summarize } from '../measure/summarize.js';
import { describeTraceMethod, judgeTraceTrust, unknownToTraces } from '../measure/trace-trust.js';
import type { FullMapping } from '../telemetry/mapping.js';
import type { TraceFindings } from '../telemetry/analysis.js';
import type { ReadTally } from '../telemetry/tally.js';
import type { AttemptResult, Environment, Ms, RunInfo, Stage, Tallied, TraceFacts } from '../types.js';
import { hashOf } from './prepare.js';

/** What decides the figures of a trace beside its spans. */
export interface TraceSettings {
  readonly mapping: FullMapping;
  readonly withinMs: readonly Ms[];
  readonly pageLimitsMs: Readonly<Partial<Record<Stage, Ms>>>;
  /** null: that of the run that wrote the spans, else `production`. */
  readonly label: string | null;
}

/** Faults of an input that change no figure: exporters send spans as they end, and not all of a trace is in every file. */
const harmless: ReadonlySet<string> = new Set(['out-of-order', 'rounded-time', 'late-resource', 'unchecked', 'no-spans']);

/** What was read and what the spans say, together. */
export function factsOf({ facts }: TraceFindings, tally: ReadTally, sources: readonly string[]): TraceFacts {
  const told = tally.faults.map(({ kind, means, count, first }): Tallied & { kind: string } => ({ kind, what: means, count, example: `${first.where}: ${first.why}` }));
  const plain = ({ what, count, example }: Tallied): Tallied => ({ what, count, example });
  return {
    sources: sources.map(withoutSecrets),
    ...facts,
    lost: tally.faults.reduce((sum, { fate, count }) => (fate === 'kept' ? sum : sum + count), 0),
    defects: [...told.filter(({ kind }) => !harmless.has(kind)).map(plain), ...facts.defects].sort((a, b) => b.count - a.count),
    notes: [...facts.notes, ...told.filter(({ kind }) => harmless.has(kind)).map(({ what, count }) => ({ what, count, example: null }))],
  };
}

/** Figures of a trace: those of a run, without the groups that it knows nothing of. */
export function summarizeTrace({ results, runs }: TraceFindings, withinMs: readonly Ms[]): Summary {
  const rebuilt = results.length > 0 && results.every(({ detector }) => detector !== 'spans');
  const errorBarMs = rebuilt && runs.length === 1 ? runs[0].errorBarMs : null;
  const summary = summarize(results, { withinMs, errorBarMs, leftOut: rebuilt ? [] : leftOutOf(results) });
  if (rebuilt) return summary;
  const interruptions = validInterruptions(results);
  return { ...summary, method: describeTraceMethod(clustersOf(interruptions), interruptions.length) };
}

/** Where the start of the agent's speech is not known, nor is how far into it the barge-in came. */
function leftOutOf(results: readonly AttemptResult[]): readonly GroupName[] {
  return results.every(({ actualOffsetMs }) => actualOffsetMs !== null) ? unknownToTraces : [...unknownToTraces, 'offset_band'];
}

/** What of a trace is compared with another: names and pairs, no corpus and no draw. */
export function traceSettingsOf({ mapping, withinMs }: Pick<TraceSettings, 'mapping' | 'withinMs'>): Pick<RunInfo, 'source' | 'corpus' | 'draw' | 'clock' | 'withinMs' | 'configuration'> {
  const { intent, ...names } = mapping;
  return {
    source: 'trace',
    corpus: { name: 'calls', hash: 'none' },
    draw: { profile: 'trace', hash: 'none', attempts: 0 },
    clock: 'realtime',
    withinMs,
    configuration: { mapping: hashOf(names), intent: typeof intent === 'string' ? intent : hashOf(intent) },
  };
}

/** run.json of a trace. Equal inputs and settings give an equal run id, in whatever order the spans came. */
export function describeTrace(findings: TraceFindings, facts: TraceFacts, summary: Summary, settings: TraceSettings, environment: Environment): RunInfo {
  const common = traceSettingsOf(settings);
  const [run] = findings.runs;
  const label = settings.label ?? (findings.runs.length === 1 ? run.label : null) ?? 'production';
  const runKey = hashOf('trace', common.configuration, label, settings.withinMs);
  const trust = judgeTraceTrust(summary, facts);
  // All that was read is one run of this program, written by itself.
  const whole = findings.runs.length === 1 && facts.rebuilt === findings.results.length ? run : null;
  return {
    schemaVersion: 1,
    ...common,
    draw: { ...common.draw, attempts: findings.results.length },
    configuration: { ...common.configuration, pageLimitsMs: settings.pageLimitsMs },
    trace: facts,
    runId: hashOf(runKey, findings.results.map(({ attempt, outcome, stopLatencyMs, observedMs }) => [attempt.id, outcome, stopLatencyMs, observedMs]), facts.stack),
    runKey,
    label,
    agent: agentOf(findings),
    agentOptions: whole?.agentOptions ?? {},
    clock: whole?.clock === 'virtual' ? 'virtual' : 'realtime',
    turns: 'unprompted',
    undisturbedPauseMs: null,
    startedAt: findings.startedMs === null ? null : new Date(findings.startedMs).toISOString(),
    version: environment.version,
    seed: 0,
    shard: null,
    environment,
    calibration: null,
    errorBarMs: summary.errorBarMs,
    lateness: null,
    sessions: null,
    agreement: null,
    untrusted: trust.untrusted,
    warnings: trust.warnings,
    unfinished: 0,
  };
}

/** Services that are named, at most. */
const mostServices = 3;

/** Who spoke: the agent of the run that wrote the spans, else the services whose spans matched. */
function agentOf({ runs, services, results }: TraceFindings): string {
  const rebuilt = results.length > 0 && results.every(({ detector }) => detector !== 'spans');
  const named = rebuilt ? [...new Set(runs.flatMap(({ agent }) => agent ?? []))] : [...services].sort();
  const names = named.slice(0, mostServices).map(withoutSecrets).join('+');
  const more = named.length - mostServices;
  return names === '' ? 'unnamed service' : more > 0 ? `${names}+${more} more` : names;
}
