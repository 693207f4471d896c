import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { Attributes, AttributeValue, SpanStatus } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';
import type { AttemptResult, Ms, Recording, TraceIds } from '../../types.js';
import { eventNames, nothingProduced, ownPrefix, spanNames } from './names.js';
import { childSpanId } from './span-ids.js';
import { hrTimeOf, spanNs } from './wall-time.js';

/** One attempt with its place on the wall clock. */
export interface TracedAttempt {
  readonly result: AttemptResult;
  readonly recording: Pick<Recording, 'packets' | 'askedMs' | 'injected' | 'endMs'>;
  /** The columns of attempts.csv that are of the attempt, by name. */
  readonly columns: Readonly<Record<string, string | number | boolean | null>>;
  /** Its own span is the second of these. */
  readonly trace: TraceIds;
  readonly sessionId: string;
  /** Zero of the attempt's time line, ns since 1970. */
  readonly zeroNs: bigint;
}

/** What all spans of an export have in common. */
export interface SpanSource {
  readonly resource: Resource;
  readonly scope: { readonly name: string; readonly version: string };
}

interface Part {
  readonly name: string;
  readonly fromMs: Ms;
  readonly toMs: Ms;
  readonly attributes: Readonly<Record<string, AttributeValue | null>>;
  readonly events?: readonly { readonly name: string; readonly atNs: bigint }[];
}

/**
 * An attempt as a trace (docs/tracing.md): `voice.turn`, and below it `audio.client` and, where the user came to speak, `audio.barge_in`.
 * What was not measured is left out.
 */
export function attemptSpans(traced: TracedAttempt, source: SpanSource): ReadableSpan[] {
  const { result, recording, trace, zeroNs } = traced;
  const own = ownAttributes(traced.columns);
  const status: SpanStatus = result.outcome === 'errored' ? { code: SpanStatusCode.ERROR, message: result.error ?? 'errored' } : { code: SpanStatusCode.UNSET };
  const span = ({ name, fromMs, toMs, attributes, events = [] }: Part): ReadableSpan => {
    const fromNs = zeroNs + spanNs(fromMs);
    // A client that was asked for nothing before its last packet is a point.
    const lengthNs = spanNs(Math.max(0, toMs - fromMs));
    const isRoot = name === spanNames.turn;
    const placed = (spanId: string) => ({ traceId: trace.traceId, spanId, traceFlags: TraceFlags.SAMPLED });
    const common = { 'audio.session_id': traced.sessionId, 'audio.turn_id': result.attempt.id, 'audio.total_ms': Number(lengthNs) / 1e6, 'audio.error': result.outcome === 'errored' };
    return {
      name,
      kind: SpanKind.INTERNAL,
      spanContext: () => placed(isRoot ? trace.spanId : childSpanId(trace, name)),
      ...(isRoot ? {} : { parentSpanContext: placed(trace.spanId) }),
      startTime: hrTimeOf(fromNs),
      endTime: hrTimeOf(fromNs + lengthNs),
      duration: hrTimeOf(lengthNs),
      ended: true,
      status,
      attributes: present(Object.fromEntries(Object.entries({ ...common, ...attributes }).map(inWholeMs))),
      events: events.map((event): TimedEvent => ({ name: event.name, time: hrTimeOf(event.atNs) })),
      links: [],
      resource: source.resource,
      instrumentationScope: source.scope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  };
  const turn: Part = { name: spanNames.turn, fromMs: 0, toMs: recording.endMs, attributes: own };
  return [turn, ...bargeInPart(traced, own), clientPart(traced)].map(span);
}

/** From the user's onset to the heard stop, or to where nobody looked any more. */
function bargeInPart({ result, recording: { injected, endMs }, zeroNs }: TracedAttempt, own: Part['attributes']): Part[] {
  if (injected === null) return [];
  const { userOnsetMs } = injected;
  const { detectMs, cancelMs, flushMs, observedMs } = result;
  // An agent that was silent before the user spoke did not stop for the user.
  const silenceMs = result.stopLatencyMs !== null && result.stopLatencyMs >= 0 ? result.stopLatencyMs : null;
  const moments = { vad: detectMs, cancel: cancelMs, flush: flushMs, silent: silenceMs } as const;
  const onsetNs = zeroNs + spanNs(userOnsetMs);
  const events = Object.entries(moments).flatMap(([moment, afterMs]) => (afterMs === null ? [] : [{ name: eventNames[moment as keyof typeof moments], atNs: onsetNs + spanNs(afterMs) }]));
  const attributes = {
    'audio.stage': 'barge_in',
    'audio.first_byte_ms': silenceMs ?? nothingProduced,
    'audio.vad_detect_ms': detectMs,
    'audio.cancel_ms': cancelMs,
    'audio.silence_ms': silenceMs,
    ...own,
  };
  const lastedMs = silenceMs ?? observedMs ?? endMs - userOnsetMs;
  return [{ name: spanNames.bargeIn, fromMs: userOnsetMs, toMs: userOnsetMs + lastedMs, attributes, events: events.sort((a, b) => (a.atNs < b.atNs ? -1 : a.atNs > b.atNs ? 1 : 0)) }];
}

/** What the caller's client received: from asking the agent to speak to the last packet. */
function clientPart({ result, recording: { packets, askedMs, endMs } }: TracedAttempt): Part {
  const [first, last] = [packets.at(0), packets.at(-1)];
  const attributes = {
    'audio.stage': 'client',
    // An agent that spoke before it was asked was not waited for.
    'audio.first_byte_ms': first ? Math.max(0, first.arrivedMs - askedMs) : nothingProduced,
    'audio.jitter_ms': result.jitterMs,
    'audio.buffer_depth_ms': result.bufferDepthMs,
    'audio.max_buffer_depth_ms': result.maxBufferDepthMs,
    'audio.underruns': result.underruns,
    'audio.largest_gap_ms': result.largestGapMs,
  };
  return { name: spanNames.client, fromMs: askedMs, toMs: last?.arrivedMs ?? endMs, attributes };
}

function ownAttributes(columns: TracedAttempt['columns']): Part['attributes'] {
  return Object.fromEntries(Object.entries(columns).map(([name, value]) => [`${ownPrefix}${name}`, value]));
}

function present(attributes: Part['attributes']): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null && !Number.isNaN(value))) as Attributes;
}

/**
 * The stages' own times are whole milliseconds: an SDK writes a whole number as an integer and any other as a double, and what asks for
 * percentiles (TraceQL's quantile_over_time) takes integers alone, and compares the two kinds apart.
 */
function inWholeMs([name, value]: [string, AttributeValue | null]): [string, AttributeValue | null] {
  return [name, name.startsWith('audio.') && typeof value === 'number' ? Math.round(value) : value];
}
