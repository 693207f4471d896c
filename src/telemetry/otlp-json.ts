import { deepestValue, emptyBag, int64Of, noAttributes, put } from './attributes.js';
import type { Bag, LooseValue } from './attributes.js';
import { isNoId, readId, readTime } from './ids.js';
import { errorStatus, spanKinds } from './span.js';
import type { Attributes, SpanDraft, SpanEvent, SpanKind } from './span.js';
import type { FaultCounts } from './tally.js';

/**
 * OTLP as JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): names in lowerCamelCase, ids in hex, int64 as decimal
 * text, enums as numbers. What protobuf's own JSON does otherwise is taken too: ids in base64, enums by name.
 */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const none: readonly unknown[] = [];
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : none;
}

export function readResource(resource: unknown, faults: FaultCounts): Attributes {
  return isJson(resource) ? readAttributes(resource.attributes, faults) : noAttributes;
}

export function readScope(scope: unknown): string | null {
  return isJson(scope) && typeof scope.name === 'string' && scope.name !== '' ? scope.name : null;
}

/** A span of OTLP; whatever of it is of another type than it should be counts as missing. */
export function readSpan(span: Json, resource: Attributes, scope: string | null, faults: FaultCounts): SpanDraft {
  const status = span.status as { code?: unknown; message?: unknown } | null | undefined;
  return {
    traceId: readId(span.traceId, 32),
    spanId: readId(span.spanId, 16),
    parentId: readParent(span.parentSpanId, faults),
    name: typeof span.name === 'string' ? span.name : '',
    kind: readKind(span.kind),
    startNs: timeOf(span.startTimeUnixNano, faults),
    endNs: timeOf(span.endTimeUnixNano, faults),
    attributes: readAttributes(span.attributes, faults),
    events: readEvents(span.events, faults),
    error: status?.code === errorStatus || status?.code === 'STATUS_CODE_ERROR',
    statusMessage: typeof status?.message === 'string' && status.message !== '' ? status.message : null,
    resource,
    scope,
  };
}

export function readParent(value: unknown, faults: FaultCounts): string | null {
  if (isNoId(value)) return null;
  const id = readId(value, 16);
  if (id === null) faults.add('bad-parent-id', () => `'${String(value).slice(0, 40)}' is no span id`);
  return id;
}

function timeOf(value: unknown, faults: FaultCounts): bigint | null {
  if (typeof value === 'number' && value > Number.MAX_SAFE_INTEGER) faults.add('rounded-time', () => `${value} is written as a number`);
  return readTime(value);
}

function readKind(value: unknown): SpanKind | null {
  if (typeof value === 'number') return spanKinds[value] ?? null;
  return typeof value === 'string' && value.startsWith('SPAN_KIND_') ? kindNamed(value.slice(10)) : null;
}

export function kindNamed(name: unknown): SpanKind | null {
  return typeof name === 'string' ? (spanKinds.find((kind) => kind === name.toLowerCase()) ?? null) : null;
}

const noEvents: readonly SpanEvent[] = [];

function readEvents(value: unknown, faults: FaultCounts): readonly SpanEvent[] {
  if (!Array.isArray(value) || value.length === 0) return noEvents;
  return value.flatMap((event: unknown) => {
    const atNs = isJson(event) ? timeOf(event.timeUnixNano, faults) : null;
    if (atNs !== null && isJson(event)) return [{ name: typeof event.name === 'string' ? event.name : '', atNs, attributes: readAttributes(event.attributes, faults) }];
    faults.add('lost-event', () => 'an event without a time');
    return [];
  });
}

export function readAttributes(list: unknown, faults: FaultCounts): Attributes {
  if (!Array.isArray(list) || list.length === 0) return noAttributes;
  const bag = emptyBag();
  for (const entry of list as readonly unknown[]) {
    if (!isJson(entry) || typeof entry.key !== 'string') continue;
    const value = entry.value as Json | null | undefined;
    if (typeof value?.stringValue === 'string') bag[entry.key] = value.stringValue;
    else if (typeof value?.doubleValue === 'number') bag[entry.key] = value.doubleValue;
    else putValue(bag, entry.key, value, faults);
  }
  return bag;
}

function putValue(bag: Bag, key: string, value: unknown, faults: FaultCounts): void {
  put(bag, key, readValue(value, deepestValue, () => faults.add('deep-attribute', () => `attribute '${key.slice(0, 80)}'`)));
}

/** An `AnyValue`; null for an empty one and for one that is none. */
function readValue(value: unknown, depth: number, tooDeep: () => void): LooseValue {
  if (!isJson(value)) return null;
  if (typeof value.stringValue === 'string') return value.stringValue;
  if (typeof value.boolValue === 'boolean') return value.boolValue;
  if (value.intValue !== undefined) return readInt(value.intValue);
  if (value.doubleValue !== undefined) return readDouble(value.doubleValue);
  if (typeof value.bytesValue === 'string') return value.bytesValue;
  const nested = value.arrayValue ?? value.kvlistValue;
  if (!isJson(nested)) return null;
  if (depth === 0) {
    tooDeep();
    return null;
  }
  const values = listOf(nested.values);
  if (value.arrayValue) return values.map((item) => readValue(item, depth - 1, tooDeep));
  return new Map(values.flatMap((entry) => (isJson(entry) && typeof entry.key === 'string' ? [[entry.key, readValue(entry.value, depth - 1, tooDeep)] as const] : [])));
}

function readInt(value: unknown): number | string | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? int64Of(BigInt(value)) : null;
}

/** JSON has no NaN and no infinities: protobuf writes them as text. */
const specialDoubles: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

function readDouble(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > 40) return null;
  if (Object.hasOwn(specialDoubles, value)) return specialDoubles[value];
  const number = Number(value);
  return value.trim() !== '' && Number.isFinite(number) ? number : null;
}
