import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { attemptValues } from '../../../src/report/attempts-csv.js';
import { attemptSpans } from '../../../src/telemetry/emit/attempt-spans.js';
import { metricLabels, metricNames } from '../../../src/telemetry/emit/metrics.js';
import { eventNames, spanNames } from '../../../src/telemetry/emit/names.js';
import { runResource } from '../../../src/telemetry/emit/run-resource.js';
import { makeResult, sampleResults, sampleRun } from '../../report/sample-run.js';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const doc = read('docs/tracing.md');

/** What Grafana needs of a dashboard to show it: the fields of its schema 39 that have no default. */
const datasource = z.object({ type: z.enum(['tempo', 'prometheus']), uid: z.enum(['${tempo}', '${prometheus}']) });
const target = z.object({ refId: z.string().regex(/^[A-Z]$/), datasource, query: z.string().optional(), expr: z.string().optional(), queryType: z.literal('traceql').optional() });
const panel = z.object({
  id: z.int(), type: z.enum(['timeseries', 'table']), title: z.string().min(1), datasource, targets: z.array(target).min(1),
  gridPos: z.object({ h: z.int().min(1), w: z.int().min(1).max(24), x: z.int().min(0), y: z.int().min(0) }),
  fieldConfig: z.object({ defaults: z.object({ unit: z.string() }), overrides: z.array(z.unknown()) }), options: z.object({}),
});
const dashboard = z.object({
  uid: z.string().max(40), title: z.string(), schemaVersion: z.int().min(36), panels: z.array(panel),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.literal('datasource'), query: z.string() })) }),
});

const { panels, templating } = dashboard.parse(JSON.parse(read('docs/grafana/bargein-dashboard.json')));
const targets = panels.flatMap((one) => one.targets);
const traceQueries = [...targets.flatMap(({ query }) => query ?? []), ...[...`${doc}\n${read('README.md')}`.matchAll(/^\{ .*(?:name|resource).*\}.*$/gm)].map(([line]) => line)];

const recording = { packets: [], askedMs: 250, injected: { agentOnsetMs: 300, userOnsetMs: 1800, userEndMs: 2300, slippedMs: 0 }, endMs: 6000 };
const resource = runResource(sampleRun);
const emitted = [makeResult({ bed: { clip: 'tv', snrDb: 12 } }, { responseLatencyMs: 1, resumedAfterMs: 1, duckedAfterMs: 1 }), ...sampleResults].flatMap((result) =>
  attemptSpans({ result, recording, columns: attemptValues(sampleRun, result), trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }, sessionId: 's', zeroNs: 0n }, { resource, scope: { name: 'bargein', version: '0' } }),
);
const attributes = new Set(emitted.flatMap((span) => Object.keys(span.attributes)));

describe('every query of the dashboard and the documentation', () => {
  it('asks for attributes and spans that are emitted', () => {
    expect(traceQueries.length).toBeGreaterThan(10);
    for (const query of traceQueries) {
      for (const [, name] of query.matchAll(/\bspan\.([\w.]+)/g)) expect(attributes, query).toContain(name);
      for (const [, name] of query.matchAll(/\bresource\.([\w.]+)/g)) expect(Object.keys(resource.attributes), query).toContain(name);
      for (const [, name] of query.matchAll(/(?<!\.)\bname = "([^"]+)"/g)) expect(Object.values(spanNames), query).toContain(name);
    }
  });

  it('takes percentiles of whole numbers: of doubles there are none in TraceQL', () => {
    const asked = traceQueries.flatMap((query) => [...query.matchAll(/quantile_over_time\(span\.([\w.]+)/g)].map(([, name]) => name));
    expect(asked.length).toBeGreaterThan(5);
    for (const name of asked) for (const { attributes: of } of emitted) if (of[name] !== undefined) expect(of[name], name).toSatisfy(Number.isInteger);
  });

  it('asks for metrics that are exported, by labels that they have', () => {
    const names = Object.values(metricNames).map((name) => name.replaceAll('.', '_'));
    const expressions = targets.flatMap(({ expr }) => expr ?? []);
    expect(expressions.length).toBeGreaterThan(0);
    for (const expression of expressions) {
      expect(names.some((name) => expression.startsWith(name)), expression).toBe(true);
      for (const [, label] of expression.matchAll(/[{,](\w+)=/g)) expect(metricLabels).toContain(label);
    }
  });
});

it('puts its panels side by side, each once, on sources that can be chosen', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size).toBe(panels.length);
  expect(templating.list.map(({ name }) => name).sort()).toEqual(['prometheus', 'tempo']);
  const titles = panels.map(({ title }) => title.toLowerCase()).join('; ');
  for (const wanted of ['p95 first byte by stage', 'barge-in silence', 'interrupt rate', 'outcomes']) expect(titles).toContain(wanted);
});

it('is described with every span, event, stage attribute and metric', () => {
  const stages = [...attributes].filter((name) => name.startsWith('audio.'));
  for (const name of [...Object.values(spanNames), ...Object.values(eventNames), ...Object.values(metricNames), ...stages, ...Object.keys(resource.attributes).filter((key) => !key.startsWith('bargein.param_'))]) {
    expect(doc).toContain(`\`${name}\``);
  }
});
