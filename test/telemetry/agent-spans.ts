import type { AgentMoment } from '../../src/telemetry/agent-sighting.js';
import type { Attributes, Span } from '../../src/telemetry/span.js';

/** The onset of the attempts here: a whole second. */
export const onsetNs = 1_790_000_000_000_000_000n;
export const traceId = 'a'.repeat(32);

const eventOf: Readonly<Record<AgentMoment, string>> = { vad: 'vad.speech_started', cancel: 'cancel', flush: 'flush', silent: 'agent.silent' };

/** Milliseconds after the onset, on the wall clock. */
export function at(ms: number): bigint {
  return onsetNs + BigInt(Math.round(ms * 1e6));
}

let spansMade = 0;

/** A span of an agent's from the onset on, whatever a test changes. */
export function agentSpan(more: Partial<Span> = {}): Span {
  const spanId = (++spansMade).toString(16).padStart(16, '0');
  return { traceId, spanId, parentId: null, name: 'call', kind: 'internal', startNs: at(0), endNs: at(500), attributes: {}, events: [], error: false, statusMessage: null, resource: {}, scope: null, ...more };
}

/** A span with these events, ms after the onset. */
export function sightingSpan(moments: readonly (readonly [AgentMoment, number])[], more: Partial<Span> = {}): Span {
  return agentSpan({ events: moments.map(([kind, ms]) => ({ name: eventOf[kind], atNs: at(ms), attributes: {} })), ...more });
}

/** The agent's own sum of a barge-in. */
export function bargeInSpan(attributes: Attributes, more: Partial<Span> = {}): Span {
  return agentSpan({ name: 'audio.barge_in', attributes, ...more });
}
