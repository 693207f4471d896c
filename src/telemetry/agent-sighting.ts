import type { Ms } from '../types.js';
import type { Attributes, Span } from './span.js';

/** A moment of a barge-in that an agent knows of. */
export type AgentMoment = 'vad' | 'cancel' | 'flush' | 'silent';

/** What one span tells of barge-ins. */
export interface AgentSighting {
  /** On the agent's own wall clock, in any order. */
  readonly moments: readonly { readonly kind: AgentMoment; readonly atNs: bigint }[];
  /** A barge-in as the agent sums it up: times from the onset as it saw it, which need no clock. null: the span is of something else. */
  readonly bargeIn: { readonly startNs: bigint; readonly endNs: bigint; readonly afterMs: Readonly<Record<AgentMoment, Ms | null>> } | null;
}

/** Reads off a span what it tells; null: nothing. */
export type SightingRule = (span: Span) => AgentSighting | null;

const momentOfEvent: Readonly<Record<string, AgentMoment>> = { 'vad.speech_started': 'vad', cancel: 'cancel', flush: 'flush', 'agent.silent': 'silent' };
const bargeInSpan = 'audio.barge_in';

/** By the names that the spans of a run have themselves (docs/tracing-joined.md): events of any span, and the attributes of `audio.barge_in`. */
export const defaultSighting: SightingRule = (span) => {
  const moments = span.events.flatMap(({ name, atNs }) => (Object.hasOwn(momentOfEvent, name) ? [{ kind: momentOfEvent[name], atNs }] : []));
  const bargeIn = span.name === bargeInSpan ? { startNs: span.startNs, endNs: span.endNs, afterMs: durationsOf(span.attributes) } : null;
  return moments.length > 0 || bargeIn !== null ? { moments, bargeIn } : null;
};

function durationsOf(attributes: Attributes): Record<AgentMoment, Ms | null> {
  return {
    vad: durationOf(attributes['audio.vad_detect_ms']),
    cancel: durationOf(attributes['audio.cancel_ms']),
    flush: null,
    silent: durationOf(attributes['audio.silence_ms']),
  };
}

/** No barge-in takes longer. */
const longestMs: Ms = 600_000;

/** Below 0 stands for what did not happen. */
function durationOf(value: Attributes[string] | undefined): Ms | null {
  return typeof value === 'number' && value >= 0 && value <= longestMs ? value : null;
}
