import { emptyBag, int64Of, noAttributes, put } from './attributes.js';
import type { LooseValue } from './attributes.js';
import { readId } from './ids.js';
import type { IdDigits } from './ids.js';
import { isJson, kindNamed, listOf } from './otlp-json.js';
import type { Json } from './otlp-json.js';
import type { Attributes, SpanDraft, SpanEvent } from './span.js';
import type { FaultCounts } from './tally.js';

/**
 * Jaeger's JSON, as its query API (`/api/traces`) and its UI's download give it: `{ data: [{ traceID, spans, processes }] }`, times in
 * microseconds, ids in hex that may lack their leading zeros.
 */

/** The resources of a trace by process id. */
export type Processes = ReadonlyMap<string, Attributes>;

export function readProcesses(value: unknown): Processes {
  if (!isJson(value)) return new Map();
  return new Map(Object.entries(value).map(([id, process]) => [id, isJson(process) ? readTags(process.tags, { 'service.name': process.serviceName }) : noAttributes]));
}

export function readJaegerSpan(span: Json, processes: Processes, faults: FaultCounts): SpanDraft {
  const attributes = readTags(span.tags);
  const startNs = nsOf(span.startTime);
  const durationNs = nsOf(span.duration);
  return {
    traceId: paddedId(span.traceID, 32),
    spanId: paddedId(span.spanID, 16),
    parentId: parentOf(span, faults),
    name: typeof span.operationName === 'string' ? span.operationName : '',
    kind: kindNamed(attributes['span.kind']),
    startNs: startNs !== null && startNs > 0n ? startNs : null,
    endNs: startNs !== null && startNs > 0n && durationNs !== null ? startNs + durationNs : null,
    attributes,
    events: listOf(span.logs).flatMap((log) => readLog(log, faults)),
    error: attributes.error === true || attributes['otel.status_code'] === 'ERROR',
    statusMessage: textOf(attributes['otel.status_description']),
    resource: (typeof span.processID === 'string' && processes.get(span.processID)) || noAttributes,
    scope: textOf(attributes['otel.scope.name'] ?? attributes['otel.library.name']),
  };
}

/** The span it is a child of; one that it follows from where there is no such. References into other traces are links. */
function parentOf(span: Json, faults: FaultCounts): string | null {
  const own = listOf(span.references).filter((reference): reference is Json => isJson(reference) && paddedId(reference.traceID, 32) === paddedId(span.traceID, 32));
  const parent = own.find(({ refType }) => refType === 'CHILD_OF') ?? own.find(({ refType }) => refType === 'FOLLOWS_FROM');
  const id = parent ? parent.spanID : span.parentSpanID;
  if (id === undefined || id === null || id === '' || /^0+$/.test(String(id))) return null;
  const parentId = paddedId(id, 16);
  if (parentId === null) faults.add('bad-parent-id', () => `'${String(id).slice(0, 40)}' is no span id`);
  return parentId;
}

function readLog(log: unknown, faults: FaultCounts): SpanEvent[] {
  const atNs = isJson(log) ? nsOf(log.timestamp) : null;
  if (!isJson(log) || atNs === null || atNs <= 0n) {
    faults.add('lost-event', () => 'a log without a time');
    return [];
  }
  const attributes = readTags(log.fields);
  return [{ name: textOf(attributes.event) ?? textOf(attributes.message) ?? '', atNs, attributes }];
}

function readTags(tags: unknown, more: Readonly<Record<string, unknown>> = {}): Attributes {
  const bag = emptyBag();
  for (const [name, value] of Object.entries(more)) put(bag, name, textOf(value));
  for (const tag of listOf(tags)) if (isJson(tag) && typeof tag.key === 'string') put(bag, tag.key, tagValue(tag));
  return bag;
}

/** Stores write numbers and flags as text too, with their type beside. */
function tagValue({ type, value }: Json): LooseValue {
  if (typeof value === 'string') {
    if (type === 'bool') return value === 'true';
    if (type === 'int64' && /^-?\d{1,19}$/.test(value)) return int64Of(BigInt(value));
    if (type === 'float64' && value !== '' && Number.isFinite(Number(value))) return Number(value);
    return value;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function paddedId(value: unknown, digits: IdDigits): string | null {
  return typeof value === 'string' && /^[0-9a-fA-F]{1,32}$/.test(value) ? readId(value.padStart(digits, '0'), digits) : null;
}

/** Microseconds, which may have a fraction, as nanoseconds. */
function nsOf(us: unknown): bigint | null {
  if (typeof us !== 'number' || !Number.isFinite(us) || Math.abs(us) > Number.MAX_SAFE_INTEGER) return null;
  const whole = Math.trunc(us);
  return BigInt(whole) * 1000n + BigInt(Math.round((us - whole) * 1000));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
