import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { rememberSecret, scrubbed } from '../../agents/secrets.js';
import { BargeinError } from '../../errors.js';
import type { Environment, OtlpTarget } from './endpoint.js';
import type { SpanSink } from './sink.js';

/** Spans to a collector, by the SDK's own exporter: headers, timeout, compression and certificates are what its variables say. */
export class Collector implements SpanSink {
  readonly destination: string;
  readonly #exporter: SpanExporter;

  constructor({ url, encoding }: OtlpTarget, env: Environment) {
    hideHeaders(env);
    this.destination = url;
    this.#exporter = encoding === 'json' ? new JsonTraceExporter({ url }) : new ProtobufTraceExporter({ url });
  }

  async write(spans: ReadableSpan[]): Promise<void> {
    await taken(this.destination, (done) => this.#exporter.export(spans, done));
  }

  async close(): Promise<void> {
    await this.#exporter.shutdown();
  }
}

/** The exporter of metrics. */
export function metricExporter({ url, encoding }: OtlpTarget, env: Environment): PushMetricExporter {
  hideHeaders(env);
  return encoding === 'json' ? new JsonMetricExporter({ url }) : new ProtobufMetricExporter({ url });
}

/** What an exporter calls back with: 0 is success. */
interface Result {
  readonly code: number;
  readonly error?: Error;
}

/** Waits until a collector has taken what it was sent. @throws BargeinError where it has not */
export function taken(url: string, send: (done: (result: Result) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    send(({ code, error }) => (code === 0 ? resolve() : reject(refusal(url, error))));
  });
}

function refusal(url: string, error: Error | undefined): BargeinError {
  const code = error && 'code' in error ? error.code : undefined;
  const said = scrubbed(error?.message || 'it does not answer in time');
  if (typeof code === 'number') {
    const remedies: Readonly<Record<number, string>> = { 401: 'say who you are in OTEL_EXPORTER_OTLP_HEADERS', 403: 'say who you are in OTEL_EXPORTER_OTLP_HEADERS', 404: 'check the path: a collector takes OTLP/HTTP at /v1/traces and /v1/metrics; where it takes no metrics, OTEL_METRICS_EXPORTER=none' };
    return new BargeinError(`${url}: HTTP ${code} ${said}`.trimEnd(), remedies[code] ?? "read the collector's own log");
  }
  if (code === 'ECONNREFUSED') return new BargeinError(`${url}: nobody listens there`, 'start the collector, or name another address with --otlp');
  return new BargeinError(`${url}: ${said}`, 'check address and network; OTEL_EXPORTER_OTLP_TIMEOUT gives it more than 10000 ms');
}

/** What the headers say is nobody's business, also where the far side says it back. */
function hideHeaders(env: Environment): void {
  const variables = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_METRICS_HEADERS'];
  for (const pair of variables.flatMap((name) => (env[name] ?? '').split(','))) {
    const value = pair.slice(pair.indexOf('=') + 1).trim();
    if (value !== '') rememberSecret(value);
  }
}
