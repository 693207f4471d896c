import { BargeinError } from '../../errors.js';

/** In the place of a URL: where the variables of OpenTelemetry say. */
export const byEnvironment = 'environment';

const defaultEndpoint = 'http://127.0.0.1:4318';
const signals = { traces: 'TRACES', metrics: 'METRICS' } as const;
type Signal = keyof typeof signals;
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where one signal goes, and how it is written. */
export interface OtlpTarget {
  readonly url: string;
  readonly encoding: 'protobuf' | 'json';
}

export interface OtlpTargets {
  readonly traces: OtlpTarget;
  /** null: OTEL_METRICS_EXPORTER is `none`, for collectors that take spans only. */
  readonly metrics: OtlpTarget | null;
}

/**
 * Where spans and metrics go (https://opentelemetry.io/docs/specs/otel/protocol/exporter/): a URL that is given is a base and comes before
 * the variables, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is taken as it is, and v1/traces is put behind OTEL_EXPORTER_OTLP_ENDPOINT.
 *
 * @param otlp a URL, or `environment`
 * @throws BargeinError for what is no address of OTLP/HTTP, and for a protocol that is not spoken
 */
export function otlpTargets(otlp: string, env: Environment): OtlpTargets {
  const traces = targetOf('traces', otlp, env);
  return { traces, metrics: env.OTEL_METRICS_EXPORTER?.trim() === 'none' ? null : targetOf('metrics', otlp, env) };
}

/** @throws BargeinError for what is no base of OTLP/HTTP */
export function parseEndpoint(flag: string, text: string): string {
  const hint = `give the collector's address, e.g. ${defaultEndpoint}`;
  if (!URL.canParse(text)) throw new BargeinError(`${flag}: what it is given is not a URL`, hint);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new BargeinError(`${flag}: the address begins with ${url.protocol}`, `OTLP/HTTP begins with http:// or https://: ${hint}`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new BargeinError(`${flag}: the address holds more than host and path`, 'credentials go into the variable OTEL_EXPORTER_OTLP_HEADERS, e.g. authorization=Bearer%20...');
  }
  return text;
}

function targetOf(signal: Signal, otlp: string, env: Environment): OtlpTarget {
  return { url: urlOf(signal, otlp, env), encoding: encodingOf(signal, env) };
}

function urlOf(signal: Signal, otlp: string, env: Environment): string {
  if (otlp !== byEnvironment) return below(parseEndpoint('--otlp', otlp), signal);
  const [own, common] = [`OTEL_EXPORTER_OTLP_${signals[signal]}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT'];
  const [ownUrl, commonUrl] = [env[own]?.trim() || null, env[common]?.trim() || null];
  if (ownUrl !== null) return new URL(parseEndpoint(own, ownUrl)).href;
  return below(commonUrl === null ? defaultEndpoint : parseEndpoint(common, commonUrl), signal);
}

/** Who gives the whole address of one signal means the collector. */
function below(base: string, signal: Signal): string {
  return `${base.replace(/\/+$/, '').replace(/\/v1\/(?:traces|metrics)$/, '')}/v1/${signal}`;
}

function encodingOf(signal: Signal, env: Environment): OtlpTarget['encoding'] {
  const [own, common] = [`OTEL_EXPORTER_OTLP_${signals[signal]}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL'];
  const name = env[own]?.trim() ? own : common;
  const protocol = env[name]?.trim() || 'http/protobuf';
  if (protocol === 'http/protobuf') return 'protobuf';
  if (protocol === 'http/json') return 'json';
  throw new BargeinError(`${name} is '${protocol}', which is not spoken here`, 'use http/protobuf or http/json; a collector takes these at port 4318');
}
