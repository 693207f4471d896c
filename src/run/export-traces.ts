import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { dirname } from 'node:path';
import { BargeinError, fileFault, messageOf } from '../errors.js';
import type { Summary } from '../measure/figures.js';
import { readEntries } from '../replay/journal.js';
import { freshTrace } from '../replay/trace-ids.js';
import { attemptValues } from '../report/attempts-csv.js';
import { makeFolder } from '../report/folder.js';
import { attemptSpans } from '../telemetry/emit/attempt-spans.js';
import { otlpTargets } from '../telemetry/emit/endpoint.js';
import type { Environment, OtlpTargets } from '../telemetry/emit/endpoint.js';
import { layOut } from '../telemetry/emit/lay-out.js';
import type { Timed } from '../telemetry/emit/lay-out.js';
import { runResource } from '../telemetry/emit/run-resource.js';
import type { SpanSink } from '../telemetry/emit/sink.js';
import { wallClockStamp } from '../time/index.js';
import type { AttemptResult, RunConfig, RunInfo } from '../types.js';

/** A run that is over, and where its recordings are. */
export interface TracedRun {
  readonly info: RunInfo;
  readonly summary: Summary;
  readonly results: readonly AttemptResult[];
  readonly journalPath: string;
}

/** What became of an export to one place. */
export interface TraceExport {
  /** A URL or a file, as it may be shown. */
  readonly destination: string;
  readonly what: 'spans' | 'metrics';
  /** Attempts that were taken there. */
  readonly attempts: number;
  /** null: all went well. */
  readonly failure: { readonly message: string; readonly hint: string } | null;
}

/** Attempts sent at once. */
const batchSize = 64;

/**
 * Looks at where traces are to go before anything is measured.
 * @throws BargeinError for an address that is none, and a file that cannot be written
 */
export async function prepareExport({ otlp, otlpFile }: Pick<RunConfig, 'otlp' | 'otlpFile'>, env: Environment = process.env): Promise<void> {
  if (otlp !== null) otlpTargets(otlp, env);
  if (otlpFile === null) return;
  const { probeSpanFile } = await import('../telemetry/emit/span-file.js');
  try {
    makeFolder(dirname(otlpFile));
  } catch (thrown) {
    throw fileFault(thrown, dirname(otlpFile), 'name another file with --otlp-file');
  }
  probeSpanFile(otlpFile);
}

/**
 * Exports what was measured, one batch of the journal after the other. A place that does not take it is left out from then on and named in
 * the outcome: the results themselves are safe.
 */
export async function exportTraces(run: TracedRun, { otlp, otlpFile }: Pick<RunConfig, 'otlp' | 'otlpFile'>, env: Environment = process.env): Promise<readonly TraceExport[]> {
  if (otlp === null && otlpFile === null) return [];
  const targets = otlp === null ? null : otlpTargets(otlp, env);
  const exports = [
    ...(targets ? [new Delivery(targets.traces.url, async () => new (await import('../telemetry/emit/collector.js')).Collector(targets.traces, env))] : []),
    ...(otlpFile === null ? [] : [new Delivery(otlpFile, async () => new (await import('../telemetry/emit/span-file.js')).SpanFile(otlpFile))]),
  ];
  for (const one of exports) await one.open();
  for (const { spans, attempts } of batchesOf(run)) for (const one of exports) await one.write(spans, attempts);
  for (const one of exports) await one.close();
  const outcomes = exports.map((one) => one.outcome);
  const reachable = targets !== null && outcomes[0].failure === null;
  return reachable ? [...outcomes, ...(await exportMetrics(run, targets, env))] : outcomes;
}

/** Spans of the attempts that were measured, in bounded memory. */
function* batchesOf({ info, results, journalPath }: TracedRun): Generator<{ spans: ReadableSpan[]; attempts: number }> {
  const byId = new Map(results.map((result) => [result.attempt.id, result]));
  const last = lastEntries(journalPath);
  const zeros = layOut([...last.values()].filter(({ id }) => byId.has(id)), Date.parse(wallClockStamp()));
  const source = { resource: runResource(info), scope: { name: 'bargein', version: info.version } };
  // Which of the sessions that were kept an attempt had is not known.
  const isKept = info.configuration.reuseSession === true;
  let [spans, attempts, position]: [ReadableSpan[], number, number] = [[], 0, 0];
  for (const { attempt, recording } of readEntries(journalPath)) {
    const result = byId.get(attempt.id);
    const zeroNs = zeros.get(attempt.id);
    if (result && zeroNs !== undefined && last.get(attempt.id)?.position === position) {
      const sessionId = isKept ? info.runId : `${info.runId}/${attempt.id}`;
      spans.push(...attemptSpans({ result, recording, columns: attemptValues(info, result), trace: recording.trace ?? freshTrace(), sessionId, zeroNs }, source));
      attempts++;
    }
    position++;
    if (attempts < batchSize) continue;
    yield { spans, attempts };
    [spans, attempts] = [[], 0];
  }
  if (attempts > 0) yield { spans, attempts };
}

/** An attempt that a resumed run replayed twice counts as it was last. */
function lastEntries(journalPath: string): Map<string, Timed & { readonly position: number }> {
  const last = new Map<string, Timed & { readonly position: number }>();
  let position = 0;
  for (const { attempt: { id, index }, recording: { endMs, wallMs } } of readEntries(journalPath)) last.set(id, { id, index, endMs, wallMs, position: position++ });
  return last;
}

async function exportMetrics(run: TracedRun, { metrics }: OtlpTargets, env: Environment): Promise<TraceExport[]> {
  if (metrics === null) return [];
  const place = { destination: metrics.url, what: 'metrics', attempts: run.results.length } as const;
  try {
    const [{ collectMetrics }, { metricExporter, taken }] = await Promise.all([import('../telemetry/emit/metrics.js'), import('../telemetry/emit/collector.js')]);
    const exporter = metricExporter(metrics, env);
    const collected = await collectMetrics(run, exporter);
    await taken(metrics.url, (done) => exporter.export(collected, done));
    await exporter.shutdown();
    return [{ ...place, failure: null }];
  } catch (thrown) {
    return [{ ...place, attempts: 0, failure: faultOf(thrown) }];
  }
}

/** The way to one place, up to the first thing that goes wrong. */
class Delivery {
  readonly #destination: string;
  readonly #make: () => Promise<SpanSink>;
  #sink: SpanSink | null = null;
  #attempts = 0;
  #failure: TraceExport['failure'] = null;

  constructor(destination: string, make: () => Promise<SpanSink>) {
    this.#destination = destination;
    this.#make = make;
  }

  get outcome(): TraceExport {
    return { destination: this.#destination, what: 'spans', attempts: this.#attempts, failure: this.#failure };
  }

  open(): Promise<void> {
    return this.#try(async () => void (this.#sink = await this.#make()));
  }

  async write(spans: ReadableSpan[], attempts: number): Promise<void> {
    await this.#try(async () => {
      await this.#sink?.write(spans);
      this.#attempts += attempts;
    });
  }

  async close(): Promise<void> {
    const complete = this.#failure === null;
    try {
      await this.#sink?.close(complete);
    } catch (thrown) {
      this.#failure ??= faultOf(thrown);
    }
  }

  async #try(work: () => Promise<void>): Promise<void> {
    if (this.#failure !== null) return;
    try {
      await work();
    } catch (thrown) {
      this.#failure = faultOf(thrown);
    }
  }
}

function faultOf(thrown: unknown): NonNullable<TraceExport['failure']> {
  return { message: messageOf(thrown), hint: thrown instanceof BargeinError ? thrown.hint : 'try again: `bargein measure RESULTS --otlp`' };
}
