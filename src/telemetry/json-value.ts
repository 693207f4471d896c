import type { SpanSink } from './intake.js';
import { readJaegerSpan, readProcesses } from './jaeger.js';
import { isJson, listOf, readResource, readScope, readSpan } from './otlp-json.js';
import type { Json } from './otlp-json.js';
import { noAttributes } from './attributes.js';

/**
 * Gives the spans of one JSON value to the sink, whatever it is: a request or `TracesData` of OTLP, Tempo's `{ batches }` and
 * `{ trace }`, one ResourceSpans, one ScopeSpans, one span, Jaeger's `{ data }`, one trace of it, or a list of any of these.
 * @returns false for a value that is none of these, which is counted
 */
export function offerValue(value: unknown, sink: SpanSink): boolean {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const unknown = items.filter((item) => !offerObject(item, sink));
  sink.faults.add('not-spans', () => `${shapeOf(unknown[0])} is nothing that spans are in`, { count: unknown.length });
  return unknown.length === 0;
}

/** False where the value is nothing that spans are in. */
function offerObject(value: unknown, sink: SpanSink): boolean {
  if (!isJson(value)) return false;
  const batches = value.resourceSpans ?? value.batches;
  if (batches !== undefined) for (const batch of listOf(batches)) offerResourceSpans(batch, sink);
  else if (isJson(value.trace)) return offerObject(value.trace, sink);
  else if (Array.isArray(value.data)) for (const trace of value.data) offerJaegerTrace(trace, sink);
  else if (value.traceID !== undefined && Array.isArray(value.spans)) offerJaegerTrace(value, sink);
  else if (value.scopeSpans !== undefined || value.instrumentationLibrarySpans !== undefined) offerResourceSpans(value, sink);
  else if (Array.isArray(value.spans)) offerScopeSpans(value, noAttributes, sink);
  else if (value.traceId !== undefined && value.spanId !== undefined) sink.offer(readSpan(value, noAttributes, null, sink.faults));
  // A request without spans: protobuf's JSON leaves an empty list out.
  else return Object.keys(value).length === 0;
  return true;
}

function offerResourceSpans(value: unknown, sink: SpanSink): void {
  if (!isJson(value)) return notSpans(value, 'a ResourceSpans', sink);
  const resource = readResource(value.resource, sink.faults);
  for (const scope of listOf(value.scopeSpans ?? value.instrumentationLibrarySpans)) offerScopeSpans(scope, resource, sink);
}

function offerScopeSpans(value: unknown, resource: ReturnType<typeof readResource>, sink: SpanSink): void {
  if (!isJson(value)) return notSpans(value, 'a ScopeSpans', sink);
  const scope = readScope(value.scope ?? value.instrumentationLibrary);
  for (const span of listOf(value.spans)) {
    if (isJson(span)) sink.offer(readSpan(span, resource, scope, sink.faults));
    else notSpans(span, 'a span', sink);
  }
}

function offerJaegerTrace(value: unknown, sink: SpanSink): void {
  if (!isJson(value)) return notSpans(value, 'a trace', sink);
  const processes = readProcesses(value.processes);
  for (const span of listOf(value.spans)) {
    if (isJson(span)) sink.offer(readJaegerSpan(span, processes, sink.faults));
    else notSpans(span, 'a span', sink);
  }
}

export function notSpans(value: unknown, expected: string, { faults }: SpanSink): void {
  faults.add('not-spans', () => `${shapeOf(value)} where ${expected} should be`);
}

function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list that begins with ${shapeOf((value as readonly unknown[])[0])}`;
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : `a ${typeof value}`;
  const names = Object.keys(value as Json).slice(0, 4).map((name) => name.slice(0, 40));
  return `an object of ${names.length > 0 ? names.join(', ') : 'nothing'}`;
}
