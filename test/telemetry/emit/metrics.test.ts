import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { expect, it } from 'vitest';
import { summarize } from '../../../src/measure/summarize.js';
import { collectMetrics, metricLabels, metricNames } from '../../../src/telemetry/emit/metrics.js';
import { sampleResults, sampleRun } from '../../report/sample-run.js';
import { decodeMetrics } from './otlp-decoder.js';

const cumulative = { selectAggregationTemporality: () => 1 };

async function pointsOf(info = sampleRun) {
  const summary = summarize(sampleResults, { withinMs: info.withinMs, errorBarMs: null });
  const collected = await collectMetrics({ info, results: sampleResults, summary }, cumulative);
  return { points: decodeMetrics(ProtobufMetricsSerializer.serializeRequest(collected) as Uint8Array), summary };
}

it('counts every stop of a valid attempt into buckets that end at the limits', async () => {
  const { points } = await pointsOf({ ...sampleRun, withinMs: [60, 100, 333] });
  const stops = points.filter(({ metric }) => metric === metricNames.stopLatency);
  const expected = sampleResults.filter(({ outcome, stopLatencyMs }) => outcome !== 'invalid' && outcome !== 'errored' && stopLatencyMs !== null);
  expect(expected.length).toBeGreaterThan(3);
  expect(stops.reduce((sum, { count }) => sum + (count ?? 0), 0)).toBe(expected.length);
  for (const { unit, kind, bounds } of stops) {
    expect([unit, kind]).toEqual(['ms', 'histogram']);
    expect(bounds).toEqual(expect.arrayContaining([60, 100, 333]));
    expect([...bounds].sort((a, b) => a - b)).toEqual(bounds);
  }
});

it('counts attempts by how they ended', async () => {
  const { points } = await pointsOf();
  const attempts = points.filter(({ metric }) => metric === metricNames.attempts);
  expect(attempts.reduce((sum, { value }) => sum + (value ?? 0), 0)).toBe(sampleResults.length);
  expect(attempts.find(({ labels }) => labels.outcome === 'errored')).toMatchObject({ value: 1, labels: { agent: 'reference:after', intent: 'interruption', condition: 'clean' } });
});

it('has the interrupt rate of the summary at each limit', async () => {
  const { points, summary } = await pointsOf();
  const rates = points.filter(({ metric, labels }) => metric === metricNames.interruptRate && labels.condition === 'all');
  expect(Object.fromEntries(rates.map(({ labels, value }) => [String(labels.limit_ms), value]))).toEqual(
    Object.fromEntries(summary.groups[0].limits.map(({ limitMs, interrupt }) => [String(limitMs), interrupt.rate])),
  );
  expect(rates).toHaveLength(3);
});

it('has no id among its labels', async () => {
  const { points } = await pointsOf({ ...sampleRun, agent: 'pcm:wss://host.example/call/4711?key=hush' });
  const ids = [sampleRun.runId, sampleRun.runKey, ...sampleResults.flatMap(({ attempt }) => [attempt.id, attempt.agentClip, attempt.userClip ?? '?'])];
  for (const { labels, resource } of points) {
    expect(metricLabels).toEqual(expect.arrayContaining(Object.keys(labels)));
    for (const value of [...Object.values(labels), ...Object.values(resource)]) expect(ids).not.toContain(value);
    expect(labels.agent).toBe('pcm');
  }
  expect(JSON.stringify(points)).not.toMatch(/hush|4711|session|turn_id/);
});
