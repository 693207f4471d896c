import { describe, expect, it } from 'vitest';
import { otlpTargets } from '../../../src/telemetry/emit/endpoint.js';

const urls = (otlp: string, env = {}) => {
  const { traces, metrics } = otlpTargets(otlp, env);
  return [traces.url, metrics?.url ?? null];
};

describe('where spans and metrics go', () => {
  it.each([
    ['environment', {}, ['http://127.0.0.1:4318/v1/traces', 'http://127.0.0.1:4318/v1/metrics']],
    ['environment', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example/otlp/' }, ['https://collector.example/otlp/v1/traces', 'https://collector.example/otlp/v1/metrics']],
    ['environment', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4318', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b:4318' }, ['http://b:4318/', 'http://a:4318/v1/metrics']],
    ['environment', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://b/api/otlp' }, ['http://127.0.0.1:4318/v1/traces', 'http://b/api/otlp']],
    ['environment', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, ['http://127.0.0.1:4318/v1/traces', 'http://127.0.0.1:4318/v1/metrics']],
    ['http://a:4318', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://b', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c' }, ['http://a:4318/v1/traces', 'http://a:4318/v1/metrics']],
    ['http://a:4318/v1/traces', {}, ['http://a:4318/v1/traces', 'http://a:4318/v1/metrics']],
    ['http://a', { OTEL_METRICS_EXPORTER: 'none' }, ['http://a/v1/traces', null]],
  ])('%s with %j', (otlp, env, expected) => {
    expect(urls(otlp, env)).toEqual(expected);
  });

  it.each([
    ['collector:4318', {}, 'begins with collector:'],
    ['nonsense', {}, 'is not a URL'],
    ['http://user:hush@a', {}, 'more than host and path'],
    ['http://a?api-key=hush', {}, 'more than host and path'],
    ['environment', { OTEL_EXPORTER_OTLP_ENDPOINT: 'a:b:c' }, 'OTEL_EXPORTER_OTLP_ENDPOINT: '],
    ['environment', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'ftp://a' }, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: the address begins with ftp:'],
    ['http://a', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, "OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'"],
  ])('refuses %s with %j', (otlp, env, problem) => {
    expect(() => otlpTargets(otlp, env)).toThrow(problem);
    expect(() => otlpTargets(otlp, env)).not.toThrow('hush');
  });
});

it('writes protobuf unless it is told otherwise, for each signal', () => {
  expect(otlpTargets('http://a', {})).toMatchObject({ traces: { encoding: 'protobuf' }, metrics: { encoding: 'protobuf' } });
  expect(otlpTargets('http://a', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' })).toMatchObject({ traces: { encoding: 'json' }, metrics: { encoding: 'json' } });
  expect(otlpTargets('http://a', { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' })).toMatchObject({ traces: { encoding: 'json' }, metrics: { encoding: 'protobuf' } });
});
