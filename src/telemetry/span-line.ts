import type { Attributes, AttributeValue, Span } from './span.js';
import { errorStatus, spanKinds } from './span.js';

/** A span as a line of OTLP JSON without the newline: an ExportTraceServiceRequest of its own, that every reader of such lines takes. */
export function spanLine(span: Span): string {
  const { traceId, spanId, parentId, name, kind, startNs, endNs, attributes, events, error, statusMessage, resource, scope } = span;
  const otlp = {
    traceId,
    spanId,
    ...(parentId === null ? {} : { parentSpanId: parentId }),
    name,
    ...(kind === null ? {} : { kind: spanKinds.indexOf(kind) }),
    startTimeUnixNano: String(startNs),
    endTimeUnixNano: String(endNs),
    attributes: keyValues(attributes),
    events: events.map((event) => ({ name: event.name, timeUnixNano: String(event.atNs), attributes: keyValues(event.attributes) })),
    status: { ...(error ? { code: errorStatus } : {}), ...(statusMessage === null ? {} : { message: statusMessage }) },
  };
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: keyValues(resource) }, scopeSpans: [{ scope: scope === null ? {} : { name: scope }, spans: [otlp] }] }] });
}

function keyValues(attributes: Attributes): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'object') return { arrayValue: { values: value.map(anyValue) } };
  // JSON has no NaN and no infinities: protobuf writes them as text.
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: Number.isFinite(value) ? value : String(value) };
}
