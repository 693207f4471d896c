import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { attemptValues } from '../../../src/report/attempts-csv.js';
import { attemptSpans } from '../../../src/telemetry/emit/attempt-spans.js';
import { Collector } from '../../../src/telemetry/emit/collector.js';
import { otlpTargets } from '../../../src/telemetry/emit/endpoint.js';
import { runResource } from '../../../src/telemetry/emit/run-resource.js';
import { makeResult, sampleRun } from '../../report/sample-run.js';
import { fakeCollector } from './fake-collector.js';
import type { FakeCollector } from './fake-collector.js';
import { decodeSpans, spansOfLine } from './otlp-decoder.js';

const result = makeResult();
const recording = { packets: [], askedMs: 250, injected: { agentOnsetMs: 300, userOnsetMs: 1800, userEndMs: 2300, slippedMs: 0 }, endMs: 6000 };
const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const spans = attemptSpans(
  { result, recording, columns: attemptValues(sampleRun, result), trace, sessionId: 's', zeroNs: 1_767_323_045_678_901_234n },
  { resource: runResource(sampleRun), scope: { name: 'bargein', version: '0.1.0' } },
);
let answer: (path: string) => number | null = () => 200;
let collector: FakeCollector;

beforeEach(async () => {
  answer = () => 200;
  collector = await fakeCollector((path) => answer(path));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await collector.close();
});

async function send(env: Record<string, string> = {}, otlp = collector.url): Promise<void> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const sink = new Collector(otlpTargets(otlp, env).traces, env);
  await sink.write(spans).finally(() => sink.close());
}

it('sends protobuf that says what OTLP JSON says', async () => {
  await send();
  const [{ path, headers, body }] = collector.received;
  expect([path, headers['content-type']]).toEqual(['/v1/traces', 'application/x-protobuf']);
  expect(decodeSpans(body)).toEqual(spansOfLine(Buffer.from(JsonTraceSerializer.serializeRequest(spans) as Uint8Array).toString()));
});

it('sends JSON where the protocol is http/json', async () => {
  await send({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' });
  const [{ headers, body }] = collector.received;
  expect(headers['content-type']).toBe('application/json');
  expect(spansOfLine(body.toString()).map(({ name }) => name)).toEqual(['voice.turn', 'audio.barge_in', 'audio.client']);
});

it('finds the collector, its headers and how to compress in the variables', async () => {
  await send({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/base`, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20hush,x-tenant=one', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, 'environment');
  const [{ path, headers, body }] = collector.received;
  expect(path).toBe('/base/v1/traces');
  expect(headers).toMatchObject({ authorization: 'Bearer hush', 'x-tenant': 'one', 'content-encoding': 'gzip' });
  expect(decodeSpans(body)).toHaveLength(3);
});

it.each([
  [404, 'HTTP 404 Not Found', /OTEL_METRICS_EXPORTER=none/],
  [401, 'HTTP 401 Unauthorized', /OTEL_EXPORTER_OTLP_HEADERS/],
  [400, 'HTTP 400 Bad Request', /collector's own log/],
])('says what a collector answered: %i', async (status, message, hint) => {
  answer = () => status;
  const thrown = await send().catch((error: unknown) => error);
  expect(thrown).toMatchObject({ message: `${collector.url}/v1/traces: ${message}`, hint: expect.stringMatching(hint) });
});

it('gives up in the time that the variable says', async () => {
  answer = () => null;
  await expect(send({ OTEL_EXPORTER_OTLP_TIMEOUT: '50' })).rejects.toThrow(`${collector.url}/v1/traces: `);
});

it('says that nobody listens', async () => {
  await collector.close();
  await expect(send({ OTEL_EXPORTER_OTLP_TIMEOUT: '50' })).rejects.toMatchObject({ message: `${collector.url}/v1/traces: nobody listens there`, hint: expect.stringContaining('--otlp') });
});
