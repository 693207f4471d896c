import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { withoutSecrets } from '../../agents/secrets.js';
import type { Summary } from '../../measure/figures.js';
import { isValid } from '../../measure/selections.js';
import type { AttemptResult, Ms } from '../../types.js';
import { ownPrefix } from './names.js';
import type { RunOfSpans } from './run-resource.js';

export const metricNames = { stopLatency: `${ownPrefix}stop_latency`, interruptRate: `${ownPrefix}interrupt_rate`, attempts: `${ownPrefix}attempts` } as const;

/** Every label of every metric: few values each. Ids are on spans alone. */
export const metricLabels = ['agent', 'intent', 'condition', 'outcome', 'limit_ms'] as const;

/** Upper ends of the histogram's buckets besides the latency limits, ms. */
const bucketsMs: readonly Ms[] = [10, 20, 40, 60, 80, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 5000];

export interface Measured {
  readonly info: RunOfSpans;
  readonly results: readonly AttemptResult[];
  readonly summary: Summary;
}

/**
 * The figures of a run as OpenTelemetry metrics (docs/tracing.md): all stops, how many attempts ended how, and the interrupt rate at each
 * limit. Misses have no latency and are in no histogram: percentiles of it are those of the stops alone.
 */
export async function collectMetrics({ info, results, summary }: Measured, exporter: Pick<PushMetricExporter, 'selectAggregationTemporality'>): Promise<ResourceMetrics> {
  const reader = new OnDemandReader({ aggregationTemporalitySelector: (instrument) => exporter.selectAggregationTemporality?.(instrument) ?? 1 });
  const provider = new MeterProvider({ resource: metricResource(info), readers: [reader] });
  const meter = provider.getMeter('bargein', info.version);
  const boundaries = [...new Set([...bucketsMs, ...info.withinMs])].sort((a, b) => a - b);
  const stopLatency = meter.createHistogram(metricNames.stopLatency, { unit: 'ms', description: 'Heard stop minus speech onset, of valid attempts with a stop', advice: { explicitBucketBoundaries: boundaries } });
  const attempts = meter.createCounter(metricNames.attempts, { unit: '{attempt}', description: 'Attempts by how they ended' });
  const interruptRate = meter.createGauge(metricNames.interruptRate, { unit: '1', description: 'Share of valid interruptions that yielded within the limit and stayed quiet' });
  const agent = kindOf(info.agent);
  for (const result of results) {
    const { intent, condition } = result.attempt;
    const labels: Labels = { agent, intent, condition, outcome: result.outcome };
    attempts.add(1, labels);
    if (isValid(result) && result.stopLatencyMs !== null) stopLatency.record(result.stopLatencyMs, labels);
  }
  for (const { group, value, limits } of summary.groups.filter(({ group }) => group === 'all' || group === 'condition')) {
    for (const { limitMs, interrupt } of limits) {
      const labels: Labels = { agent, condition: group === 'all' ? 'all' : String(value), limit_ms: limitMs };
      if (interrupt.rate !== null) interruptRate.record(interrupt.rate, labels);
    }
  }
  const { resourceMetrics } = await reader.collect();
  await provider.shutdown();
  return resourceMetrics;
}

type Labels = Attributes & { readonly [name in (typeof metricLabels)[number]]?: string | number };

/** Collects when it is asked, and sends nothing by itself. */
class OnDemandReader extends MetricReader {
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

/** No run and no attempt: what is said here may become a label of every series. */
function metricResource({ version, label, clock, corpus }: RunOfSpans) {
  return resourceFromAttributes({ 'service.name': 'bargein', 'service.version': version, [`${ownPrefix}label`]: label, [`${ownPrefix}clock`]: clock, [`${ownPrefix}corpus`]: corpus.name });
}

/** How the agent is reached: `reference:after` for a built-in one, `twilio` where an address follows. */
function kindOf(agent: string): string {
  const [kind, preset = ''] = withoutSecrets(agent).split(':');
  if (/[/\\.]/.test(kind)) return 'module';
  return /^[a-z][a-z-]*$/.test(preset) && kind === 'reference' ? `${kind}:${preset}` : kind;
}
