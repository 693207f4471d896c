import type { Attributes, AttributeValue, Span, SpanEvent } from '../../src/telemetry/index.js';
import { TraceAnalysis } from '../../src/telemetry/analysis.js';
import type { TraceFindings } from '../../src/telemetry/analysis.js';
import { fullMapping } from '../../src/telemetry/mapping-defaults.js';
import type { TraceMapping } from '../../src/telemetry/mapping.js';
import { resultOfValues } from '../../src/report/attempts-reader.js';

const zeroMs = 1_767_225_600_000;

function nsOf(ms: number): bigint {
  return BigInt(zeroMs) * 1_000_000n + BigInt(Math.round(ms * 1e6));
}

let spans = 0;
const resource: Attributes = { 'service.name': 'agent' };

/** A span from and to ms after some instant, with events by name and time. */
export function makeSpan(name: string, fromMs: number, toMs: number, attributes: Record<string, AttributeValue> = {}, events: readonly (readonly [string, number, Record<string, AttributeValue>?])[] = [], more: Partial<Span> = {}): Span {
  return {
    traceId: '000000000000000000000000000000aa',
    spanId: (++spans).toString(16).padStart(16, '0'),
    parentId: null,
    name,
    kind: 'internal',
    startNs: nsOf(fromMs),
    endNs: nsOf(toMs),
    attributes,
    events: events.map(([event, atMs, of = {}]): SpanEvent => ({ name: event, atNs: nsOf(atMs), attributes: of })),
    error: false,
    statusMessage: null,
    resource,
    scope: null,
    ...more,
  };
}

/** What spans come to, by the mapping given before the known names; null: those alone. */
export function analyse(all: readonly Span[], own: TraceMapping | null = null): TraceFindings {
  const analysis = new TraceAnalysis({ mapping: fullMapping(own), rebuild: (cells) => resultOfValues(cells, 'a span'), pageLimitsMs: { asr: 150, tts: 350, barge_in: 200 } });
  for (const span of all) analysis.take(span);
  return analysis.finish();
}

/** Every order in which a few spans can come, or a fixed sample of them. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  return [...items].map((item) => ({ item, key: (state = (state * 48_271) % 2_147_483_647) })).sort((a, b) => a.key - b.key).map(({ item }) => item);
}
