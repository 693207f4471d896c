import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../environment.js';
import { BargeinError } from '../errors.js';
import type { Summary } from '../measure/figures.js';
import { compareRuns, refuseUnlike } from '../measure/compare.js';
import { judgeGates, parseGate } from '../measure/gates.js';
import type { Gate } from '../measure/gates.js';
import { isStackGate, judgeStackGate, parseStackGate } from '../measure/stack-gates.js';
import { attemptsCsv } from '../report/attempts-csv.js';
import { resultOfValues } from '../report/attempts-reader.js';
import { baselineFolder, claimFolder, resultFiles, stackFile, traceContents, writeResult } from '../report/folder.js';
import { loadResults } from '../report/results.js';
import type { SavedRun } from '../report/results.js';
import { runJson } from '../report/run-json.js';
import { stackCsv } from '../report/stack-csv.js';
import { summaryCsv } from '../report/summary-csv.js';
import { TraceAnalysis } from '../telemetry/analysis.js';
import type { NameSeen, RuleSeen } from '../telemetry/plans.js';
import { listenForSpans, readSpans } from '../telemetry/index.js';
import type { ReadTally, Span } from '../telemetry/index.js';
import type { Ms, RunConfig, RunInfo } from '../types.js';
import { saveBaseline } from './baseline.js';
import { failuresOf } from './judge.js';
import type { RunVerdict } from './judge.js';
import { publishReports } from './publish.js';
import { stopAfter } from './stop.js';
import { describeTrace, factsOf, summarizeTrace, traceSettingsOf } from './trace-info.js';
import type { TraceSettings } from './trace-info.js';

/** Where spans come from: files, or whoever sends them to an address for a time. */
export type TraceInput =
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'listen'; readonly host: string; readonly port: number; readonly forMs: Ms | null };

export interface TraceConfig
  extends TraceSettings,
    Pick<RunConfig, 'outputDir' | 'gates' | 'gateOn' | 'baseline' | 'saveBaseline' | 'failOnRegression' | 'reports'> {
  readonly input: TraceInput;
  readonly existing: 'refuse' | 'replace';
  /** Hold it against a baseline of another kind or mapping all the same, and show in what they differ. */
  readonly allowMismatch: boolean;
}

export interface TraceHooks {
  /** Called as spans are taken, with their number. */
  progress(spans: number): void;
  /** Called once somebody can send spans there. */
  listening(url: string): void;
  /** Raised: of files, stop and report what was read; of an address, all that was to come has come. */
  readonly signal: AbortSignal;
}

export interface TraceOutcome {
  readonly info: RunInfo;
  readonly summary: Summary;
  readonly verdict: RunVerdict;
  readonly printed: string;
  /** The signal ended the reading of files. */
  readonly interrupted: boolean;
}

/** What a mapping made of an input, without any figure. */
export interface MappingCheck {
  readonly spans: number;
  readonly names: readonly NameSeen[];
  readonly rules: readonly RuleSeen[];
  readonly calls: number;
  readonly tally: ReadTally;
}

/** Between two reports of progress. */
const progressEvery = 20_000;

/**
 * The second way to measure: from the spans of calls. Reads, judges and reports as a run does, into `config.outputDir`.
 * @throws BargeinError for gates and a baseline that no trace could be held to, inputs that cannot be read, files that cannot be
 * written, and where nothing in the input matches the mapping
 */
export async function runTrace(config: TraceConfig, hooks: TraceHooks): Promise<TraceOutcome> {
  const gates = config.gates.map((text) => parseStackGate(text) ?? parseGate(text, config.withinMs));
  const baseline = readBaseline(config);
  claimFolder(config.outputDir, config.existing, traceContents);
  try {
    const { analysis, tally } = await analyse(config, hooks);
    return await report(config, { gates, baseline }, analysis, tally, hooks.signal.aborted && config.input.kind === 'files');
  } catch (thrown) {
    removeIfEmpty(config.outputDir);
    throw thrown;
  }
}

/** Reads an input and says what the mapping found in it: nothing is judged, nothing is written. */
export async function checkTraceMapping(config: Pick<TraceConfig, 'input' | 'mapping' | 'pageLimitsMs'>, hooks: TraceHooks): Promise<MappingCheck> {
  const { analysis, tally } = await analyse(config, hooks);
  const { facts } = analysis.finish();
  return { spans: analysis.spans, names: analysis.plans.names(), rules: analysis.plans.rules(), calls: facts.calls, tally };
}

async function analyse({ input, mapping, pageLimitsMs }: Pick<TraceConfig, 'input' | 'mapping' | 'pageLimitsMs'>, { progress, listening, signal }: TraceHooks): Promise<{ analysis: TraceAnalysis; tally: ReadTally }> {
  const analysis = new TraceAnalysis({ mapping, pageLimitsMs, rebuild: (cells) => resultOfValues(cells, 'a span') });
  const onSpan = (span: Span) => {
    analysis.take(span);
    if (analysis.spans % progressEvery === 0) progress(analysis.spans);
  };
  switch (input.kind) {
    case 'files':
      return { analysis, tally: await readSpans(input.paths, onSpan, { signal }) };
    case 'listen': {
      const receiver = await listenForSpans({ host: input.host, port: input.port }, onSpan);
      listening(receiver.url);
      await ended(input.forMs, signal);
      return { analysis, tally: await receiver.close() };
    }
  }
}

/** Resolves after a time, or as the signal is raised. */
function ended(forMs: Ms | null, signal: AbortSignal): Promise<void> {
  const stop = stopAfter(forMs, signal);
  return new Promise<void>((resolve) => {
    if (stop.signal.aborted) resolve();
    else stop.signal.addEventListener('abort', () => resolve(), { once: true });
  }).finally(() => stop.clear());
}

interface TraceStandards {
  readonly gates: readonly Gate[];
  readonly baseline: SavedRun | null;
}

async function report(config: TraceConfig, standards: TraceStandards, analysis: TraceAnalysis, tally: ReadTally, interrupted: boolean): Promise<TraceOutcome> {
  const findings = analysis.finish();
  const sources = config.input.kind === 'files' ? config.input.paths : [`${config.input.host}:${config.input.port}`];
  const facts = factsOf(findings, tally, sources);
  if (findings.results.length === 0 && facts.unmeasured.length === 0 && facts.stack.length === 0) throw nothingMatched(facts.spans);
  const summary = summarizeTrace(findings, config.withinMs);
  const info = describeTrace(findings, facts, summary, config, readEnvironment());
  const { results } = findings;
  const write = (name: string, text: string) => writeResult(join(config.outputDir, name), text, 'mend the cause and read the trace again');
  write(resultFiles.attempts, attemptsCsv(info, results));
  write(resultFiles.summary, summaryCsv(info, summary));
  write(stackFile, stackCsv(info, facts.stack));
  write(resultFiles.run, runJson(info));
  const stackGates = new Map(standards.gates.filter(isStackGate).map((gate) => [gate, judgeStackGate(gate, facts.stack)]));
  const gates = standards.gates.map((gate) => stackGates.get(gate) ?? judgeGates([gate], summary, config.gateOn)[0]);
  const comparison = standards.baseline && compareRuns(standards.baseline, { info, results }, { allowMismatch: config.allowMismatch });
  const failures = failuresOf(gates, comparison, config.failOnRegression);
  const printed = await publishReports({ config }, { info, summary, gates, comparison, results, baseResults: standards.baseline?.results }, async () => ({ byAttempt: new Map(), missing: 'a trace holds no audio' }));
  return { info, summary, verdict: { gates, comparison, failures, baseline: saveBaseline(config, info, failures) }, printed, interrupted };
}

/** Read and looked at before the input is, which may take long. */
function readBaseline(config: TraceConfig): SavedRun | null {
  if (config.baseline === null) return null;
  const baseline = loadResults(baselineFolder(config.baseline));
  if (!config.allowMismatch) refuseUnlike(baseline.info, traceSettingsOf(config));
  return baseline;
}

function nothingMatched(spans: number): BargeinError {
  const seen = spans === 0 ? 'the input holds no spans' : `none of ${spans} spans is one that the mapping knows`;
  return new BargeinError(seen, spans === 0 ? 'name another file, or see what the exporter writes' : '--dry-run shows the names that are there; --mapping FILE says which of them mean what (docs/tracing-in.md)');
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It holds something, or is gone.
  }
}
