import { proto3 } from '@bufbuild/protobuf';
import type { AnyMessage, MessageType } from '@bufbuild/protobuf';

/*
 * The messages of OTLP as opentelemetry-proto 1.x numbers them (opentelemetry/proto/{common,resource,trace,metrics}/v1 and collector), as far as
 * they are looked at here: a parser that shares nothing with the one that writes.
 */
const scalar = { double: 1, uint64: 4, int64: 3, fixed64: 6, bool: 8, string: 9, bytes: 12, uint32: 13, fixed32: 7, sfixed64: 16 } as const;
type Field = readonly [no: number, name: string, type: keyof typeof scalar | (() => MessageType<AnyMessage>), more?: { repeated?: true; oneof?: string }];

function message(name: string, fields: readonly Field[]): MessageType<AnyMessage> {
  const infos = () =>
    fields.map(([no, field, type, more = {}]) => ({
      no,
      name: field,
      ...(typeof type === 'string' ? { kind: 'scalar' as const, T: scalar[type] } : { kind: 'message' as const, T: type() }),
      ...(more.repeated ? { repeated: true } : {}),
      ...(more.oneof ? { oneof: more.oneof } : {}),
    }));
  return proto3.makeMessageType(`test.${name}`, infos as unknown as Parameters<typeof proto3.makeMessageType>[1]) as MessageType<AnyMessage>;
}

const list = { repeated: true } as const;
const value = { oneof: 'value' } as const;
const arrayValue = message('ArrayValue', [[1, 'values', () => anyValue, list]]);
const anyValue: MessageType<AnyMessage> = message('AnyValue', [
  [1, 'string_value', 'string', value],
  [2, 'bool_value', 'bool', value],
  [3, 'int_value', 'int64', value],
  [4, 'double_value', 'double', value],
  [5, 'array_value', () => arrayValue, value],
]);
const keyValue = message('KeyValue', [
  [1, 'key', 'string'],
  [2, 'value', () => anyValue],
]);
const attributes: Field = [1, 'attributes', () => keyValue, list];
const resource = message('Resource', [attributes]);
const scope = message('Scope', [
  [1, 'name', 'string'],
  [2, 'version', 'string'],
]);
const event = message('Event', [
  [1, 'time_unix_nano', 'fixed64'],
  [2, 'name', 'string'],
]);
const status = message('Status', [
  [2, 'message', 'string'],
  [3, 'code', 'uint32'],
]);
const span = message('Span', [
  [1, 'trace_id', 'bytes'],
  [2, 'span_id', 'bytes'],
  [4, 'parent_span_id', 'bytes'],
  [5, 'name', 'string'],
  [6, 'kind', 'uint32'],
  [7, 'start_time_unix_nano', 'fixed64'],
  [8, 'end_time_unix_nano', 'fixed64'],
  [9, 'attributes', () => keyValue, list],
  [11, 'events', () => event, list],
  [15, 'status', () => status],
]);
const scopeSpans = message('ScopeSpans', [
  [1, 'scope', () => scope],
  [2, 'spans', () => span, list],
]);
const resourceSpans = message('ResourceSpans', [
  [1, 'resource', () => resource],
  [2, 'scope_spans', () => scopeSpans, list],
]);
const traceRequest = message('TraceRequest', [[1, 'resource_spans', () => resourceSpans, list]]);

const numberPoint = message('NumberPoint', [
  [4, 'as_double', 'double', value],
  [6, 'as_int', 'sfixed64', value],
  [7, 'attributes', () => keyValue, list],
]);
const histogramPoint = message('HistogramPoint', [
  [4, 'count', 'fixed64'],
  [5, 'sum', 'double'],
  [6, 'bucket_counts', 'fixed64', list],
  [7, 'explicit_bounds', 'double', list],
  [9, 'attributes', () => keyValue, list],
]);
const numbers = message('Numbers', [[1, 'data_points', () => numberPoint, list]]);
const histogram = message('Histogram', [[1, 'data_points', () => histogramPoint, list]]);
const metric = message('Metric', [
  [1, 'name', 'string'],
  [3, 'unit', 'string'],
  [5, 'gauge', () => numbers, { oneof: 'data' }],
  [7, 'sum', () => numbers, { oneof: 'data' }],
  [9, 'histogram', () => histogram, { oneof: 'data' }],
]);
const scopeMetrics = message('ScopeMetrics', [[2, 'metrics', () => metric, list]]);
const resourceMetrics = message('ResourceMetrics', [
  [1, 'resource', () => resource],
  [2, 'scope_metrics', () => scopeMetrics, list],
]);
const metricsRequest = message('MetricsRequest', [[1, 'resource_metrics', () => resourceMetrics, list]]);

type Values = Record<string, unknown>;

export interface DecodedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly name: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Values;
  readonly events: readonly { readonly name: string; readonly atNs: bigint }[];
  readonly status: { readonly code: number; readonly message: string };
  readonly resource: Values;
}

/* eslint-disable @typescript-eslint/no-explicit-any */
function valueOf(any: any): unknown {
  const held = any?.value;
  if (held?.case === 'intValue') return Number(held.value);
  if (held?.case === 'arrayValue') return held.value.values.map(valueOf);
  return held?.value;
}

function valuesOf(pairs: any[]): Values {
  return Object.fromEntries(pairs.map(({ key, value: held }) => [key, valueOf(held)]));
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The spans of an ExportTraceServiceRequest in protobuf. */
export function decodeSpans(body: Uint8Array): DecodedSpan[] {
  const request: any = traceRequest.fromBinary(body);
  return request.resourceSpans.flatMap((part: any) =>
    part.scopeSpans.flatMap((scoped: any) =>
      scoped.spans.map((one: any): DecodedSpan => ({
        traceId: hex(one.traceId),
        spanId: hex(one.spanId),
        parentId: hex(one.parentSpanId),
        name: one.name,
        startNs: one.startTimeUnixNano,
        endNs: one.endTimeUnixNano,
        attributes: valuesOf(one.attributes),
        events: one.events.map((moment: any) => ({ name: moment.name, atNs: moment.timeUnixNano })),
        status: { code: one.status?.code ?? 0, message: one.status?.message ?? '' },
        resource: valuesOf(part.resource.attributes),
      })),
    ),
  );
}

export interface DecodedPoint {
  readonly metric: string;
  readonly unit: string;
  readonly kind: string;
  readonly labels: Values;
  readonly resource: Values;
  /** Of a gauge or a sum. */
  readonly value: number | null;
  readonly count: number | null;
  readonly bounds: readonly number[];
}

/** The data points of an ExportMetricsServiceRequest in protobuf. */
export function decodeMetrics(body: Uint8Array): DecodedPoint[] {
  const request: any = metricsRequest.fromBinary(body);
  return request.resourceMetrics.flatMap((part: any) =>
    part.scopeMetrics.flatMap((scoped: any) =>
      scoped.metrics.flatMap((one: any) =>
        one.data.value.dataPoints.map((point: any): DecodedPoint => ({
          metric: one.name,
          unit: one.unit,
          kind: one.data.case,
          labels: valuesOf(point.attributes),
          resource: valuesOf(part.resource.attributes),
          value: point.value ? Number(point.value.value) : null,
          count: point.count === undefined ? null : Number(point.count),
          bounds: point.explicitBounds ?? [],
        })),
      ),
    ),
  );
}

/** The spans of one line of OTLP JSON. */
export function spansOfLine(line: string): DecodedSpan[] {
  const jsonValue = (held: any): unknown => held.stringValue ?? held.boolValue ?? held.doubleValue ?? (held.intValue === undefined ? held.arrayValue?.values?.map(jsonValue) : Number(held.intValue));
  const jsonValues = (pairs: any[]) => Object.fromEntries(pairs.map(({ key, value: held }) => [key, jsonValue(held)]));
  return JSON.parse(line).resourceSpans.flatMap((part: any) =>
    part.scopeSpans.flatMap((scoped: any) =>
      scoped.spans.map((one: any): DecodedSpan => ({
        traceId: one.traceId,
        spanId: one.spanId,
        parentId: one.parentSpanId ?? '',
        name: one.name,
        startNs: BigInt(one.startTimeUnixNano),
        endNs: BigInt(one.endTimeUnixNano),
        attributes: jsonValues(one.attributes),
        events: one.events.map((moment: any) => ({ name: moment.name, atNs: BigInt(moment.timeUnixNano) })),
        status: { code: one.status.code, message: one.status.message ?? '' },
        resource: jsonValues(part.resource.attributes),
      })),
    ),
  );
}
